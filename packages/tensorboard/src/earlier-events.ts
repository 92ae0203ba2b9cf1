/** Relation of an event that is to be written to those that are there already. */
export type Comparison =
  /** An event that is there already. */
  | { readonly is: 'written' }
  /** An event that comes after all that are there. */
  | { readonly is: 'new' }
  /** An event of another course of training: the events from `offset` on belong to one that was not continued. */
  | { readonly is: 'other'; readonly offset: number };

/**
 * The events that an earlier process has left in a file, in their order, beside which those of a training that is
 * repeated are held. What comes again as it was is there already; from the first that differs on, the file tells of a
 * course that the training has left.
 */
export class EarlierEvents {
  readonly #offsets: number[] = [];
  readonly #steps: number[] = [];
  readonly #checks: number[] = [];
  #next = 0;

  /** Whether there are no earlier events. */
  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  /** Notes an event of the file. */
  add(offset: number, step: number, check: number): void {
    this.#offsets.push(offset);
    this.#steps.push(step);
    this.#checks.push(check);
  }

  /**
   * Says what an event is beside those of the file: one with this check is looked for among those of its step that have
   * not been passed; those of earlier steps stay as they are.
   */
  compare(step: number, check: number): Comparison {
    const end = this.#steps.length;
    while (this.#next < end && this.#steps[this.#next]! < step) this.#next++;
    for (let i = this.#next; i < end && this.#steps[i] === step; i++) {
      if (this.#checks[i] !== check) continue;
      this.#next = i + 1;
      return { is: 'written' };
    }
    return this.#next < end ? { is: 'other', offset: this.#offsets[this.#next]! } : { is: 'new' };
  }

  /** Forgets the events that have not been passed. */
  forgetRest(): void {
    this.#next = this.#steps.length;
  }
}
