/** One compared derivative. */
export interface GradcheckElement {
  /** Name of the input: its key, its number in a list, or `input` for a single array. */
  input: string;
  /** Position of the element in that input. */
  position: number[];
  /** Position of the element in the output whose derivative this is; `undefined` with random projections. */
  outputPosition: number[] | undefined;
  /** Number of the random projection, from 0; `undefined` with the full Jacobian. */
  projection: number | undefined;
  /** The derivative that `backward` gave. */
  analytical: number;
  /** The derivative by central differences. */
  numerical: number;
  /** |analytical - numerical|, NaN if they are not finite. */
  error: number;
  /** The error that would have passed: atol + rtol * |numerical|. */
  allowed: number;
}

/** Findings for one input. */
export interface GradcheckInputReport {
  /** Its key, its number in a list, or `input` for a single array. */
  name: string;
  /** The input's, and so its gradient's. */
  shape: number[];
  /** Number of derivatives compared. */
  compared: number;
  /** Number of derivatives off by more than allowed, or not finite. */
  failures: number;
  /** The one with the largest ratio of error to allowed error. */
  worst: GradcheckElement | undefined;
}

/** The result of {@link gradcheck}. */
export interface GradcheckReport {
  /** Whether every derivative was within tolerance. */
  passed: boolean;
  /** Number of derivatives compared, over all inputs. */
  compared: number;
  /** Number of derivatives off by more than allowed, or not finite. */
  failures: number;
  /** The one with the largest ratio of error to allowed error, over all inputs. */
  worst: GradcheckElement;
  /** Per input, in the order given. */
  inputs: GradcheckInputReport[];
}

/** Computes the error divided by allowed error; a value that is not finite is worse than any other. */
export function severity({ error, allowed }: Pick<GradcheckElement, 'error' | 'allowed'>): number {
  if (!Number.isFinite(error)) return Number.POSITIVE_INFINITY;
  return error === 0 ? 0 : error / allowed;
}

/** Returns the report in one line: passed or failed, how many, and the worst element with both its derivatives. */
export function formatGradcheckReport(report: GradcheckReport): string {
  const { worst } = report;
  const where = worst.outputPosition
    ? `d output${subscript(worst.outputPosition)} / d ${worst.input}${subscript(worst.position)}`
    : `d projection ${worst.projection} / d ${worst.input}${subscript(worst.position)}`;
  const values =
    `analytical ${worst.analytical}, numerical ${worst.numerical}, ` +
    `error ${short(worst.error)}, allowed ${short(worst.allowed)}`;
  const counts = report.passed
    ? `gradcheck passed: ${report.compared} derivatives`
    : `gradcheck failed: ${report.failures} of ${report.compared} derivatives are off (${failuresByInput(report)})`;
  return `${counts}; worst: ${where}: ${values}.`;
}

function failuresByInput({ inputs }: GradcheckReport): string {
  return inputs
    .filter(({ failures }) => failures > 0)
    .map(({ name, failures, compared }) => `${name}: ${failures} of ${compared}`)
    .join(', ');
}

const subscript = (position: readonly number[]) => (position.length === 0 ? '' : `[${position.join(',')}]`);

const short = (value: number) => String(Number(value.toPrecision(3)));
