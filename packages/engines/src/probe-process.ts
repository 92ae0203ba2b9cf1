import type { ProbeRequest } from './survey/probe.js';
import { probeEngine } from './survey/probe-engine.js';

// Node would open its debugger at this signal; it gives it up when a program listens, and does not take it back.
const nothing = () => {};
process.on('SIGUSR1', nothing).off('SIGUSR1', nothing);

// A separate process for one engine: takes the request from its arguments, and sends its findings.
const request = JSON.parse(process.argv[2]!) as ProbeRequest;
void probeEngine(request).then((found) => process.send!(found, () => process.exit()));
