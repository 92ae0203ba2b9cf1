import type { FolderUpdate, RunUpdate } from '../protocol.js';

/** Listener to the events. */
export interface Listener {
  onRun?: (update: RunUpdate) => void;
  onFolder?: (update: FolderUpdate) => void;
  /** Is told whether the server answers; after a break everything comes again. */
  onConnected: (isConnected: boolean) => void;
}

/** Milliseconds between two tries where the browser gives up. */
const RETRY_MS = 3000;

/** Listens to the server until it is closed. The browser connects again by itself. */
export class Connection {
  readonly #query: string;
  readonly #listener: Listener;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(query: string, listener: Listener) {
    this.#query = query;
    this.#listener = listener;
    this.#open();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  #open(): void {
    const source = new EventSource(`events?${this.#query}`);
    const { onRun, onFolder, onConnected } = this.#listener;
    source.addEventListener('open', () => onConnected(true));
    source.addEventListener('run', ({ data }) => onRun?.(JSON.parse(data)));
    source.addEventListener('folder', ({ data }) => onFolder?.(JSON.parse(data)));
    source.addEventListener('error', () => {
      onConnected(false);
      // Refused, rather than cut off.
      if (source.readyState === EventSource.CLOSED) this.#timer = setTimeout(() => this.#open(), RETRY_MS);
    });
    this.#source = source;
  }
}
