import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Answer, Measurement, Parameters, Ready, Request } from './protocol.js';
import { UnsupportedError } from './unsupported-error.js';

/** How to start a worker. */
export interface WorkerCommand {
  command: string;
  args: readonly string[];
  /** Variables added to the environment. */
  env?: Readonly<Record<string, string>>;
}

/** Number of characters at the end of a worker's stderr that go into the message of its failure. */
const STDERR_KEPT = 2000;
/** Milliseconds that a worker has for its end after its input was closed. */
const END_TIMEOUT = 10_000;

/** A process that measures: it answers one request at a time, line by line, and ends with its input. */
export class WorkerProcess {
  readonly ready: Ready;
  readonly #dialogue: Dialogue;
  #lastId = 0;

  private constructor(ready: Ready, dialogue: Dialogue) {
    this.ready = ready;
    this.#dialogue = dialogue;
  }

  /**
   * Starts a worker and waits until it can take requests.
   *
   * @throws UnsupportedError when it says that its engine cannot be used here; Error when it ends, or writes anything
   *   but its first line.
   */
  static async start(worker: WorkerCommand): Promise<WorkerProcess> {
    const dialogue = new Dialogue(worker);
    const first = (await dialogue.nextLine()) as Ready | { unsupported: string };
    if ('ready' in first) return new WorkerProcess(first, dialogue);
    await dialogue.end();
    throw new UnsupportedError(first.unsupported);
  }

  /**
   * Runs a workload this many times.
   *
   * @param timeout milliseconds after which the worker is ended; none by default.
   * @throws UnsupportedError when the engine does not have it, or when the time is over; Error with the worker's own message when it failed.
   */
  async run(run: string, parameters: Parameters, iterations: number, timeout?: number): Promise<Measurement> {
    const { engine } = this.ready;
    const request: Request = { id: ++this.#lastId, run, parameters, iterations };
    this.#dialogue.send(request);
    const answer = (await this.#dialogue.nextLine(timeout)) as Answer;
    if (answer.id !== request.id) {
      throw new Error(`The ${engine} worker answered request ${answer.id}, expected ${request.id}.`);
    }
    if ('unsupported' in answer) throw new UnsupportedError(answer.unsupported);
    if ('failure' in answer) throw new Error(`The ${engine} worker failed in ${run}: ${answer.failure}`);
    return answer;
  }

  /** Lets the worker end; one that does not is ended after ten seconds. */
  close(): Promise<void> {
    return this.#dialogue.end();
  }
}

/** The lines to and from a child process. */
class Dialogue {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #title: string;
  readonly #lines: string[] = [];
  #waiting: (() => void) | undefined;
  #stderr = '';
  /** How the process ended, in words. */
  #end: string | undefined;

  constructor({ command, args, env }: WorkerCommand) {
    this.#title = [command, ...args].join(' ');
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.#child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr = (this.#stderr + chunk).slice(-STDERR_KEPT);
    });
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#lines.push(line);
      this.#waiting?.();
    });
    // A worker that has gone shows by its missing answer.
    this.#child.stdin.on('error', () => {});
    const onEnd = (how: string) => {
      this.#end ??= how;
      this.#waiting?.();
    };
    this.#child.on('error', (error) => onEnd(`it could not be started (${error.message})`));
    this.#child.on('close', (code, signal) =>
      onEnd(signal ? `it was ended by ${signal}` : `it ended with code ${code}`),
    );
  }

  send(message: unknown): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async nextLine(timeout?: number): Promise<unknown> {
    let late = false;
    const timer =
      timeout &&
      setTimeout(() => {
        late = true;
        this.#child.kill('SIGKILL');
      }, timeout);
    while (this.#lines.length === 0 && this.#end === undefined) await this.#change();
    clearTimeout(timer);
    if (late) throw new UnsupportedError(`it took longer than ${timeout! / 1000} s`);
    const line = this.#lines.shift();
    if (line === undefined) {
      throw new Error(
        `The worker \`${this.#title}\` gave no answer: ${this.#end}.${this.#stderr && `\n${this.#stderr}`}`,
      );
    }
    try {
      return JSON.parse(line);
    } catch {
      this.#child.kill();
      throw new Error(
        `The worker \`${this.#title}\` wrote ${JSON.stringify(line)}, expected a line of JSON; whatever else it prints ` +
          'must go to stderr.',
      );
    }
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_TIMEOUT);
    while (this.#end === undefined) await this.#change();
    clearTimeout(timer);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
