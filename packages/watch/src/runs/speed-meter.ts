/** Steps per second are those of so many seconds. */
const WINDOW_SECONDS = 60;

/** Fewest seconds that a speed is measured over: fewer say little. */
const FEWEST_SECONDS = 3;

/** Measures how fast a run goes on, from looks at it from time to time. Evaluations count. */
export class SpeedMeter {
  #looks: { step: number; seconds: number }[] = [];

  /** Takes a look. @param seconds on a clock that nobody sets. */
  look(step: number, seconds: number): void {
    const last = this.#looks.at(-1);
    // A run that was resumed from an earlier step begins anew.
    if (last !== undefined && step < last.step) this.#looks = [];
    this.#looks.push({ step, seconds });
    while (this.#looks.length > 2 && this.#looks[1]!.seconds <= seconds - WINDOW_SECONDS) this.#looks.shift();
  }

  /** Steps per second; undefined until enough was seen. */
  get stepsPerSecond(): number | undefined {
    const first = this.#looks[0];
    const last = this.#looks.at(-1);
    if (first === undefined || last === undefined || last.seconds - first.seconds < FEWEST_SECONDS) return undefined;
    const steps = last.step - first.step;
    return steps > 0 ? steps / (last.seconds - first.seconds) : undefined;
  }
}
