import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Sentence } from '@cifarlab/experiment';
import { SweepError } from '../sweep-error.js';

/** Characters of what a process says on stderr that are kept. */
const LONGEST_WORDS = 2000;

/** Longest line of an answer, in characters. */
const LONGEST_LINE = 2 ** 22;

/** Seconds for a process to end by itself. */
const SECONDS_TO_END = 5;

interface Pending {
  resolve(answer: unknown): void;
  reject(error: SweepError): void;
  timer: NodeJS.Timeout;
}

/** Options of a {@link LineProcess}. */
export interface LineProcessOptions {
  /** Most seconds for an answer. */
  patience: number;
  /** Remedy where the program is not there. */
  remedy: Sentence;
}

/**
 * A process that answers each line of JSON with one. When it fails, everything that was asked fails with what it said on
 * stderr; when it does not answer in time, it is ended.
 */
export class LineProcess {
  /** Name for messages. */
  readonly name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #options: LineProcessOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #asked = 0;
  #said = '';
  #line = '';
  #failure: SweepError | undefined;

  constructor([program, ...words]: readonly [string, ...string[]], options: LineProcessOptions) {
    this.name = program;
    this.#options = options;
    // A group of its own: Ctrl-C is for the trials, which tell of their end.
    const child = spawn(program, words, { detached: true, windowsHide: true });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-LONGEST_WORDS);
    });
    // Its end says why.
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#fail(this.#notStarted(error));
        resolve();
      });
      child.on('close', (exitCode, signal) => {
        this.#fail(this.#died(exitCode, signal));
        resolve();
      });
    });
  }

  /**
   * Asks for an answer.
   *
   * @throws SweepError, `no-optuna` or `optuna`.
   */
  ask(request: object): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(), 1000 * this.#options.patience);
      this.#pending.set(id, { resolve, reject, timer });
      this.#child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  /** Ends the process: by itself, else by a signal. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1000 * SECONDS_TO_END);
    await this.#ended;
    clearTimeout(timer);
  }

  #hear(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop()!;
    for (const line of lines) this.#answer(line);
    if (this.#line.length > LONGEST_LINE) this.#nonsense(this.#line);
  }

  #answer(line: string): void {
    const answer = readAnswer(line);
    const pending = answer && this.#pending.get(answer.id as number);
    if (typeof answer?.missing === 'string') this.#fail(this.#notThere(answer.missing));
    else if (pending === undefined) this.#nonsense(line);
    else {
      this.#pending.delete(answer!.id as number);
      clearTimeout(pending.timer);
      if (answer!.error === undefined) pending.resolve(answer!.result);
      else pending.reject(this.#fault(`failed: ${String(answer!.error).slice(0, LONGEST_WORDS)}`));
    }
  }

  #nonsense(line: string): void {
    this.#fail(this.#fault(`said what is not an answer: ${JSON.stringify(line.slice(0, 200))}`));
    this.#child.kill('SIGKILL');
  }

  #giveUp(): void {
    this.#fail(this.#fault(`has not answered for ${this.#options.patience} seconds${this.#words()}`));
    this.#child.kill('SIGKILL');
  }

  #fail(error: SweepError): void {
    this.#failure ??= error;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(this.#failure);
    }
    this.#pending.clear();
  }

  #notStarted(error: NodeJS.ErrnoException): SweepError {
    return error.code === 'ENOENT' ? this.#notThere() : this.#notThere(error.message);
  }

  #notThere(reason?: string): SweepError {
    const { remedy } = this.#options;
    const rule = reason === undefined ? 'is not there' : `does not have Optuna 4 or newer (${reason})`;
    const what = 'the search is led by Optuna, and';
    return new SweepError({ code: 'no-optuna', place: `${what} ${this.name}`, value: this.name, rule, remedy });
  }

  #died(exitCode: number | null, signal: NodeJS.Signals | null): SweepError {
    const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
    return this.#fault(`ended (${how})${this.#words()}`);
  }

  #fault(rule: string): SweepError {
    const remedy = 'running trials are saved; run the same again to continue';
    return new SweepError({ code: 'optuna', place: `Optuna's process, ${this.name},`, value: this.name, rule, remedy });
  }

  #words(): string {
    const said = this.#said.trim();
    return said === '' ? '' : `: ${said}`;
  }
}

interface Answer {
  id?: unknown;
  result?: unknown;
  error?: unknown;
  missing?: unknown;
}

/** @returns undefined for what is not an object in JSON. */
function readAnswer(line: string): Answer | undefined {
  try {
    return Object(JSON.parse(line)) as Answer;
  } catch {
    return undefined;
  }
}
