import { describeEngine, type EngineRecord, type StartedEngine } from '@cifarlab/engines';

/** What a person should know about the engine before the run starts. */
export function engineNotes(
  { name, threads, version, reason, record, warnings }: StartedEngine,
  recorded: EngineRecord | undefined,
  flags: { threads?: number },
): string[] {
  const lines = [`backend : ${name} (${version})`];
  if (threads !== null) lines.push(`threads : ${threads}`);
  if (reason !== undefined) lines.push(`note: --backend auto takes ${name}, the fastest here: ${reason}`);
  lines.push(...warnings.map((warning) => `warning: ${warning}`));
  if (flags.threads !== undefined && flags.threads !== threads) {
    const instead = threads === null ? 'which chooses them itself' : `which computes with ${threads}`;
    lines.push(`warning: --threads ${flags.threads} has no effect on ${name}, ${instead}`);
  }
  if (recorded !== undefined && (recorded.name !== record.name || recorded.threads !== record.threads)) {
    lines.push(
      `warning: the run was made with ${describeEngine(recorded)} and goes on with ${describeEngine(record)}: ` +
        'its numbers will not be those of an unbroken run, bit for bit',
    );
  }
  return lines;
}
