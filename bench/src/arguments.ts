import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ENGINES, type EngineName } from './protocol.js';
import { DEFAULT_SETTINGS, type RowSettings } from './rows.js';

export interface BenchArguments {
  /** Names of rows or of groups of rows; none means all. */
  rows: string[];
  list: boolean;
  help: boolean;
  json: boolean;
  /** Install PyTorch and NumPy first. */
  installPeers: boolean;
  /** A file for the results as JSON, besides the table. */
  out?: string;
  rounds: number;
  threads: number;
  /** Seconds that PyTorch may take to compile a row; 0: it is not compiled. */
  compileSeconds: number;
  peers: EngineName[];
  /** Stands in for the engine of the rows' own side. */
  engine?: EngineName;
  settings: RowSettings;
  /** `--steps`, as `memory` has its own default. */
  steps?: number;
}

/** A day: Node's timers take 24 of them. */
const MAX_SECONDS = 86_400;

export const USAGE = `Usage: npm run bench -- [row…] [options]
       npm run bench -- memory [--steps N]
       npm run bench -- serve [--rounds N] [--threads N]
       npm run bench -- --install-peers

A row is one of --list, or a group of them: convnet-step, conv3x3, conv3x3/16x16x128, gemm/float64 …; default all.
memory trains the ConvNet and prints memory as it goes.
serve puts the endpoint of a run, and the plainest server around ONNX Runtime, under load: requests a second, p99.
--install-peers installs current versions of PyTorch and NumPy for Python, and goes on with the rows that are named.

  --list            the rows, and what each measures
  --rounds N        rounds of ours, peer, ours, peer … (5)
  --threads N       threads of every engine (all of the machine's)
  --peers LIST      of pytorch, numpy, tfjs-cpu, tfjs-wasm (pytorch,numpy)
  --compile-seconds N
                    what torch.compile may take for a row (300); 0: PyTorch is measured eagerly only
  --engine NAME     in place of ours: ${ENGINES.join(', ')}
  --steps N         training steps of mlp-ndarray (${DEFAULT_SETTINGS.steps}) and of memory (300)
  --images N        images of convnet-eval (${DEFAULT_SETTINGS.images})
  --batch N         images per step of the ConvNet (${DEFAULT_SETTINGS.batch})
  --json            results as JSON instead of the table
  --out FILE        results as JSON into a file, besides the table`;

/** @throws RangeError or TypeError on an unknown option or a value that does not fit. */
export function parseArguments(argv: readonly string[]): BenchArguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      list: flag,
      help: { ...flag, short: 'h' },
      json: flag,
      'install-peers': flag,
      'compile-seconds': text,
      out: text,
      rounds: text,
      threads: text,
      peers: text,
      engine: text,
      steps: text,
      images: text,
      batch: text,
    },
  });
  const count = (name: 'rounds' | 'threads' | 'steps' | 'images' | 'batch', fallback: number) =>
    values[name] === undefined ? fallback : parseCount(name, values[name]);
  return {
    rows: positionals,
    list: values.list,
    help: values.help,
    json: values.json,
    installPeers: values['install-peers'],
    ...(values.out !== undefined && { out: values.out }),
    rounds: count('rounds', 5),
    threads: count('threads', availableParallelism()),
    compileSeconds: parseSeconds(values['compile-seconds'] ?? '300'),
    peers: (values.peers ?? 'pytorch,numpy')
      .split(',')
      .filter(Boolean)
      .map((name) => parseEngine('peers', name)),
    ...(values.engine !== undefined && { engine: parseEngine('engine', values.engine) }),
    settings: {
      steps: count('steps', DEFAULT_SETTINGS.steps),
      images: count('images', DEFAULT_SETTINGS.images),
      batch: count('batch', DEFAULT_SETTINGS.batch),
    },
    ...(values.steps !== undefined && { steps: count('steps', 0) }),
  };
}

function parseCount(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`--${name} is '${text}'; give a whole number of 1 or more.`);
}

function parseSeconds(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= MAX_SECONDS) return value;
  throw new RangeError(`--compile-seconds is '${text}'; give a whole number from 0 to ${MAX_SECONDS}.`);
}

function parseEngine(option: string, name: string): EngineName {
  const engine = ENGINES.find((known) => known === name);
  if (engine !== undefined) return engine;
  throw new RangeError(`--${option} names '${name}'; there are ${ENGINES.join(', ')}.`);
}
