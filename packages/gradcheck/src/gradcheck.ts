import { RandomState } from '@cifarlab/numpy-random';
import ndarray, { type NdArray } from 'ndarray';
import {
  assertSeparateElements,
  copyElements,
  type Elements,
  float64Elements,
  formatShape,
  sameShape,
  unravelIndex,
} from './elements.js';
import type { GradcheckElement, GradcheckInputReport, GradcheckReport } from './report.js';
import { formatGradcheckReport, severity } from './report.js';

/** The arrays to differentiate with respect to: one, a list, or a record of named ones. */
export type GradcheckInputs = NdArray | readonly NdArray[] | { readonly [name: string]: NdArray };

/** One gradient per input, in the same form as the inputs. */
export type Gradients<Inputs extends GradcheckInputs> = Inputs extends NdArray
  ? NdArray
  : { readonly [Key in keyof Inputs]: NdArray };

/** A function's value at the inputs, and its hand-written gradients there. */
export interface Evaluation<Inputs extends GradcheckInputs> {
  /** The value: an array of any shape, or a number (a loss). */
  output: NdArray | number;
  /**
   * Returns the gradient of sum(output * dout) with respect to each input. It is called several times after one
   * evaluation, so it must not add to what it gave before.
   *
   * @param dout of the output's shape; for a number, of shape [].
   */
  backward(dout: NdArray<Float64Array>): Gradients<Inputs>;
}

/** Evaluates at the inputs, which are always the same arrays, with an element moved. */
export type GradcheckFunction<Inputs extends GradcheckInputs> = (inputs: Inputs) => Evaluation<Inputs>;

/** Options of {@link gradcheck}; all may be left out. */
export interface GradcheckOptions {
  /** Step of the central differences, default 1e-6. */
  eps?: number;
  /** Absolute tolerance, default 1e-5. */
  atol?: number;
  /** Relative tolerance, default 1e-3. */
  rtol?: number;
  /**
   * Instead of the full Jacobian, check the gradients of sum(output * v) for this many random v ~ N(0, 1). For large
   * outputs: one backward pass per projection, rather than per element of the output. Default: the full Jacobian.
   */
  projections?: number;
  /** Seed of the random projections, an integer of [0, 2^32), default 0. */
  seed?: number;
}

interface NamedInput {
  key: string | number | undefined;
  name: string;
  array: NdArray;
  elements: Elements;
}

/** A direction in the space of outputs: dout for `backward`, weights for the differences. */
interface Cotangent {
  outputPosition: number[] | undefined;
  projection: number | undefined;
  /** Returns new weights at every call, so that `backward` may write to them. */
  weights(): Float64Array;
}

/**
 * Compares hand-written gradients with central differences in float64, in the spirit of `torch.autograd.gradcheck`: a
 * derivative passes when |analytical - numerical| <= atol + rtol * |numerical|. NaN and infinities never pass.
 *
 * @param fn evaluates at the inputs; it may ignore its argument and read the same arrays elsewhere, as a layer reads its
 *   parameters. Same inputs must give the same output, bit for bit.
 * @param inputs float64 arrays of any shape and strides, moved in place one element at a time and restored exactly, also
 *   when fn throws.
 * @returns counts and the worst element, per input and over all.
 * @throws TypeError when an input, the output or a gradient is not float64, or inputs share memory; RangeError when a
 *   gradient is missing or of another shape than its input, when there is nothing to compare, or an option is unknown or
 *   out of range; Error when fn changes its inputs or gives different outputs for the same ones.
 */
