import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trainRun } from '@cifarlab/experiment';
import { exportRun } from '@cifarlab/experiment/export';
import { headers, load, picture } from './load.js';
import { formatServing, measureServing, type ServingResult, type Sides } from './measure-serving.js';
import { type Server, startServer } from './servers.js';

/** Options of {@link reportServing}. */
export interface ReportServingOptions {
  rounds: number;
  /** Threads of each network. */
  threads: number;
  print(line: string): void;
  onProgress(line: string): void;
}

/** Networks that are served: one whose time is the server's, and one whose time is the network's. */
const networks = ['mlp', 'convnet'] as const;

const CONNECTIONS = [1, 16, 64];

/** Seconds of each measurement. */
const SECONDS = 3;

/** Largest difference of two probabilities of one network: what an export keeps to. */
const TOLERANCE = 1e-4;

/** A few images that are in this repository: how well a network does is of no concern here. */
const data = {
  dataDir: fileURLToPath(new URL('../../packages/cifar10/test/fixtures/cifar10-mini', import.meta.url)),
  allowUnverified: true,
};

/**
 * Compares the endpoint of a run with the plainest server around ONNX Runtime, which has the same network as it was
 * exported.
 *
 * @throws Error when the two do not give the same probabilities, or a request fails.
 */
export async function reportServing({ rounds, threads, print, onProgress }: ReportServingOptions) {
  const results: Record<string, ServingResult[]> = {};
  for (const network of networks) {
    results[network] = await withServers(network, threads, async (sides) => {
      await requireSame(sides);
      return measureServing(sides, {
        ...{ connections: CONNECTIONS, rounds },
        load: (address, connections) => load(address, { connections, seconds: SECONDS }),
        onProgress: (line) => onProgress(`${network}: ${line}`),
      });
    });
    print(`${formatServing(network, results[network])}\n`);
  }
  return results;
}

async function withServers<T>(network: string, threads: number, use: (sides: Sides) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cifarlab-serve-'));
  const servers: Server[] = [];
  try {
    const run = join(folder, 'run');
    const settings = { maxSteps: 1, evalFreq: 1, batchSize: 20 };
    await trainRun({ network, settings, data, out: run, engine: { threads } }).result;
    const { files } = await exportRun(run, { format: 'onnx', out: join(folder, 'onnx') });
    const model = files.find((file) => file.endsWith('.onnx'))!;
    const [ours, peer] = [
      await startServer('serve-ours', [run, `${threads}`]),
      await startServer('serve-plain', [model, `${threads}`]),
    ];
    servers.push(ours, peer);
    return await use({ ours: ours.address, peer: peer.address });
  } finally {
    for (const server of servers) await server.close();
    await rm(folder, { recursive: true });
  }
}

async function requireSame({ ours, peer }: Sides): Promise<void> {
  const ask = async (address: string) =>
    (await fetch(address, { method: 'POST', headers, body: new Uint8Array(picture) })).json();
  const { images } = (await ask(ours)) as { images: { predictions: { probability: number }[] }[] };
  const here = images[0]!.predictions.map(({ probability }) => probability);
  const there = ((await ask(peer)) as number[]).sort((a, b) => b - a);
  const difference = Math.max(...here.map((value, i) => Math.abs(value - there[i]!)));
  if (here.length === there.length && difference <= TOLERANCE) return;
  throw new Error(`the two servers do not give the same probabilities: ${here} and ${there}`);
}
