import type { EngineFamily, EngineName } from './engine.js';

/**
 * Why an engine was not started.
 *
 * - `UNKNOWN`: the family has no engine of that name.
 * - `UNAVAILABLE`: it does not work here; the reason says what turns it on.
 * - `ONE_THREAD`: several threads were asked of an engine that always computes with one.
 * - `THREADS`: it does not compute with this many threads in this process.
 */
export type EngineErrorCode = 'UNKNOWN' | 'UNAVAILABLE' | 'ONE_THREAD' | 'THREADS';

/** Details of an `EngineError`. */
export interface EngineFault {
  /** The family that it was to compute for. */
  family: EngineFamily;
  /** The requested engine. */
  engine: EngineName | 'auto';
  /** Why it was not started and, if anything does, what turns it on; one line. */
  reason: string;
  /** Names that can be asked for instead; empty if nothing of the family works. */
  alternatives: readonly (EngineName | 'auto')[];
  /** The requested number of threads. */
  threads?: number | undefined;
}

/** An engine could not be started. The message has the reason and what to do. */
export class EngineError extends Error implements EngineFault {
  override readonly name = 'EngineError';
  /** Why it was not started, to branch on. */
  readonly code: EngineErrorCode;
  readonly family: EngineFamily;
  readonly engine: EngineName | 'auto';
  readonly reason: string;
  readonly alternatives: readonly (EngineName | 'auto')[];
  readonly threads: number | undefined;

  /** Also those of the other build of this package, ESM or CommonJS. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'EngineError';
  }

  constructor(code: EngineErrorCode, fault: EngineFault, options?: { cause?: unknown }) {
    super(messageOf(code, fault), options);
    this.code = code;
    this.family = fault.family;
    this.engine = fault.engine;
    this.reason = fault.reason;
    this.alternatives = fault.alternatives;
    this.threads = fault.threads;
  }
}

function messageOf(code: EngineErrorCode, { family, engine, reason, alternatives, threads }: EngineFault): string {
  const sentence = reason.replace(/\.?$/, '.');
  const remedy = alternatives.length === 0 ? '' : ` Use one of ${alternatives.join(', ')}`;
  const subject =
    engine === 'auto' ? `No engine for ${family} works` : `The engine "${engine}" for ${family} does not work`;
  switch (code) {
    case 'UNAVAILABLE':
      return `${subject} here: ${sentence}${remedy}`;
    case 'UNKNOWN':
      return `There is no engine "${engine}" for ${family}: ${sentence}${remedy}`;
    default:
      return `The engine "${engine}" for ${family} does not compute with ${threads} threads: ${sentence}${remedy}`;
  }
}
