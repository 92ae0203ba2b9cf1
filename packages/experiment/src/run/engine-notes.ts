import { describeEngine } from '@cifarlab/engines';
import { named, type Sentence, sentence } from '../settings/sentence.js';
import type { EngineEvent } from './events.js';

/** Returns notes for a person about the engine before the work starts. */
export function engineNotes({ engine, choice, recorded }: Omit<EngineEvent, 'type'>): Sentence[] {
  const { name, threads, version, reason, record, warnings } = engine;
  const lines = [sentence`backend : ${name} (${version})`];
  if (threads !== null) lines.push(sentence`threads : ${threads}`);
  if (reason !== undefined) {
    lines.push(sentence`note: ${named('engine', 'auto')} takes ${name}, the fastest here: ${reason}`);
  }
  lines.push(...warnings.map((warning) => sentence`warning: ${warning}`));
  if (choice.threads !== undefined && choice.threads !== threads) {
    const instead = threads === null ? 'which chooses them itself' : `which computes with ${threads}`;
    lines.push(sentence`warning: ${named('threads', choice.threads)} has no effect on ${name}, ${instead}`);
  }
  if (recorded !== undefined && (recorded.name !== record.name || recorded.threads !== record.threads)) {
    lines.push(
      sentence`warning: the run was made with ${describeEngine(recorded)} and goes on with ${describeEngine(record)}: ${'its numbers will not be those of an unbroken run, bit for bit'}`,
    );
  }
  return lines;
}
