import type { RunConfig } from '../run-folder.js';

/** What computes a run. */
export interface Engine {
  /** The value of `--backend` that names it. */
  backend: string;
  /** Null where it does not tell. */
  threads: number | null;
  /** The software that computes, with its version. */
  version: string;
  /** Why nothing faster was chosen; only where `auto` chose. */
  reason: string | undefined;
  /** What `config.json` records. */
  record: RunConfig['engine'];
  /** Versions of other software that shapes the numbers, by name. */
  software: Record<string, string>;
  /** Bytes that it has reserved for tensors; undefined where it takes them from the machine as it goes. */
  memoryLimit?: number | undefined;
  /** What it says of itself that slows it down. */
  warnings?: readonly string[];
}

/** What a person should know about the engine before the run starts. */
export function engineNotes(
  { backend, threads, version, reason, record, warnings = [] }: Engine,
  recorded: RunConfig['engine'] | undefined,
  flags: { threads?: number },
): string[] {
  const lines = [`backend : ${backend} (${version})`];
  if (threads !== null) lines.push(`threads : ${threads}`);
  if (reason !== undefined) lines.push(`note: --backend auto takes ${backend}, the fastest here: ${reason}`);
  lines.push(...warnings.map((warning) => `warning: ${warning}`));
  if (flags.threads !== undefined && flags.threads !== threads) {
    const instead = threads === null ? 'which chooses them itself' : `which computes with ${threads}`;
    lines.push(`warning: --threads ${flags.threads} has no effect on ${backend}, ${instead}`);
  }
  if (recorded !== undefined && (recorded.name !== record.name || recorded.threads !== record.threads)) {
    lines.push(
      `warning: the run was made with ${describeEngine(recorded)} and goes on with ${describeEngine(record)}: ` +
        'its numbers will not be those of an unbroken run, bit for bit',
    );
  }
  return lines;
}

/** `gemm ort on 2 threads` */
export function describeEngine({ name, threads }: RunConfig['engine']): string {
  return threads === null ? name : `${name} on ${threads} thread${threads === 1 ? '' : 's'}`;
}
