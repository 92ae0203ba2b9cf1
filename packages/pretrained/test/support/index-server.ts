import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { TINY, WHEEL } from './tiny.js';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a web server on the loopback that is gone after the test. */
export async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns an address at which nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** Starts a package index with one project, and pip's settings that name it. */
export async function serveIndex({
  html = false,
  credentials = '',
  wheel = (response) => response.end(WHEEL),
}: {
  html?: boolean;
  credentials?: string;
  wheel?: (response: ServerResponse, request: IncomingMessage) => void;
} = {}): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const url = await serve((request, response) => {
    requests.push(request);
    if (request.url === '/simple/tiny-model/') {
      const link = `../../files/${TINY.wheel.name}#sha256=${TINY.wheel.sha256}`;
      const other = '../../files/tiny_model-0.0.1-py3-none-any.whl';
      response.setHeader('content-type', html ? 'text/html' : 'application/vnd.pypi.simple.v1+json');
      response.end(
        html
          ? `<html><body><a href="${other}">a</a><a class='x' href='${link}'>b</a></body></html>`
          : JSON.stringify({ files: [{ url: other }, { url: link }] }),
      );
    } else if (request.url === `/files/${TINY.wheel.name}`) {
      wheel(response, request);
    } else {
      response.writeHead(404).end();
    }
  });
  usePip({ PIP_INDEX_URL: `${url.replace('//', `//${credentials}`)}/simple/` });
  return { url, requests };
}

/** Makes these the only settings of pip, proxies and the cache, until the test ends. */
export function usePip(variables: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) {
    if (/^pip_|_proxy$|_ca_bundle$|^cifarlab_|^virtual_env$/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}
