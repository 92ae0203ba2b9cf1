import type { ServerResponse } from 'node:http';

/** Milliseconds between two signs of life. */
const HEARTBEAT_MS = 15_000;

/** A page that has taken nothing for so long is gone. */
const PATIENCE_MS = 60_000;

/**
 * A page that listens to server-sent events (WHATWG HTML, section 9.2). Nothing waits in memory for a page that is slow:
 * while the last event has not left, there is no room for another, and the next one tells what was missed.
 */
export class EventClient {
  readonly #response: ServerResponse;
  readonly #now: () => number;
  #blockedSince: number | undefined;
  #sentAt: number;

  /** @param now a clock in milliseconds. */
  constructor(response: ServerResponse, now: () => number = () => performance.now()) {
    this.#response = response;
    this.#now = now;
    this.#sentAt = now();
    response.on('drain', () => {
      this.#blockedSince = undefined;
    });
  }

  /** Whether an event may be sent now. */
  get hasRoom(): boolean {
    return this.#blockedSince === undefined && !this.#response.writableEnded;
  }

  /** Sends an event whose data are JSON. */
  send(event: string, data: unknown): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps the connection alive, or ends it where the page has been too slow. */
  tend(): void {
    const now = this.#now();
    if (this.#blockedSince !== undefined) {
      if (now - this.#blockedSince > PATIENCE_MS) this.#response.destroy();
    } else if (now - this.#sentAt > HEARTBEAT_MS) this.#write(':\n\n');
  }

  /** Ends the connection. */
  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    this.#sentAt = this.#now();
    if (!this.#response.write(text)) this.#blockedSince = this.#sentAt;
  }
}
