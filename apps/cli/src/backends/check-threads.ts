import { UsageError } from '../errors.js';

/** @throws UsageError when several threads are asked of a backend that has one. */
export function refuseThreads(backend: string, threads: number | undefined): void {
  if (threads === undefined || threads === 1) return;
  throw new UsageError(
    `--threads ${threads} has no meaning for --backend ${backend}, which computes with one thread; leave it out or use --backend ort`,
  );
}
