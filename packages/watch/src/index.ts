export { watchInProcess } from './process/watch-in-process.js';
export { type RunWatch, type WatchOptions, watchRuns } from './server/watch-server.js';
export { WatchError, type WatchErrorCode } from './watch-error.js';
