import { createPreActConvNet } from '@cifarlab/convnet-preact';
import { createMlp } from '@cifarlab/mlp';
import { SGD } from '@cifarlab/tfjs-ops';
import { fit, type History, type TrainEvent } from '@cifarlab/trainer';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import { memory } from '@tensorflow/tfjs-core';
import { shuffledBatches, toBatch } from './batches.js';
import { CLASS_NAMES, drawShapes, type Shapes, SIZE } from './shapes.js';

export type Network = 'mlp' | 'convnet';

export interface Settings {
  network: Network;
  /** Training steps, of 32 pictures each. */
  steps: number;
  /** Seed of the pictures, the first weights and the order of the batches. */
  seed: number;
}

export interface Result {
  history: History;
  test: Shapes;
  /** Part of the test pictures told right, 0 to 1. */
  accuracy: number;
  /** [n]: the class predicted for each test picture. */
  predicted: Int32Array;
  /** [n, classes]. */
  probabilities: Float32Array;
  /** Milliseconds that a step takes: the median, without the first one, in which a backend may compile. */
  stepTime: number;
  /** Tensors that the backend holds: before, after the first step, after the last one, and at the end. */
  tensors: { before: number; firstStep: number; lastStep: number; end: number };
}

const BATCH_SIZE = 32;

/**
 * Trains a network to tell shapes apart, on the backend that TensorFlow.js has now.
 *
 * @param onEvent sees what happens as it happens; training goes on when it has done.
 */
export async function trainOnShapes(
  { network, steps, seed }: Settings,
  onEvent: (event: TrainEvent) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<Result> {
  const isFlat = network === 'mlp';
  const train = drawShapes(640, [seed, 0]);
  const test = drawShapes(96, [seed, 1]);
  const testBatch = toBatch(test, [...test.classes.keys()], isFlat);

  const before = memory().numTensors;
  const model =
    network === 'mlp'
      ? createMlp({ nInputs: SIZE * SIZE * 3, nHidden: [64], numClasses: CLASS_NAMES.length, init: 'he', seed })
      : createPreActConvNet({ inputShape: [SIZE, SIZE, 3], numClasses: CLASS_NAMES.length, width: 4, seed });
  const optimizer = new SGD({ learningRate: 0, momentum: 0.9 });
  const learner = new TfjsLearner({ model, optimizer });

  const batches = shuffledBatches(train, BATCH_SIZE, seed, isFlat);
  const times: number[] = [];
  const tensors = { before, firstStep: 0, lastStep: 0, end: 0 };
  let startedAt = 0;
  try {
    const history = await fit({
      learner,
      data: {
        ...batches,
        next(step) {
          startedAt = performance.now();
          return batches.next(step);
        },
      },
      evaluate: { test: () => [testBatch] },
      maxSteps: steps,
      evalFreq: 10,
      learningRate: network === 'mlp' ? 0.01 : 0.05,
      callbacks: [
        (event) => {
          if (event.type !== 'train') return;
          if (event.step > 1) times.push(performance.now() - startedAt);
          tensors.lastStep = memory().numTensors;
          if (event.step === 1) tensors.firstStep = tensors.lastStep;
        },
        onEvent,
      ],
      signal,
    });
    const { count, correct, predicted, probabilities } = await learner.classify(testBatch);
    return { history, test, accuracy: correct / count, predicted, probabilities, stepTime: median(times), tensors };
  } finally {
    model.dispose();
    optimizer.dispose();
    tensors.end = memory().numTensors;
  }
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
