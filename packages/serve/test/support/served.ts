import { afterEach } from 'vitest';
import { type ImageNetwork, type ServedNetwork, type ServeOptions, serveNetwork } from '../../src/index.js';

/** Servers for the tests of a file; all are closed after each test. */
export function useServers(): (network: ImageNetwork, options?: ServeOptions) => Promise<ServedNetwork> {
  const open: ServedNetwork[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((served) => served.close()));
  });
  return async (network, options) => {
    const served = await serveNetwork(network, { drainSeconds: 0.2, ...options });
    open.push(served);
    return served;
  };
}

/** An answer that was read. */
export interface Answer {
  status: number;
  headers: Headers;
  body: {
    images: { name: string; predictions: { class: string; probability: number }[] }[];
    error: { code: string; message: string };
  };
}

/** Sends pictures. */
export async function predict(
  { address }: ServedNetwork,
  body: BodyInit | Buffer,
  { type, query = '', ...options }: RequestInit & { type?: string | undefined; query?: string } = {},
): Promise<Answer> {
  const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type };
  const content = Buffer.isBuffer(body) ? new Uint8Array(body) : body;
  const answer = await fetch(`${address}predict${query}`, { method: 'POST', body: content, headers, ...options });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] };
}

/** A network whose answers wait until they are let go. */
export function heldBack(network: ImageNetwork) {
  const batches: number[] = [];
  let release = () => {};
  let isHeld = false;
  const held: ImageNetwork = {
    ...network,
    async logits(pixels, count) {
      batches.push(count);
      if (isHeld) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return network.logits(pixels, count);
    },
  };
  return {
    network: held,
    /** Pictures in each batch that it was given. */
    batches,
    hold() {
      isHeld = true;
      batches.length = 0;
    },
    letGo() {
      isHeld = false;
      release();
    },
  };
}
