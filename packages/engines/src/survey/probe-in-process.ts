import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Probe, ProbeRequest } from './probe.js';

/** Seconds that an engine may take to start, on top of its measurements. */
const patience = 60;

const entry = () =>
  join(dirname(createRequire(import.meta.url).resolve('@cifarlab/engines/package.json')), 'dist', 'probe-process.js');

/**
 * Finds out about an engine in its own process: a native library that crashes becomes a reason, and engines do not get
 * into each other's way.
 */
export function probeInProcess(
  request: ProbeRequest,
  { program = entry(), patienceSeconds = patience }: { program?: string; patienceSeconds?: number } = {},
): Promise<Probe> {
  return new Promise((resolve) => {
    const child = fork(program, [JSON.stringify(request)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Flags of this process, such as a debugger's port, are not for its children.
      execArgv: [],
    });
    let answer: Probe | undefined;
    let stderr = '';
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        child.kill('SIGKILL');
      },
      1000 * (patienceSeconds + 4 * request.seconds),
    );
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    child.on('message', (message) => {
      answer = message as Probe;
    });
    child.on('error', (error) => {
      answer ??= unavailable(`its process could not be started: ${error.message}`);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const last = stderr.trim().split('\n').at(-1);
      const said = last ? `: ${last}` : '';
      if (late) resolve(unavailable(`it did not answer within ${patienceSeconds} s${said}`));
      else if (answer) resolve(answer);
      else if (signal) resolve(unavailable(`it crashed its process (${signal})${said}`));
      else resolve(unavailable(`its process ended with code ${code}${said}`));
    });
  });
}

function unavailable(reason: string): Probe {
  return { available: false, reason };
}
