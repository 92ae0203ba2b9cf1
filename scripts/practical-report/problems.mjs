// @ts-check

/** An error with everything that keeps the pages from becoming a report: one line each, with page and line. */
export class ReportError extends Error {
  /** @param {readonly string[]} problems `docs/practical/1.2-mlp.md:12: what is wrong`, one for each */
  constructor(problems) {
    super(`The report was not made:\n${problems.join('\n')}`);
    this.name = 'ReportError';
    this.problems = problems;
  }
}

/** Collects all problems, so that one attempt finds all of them. */
export class Problems {
  /** @type {string[]} */
  #found = [];

  /**
   * @param {string} page from the root of the repository
   * @param {number} line counted from 1
   * @param {string} message
   */
  add(page, line, message) {
    this.#found.push(`${page}:${line}: ${message}`);
  }

  /** @throws {ReportError} when there is any */
  throwIfAny() {
    if (this.#found.length > 0) throw new ReportError(this.#found);
  }
}
