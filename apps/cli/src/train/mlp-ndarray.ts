import type { Cifar10, DataSet } from '@cifarlab/cifar10';
import { gemmEngine } from '@cifarlab/gemm';
import { MLP, type MlpBatch, MlpLearner } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import {
  type BatchSource,
  constant,
  cosine,
  type EvalSource,
  fit,
  type History,
  oneCycle,
  progress,
  type Schedule,
  stepDecay,
  type TrainEvent,
  type TrainingState,
  warmup,
} from '@cifarlab/trainer';
import { CheckpointError, loadCheckpoint, MetricsFile, recordRun, withInterrupt } from '@cifarlab/trainer/node';
import type { DataFlags } from '../commands/data-options.js';
import { readRun, writeCurves, writeReport } from '../curves.js';
import { loadDataset } from '../dataset.js';
import { formatDuration } from '../duration.js';
import { CliError, type ExitCode, exitCodes, UsageError } from '../errors.js';
import { type Io, printNote, printResult } from '../io.js';
import { describeMachine, describeVersions } from '../machine.js';
import { describeModel } from '../model-file.js';
import { createProgressView, formatPercent, type ProgressView } from '../progress.js';
import { createRunFolder, defaultRunPath, openRunFolder, type RunFiles, writeConfig } from '../run-folder.js';
import { checkSettings, type MlpNdarraySettings, settingLines, warnings } from './settings.js';

/** What the command line gives, defaults filled in. */
export interface TrainFlags extends Omit<MlpNdarraySettings, 'negSlope' | 'earlyStopping'>, DataFlags {
  negSlope?: number;
  earlyStopping?: number;
  out?: string;
  resume?: string;
  json: boolean;
  quiet: boolean;
}

/** Images in a forward pass of an evaluation: large enough for the matrix product, small enough for any memory. */
const evaluationBatch = 1000;
const defaultNegSlope = 0.02;
const packages = ['cifar10', 'gemm', 'ndarray-mlp', 'numpy-random', 'trainer'].map((name) => `@cifarlab/${name}`);

/**
 * Trains the hand-derived MLP, or goes on with an earlier run.
 *
 * @param given names of the flags that were on the command line.
 */
export async function trainMlpNdarray(flags: TrainFlags, given: ReadonlySet<string>, io: Io): Promise<ExitCode> {
  const started = performance.now();
  const run = flags.resume === undefined ? await beginRun(flags) : await continueRun(flags.resume, flags, given);
  const { settings, folder, resumeFrom } = run;
  for (const line of [...settingLines(settings), ...warnings(settings)]) printNote(io, line);

  let interrupted = false;
  let prepared: Awaited<ReturnType<typeof prepare>>;
  try {
    prepared = await withInterrupt((signal) => prepare(run, flags, io, signal), {
      onInterrupt: () => {
        interrupted = true;
      },
    });
  } catch (error) {
    await run.discard();
    if (!interrupted) throw error;
    printNote(io, 'Interrupted before the first step: nothing is kept.');
    return exitCodes.interrupted;
  }
  const { model, learner, data, metrics } = prepared;
  const view = createProgressView(io.stderr);
  printNote(io, `run folder : ${folder.path}`);
  let history: History;
  try {
    history = await withInterrupt(
      (signal) =>
        fit({
          learner,
          data: trainingBatches(data.train, settings.batchSize),
          evaluate: {
            ...(data.validation.numExamples > 0 ? { validation: everyImage(data.validation) } : {}),
            test: everyImage(data.test),
          },
          maxSteps: settings.maxSteps,
          evalFreq: settings.evalFreq,
          learningRate: schedule(settings),
          ...(settings.earlyStopping === null ? {} : { earlyStopping: { patience: settings.earlyStopping } }),
          ...(resumeFrom === undefined ? {} : { resumeFrom }),
          signal,
          callbacks: [
            progress((step) => view.step(step)),
            (event) => showEvaluation(event, view),
            recordRun({ folder, metrics, describe: () => describeModel(model, data) }),
          ],
        }),
      { onInterrupt: () => view.note('Interrupted: finishing the step and saving (again to stop at once) …') },
    );
  } finally {
    view.done();
    await metrics.close();
  }
  return finish(history, folder, (performance.now() - started) / 1000, flags, io);
}

