import { parseArgs } from 'node:util';
import type { EngineName } from '../protocol.js';
import { serve } from './serve.js';
import { type EngineOptions, startWorkerEngine } from './start-engine.js';

const text = { type: 'string', default: '' } as const;
const { values } = parseArgs({ options: { engine: text, threads: text, convolution: text } });
const name = values.engine as EngineName;
await serve(name, () =>
  startWorkerEngine(name, {
    threads: Number(values.threads),
    convolution: values.convolution as EngineOptions['convolution'],
  }),
);
