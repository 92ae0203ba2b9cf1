/** Work of the same name one after the other, whatever became of the work before. */
export class Turns {
  readonly #latest = new Map<string, Promise<unknown>>();

  take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#latest.get(name) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#latest.set(name, turn);
    return turn;
  }
}
