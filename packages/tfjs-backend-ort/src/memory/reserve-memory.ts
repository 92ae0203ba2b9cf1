import { hasRoomForWebAssembly } from '@cifarlab/internals/address-space';

/** A shared WebAssembly.Memory; TypeScript declares it only along with the whole DOM. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** The part of the WebAssembly API used here. */
interface WebAssemblyApi {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => WasmMemory;
}

const PAGE = 65_536;
const LARGEST = 65_536 * PAGE;
const SMALLEST = 16 * PAGE;
/** Bytes to reserve unless told otherwise. */
export const DEFAULT_MEMORY_LIMIT = 3 * 2 ** 30;

/**
 * Reserves a WebAssembly memory of `limit` bytes, shared between threads (whole pages of 64 KiB), of all its size at
 * once; of half the size, a quarter, ..., at least 1 MiB, when the system does not grant more.
 *
 * @param limit bytes. Default 3 GiB.
 * @throws RangeError when `limit` is not from 1 MiB to 4 GiB; Error when not even 1 MiB is available, or the limit of the address
 * space (`ulimit -v`) leaves too little beside it.
 */
export function reserveMemory(limit = DEFAULT_MEMORY_LIMIT): WasmMemory {
  if (!(limit >= SMALLEST && limit <= LARGEST)) {
    throw new RangeError(
      `[arena] memoryLimit is ${limit}; it must be a number of bytes from ${SMALLEST} (1 MiB) to ${LARGEST} (4 GiB)`,
    );
  }
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  if (!hasRoomForWebAssembly()) {
    throw new Error(
      '[arena] the limit of the address space leaves less than the 11 GiB that a WebAssembly memory takes: raise its limit (ulimit -v), or start Node with --disable-wasm-trap-handler',
    );
  }
  let refused: unknown;
  for (let pages = Math.floor(limit / PAGE); pages * PAGE >= SMALLEST; pages = Math.floor(pages / 2)) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch (error) {
      refused = error;
    }
  }
  throw new Error(
    '[arena] not even 1 MiB of WebAssembly memory is available: free memory, or raise its limit (ulimit -v)',
    {
      cause: refused,
    },
  );
}
