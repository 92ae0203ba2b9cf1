import type { Contestant } from './contestants.js';
import type { EngineName, Measurement, Parameters, Ready } from './protocol.js';
import type { Row } from './row.js';
import { median, type Ratio, ratioOfRounds } from './statistics.js';
import { UnsupportedError } from './unsupported-error.js';

/** A started worker; `WorkerProcess` is one. */
export interface Worker {
  ready: Ready;
  run(run: string, parameters: Parameters, iterations: number): Promise<Measurement>;
  close(): Promise<void>;
}

export interface MeasureOptions {
  rounds: number;
  /** Which of the row's peers take part. */
  peers: readonly EngineName[];
  start(contestant: Contestant): Promise<Worker>;
  /** Milliseconds of rest before each measurement, in which the threads of the other process go to sleep. */
  settle?: number;
  onProgress?(message: string): void;
}

export interface SideResult {
  engine: EngineName;
  version: string;
  threads: number;
  /** The median over all rounds. */
  milliseconds: number;
  /** The very first measurement, with all that is made once. */
  firstMilliseconds: number;
  /** Every measurement, by round. */
  rounds: number[][];
  /** Bytes. */
  peakMemory: number;
  /** Work per second, in the row's unit. */
  rate?: number;
  error?: number;
  values: Record<string, number>;
  /** Our time as a multiple of this peer's; not for our own side. */
  ratio?: Ratio;
}

export interface RowResult {
  name: string;
  what: string;
  parameters: Parameters;
  unit?: string;
  /** Ours first, then the peers that took part. */
  sides: SideResult[];
  skipped: { engine: EngineName; reason: string }[];
  /** Values that differ between ours and a peer: they did not compute the same, and the row means nothing. */
  differences: string[];
}

/** Measures a row in rounds: ours, each peer, ours, each peer …, each in a process of its own and never two at a time. */
export async function measureRow(row: Row, options: MeasureOptions): Promise<RowResult> {
  const { rounds, peers, start, settle = 100, onProgress = () => {} } = options;
  const skipped: RowResult['skipped'] = [];
  const contenders: Contender[] = [];
  try {
    for (const contestant of [row.ours, ...row.peers.filter((e) => peers.includes(e)).map((engine) => ({ engine }))]) {
      try {
        contenders.push(await warmUp(row, await start(contestant)));
      } catch (error) {
        if (!(error instanceof UnsupportedError)) throw error;
        skipped.push({ engine: contestant.engine, reason: error.message });
        onProgress(`${row.name}: ${contestant.engine} is skipped: ${error.message}`);
      }
    }
    for (let round = 1; round <= rounds; round++) {
      for (const contender of contenders) {
        await new Promise((resolve) => setTimeout(resolve, settle));
        const measurement = await contender.worker.run(row.run, row.parameters, row.iterations);
        contender.rounds.push(measurement.milliseconds);
        contender.last = measurement;
      }
      const times = contenders.map(
        ({ worker, rounds }) => `${worker.ready.engine} ${median(rounds.at(-1)!).toFixed(3)} ms`,
      );
      onProgress(`${row.name}: round ${round} of ${rounds}: ${times.join(', ')}`);
    }
  } finally {
    for (const { worker } of contenders) await worker.close();
  }
  const { name, what, parameters, work } = row;
  const sides = contenders.map((contender) => summarise(row, contender));
  const [ours, ...theirs] = sides[0]?.engine === row.ours.engine ? sides : [];
  if (ours !== undefined) for (const side of theirs) side.ratio = ratioOfRounds(ours.rounds, side.rounds);
  const differences = ours ? theirs.flatMap((side) => differencesOf(row, ours, side)) : [];
  return { name, what, parameters, ...(work && { unit: `${work.unit}/s` }), sides, skipped, differences };
}

interface Contender {
  worker: Worker;
  rounds: number[][];
  first: number;
  last: Measurement;
}

async function warmUp(row: Row, worker: Worker): Promise<Contender> {
  try {
    const last = await worker.run(row.run, row.parameters, Math.max(1, row.warmup));
    return { worker, rounds: [], first: last.milliseconds[0]!, last };
  } catch (error) {
    await worker.close();
    throw error;
  }
}

function summarise(row: Row, { worker, rounds, first, last }: Contender): SideResult {
  const milliseconds = median(rounds.flat());
  return {
    engine: worker.ready.engine,
    version: worker.ready.version,
    threads: worker.ready.threads,
    milliseconds,
    firstMilliseconds: first,
    rounds,
    peakMemory: last.peakMemory,
    ...(row.work && { rate: row.work.amount / (milliseconds / 1000) }),
    ...(last.error !== undefined && { error: last.error }),
    values: last.values,
  };
}

function differencesOf(row: Row, ours: SideResult, theirs: SideResult): string[] {
  return Object.entries(ours.values).flatMap(([name, value]) => {
    const other = theirs.values[name];
    if (other === undefined || Math.abs(value - other) <= row.tolerance * Math.max(Math.abs(value), Math.abs(other))) {
      return [];
    }
    return [
      `${row.name}: ${name} is ${value} in ${ours.engine} and ${other} in ${theirs.engine}, ` +
        `which differ by more than ${row.tolerance}: they did not compute the same.`,
    ];
  });
}
