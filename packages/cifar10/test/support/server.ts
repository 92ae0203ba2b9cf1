import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a web server on the loopback that is gone after the test. */
export async function serve(handler: Handler): Promise<{ url: string; server: Server }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/**
 * Serves one file with ETag and ranges.
 *
 * @param cut after how many bytes of the body to drop the connection, per request; `undefined`: not.
 */
export function fileHandler(
  bytes: Uint8Array,
  {
    etag = () => '"v1"',
    cut = () => undefined,
    requests = [],
    ranges = true,
  }: {
    etag?: () => string;
    cut?: (request: number) => number | undefined;
    requests?: IncomingMessage['headers'][];
    ranges?: boolean;
  } = {},
): Handler {
  return (request, response) => {
    requests.push(request.headers);
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const valid = asked !== null && ranges && request.headers['if-range'] === etag();
    const start = valid ? Number(asked[1]) : 0;
    const body = bytes.subarray(start);
    response.writeHead(valid ? 206 : 200, {
      etag: etag(),
      'content-length': body.length,
      ...(valid && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    const stop = cut(requests.length);
    if (stop === undefined) {
      response.end(body);
    } else {
      response.write(body.subarray(0, stop), () => setTimeout(() => response.destroy(), 50));
    }
  };
}
