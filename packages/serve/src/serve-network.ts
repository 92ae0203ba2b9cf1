import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cannotListen, originOf } from '@cifarlab/internals/http-server';
import { readAssets } from './http/assets.js';
import { PredictionServer } from './http/prediction-server.js';
import type { ImageNetwork } from './image-network.js';
import { limitsOf, type ServeLimits } from './limits.js';
import { ServeError } from './serve-error.js';

/** Options of {@link serveNetwork}. */
export interface ServeOptions extends Partial<ServeLimits> {
  /** Name or address of this machine to serve at. Default: `127.0.0.1`, for this machine only. */
  host?: string | undefined;
  /** The port, 0 to 65535. Default: 0, any that is free. */
  port?: number | undefined;
  /** Is told of errors of the network; their requests are answered with status 500. */
  onError?: ((error: unknown) => void) | undefined;
}

/** A network that is served. */
export interface ServedNetwork {
  /** Address of the page, at whose `predict` pictures are taken. */
  readonly address: string;
  /** Answers the requests that have come, takes no more, and ends the server; after `drainSeconds` in any case. */
  close(): Promise<void>;
}

/** Bytes that the headers of a request may have. */
const MOST_HEADER_BYTES = 16 * 2 ** 10;

/**
 * Serves a network over HTTP: `POST /predict` classifies pictures, `GET /health` says that it works, and `GET /` is a page
 * on which one drops a picture. What is not a picture, too large or too slow is refused, and pictures that come at the same
 * time are computed together.
 *
 * @throws ServeError: `limit`, `network`, or `address` when the server cannot listen there.
 */
export async function serveNetwork(
  network: ImageNetwork,
  { host = '127.0.0.1', port = 0, onError = () => {}, ...given }: ServeOptions = {},
): Promise<ServedNetwork> {
  const limits = limitsOf(given);
  const predictions = new PredictionServer(network, { limits, assets: await readAssets(), host, onError });
  await predictions.tryNetwork();
  const milliseconds = 1000 * limits.timeoutSeconds;
  const server = createServer(
    {
      requestTimeout: milliseconds,
      headersTimeout: milliseconds,
      connectionsCheckingInterval: Math.min(1000, milliseconds / 2),
      maxHeaderSize: MOST_HEADER_BYTES,
    },
    (request, response) => void predictions.answer(request, response),
  );
  server.maxConnections = limits.maxConnections;
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new ServeError('address', cannotListen(host, port, error as NodeJS.ErrnoException), { cause: error });
  }
  let closed: Promise<void> | undefined;
  const close = async () => {
    predictions.drain();
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    const timer = setTimeout(() => server.closeAllConnections(), 1000 * limits.drainSeconds);
    await ended;
    clearTimeout(timer);
  };
  return {
    address: `${originOf(server.address() as AddressInfo)}/`,
    close() {
      closed ??= close();
      return closed;
    },
  };
}
