// These packages have no declarations; these are the parts in use.

declare module '@npmcli/config' {
  export default class Config {
    constructor(options: {
      npmPath: string;
      definitions: object;
      shorthands: object;
      flatten: unknown;
      argv: readonly string[];
      env: NodeJS.ProcessEnv;
      cwd: string;
    });
    load(): Promise<void>;
    /** The settings under the names that npm's libraries take. */
    readonly flat: Record<string, unknown>;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const npm: { definitions: object; shorthands: object; flatten: unknown };
  export default npm;
}

declare module 'make-fetch-happen' {
  export default function fetch(
    url: string,
    options: {
      headers: Record<string, string>;
      compress: boolean;
      cache: 'no-store';
      redirect: 'follow';
      retry: boolean;
      signal: AbortSignal;
      /** Milliseconds, 0 for no limit: until connected; between two pieces of data. */
      timeouts: { connection: number; idle: number };
      proxy?: string | undefined;
      noProxy?: string | string[] | undefined;
      ca?: string | string[] | undefined;
      strictSSL?: boolean | undefined;
      localAddress?: string | undefined;
    },
  ): Promise<{
    readonly status: number;
    readonly headers: { get(name: string): string | null };
    readonly body: AsyncIterable<Uint8Array>;
  }>;
}
