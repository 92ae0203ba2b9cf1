import type { TrainingBackend } from '../backends/backend.js';
import { CliError, describeError } from '../errors.js';
import type { Engine } from '../train/engine-notes.js';
import { ndarrayCases, tensorLayers } from './cases.js';
import { checkFloat32, inFloat32 } from './check-float32.js';
import { checkFloat64 } from './check-float64.js';
import type { Subject } from './gradient-case.js';
import type { CheckResult, Precision } from './result.js';

/** What to check. */
export interface ChecksToRun {
  /** Names of layers; all when there is none. */
  layers: readonly string[];
  precisions: readonly Precision[];
  seed: number;
  /** What computes the gradients in TensorFlow.js. */
  backend: TrainingBackend | 'auto';
}

/**
 * Checks hand-written gradients.
 *
 * @param started called with what computes the gradients in TensorFlow.js, where there are any.
 * @throws CliError when the backend that is asked for is not to be had here.
 */
export async function runChecks(
  { layers, precisions, seed, backend }: ChecksToRun,
  started: (engine: Engine) => void,
): Promise<CheckResult[]> {
  const isChosen = (layer: string) => layers.length === 0 || layers.includes(layer);
  const subjects = ndarrayCases.filter(({ layer }) => isChosen(layer));
  const results: CheckResult[] = [];
  if (precisions.includes('float64')) {
    results.push(...subjects.map((subject) => attempt('float64', subject, () => checkFloat64(subject, seed))));
  }
  if (precisions.includes('float32')) {
    const singles = subjects.map(inFloat32);
    results.push(...singles.map((subject) => attempt('float32', subject, () => checkFloat32(subject, seed))));
    if (tensorLayers.some(isChosen)) results.push(...(await checkTensors(isChosen, seed, backend, started)));
  }
  return results;
}

async function checkTensors(
  isChosen: (layer: string) => boolean,
  seed: number,
  backend: TrainingBackend | 'auto',
  started: (engine: Engine) => void,
): Promise<CheckResult[]> {
  const { startEngine } = await import('../train/tensorflow-engine.js');
  let engine: Engine;
  try {
    engine = await startEngine({ backend });
  } catch (error) {
    if (backend !== 'auto' || !(error instanceof CliError)) throw error;
    return tensorLayers
      .filter(isChosen)
      .map((layer) => notChecked({ layer, code: 'TensorFlow.js' }, describeError(error)));
  }
  started(engine);
  const { tensorChecks, withBackend } = await import('./tensor-checks.js');
  const missing = engine.reason ?? `--backend ${engine.backend} does not have it; leave it out or use --backend ort`;
  const results: CheckResult[] = [];
  for (const check of tensorChecks(engine.backend)) {
    const { subject } = check;
    if (!isChosen(subject.layer)) continue;
    const run = () => attempt('float32', subject, () => checkFloat32(subject, seed));
    results.push(check.available ? await withBackend(check.backend, run) : notChecked(subject, missing));
  }
  return results;
}

/** A gradient that cannot be computed, or whose shape is not its input's, is as wrong as one of other numbers. */
function attempt(precision: Precision, { layer, code }: Subject, check: () => CheckResult): CheckResult {
  try {
    return check();
  } catch (error) {
    return { precision, layer, code, passed: false, reason: describeError(error), inputs: [] };
  }
}

function notChecked({ layer, code }: Subject, reason: string): CheckResult {
  return { precision: 'float32', layer, code, passed: null, reason, inputs: [] };
}
