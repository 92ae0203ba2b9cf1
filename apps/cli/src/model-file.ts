import { type Cifar10, CLASS_NAMES, type Preprocessing } from '@cifarlab/cifar10';
import { MLP, type MlpConfig, MlpLearner } from '@cifarlab/ndarray-mlp';
import { type Checkpoint, CheckpointError, loadModel } from '@cifarlab/trainer/node';
import ndarray from 'ndarray';
import { CliError } from './errors.js';

const kind = 'mlp-ndarray';
const meanImageName = 'preprocessing.mean_image';

/** A trained network with what must happen to an image before it. */
export interface TrainedModel {
  network: MlpLearner;
  preprocessing: Preprocessing;
  classNames: readonly string[];
  /** The step it was saved at. */
  step: number;
}

/** What a checkpoint holds beside the training state, so that `predict` needs no dataset. */
export function describeModel(
  model: MLP,
  { preprocessing, classNames }: Pick<Cifar10, 'preprocessing' | 'classNames'>,
): Omit<Checkpoint, 'training'> {
  const weights = Object.entries(model.state()).map(
    ([name, { shape, data }]) => [name, { shape: [...shape], data }] as const,
  );
  const arrays: Checkpoint['model'] = Object.fromEntries(weights);
  if (preprocessing.kind === 'mean-image') {
    arrays[meanImageName] = { shape: [3, 32, 32], data: preprocessing.meanImage };
  }
  const { means, deviations } = { means: [], deviations: [], ...preprocessing };
  return {
    model: arrays,
    values: { kind, config: model.config, classNames, preprocessing: { kind: preprocessing.kind, means, deviations } },
  };
}

/**
 * Reads the network of a checkpoint.
 *
 * @throws CheckpointError when the checkpoint is missing or damaged; CliError when it holds another kind of network.
 */
export async function readModel(folder: string): Promise<TrainedModel> {
  const { model: arrays, values, step = 0 } = await loadModel(folder);
  if (values.kind !== kind) {
    throw new CliError(
      `${folder} holds a "${values.kind}" network, which this version cannot read; use a newer cifarlab`,
    );
  }
  const { nInputs, nHidden, nClasses, ...options } = values.config as MlpConfig;
  const model = new MLP(nInputs, [...nHidden], nClasses, options);
  const { [meanImageName]: meanImage, ...weights } = arrays;
  model.loadState(
    Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, ndarray(data as Float64Array, [...shape])]),
    ),
  );
  const saved = values.preprocessing as { kind: Preprocessing['kind']; means: number[]; deviations: number[] };
  const preprocessing: Preprocessing =
    saved.kind === 'mean-image'
      ? { kind: saved.kind, meanImage: meanImage!.data as Float32Array }
      : (saved as Preprocessing);
  const classNames = (values.classNames as string[] | undefined) ?? CLASS_NAMES;
  return { network: new MlpLearner(model), preprocessing, classNames, step };
}

/** The checkpoint to use: the one that was best on the validation images where there is one, else the last. */
export async function readBestModel(folder: { best: string; last: string }): Promise<TrainedModel> {
  try {
    return await readModel(folder.best);
  } catch (error) {
    if (!(error instanceof CheckpointError && error.code === 'missing')) throw error;
    return readModel(folder.last);
  }
}
