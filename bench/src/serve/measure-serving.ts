import { median, type Ratio, ratioOfRounds } from '../statistics.js';
import { align } from '../table.js';
import type { LoadResult } from './load.js';

/** Addresses of the servers that are compared. */
export interface Sides {
  ours: string;
  peer: string;
}

/** One row of the comparison: so many connections. */
export interface ServingResult {
  connections: number;
  ours: LoadResult;
  peer: LoadResult;
  /** Rate of ours over the peer's: above 1 is faster. */
  ratio: Ratio;
}

/** Options of {@link measureServing}. */
export interface ServingOptions {
  connections: readonly number[];
  rounds: number;
  load(address: string, connections: number): Promise<LoadResult>;
  onProgress(line: string): void;
}

/** Measures two servers in turn, so that what slows the machine down for a while falls on both. */
export async function measureServing(
  { ours, peer }: Sides,
  { connections, rounds, load, onProgress }: ServingOptions,
): Promise<ServingResult[]> {
  const results: ServingResult[] = [];
  for (const count of connections) {
    const sides = { ours: [] as LoadResult[], peer: [] as LoadResult[] };
    for (let round = 1; round <= rounds; round++) {
      onProgress(`${count} connections, round ${round} of ${rounds}`);
      sides.ours.push(await load(ours, count));
      sides.peer.push(await load(peer, count));
    }
    const rates = (all: readonly LoadResult[]) => all.map(({ requestsPerSecond }) => [requestsPerSecond]);
    const ratio = ratioOfRounds(rates(sides.ours), rates(sides.peer));
    results.push({ connections: count, ours: middle(sides.ours), peer: middle(sides.peer), ratio });
  }
  return results;
}

function middle(all: readonly LoadResult[]): LoadResult {
  return {
    requestsPerSecond: median(all.map(({ requestsPerSecond }) => requestsPerSecond)),
    p99: median(all.map(({ p99 }) => p99)),
  };
}

/** Returns the results of a network as an aligned table. */
export function formatServing(network: string, results: readonly ServingResult[]): string {
  const rate = ({ requestsPerSecond }: LoadResult) => `${Math.round(requestsPerSecond)}/s`;
  const late = ({ p99 }: LoadResult) => `${Number(p99.toPrecision(3))} ms`;
  return align([
    [network, 'ours', 'p99', 'plain', 'p99', 'ratio of rates', 'rounds'],
    ...results.map(({ connections, ours, peer, ratio: { median, min, max } }) => [
      `${connections} ${connections === 1 ? 'connection' : 'connections'}`,
      ...[rate(ours), late(ours), rate(peer), late(peer)],
      `${median.toFixed(2)}x`,
      `${min.toFixed(2)}..${max.toFixed(2)}`,
    ]),
  ]);
}
