import type { Contestant } from './contestants.js';
import type { EngineName, Measurement, Mode, Parameters, Ready } from './protocol.js';
import type { Row } from './row.js';
import { median, type Ratio, ratioOfRounds } from './statistics.js';
import { UnsupportedError } from './unsupported-error.js';

/** A started worker; `WorkerProcess` is one. */
export interface Worker {
  ready: Ready;
  /** @throws UnsupportedError when it takes longer than `timeout` milliseconds. */
  run(run: string, parameters: Parameters, iterations: number, timeout?: number): Promise<Measurement>;
  close(): Promise<void>;
}

export interface MeasureOptions {
  rounds: number;
  /** Peers of the row that take part. */
  peers: readonly EngineName[];
  start(contestant: Contestant): Promise<Worker>;
  /** Milliseconds that PyTorch may take to compile a row and warm up; default 0: it is not compiled. */
  compileTimeout?: number;
  /** Milliseconds of rest before each measurement, in which the threads of the other process go to sleep. */
  settle?: number;
  onProgress?(message: string): void;
}

export interface SideResult {
  engine: EngineName;
  /** Mode in which it computed, if PyTorch was or could have been measured in more than one. */
  mode?: Mode;
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
  /** The mode that took longer, when two were measured. */
  slower?: SideResult;
}

export interface RowResult {
  name: string;
  what: string;
  parameters: Parameters;
  unit?: string;
  /** Ours first, then the peers that took part, each in its faster mode. */
  sides: SideResult[];
  skipped: { engine: EngineName; reason: string }[];
  /** Values that differ between ours and a peer: they did not compute the same, and the row means nothing. */
  differences: string[];
}

/** Measures a row in rounds: ours, each peer, ours, each peer …, each in its own process and never two at a time. */
export async function measureRow(row: Row, options: MeasureOptions): Promise<RowResult> {
  const { rounds, peers, start, settle = 100, compileTimeout = 0, onProgress = () => {} } = options;
  const skipped: RowResult['skipped'] = [];
  const contenders: Contender[] = [];
  try {
    for (const engine of [undefined, ...row.peers.filter((name) => peers.includes(name))]) {
      const compiles = row.compiles === true && engine === 'pytorch';
      const contestant: Contestant = engine === undefined ? row.ours : { engine, ...(compiles && { mode: 'eager' }) };
      try {
        contenders.push(await warmUp(row, contestant, start));
      } catch (error) {
        if (!(error instanceof UnsupportedError)) throw error;
        skipped.push({ engine: contestant.engine, reason: error.message });
        onProgress(`${row.name}: ${contestant.engine} is skipped: ${error.message}`);
        continue;
      }
      if (!compiles || compileTimeout === 0) continue;
      onProgress(`${row.name}: ${engine} compiles, for ${compileTimeout / 1000} s at most`);
      try {
        contenders.push(await warmUp(row, { engine, mode: 'compiled' }, start, compileTimeout));
      } catch (error) {
        // Compiling is an attempt: without a compiler, or with one that fails, the eager mode stands alone.
        const reason = `not compiled: ${lastLine((error as Error).message)}`;
        skipped.push({ engine, reason });
        onProgress(`${row.name}: ${engine} is ${reason}`);
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
        ({ worker, mode, rounds }) =>
          `${worker.ready.engine}${mode ? ` (${mode})` : ''} ${median(rounds.at(-1)!).toFixed(3)} ms`,
      );
      onProgress(`${row.name}: round ${round} of ${rounds}: ${times.join(', ')}`);
    }
  } finally {
    for (const { worker } of contenders) await worker.close();
  }
  const { name, what, parameters, work } = row;
  const all = contenders.map((contender) => summarise(row, contender));
  const [ours, ...theirs] = all[0]?.engine === row.ours.engine ? all : [];
  if (ours !== undefined) for (const side of theirs) side.ratio = ratioOfRounds(ours.rounds, side.rounds);
  const differences = ours ? theirs.flatMap((side) => differencesOf(row, ours, side)) : [];
  const sides = quoteFasterModes(all);
  return { name, what, parameters, ...(work && { unit: `${work.unit}/s` }), sides, skipped, differences };
}

interface Contender {
  worker: Worker;
  mode: Mode | undefined;
  rounds: number[][];
  first: number;
  last: Measurement;
}

async function warmUp(
  row: Row,
  contestant: Contestant,
  start: MeasureOptions['start'],
  timeout?: number,
): Promise<Contender> {
  const worker = await start(contestant);
  try {
    const last = await worker.run(row.run, row.parameters, Math.max(1, row.warmup), timeout);
    return { worker, mode: contestant.mode, rounds: [], first: last.milliseconds[0]!, last };
  } catch (error) {
    await worker.close();
    throw error;
  }
}

function summarise(row: Row, { worker, mode, rounds, first, last }: Contender): SideResult {
  const milliseconds = median(rounds.flat());
  return {
    engine: worker.ready.engine,
    ...(mode && { mode }),
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

/** Returns one side for each engine: that of its faster mode, with the slower one in it. */
function quoteFasterModes(sides: readonly SideResult[]): SideResult[] {
  const quoted: SideResult[] = [];
  for (const side of sides) {
    const at = quoted.findIndex(({ engine, mode }) => engine === side.engine && mode !== undefined);
    const other = quoted[at];
    if (other === undefined || side.mode === undefined) quoted.push(side);
    else if (side.milliseconds < other.milliseconds) quoted[at] = { ...side, slower: other };
    else quoted[at] = { ...other, slower: side };
  }
  return quoted;
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)!.trim();

function differencesOf(row: Row, ours: SideResult, theirs: SideResult): string[] {
  return Object.entries(ours.values).flatMap(([name, value]) => {
    const other = theirs.values[name];
    if (other === undefined || Math.abs(value - other) <= row.tolerance * Math.max(Math.abs(value), Math.abs(other))) {
      return [];
    }
    return [
      `${row.name}: ${name} is ${value} in ${ours.engine} and ${other} in ${theirs.engine}${theirs.mode ? ` (${theirs.mode})` : ''}, ` +
        `which differ by more than ${row.tolerance}: they did not compute the same.`,
    ];
  });
}
