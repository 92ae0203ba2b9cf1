import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runServer } from 'verdaccio';

export interface Registry {
  /** `http://127.0.0.1:<port>/` */
  url: string;
  /** Token of a user who may publish. */
  token: string;
  close(): Promise<void>;
}

/**
 * Starts a separate registry on loopback: packages of the scope `@cifarlab` are what is published here and nothing
 * else, all others come from the `uplink`.
 *
 * @param folder for what is published.
 * @param uplink another registry's address, and the certificates, as text, that its server is checked with.
 */
export async function startRegistry(folder: string, uplink: { url: string; ca?: string }): Promise<Registry> {
  const own = { access: '$all', publish: '$authenticated' };
  const server = (await runServer({
    configPath: join(folder, 'config.yaml'),
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: { npm: { ...uplink, timeout: '60s', maxage: '30m' } },
    packages: { '@cifarlab/*': own, cifarlab: own, '**': { access: '$all', proxy: 'npm' } },
    publish: { allow_offline: true },
    // The platform packages have up to 18 MB, a third more on their way.
    max_body_size: '100mb',
    web: { enable: false },
    log: { type: 'stdout', level: 'fatal' },
  } as unknown as Parameters<typeof runServer>[0])) as Server;
  // A connection that is closed just when a client uses it again is an error to the client.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const token = await addUser(url);
  return {
    url,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function addUser(url: string): Promise<string> {
  const response = await fetch(`${url}-/user/org.couchdb.user:releaser`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'releaser', password: 'only-for-this-test' }),
  });
  const { token } = (await response.json()) as { token?: string };
  if (token === undefined) throw new Error(`The registry gave no token: HTTP ${response.status}.`);
  return token;
}
