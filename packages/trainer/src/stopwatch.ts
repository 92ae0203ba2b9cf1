/** Measures the time since it was made or restarted, whatever happens to the system's clock. */
export class Stopwatch {
  #start = performance.now();

  seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  restart(): void {
    this.#start = performance.now();
  }
}
