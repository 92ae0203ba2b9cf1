import autocannon from 'autocannon';

/** How a server does under a load. */
export interface LoadResult {
  /** Requests that were answered, each second. */
  requestsPerSecond: number;
  /** Milliseconds in which 99 of 100 were. */
  p99: number;
}

/** Bytes of a picture, [32, 32, 3]. */
export const picture = Buffer.from(Array.from({ length: 3072 }, (_, i) => (i * i + 7 * i) % 256));

/** Type of such a body. */
export const headers = { 'Content-Type': 'application/octet-stream' };

/** Sends pictures over so many connections, each the next one when it has its answer. @throws Error for a failed one. */
export async function load(
  url: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<LoadResult> {
  const result = await autocannon({ url, method: 'POST', headers, body: picture, connections, duration: seconds });
  const { errors, timeouts, non2xx, latency, requests, duration } = result;
  if (errors + timeouts + non2xx > 0) {
    throw new Error(`${url}: ${errors} errors, ${timeouts} timeouts and ${non2xx} refusals under the load`);
  }
  if (requests.total === 0) {
    throw new Error(`${url} answered nothing in ${seconds} s: the machine is too busy; try again when it is not`);
  }
  return { requestsPerSecond: requests.total / duration, p99: latency.p99 };
}