/** A run before its first step. */
interface Run {
  settings: MlpNdarraySettings;
  folder: RunFiles;
  resumeFrom: TrainingState | undefined;
  /** Removes what a run that could not start has left behind; an earlier run stays as it is. */
  discard: () => Promise<void>;
}

async function prepare({ settings, folder, resumeFrom }: Run, flags: TrainFlags, io: Io, signal: AbortSignal) {
  const rng = new RandomState(settings.seed);
  const data = await loadDataset(flags, { ...settings, rng, signal }, io);
  signal.throwIfAborted();
  checkSizes(settings, data);
  const model = new MLP(3072, settings.dnnHiddenUnits, data.classNames.length, {
    ...settings,
    negativeSlope: settings.negSlope ?? defaultNegSlope,
    rng,
  });
  const { momentum, weightDecay } = settings;
  const learner = new MlpLearner(model, { momentum, weightDecay });
  if (resumeFrom === undefined) await recordConfig(folder, settings, data);

  const metrics = resumeFrom
    ? await MetricsFile.resume(folder.metrics, resumeFrom)
    : await MetricsFile.create(folder.metrics);
  return { model, learner, data, metrics };
}

async function beginRun(flags: TrainFlags): Promise<Run> {
  const settings = settingsOf(flags);
  checkSettings(settings);
  const path = flags.out ?? defaultRunPath('mlp-ndarray', new Date());
  return { settings, ...(await createRunFolder(path)), resumeFrom: undefined };
}

/** Settings come from the run's own `config.json`; only how long to train may change. */
async function continueRun(path: string, flags: TrainFlags, given: ReadonlySet<string>): Promise<Run> {
  const { folder, config } = await openRunFolder(path);
  const settings = { ...config.settings };
  for (const [name, value] of Object.entries(settingsOf(flags))) {
    const recorded = config.settings[name as keyof MlpNdarraySettings];
    if (!given.has(name) || name === 'maxSteps' || String(recorded) === String(value)) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(`${flag} ${value} differs from the run's ${recorded}; leave it out, or start a new run`);
  }
  if (given.has('maxSteps')) settings.maxSteps = flags.maxSteps;
  if (flags.out !== undefined) {
    throw new UsageError(`--out ${flags.out} does not go with --resume; the run stays in its folder`);
  }
  let resumeFrom: TrainingState | undefined;
  try {
    resumeFrom = (await loadCheckpoint(folder.last)).training;
  } catch (error) {
    if (!(error instanceof CheckpointError && error.code === 'missing')) throw error;
  }
  if (resumeFrom === undefined) {
    throw new CliError(
      `${path} stopped before its first checkpoint, so there is nothing to go on from; start a new run`,
    );
  }
  if (settings.maxSteps < resumeFrom.step) {
    throw new UsageError(
      `--max-steps ${settings.maxSteps} is less than the ${resumeFrom.step} steps that ${path} has done`,
    );
  }
  return { settings, folder, resumeFrom, discard: async () => {} };
}

function settingsOf(flags: TrainFlags): MlpNdarraySettings {
  return {
    dnnHiddenUnits: flags.dnnHiddenUnits,
    activation: flags.activation,
    negSlope: flags.negSlope ?? (flags.activation === 'leaky-relu' ? defaultNegSlope : null),
    norm: flags.norm,
    init: flags.init,
    optimizer: flags.optimizer,
    learningRate: flags.learningRate,
    momentum: flags.momentum,
    weightDecay: flags.weightDecay,
    schedule: flags.schedule,
    warmupSteps: flags.warmupSteps,
    maxSteps: flags.maxSteps,
    batchSize: flags.batchSize,
    evalFreq: flags.evalFreq,
    earlyStopping: flags.earlyStopping ?? null,
    seed: flags.seed,
    dtype: flags.dtype,
    batchOrder: flags.batchOrder,
    standardize: flags.standardize,
    validationSize: flags.validationSize,
  };
}

