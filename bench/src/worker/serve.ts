import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Answer, EngineName, Ready, Request } from '../protocol.js';
import { UnsupportedError } from '../unsupported-error.js';
import { measure } from './measure.js';
import { peakMemory } from './memory.js';
import type { Engine, Task } from './task.js';

export interface Streams {
  input: Readable;
  output: Writable;
}

/** Answers requests, a line of JSON for each, until there are no more. */
export async function serve(
  name: EngineName,
  start: () => Promise<Engine>,
  { input, output }: Streams = { input: process.stdin, output: process.stdout },
): Promise<void> {
  const send = (message: unknown) => output.write(`${JSON.stringify(message)}\n`);
  let engine: Engine;
  try {
    engine = await start();
  } catch (error) {
    send({ unsupported: (error as Error).message });
    return;
  }
  const { version, threads } = engine;
  send({ ready: true, engine: name, version, threads } satisfies Ready);

  // Prepared once and kept from request to request; another workload takes its place.
  let current: { key: string; task: Task } | undefined;
  for await (const line of createInterface({ input })) {
    const { id, run, parameters, iterations } = JSON.parse(line) as Request;
    try {
      const key = JSON.stringify([run, parameters]);
      if (current?.key !== key) {
        const workload = engine.workloads[run];
        if (workload === undefined) throw new UnsupportedError(`${name} has no workload '${run}'`);
        current = { key, task: workload(parameters) };
      }
      const { task } = current;
      const milliseconds = measure(task, iterations);
      const resident = process.memoryUsage.rss();
      // The system notes the highest value now and then only.
      const peak = Math.max(peakMemory(), resident);
      const memory = { resident, ...engine.tensors?.() };
      const error = task.error?.();
      const values = task.values?.() ?? {};
      send({
        id,
        milliseconds,
        peakMemory: peak,
        memory,
        values,
        ...(error !== undefined && { error }),
      } satisfies Answer);
    } catch (error) {
      const { message, stack } = error as Error;
      send(error instanceof UnsupportedError ? { id, unsupported: message } : { id, failure: stack ?? message });
    }
  }
}
