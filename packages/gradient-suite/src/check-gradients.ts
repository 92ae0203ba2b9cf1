import { gradientCases, layerNames } from './cases.js';
import { checkFloat32, checkTensors, inFloat32 } from './check-float32.js';
import { checkFloat64 } from './check-float64.js';
import { UnknownLayerError } from './errors.js';
import type { GradientSubject, NdarrayCase, TensorflowCase } from './gradient-case.js';
import { type GradientResult, type Precision, precisions } from './result.js';

/** Options of {@link checkGradients}; all may be left out. */
export interface CheckGradientsOptions {
  /** Names of layers, of {@link layerNames}; default, and for an empty list, all. */
  layers?: readonly string[] | undefined;
  /** The precisions to check in; by default both. */
  precisions?: readonly Precision[] | undefined;
  /** Seed of the random sizes and inputs, default 42. */
  seed?: number | undefined;
  /**
   * Starts what computes the gradients in TensorFlow.js. It is called once, and only if there is one to check; what it
   * throws ends the checks. By default the backend in use computes them.
   */
  startTensorflow?: (() => Promise<TensorflowStart>) | undefined;
  /** Ends the checks before the next gradient, with its reason as the error. */
  signal?: AbortSignal | undefined;
}

/** The backend that computes the gradients in TensorFlow.js, or the reason why there is none. */
export type TensorflowStart = StartedBackend | { readonly unavailable: string };

/** A backend that TensorFlow.js now uses. */
export interface StartedBackend {
  /** Its name in results. */
  readonly name: string;
  /** Reason why the kernels of `@cifarlab/tfjs-backend-ort` are not checked, if the backend is another one. */
  readonly withoutOrt?: string;
}

/** The seed of the command line, too. */
const SEED = 42;

/**
 * Checks hand-written gradients, one after the other: those on ndarrays in float64, against central differences, and in
 * float32, against float64; then those in TensorFlow.js in float32, against the ones on ndarrays. Each is checked at four
 * random sizes.
 *
 * What cannot be computed, or has another shape than its input, has `passed: false` and a reason; what the backend in use
 * does not have, `passed: null`.
 *
 * @returns the results, each as soon as it is ready. Between two of them the event loop has its turn.
 * @throws UnknownLayerError for a layer that does not exist; RangeError for a precision that does not exist.
 */
export function checkGradients(options: CheckGradientsOptions = {}): AsyncGenerator<GradientResult, void, undefined> {
  const { layers = [], seed = SEED, startTensorflow = useCurrentBackend, signal } = options;
  const unknown = layers.find((layer) => !layerNames.includes(layer));
  if (unknown !== undefined) throw new UnknownLayerError(unknown, layerNames);
  const wanted = options.precisions ?? precisions;
  assertPrecisions(wanted);
  const chosen = gradientCases.filter(({ layer }) => layers.length === 0 || layers.includes(layer));
  return inTurns(results(chosen, wanted, seed, startTensorflow), signal);
}

async function* results(
  cases: typeof gradientCases,
  wanted: readonly Precision[],
  seed: number,
  startTensorflow: () => Promise<TensorflowStart>,
): AsyncGenerator<GradientResult, void, undefined> {
  const onNdarrays = cases.filter((one): one is NdarrayCase => one.library === 'ndarray');
  const inTensorflow = cases.filter((one): one is TensorflowCase => one.library === 'tensorflow.js');
  if (wanted.includes('float64')) {
    for (const subject of onNdarrays) yield attempt('float64', subject, () => checkFloat64(subject, seed));
  }
  if (wanted.includes('float32')) {
    for (const subject of onNdarrays) {
      yield attempt('float32', subject, () => checkFloat32(subject, inFloat32(subject), seed));
    }
    if (inTensorflow.length > 0) yield* tensorflowResults(inTensorflow, seed, startTensorflow);
  }
}

async function* tensorflowResults(
  cases: readonly TensorflowCase[],
  seed: number,
  startTensorflow: () => Promise<TensorflowStart>,
): AsyncGenerator<GradientResult, void, undefined> {
  const started = await startTensorflow();
  if ('unavailable' in started) {
    const layers = new Set(cases.map(({ layer }) => layer));
    for (const layer of layers) yield notChecked({ layer, code: 'TensorFlow.js' }, started.unavailable);
    return;
  }
  const { name, withoutOrt = `the backend in use is ${name}; it is a kernel of ort` } = started;
  const withoutCpu = `${name} has a kernel for it; import @tensorflow/tfjs-backend-cpu to have its ops checked on cpu`;
  const { placeOf, withBackend } = await import('./tensorflow/place.js');
  for (const one of cases) {
    const place = placeOf(one, name);
    if (place === undefined) {
      yield notChecked(one, one.backend === 'ops' ? withoutCpu : withoutOrt);
    } else {
      const { backend, code } = place;
      const subject = { ...one, code };
      const draw = await one.load();
      yield await withBackend(backend, () => attempt('float32', subject, () => checkTensors(subject, draw, seed)));
    }
  }
}

async function useCurrentBackend(): Promise<TensorflowStart> {
  const { backendInUse } = await import('./tensorflow/place.js');
  try {
    return { name: await backendInUse() };
  } catch (error) {
    return { unavailable: `TensorFlow.js has no backend that works: ${messageOf(error)}` };
  }
}

/** The same results, with a turn of the event loop after each, in which a signal can come. */
async function* inTurns(
  stream: AsyncGenerator<GradientResult, void, undefined>,
  signal: AbortSignal | undefined,
): AsyncGenerator<GradientResult, void, undefined> {
  signal?.throwIfAborted();
  for await (const result of stream) {
    yield result;
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
  }
}

function assertPrecisions(wanted: readonly Precision[]): void {
  const unknown = wanted.find((precision) => !precisions.includes(precision));
  if (unknown !== undefined) {
    throw new RangeError(`Unknown precision ${JSON.stringify(unknown)}: choose from ${precisions.join(', ')}.`);
  }
}

/** A gradient that cannot be computed, or whose shape is not its input's, is as wrong as one of other numbers. */
async function attempt(
  precision: Precision,
  { layer, code }: GradientSubject,
  check: () => GradientResult | Promise<GradientResult>,
): Promise<GradientResult> {
  try {
    return await check();
  } catch (error) {
    return { precision, layer, code, passed: false, reason: messageOf(error), inputs: [] };
  }
}

function notChecked({ layer, code }: GradientSubject, reason: string): GradientResult {
  return { precision: 'float32', layer, code, passed: null, reason, inputs: [] };
}

/** Returns an error's message, on one line. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\n\s*/g, ' ').trim();
}
