// The package has no declarations; these are the parts in use.
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
      /** Milliseconds: until connected; between two pieces of data. */
      timeouts: { connection: number; idle: number };
      proxy?: string | undefined;
      noProxy?: string | undefined;
      ca?: string | undefined;
      strictSSL?: boolean | undefined;
    },
  ): Promise<{
    readonly status: number;
    /** Address after redirects. */
    readonly url: string;
    readonly headers: { get(name: string): string | null };
    readonly body: AsyncIterable<Uint8Array>;
  }>;
}
