import { ServeError } from './serve-error.js';

/** Limits that keep a server alive, whatever it is sent. */
export interface ServeLimits {
  /** Most bytes of the body of a request. Default: 16 MiB. */
  maxBytes: number;
  /** Most bytes of all bodies that are held at a time. Default: 128 MiB, or `maxBytes` where that is more. */
  maxHeldBytes: number;
  /** Most pictures in a request. Default: 64. */
  maxPictures: number;
  /** Most pixels of a picture. Default: 50 million. */
  maxPixels: number;
  /** Most pictures that wait for the network at a time. Default: 256. */
  maxQueue: number;
  /** Most pictures that the network is given at a time. Default: 32. */
  maxBatch: number;
  /** Most connections at a time. Default: 512. */
  maxConnections: number;
  /** Seconds in which a request must have come, and then been answered. Default: 30. */
  timeoutSeconds: number;
  /** Seconds for the requests that are being answered when the server ends. Default: 10. */
  drainSeconds: number;
}

const defaults: ServeLimits = {
  maxBytes: 16 * 2 ** 20,
  maxHeldBytes: 128 * 2 ** 20,
  maxPictures: 64,
  maxPixels: 50_000_000,
  maxQueue: 256,
  maxBatch: 32,
  maxConnections: 512,
  timeoutSeconds: 30,
  drainSeconds: 10,
};

/** Most seconds of a limit: Node's timers take no more. */
const MOST_SECONDS = 2_000_000;

/** Returns the limits with their defaults. @throws ServeError, `limit`, for one that makes no sense. */
export function limitsOf(given: Partial<ServeLimits>): ServeLimits {
  const { maxBytes = defaults.maxBytes } = given;
  const limits = { ...defaults, maxHeldBytes: Math.max(defaults.maxHeldBytes, maxBytes) };
  for (const key of Object.keys(defaults) as (keyof ServeLimits)[]) {
    const value = given[key] ?? limits[key];
    const isTime = key.endsWith('Seconds');
    const isFit = isTime ? value > 0 && value <= MOST_SECONDS : Number.isSafeInteger(value) && value >= 1;
    if (!isFit) {
      const rule = isTime ? `a number of seconds above 0, at most ${MOST_SECONDS}` : 'a whole number of 1 or more';
      throw new ServeError('limit', `${key} must be ${rule}; got ${value}`);
    }
    limits[key] = value;
  }
  return limits;
}