export function gradcheck<Inputs extends GradcheckInputs>(
  fn: GradcheckFunction<Inputs>,
  inputs: Inputs,
  options: GradcheckOptions = {},
): GradcheckReport {
  assertKnown(options);
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, projections, seed = 0 } = options;
  assertOptions(eps, atol, rtol, projections);
  const named = nameInputs(inputs);
  assertSeparateElements(named);
  const before = named.map(({ elements }) => copyElements(elements));

  const evaluation = fn(inputs);
  const { output } = evaluation;
  const outputShape = typeof output === 'number' ? [] : output.shape.slice();
  const value = copyOutput(output, outputShape);
  const cotangents =
    projections === undefined ? unitCotangents(outputShape) : randomCotangents(value.length, projections, seed);
  const compared = named.reduce((sum, { elements }) => sum + elements.indices.length, 0) * cotangents.length;
  if (compared === 0 || value.length === 0) {
    throw new RangeError(
      `There is nothing to compare: the output has shape ${formatShape(outputShape)}, and the inputs ` +
        `${named.map(({ name, array }) => `${name} ${formatShape(array.shape)}`).join(', ')}.`,
    );
  }

  // All backward passes come before the first moved input: layers keep what their last forward pass saw.
  const analytical = cotangents.map(({ weights }) => {
    const gradients = evaluation.backward(ndarray(weights(), outputShape.slice()));
    return named.map((input) => copyGradient(gradients, input));
  });
  assertUnchanged(named, before);

  const reports = named.map((input, n) => {
    const report: GradcheckInputReport = {
      name: input.name,
      shape: input.array.shape.slice(),
      compared: 0,
      failures: 0,
      worst: undefined,
    };
    for (let i = 0; i < before[n].length; i++) {
      const derivative = differentiate(input.elements, i, eps, () => copyOutput(fn(inputs).output, outputShape));
      for (const [c, { weights, outputPosition, projection }] of cotangents.entries()) {
        const numerical = projection === undefined ? derivative[c] : dot(derivative, weights());
        const element: GradcheckElement = {
          input: input.name,
          position: unravelIndex(i, report.shape),
          outputPosition,
          projection,
          analytical: analytical[c][n][i],
          numerical,
          error: Math.abs(analytical[c][n][i] - numerical),
          allowed: atol + rtol * Math.abs(numerical),
        };
        record(report, element);
      }
    }
    return report;
  });

  assertUnchanged(named, before);
  assertSameOutput(copyOutput(fn(inputs).output, outputShape), value, outputShape);

  const failures = reports.reduce((sum, report) => sum + report.failures, 0);
  const worst = reports.flatMap((report) => report.worst ?? []).reduce((a, b) => (severity(b) > severity(a) ? b : a));
  return { passed: failures === 0, compared, failures, worst, inputs: reports };
}

/** Error of {@link assertGradcheck}; has the report. */
export class GradcheckError extends Error {
  override readonly name = 'GradcheckError';

  constructor(
    /** All that was found. */
    readonly report: GradcheckReport,
  ) {
    super(formatGradcheckReport(report));
  }
}

/**
 * {@link gradcheck} that throws a {@link GradcheckError} naming the worst element when a gradient is off.
 *
 * @returns the report of a check that passed.
 */
export function assertGradcheck<Inputs extends GradcheckInputs>(
  fn: GradcheckFunction<Inputs>,
  inputs: Inputs,
  options: GradcheckOptions = {},
): GradcheckReport {
  const report = gradcheck(fn, inputs, options);
  if (!report.passed) throw new GradcheckError(report);
  return report;
}

/** Throws on options that do not exist, so that a misspelt one does not go unnoticed. */
function assertKnown(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`gradcheck's options must be an object; got ${String(options)}.`);
  }
  const known = ['eps', 'atol', 'rtol', 'projections', 'seed'];
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(`gradcheck: unknown option ${JSON.stringify(unknown)}; the options are ${known.join(', ')}.`);
  }
}

function assertOptions(eps: number, atol: number, rtol: number, projections: number | undefined): void {
  if (!(eps > 0 && Number.isFinite(eps))) throw new RangeError(`eps must be a positive number; got ${eps}.`);
  for (const [name, tolerance] of [['atol', atol] as const, ['rtol', rtol] as const]) {
    if (!(tolerance >= 0 && Number.isFinite(tolerance))) {
      throw new RangeError(`${name} must be a number of at least 0; got ${tolerance}.`);
    }
  }
  if (projections !== undefined && !(Number.isInteger(projections) && projections > 0)) {
    throw new RangeError(`projections must be a positive integer; got ${projections}.`);
  }
}

const isNdArray = (value: GradcheckInputs): value is NdArray => Array.isArray((value as { shape?: unknown }).shape);

