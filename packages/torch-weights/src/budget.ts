import { TorchWeightsError } from './error.js';

/** The memory that one use of a file may take. */
export class Budget {
  readonly #file: string;
  readonly #most: number;
  #spent = 0;

  constructor(file: string, most: number) {
    this.#file = file;
    this.#most = most;
  }

  /**
   * Counts bytes before they are taken.
   *
   * @throws {TorchWeightsError} `TOO_LARGE`.
   */
  spend(bytes: number): void {
    this.#spent += bytes;
    if (this.#spent <= this.#most) return;
    throw new TorchWeightsError(
      'TOO_LARGE',
      `${this.#file}: its weights take more than ${this.#most} bytes in memory. Set maxBytes to a larger number if the file comes from a source you trust.`,
    );
  }
}