function checkSizes({ batchSize, norm }: MlpNdarraySettings, { train }: Cifar10): void {
  if (batchSize > train.numExamples) {
    throw new UsageError(
      `--batch-size ${batchSize} is more than the ${train.numExamples} training images; use a smaller one`,
    );
  }
  if (norm === 'batch' && batchSize === 1) {
    throw new UsageError('--norm batch cannot normalise a batch of one image; use a larger --batch-size');
  }
}

function schedule({ schedule, learningRate, maxSteps, warmupSteps }: MlpNdarraySettings): Schedule {
  if (schedule === 'one-cycle') return oneCycle(learningRate, { steps: maxSteps });
  const steps = Math.max(1, maxSteps - warmupSteps);
  const after = {
    constant: () => constant(learningRate),
    step: () => stepDecay(learningRate, { every: Math.ceil(steps / 3) }),
    cosine: () => cosine(learningRate, { steps }),
  }[schedule]();
  return warmupSteps > 0 ? warmup(after, { steps: warmupSteps }) : after;
}

function trainingBatches(train: DataSet, batchSize: number): BatchSource<MlpBatch> {
  return {
    next: () => train.nextBatch(batchSize),
    saveState: () => train.getState(),
    loadState: (state) => train.setState(state),
  };
}

function everyImage(split: DataSet): EvalSource<MlpBatch> {
  return () => split.batches(evaluationBatch);
}

async function recordConfig(folder: RunFiles, settings: MlpNdarraySettings, data: Cifar10): Promise<void> {
  const { origin, form, verified } = data.source;
  const sizes = {
    train: data.train.numExamples,
    validation: data.validation.numExamples,
    test: data.test.numExamples,
  };
  await writeConfig(folder, {
    model: 'mlp-ndarray',
    settings,
    data: { origin, form, verified, ...sizes },
    versions: describeVersions(packages),
    engine: { name: `gemm ${gemmEngine()}`, threads: 1 },
    machine: describeMachine(),
    started: new Date().toISOString(),
  });
}

function showEvaluation(event: TrainEvent, view: ProgressView): void {
  if (event.type !== 'eval') return;
  const { step, split, loss, accuracy } = event;
  view.note(`step ${step}  ${split} loss ${loss.toFixed(4)}  ${split} accuracy ${formatPercent(accuracy)}`);
}

async function finish(
  history: History,
  folder: RunFiles,
  seconds: number,
  { json }: TrainFlags,
  io: Io,
): Promise<ExitCode> {
  const { stop, best } = history;
  if (history.train.length > 0) {
    const run = await readRun(folder.path);
    await writeCurves([run], { svg: folder.curvesSvg, png: folder.curvesPng });
    await writeReport([run], folder.report);
  }
  const last = history.evaluations.filter(({ split }) => split === 'test').at(-1);
  if (json) {
    const test = last && { step: last.step, loss: last.loss, accuracy: last.accuracy };
    const result = { run: folder.path, stop: stop.reason, step: stop.step, seconds, test, best: best ?? undefined };
    printResult(io, JSON.stringify(result));
  } else {
    if (last) {
      printResult(io, `test accuracy ${last.accuracy.toFixed(4)}, loss ${last.loss.toFixed(4)} at step ${last.step}`);
    }
    if (best) printResult(io, `best validation ${best.metric} ${best.value.toFixed(4)} at step ${best.step}`);
    printResult(io, `run    ${folder.path} (${stop.step} steps in ${formatDuration(seconds)})`);
    printResult(io, `curves ${folder.curvesPng}`);
    printResult(io, `report ${folder.report}`);
  }
  if (stop.reason === 'non-finite-loss') throw new CliError(stop.message);
  if (stop.reason === 'aborted') {
    printNote(io, `Go on with: cifarlab train mlp-ndarray --resume ${folder.path}`);
    return exitCodes.interrupted;
  }
  if (stop.reason === 'early-stopping') printNote(io, stop.message);
  return exitCodes.done;
}
