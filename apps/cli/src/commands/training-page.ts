import type { RunWatch, WatchOptions } from '@cifarlab/watch';

/** The live page about a run that this process trains. A training neither waits nor fails for it. */
export class TrainingPage {
  readonly #options: WatchOptions;
  #watch: Promise<RunWatch | undefined> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Serves the page from a process of its own, and says where. */
  show(path: string, note: (line: string) => void): void {
    this.#watch = serve(path, this.#options, note);
  }

  /** Ends the page. */
  async close(): Promise<void> {
    await (await this.#watch)?.close();
  }
}

async function serve(path: string, options: WatchOptions, note: (line: string) => void): Promise<RunWatch | undefined> {
  try {
    const { watchInProcess } = await import('@cifarlab/watch');
    const watch = await watchInProcess(path, options);
    note(`watch it   : ${watch.address}`);
    return watch;
  } catch (error) {
    note(`warning: there is no live page: ${(error as Error).message}`);
    return undefined;
  }
}