function nameInputs(inputs: GradcheckInputs): NamedInput[] {
  const name = (key: string | number | undefined, array: NdArray, name: string): NamedInput => ({
    key,
    name,
    array,
    elements: float64Elements(array, name),
  });
  if (isNdArray(inputs)) return [name(undefined, inputs, 'input')];
  if (Array.isArray(inputs)) return (inputs as readonly NdArray[]).map((array, n) => name(n, array, `inputs[${n}]`));
  return Object.entries(inputs as Record<string, NdArray>).map(([key, array]) => name(key, array, key));
}

/** Returns the output's elements, row-major, as they are now: a layer may use the same buffer again. */
function copyOutput(output: NdArray | number, shape: readonly number[]): Float64Array {
  if (typeof output === 'number') return Float64Array.of(output);
  if (!sameShape(output.shape, shape)) {
    throw new Error(`The output's shape changed from ${formatShape(shape)} to ${formatShape(output.shape)}.`);
  }
  return copyElements(float64Elements(output, 'The output'));
}

function copyGradient(gradients: unknown, { key, name, array }: NamedInput): Float64Array {
  const gradient = (
    key === undefined ? gradients : (gradients as Record<string | number, unknown> | undefined)?.[key]
  ) as NdArray | undefined;
  if (gradient === undefined || gradient === null) {
    throw new RangeError(`backward gave no gradient for ${name}: return one for every input.`);
  }
  if (!sameShape(gradient.shape, array.shape)) {
    throw new RangeError(
      `backward gave a gradient of shape ${formatShape(gradient.shape)} for ${name}, which has shape ${formatShape(array.shape)}.`,
    );
  }
  return copyElements(float64Elements(gradient, `The gradient for ${name}`));
}

/** Returns one per element of the output: together they give the full Jacobian. */
function unitCotangents(shape: readonly number[]): Cotangent[] {
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, i) => {
    const weights = () => {
      const unit = new Float64Array(size);
      unit[i] = 1;
      return unit;
    };
    return { outputPosition: unravelIndex(i, shape), projection: undefined, weights };
  });
}

function randomCotangents(size: number, count: number, seed: number): Cotangent[] {
  return Array.from({ length: count }, (_, projection) => {
    const direction = new RandomState([seed, projection]).normals(size);
    return { outputPosition: undefined, projection, weights: () => direction.slice() };
  });
}

/** Returns the derivative of every output element with respect to input element `i`, by a central difference. */
function differentiate({ data, indices }: Elements, i: number, eps: number, output: () => Float64Array): Float64Array {
  const index = indices[i];
  const kept = data[index];
  try {
    data[index] = kept + eps;
    const upperX = data[index];
    const upper = output();
    data[index] = kept - eps;
    // The distance really moved: kept +- eps are rounded.
    const distance = upperX - data[index];
    const lower = output();
    return upper.map((value, o) => (value - lower[o]) / distance);
  } finally {
    data[index] = kept;
  }
}

function record(report: GradcheckInputReport, element: GradcheckElement): void {
  report.compared += 1;
  // If the numerical derivative is infinite, so is the error that it allows.
  if (!(Number.isFinite(element.error) && element.error <= element.allowed)) report.failures += 1;
  if (!report.worst || severity(element) > severity(report.worst)) report.worst = element;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

function assertUnchanged(inputs: readonly NamedInput[], before: readonly Float64Array[]): void {
  for (const [n, { name, array, elements }] of inputs.entries()) {
    const now = copyElements(elements);
    const i = now.findIndex((value, index) => !Object.is(value, before[n][index]));
    if (i >= 0) {
      throw new Error(
        `The function changed its input: ${name}${formatShape(unravelIndex(i, array.shape))} was ` +
          `${before[n][i]} and is ${now[i]}; work on a copy.`,
      );
    }
  }
}

function assertSameOutput(now: Float64Array, before: Float64Array, shape: readonly number[]): void {
  const i = now.findIndex((value, index) => !Object.is(value, before[index]));
  if (i >= 0) {
    throw new Error(
      `The function gives different outputs for the same inputs: element ${formatShape(unravelIndex(i, shape))} was ` +
        `${before[i]} and then ${now[i]}; fix its random numbers and its state.`,
    );
  }
}
