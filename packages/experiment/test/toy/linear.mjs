// A network of one's own, in one file: multinomial logistic regression in plain JavaScript.
import { defineNetwork, ndarrayBatches, usualTraining } from '@cifarlab/experiment';
import { objectWith, positiveCount } from '@cifarlab/experiment/records';

const INPUTS = 3072;

const batches = ndarrayBatches(100);

export const linear = defineNetwork({
  name: 'linear',
  description: 'multinomial logistic regression in plain JavaScript',
  settings: {
    learningRate: 1e-6,
    ...usualTraining({ maxSteps: 30, batchSize: 20, evalFreq: 10 }),
  },
  smallestBatch: () => 1,
  engine: 'ndarray',
  needs: 'dense',
  mirrors: false,
  isQuick: true,
  versions: () => ({ linear: '1.0.0' }),
  config: objectWith({ classes: positiveCount }),
  classes: ({ classes }) => classes,
  firstLayer: { weights: 'weight', name: 'the only layer' },
  create({ classNames, rng }) {
    const classes = classNames.length;
    const weight = rng.normals(classes * INPUTS).map((value) => 1e-4 * value);
    const learner = learnerOf(weight, classes);
    return { learner, batches, save: () => ({ weights: { weight: arrayOf(weight, classes) }, config: { classes } }) };
  },
  restore({ weights, config: { classes } }) {
    const weight = Float64Array.from(weights.weight.data);
    return {
      *classify(split) {
        for (const batch of batches.every(split)) yield { ...sumsOf(weight, classes, batch), classes: batch.classes };
      },
      predict: (image) => probabilitiesOf(weight, classes, image),
    };
  },
});

const arrayOf = (weight, classes) => ({ shape: [classes, INPUTS], data: weight.slice() });

function learnerOf(weight, classes) {
  return {
    trainStep(batch, { learningRate }) {
      const { probabilities, ...sums } = sumsOf(weight, classes, batch);
      const count = batch.classes.length;
      for (let i = 0; i < count; i++) {
        for (let label = 0; label < classes; label++) {
          const error = probabilities[i * classes + label] - (batch.classes[i] === label ? 1 : 0);
          for (let k = 0; k < INPUTS; k++) {
            weight[label * INPUTS + k] -= (learningRate * error * batch.images.data[i * INPUTS + k]) / count;
          }
        }
      }
      return sums;
    },
    evalStep: (batch) => sumsOf(weight, classes, batch),
    saveState: () => ({ arrays: { weight: arrayOf(weight, classes) }, values: {} }),
    loadState: ({ arrays }) => weight.set(arrays.weight.data),
  };
}

function sumsOf(weight, classes, { images, classes: truth }) {
  const count = truth.length;
  const probabilities = new Float32Array(count * classes);
  const predicted = new Uint8Array(count);
  let [loss, correct] = [0, 0];
  for (let i = 0; i < count; i++) {
    const row = probabilitiesOf(weight, classes, images.data.subarray(i * INPUTS, (i + 1) * INPUTS));
    probabilities.set(row, i * classes);
    predicted[i] = row.indexOf(Math.max(...row));
    loss -= Math.log(row[truth[i]]);
    if (predicted[i] === truth[i]) correct += 1;
  }
  return { count, loss, correct, probabilities, predicted };
}

function probabilitiesOf(weight, classes, image) {
  const logits = new Float64Array(classes);
  for (let label = 0; label < classes; label++) {
    for (let k = 0; k < INPUTS; k++) logits[label] += weight[label * INPUTS + k] * image[k];
  }
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}
