/** Warnings that slow computing has its cause in the memory. */
export class MemoryWarnings {
  readonly #warn: (message: string) => void;
  #saidThatItIsFull = false;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Warns of less memory than half of the request: whole pages are granted of it, of its half, its quarter, … */
  ofLittle(capacity: number, asked: number): void {
    if (capacity > asked / 2) return;
    this.#warn(
      `[ort] the system grants ${mebibytes(capacity)} of the ${mebibytes(asked)} MiB of memory for tensors: free memory, raise ` +
        "the limit of this process's address space, or use small batches.",
    );
  }

  /** Warns, the first time, that kernels are left to the cpu for want of memory. */
  ofFull(capacity: number): void {
    if (this.#saidThatItIsFull) return;
    this.#saidThatItIsFull = true;
    this.#warn(
      `[ort] the ${mebibytes(capacity)} MiB for tensors are full; what does not fit is computed ` +
        "many times more slowly, by tfjs's cpu kernels. Use smaller batches, dispose tensors, or register the backend " +
        'with a larger memoryLimit (up to 4 GiB).',
    );
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
