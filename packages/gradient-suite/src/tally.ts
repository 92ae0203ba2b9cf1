import type { GradientSubject } from './gradient-case.js';
import type { GradientResult, InputResult, Precision, WorstDerivative } from './result.js';

/** Combines the findings at several sizes. */
export class Tally {
  readonly #subject: GradientSubject;
  readonly #precision: Precision;
  readonly #inputs = new Map<string, InputResult>();

  constructor(subject: GradientSubject, precision: Precision) {
    this.#subject = subject;
    this.#precision = precision;
  }

  /** Counts the derivatives with respect to one input at one size, of which this is the worst. */
  add({ compared, ...worst }: WorstDerivative & { compared: number }): void {
    const name = this.#subject.group?.(worst.input) ?? worst.input;
    const before = this.#inputs.get(name);
    this.#inputs.set(name, {
      name,
      compared: compared + (before?.compared ?? 0),
      passed: isWithin(worst) && (before?.passed ?? true),
      worst: before === undefined ? worst : worse(before.worst, worst),
    });
  }

  result(): GradientResult {
    const inputs = [...this.#inputs.values()];
    const { layer, code } = this.#subject;
    return { precision: this.#precision, layer, code, passed: inputs.every(({ passed }) => passed), inputs };
  }
}

/** Returns whether the derivative is right. NaN and infinities never are. */
function isWithin({ error, tolerance }: WorstDerivative): boolean {
  return Number.isFinite(error) && error <= tolerance;
}

/** Returns the one of two derivatives that uses up more of its tolerance. */
function worse(a: WorstDerivative, b: WorstDerivative): WorstDerivative {
  return severity(b) > severity(a) ? b : a;
}

const severity = ({ error, tolerance }: WorstDerivative) =>
  Number.isFinite(error) ? error / tolerance : Number.POSITIVE_INFINITY;
