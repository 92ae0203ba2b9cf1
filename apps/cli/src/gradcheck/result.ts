/** The gradient of one input, or of several that share a line: how many derivatives, and the worst of them. */
export interface InputResult {
  /** The input or the name that several share. */
  name: string;
  /** Derivatives compared. */
  compared: number;
  passed: boolean;
  worst: WorstDerivative;
}

/** The derivative with the largest part of its tolerance used up. */
export interface WorstDerivative {
  input: string;
  /** Of the element, in an input of this shape. */
  position: readonly number[];
  shape: readonly number[];
  /** What the hand-written code gave. */
  found: number;
  expected: number;
  /** Relative; NaN or infinite where something is not finite. */
  error: number;
  tolerance: number;
}

/** What was found out about one hand-written gradient. */
export interface CheckResult {
  precision: Precision;
  layer: string;
  code: string;
  /** Null where it was not checked. */
  passed: boolean | null;
  /** Why it was not checked, or how its code failed. */
  reason?: string;
  /** Empty where there is a reason. */
  inputs: InputResult[];
}

export const precisions = ['float64', 'float32'] as const;
export type Precision = (typeof precisions)[number];

/** Whether the derivative is right. NaN and infinities never are. */
function isWithin({ error, tolerance }: WorstDerivative): boolean {
  return Number.isFinite(error) && error <= tolerance;
}

/** Puts together what was found at several sizes. */
export class Tally {
  readonly #inputs = new Map<string, InputResult>();

  constructor(
    readonly subject: { layer: string; code: string; group?(input: string): string },
    readonly precision: Precision,
  ) {}

  /** Counts the derivatives with respect to one input at one size, of which this is the worst. */
  add({ compared, ...worst }: WorstDerivative & { compared: number }): void {
    const name = this.subject.group?.(worst.input) ?? worst.input;
    const before = this.#inputs.get(name);
    this.#inputs.set(name, {
      name,
      compared: compared + (before?.compared ?? 0),
      passed: isWithin(worst) && (before?.passed ?? true),
      worst: before === undefined ? worst : worse(before.worst, worst),
    });
  }

  result(): CheckResult {
    const inputs = [...this.#inputs.values()];
    const { layer, code } = this.subject;
    return { precision: this.precision, layer, code, passed: inputs.every(({ passed }) => passed), inputs };
  }
}

/** The one of two derivatives that uses up more of its tolerance. */
export function worse(a: WorstDerivative, b: WorstDerivative): WorstDerivative {
  return severity(b) > severity(a) ? b : a;
}

const severity = ({ error, tolerance }: WorstDerivative) =>
  Number.isFinite(error) ? error / tolerance : Number.POSITIVE_INFINITY;
