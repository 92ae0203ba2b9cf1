import type { WatchOptions } from '../server/watch-server.js';
import type { WatchErrorCode } from '../watch-error.js';

/** What a process that serves a page is asked to do. */
export interface WatchTask extends WatchOptions {
  /** What is watched. */
  path: string;
}

/** What it answers. */
export type WatchAnswer = { address: string } | { code: WatchErrorCode | undefined; message: string };
