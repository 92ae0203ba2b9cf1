#!/usr/bin/env node
import { closeDebugger } from './process/close-debugger.js';

closeDebugger();
// The rest takes its time to load.
const { runProcess } = await import('./process/run-process.js');
process.exitCode = await runProcess(process.argv.slice(2));
