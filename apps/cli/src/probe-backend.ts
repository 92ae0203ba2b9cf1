import type { Backend, ProbeOptions } from './backends/backend.js';
import { probe } from './backends/probe.js';
import { closeDebugger } from './close-debugger.js';

closeDebugger();
// A process of its own for one backend: takes what to find out from the command line, and sends what it found.
const { backend, options } = JSON.parse(process.argv[2]!) as { backend: Backend; options: ProbeOptions };
const found = await probe(backend, options);
process.send!(found, () => process.exit());
