// @ts-check
// The tables of the pages, from the recorded runs in docs/results: `<!-- table NAME -->` in a page says where one goes.
import { count, fixed, markdownTable } from './markdown.mjs';
import { csv, evaluation, resultAt, testAccuracy, trainingStep } from './results.mjs';

/** @type {Readonly<Record<string, () => string>>} */
export const tables = {
  // The MLP.

  'mlp-defaults': () =>
    markdownTable(
      ['run', 'command', 'test accuracy after 1,400 steps of 200 images'],
      [
        ['mlp-ndarray', 'cifarlab train mlp-ndarray'],
        ['mlp', 'cifarlab train mlp'],
        ['mlp-seed-43', 'cifarlab train mlp --seed 43'],
        ['mlp-seed-44', 'cifarlab train mlp --seed 44'],
        ['mlp-tanh-seed-42', 'cifarlab train mlp --activation tanh'],
        ['mlp-tanh-seed-43', 'cifarlab train mlp --activation tanh --seed 43'],
        ['mlp-tanh-seed-44', 'cifarlab train mlp --activation tanh --seed 44'],
      ].map(([run, command]) => [`[${run}](${run})`, `\`${command}\``, fixed(evaluation(run, 1400).accuracy)]),
    ),

  'mlp-ndarray-evaluations': () =>
    markdownTable(
      ['step', 'test loss', 'test accuracy', 'batch loss', 'batch accuracy'],
      [1, ...every(100, 1400)].map((step) => {
        const test = evaluation('mlp-ndarray', step);
        const batch = trainingStep('mlp-ndarray', step);
        return [count(step), fixed(test.loss), fixed(test.accuracy), fixed(batch.loss), fixed(batch.accuracy, 3)];
      }),
    ),

  'elu-and-tanh': () =>
    markdownTable(
      ['', 'seed', 'test loss at step 100', 'at 400', 'at 1,400', 'test accuracy at 1,400', 'run'],
      [
        ['ELU', 42, 'mlp'],
        ['ELU', 43, 'mlp-seed-43'],
        ['ELU', 44, 'mlp-seed-44'],
        ['tanh', 42, 'mlp-tanh-seed-42'],
        ['tanh', 43, 'mlp-tanh-seed-43'],
        ['tanh', 44, 'mlp-tanh-seed-44'],
      ].map(([activation, seed, run]) => [
        activation,
        seed,
        ...[100, 400, 1400].map((step) => fixed(evaluation(`${run}`, step).loss)),
        fixed(evaluation(`${run}`, 1400).accuracy),
        `[${run}](../results/${run})`,
      ]),
    ),

  // Sweeps.

  'sweep-inputs': () => sweepWithSeeds('inputs'),
  'sweep-optimizer': () => sweepWithSeeds('optimizer'),
  'sweep-size': () => sweep('size'),
  'sweep-activation-norm': () => sweep('activation-norm'),
  'sweep-regularisation': () => sweep('regularisation'),
  'sweep-long': () => sweep('long'),

  'final-seeds': () => {
    const columns = ['seed', 'best step', 'validation accuracy', 'test accuracy'];
    return markdownTable(
      columns,
      csv('sweeps/final/trials.csv').map((trial) => columns.map((column) => trial[column])),
    );
  },

  'normalisation-batch-size': () => {
    /** @type {{ mean: number, deviation: number, settings: Record<string, any> }[]} */
    const configurations = resultAt('sweeps/normalisation-batch-size/summary.json configurations');
    const best = (/** @type {number} */ batchSize, /** @type {string} */ norm) => {
      const { mean, deviation, settings } = configurations
        .filter(({ settings }) => settings.batchSize === batchSize && settings.norm === norm)
        .reduce((one, other) => (other.mean > one.mean ? other : one));
      return `${fixed(mean, 3)} ± ${fixed(deviation, 3)} (${settings.learningRate})`;
    };
    return markdownTable(
      ['batch size', 'steps', 'without a norm', 'batch normalisation', 'layer normalisation'],
      [
        [4, '5,625'],
        [32, '704'],
        [200, '113'],
      ].map(([batchSize, steps]) => [
        batchSize,
        steps,
        ...['none', 'batch', 'layer'].map((norm) => best(Number(batchSize), norm)),
      ]),
    );
  },

  // The ConvNet.

  'convnet-evaluations': () => {
    const pytorch = new Map(csv('convnet/pytorch-1.13.csv').map(({ step, accuracy }) => [Number(step), accuracy]));
    return markdownTable(
      ['step', 'test loss', 'test accuracy', "PyTorch's test accuracy"],
      [1, ...every(500, 5000)].map((step) => {
        const { loss, accuracy } = evaluation('convnet', step);
        return [count(step), fixed(loss), fixed(accuracy), pytorch.get(step) ?? ''];
      }),
    );
  },

  'convnet-strong-epochs': () => epochs('convnet-strong', [...every(98, 784), 880]),

  'convnet-sgd-epochs': () => epochs('convnet-sgd', every(391, 3519)),

  'fastnet-views': () => {
    const views = ['test', 'test-mirror', 'test-views', 'test-least-sure'];
    const seeds = [42, 43, 44, 45, 46].map((seed) => [seed, seed === 42 ? 'fastnet' : `fastnet-seed-${seed}`]);
    const accuracies = seeds.map(([, run]) => views.map((name) => testAccuracy(`${run}/${name}.json`)));
    return markdownTable(
      ['seed', 'test accuracy', 'with mirrors', 'with six views', 'of the least sure quarter'],
      [
        ...seeds.map(([seed], row) => [seed, ...accuracies[row].map((value) => fixed(value))]),
        ['mean', ...views.map((_, column) => spread(accuracies.map((row) => row[column])))],
      ],
    );
  },

  'fastnet-tried': () =>
    markdownTable(
      ['change', 'validation accuracy', 'run'],
      [
        ['none', 'all'],
        ['SGD for the filters too (`--optimizer sgd --learning-rate 2`)', 'sgd'],
        ['`--no-whitening`', 'no-whitening'],
        ['`--no-dirac-start`', 'no-dirac-start'],
        ['`--label-smoothing 0`', 'no-label-smoothing'],
        ['`--no-alternate-flip`', 'no-alternate-flip'],
        ['`--crop 0`', 'no-crop'],
        ['`--whitening-bias-steps 0`', 'no-whitening-bias'],
        ['`--activation silu`', 'silu'],
      ].map(([change, run]) => [
        change,
        fixed(evaluation(`fastnet-tried/${run}`, 45, 'validation').accuracy),
        `[${run}](fastnet-tried/${run})`,
      ]),
    ),

  'bench-rows': () =>
    markdownTable(
      ['row', 'ours', 'peer', '', 'ours / peer', 'rounds'],
      Object.entries(resultAt('bench/2-cores.json rows')).map(([name, { ort, ndarray, pytorch, numpy }]) => {
        const [peer, library] = pytorch ? [pytorch, 'PyTorch'] : [numpy, 'NumPy'];
        const { median, min, max } = peer.ratio;
        return [
          `\`${name}\``,
          duration((ort ?? ndarray).milliseconds),
          duration(peer.milliseconds),
          peer.mode ? `${library}, ${peer.mode}` : library,
          fixed(median, 2),
          `${fixed(min, 2)} to ${fixed(max, 2)}`,
        ];
      }),
    ),

  // Fine-tuning.

  'finetune-seeds': () =>
    markdownTable(
      ['seed', 'test accuracy', 'with mirrors'],
      finetuneRuns.map(([seed, run]) => [seed, ...testAndMirror(run)]),
    ),

  'finetune-seeds-and-mean': () => {
    const accuracies = finetuneRuns.map(([, run]) => [
      evaluation(run, 3100, 'validation').accuracy,
      testAccuracy(`${run}/test.json`),
      testAccuracy(`${run}/test-mirror.json`),
    ]);
    const [validation, test, mirror] = [0, 1, 2].map((column) => spread(accuracies.map((row) => row[column])));
    return markdownTable(
      ['seed', 'validation', 'test', 'test, with mirrors'],
      [
        ...finetuneRuns.map(([seed], row) => [seed, ...accuracies[row].map((value) => fixed(value))]),
        ['mean', validation, test, `**${mirror}**`],
      ],
    );
  },

  'finetune-tried': () => {
    const validation = (/** @type {string} */ run, /** @type {number} */ step) =>
      fixed(evaluation(run, step, 'validation').accuracy);
    return markdownTable(
      ['', 'images seen', '10¹² operations', 'minutes', 'validation accuracy'],
      [
        [
          'last layer alone, 96 pixels',
          '45,000, once',
          '6.3',
          'below 1, with the features in the cache',
          validation('finetune-tried/head-only-96px', 782),
        ],
        [
          'from scratch, 96 pixels, 782 steps',
          '49,992',
          '21.0',
          14,
          validation('finetune-tried/from-scratch-96px', 782),
        ],
        ['fine-tuned, 64 pixels, 782 steps', '49,992', '7.5', 3, validation('finetune-tried/64px', 782)],
        ['fine-tuned, 96 pixels, 782 steps (the default)', '49,992', '16.8', 7, validation('finetune-tried/96px', 782)],
        [
          'fine-tuned, 96 pixels, 3,516 steps, crops, smoothed labels',
          '224,800',
          '75.7',
          21,
          validation('finetune-tried/96px-3516-steps', 3516),
        ],
        [
          'fine-tuned, 128 pixels, 2,000 steps, half the rates',
          '127,888',
          '76.6',
          27,
          validation('finetune-tried/128px-2000-steps', 2000),
        ],
        ['the recipe above: 3,100 steps of it', '198,176', '118.7', 36, validation('finetune', 3100)],
      ],
    );
  },

  'finetune-sizes': () =>
    markdownTable(
      ['', 'validation', 'test', 'test, with mirrors', '10¹² operations'],
      [
        ['Lite0, 128 pixels, seed 42', 'finetune', '118.7'],
        ['Lite2, 128 to 160 pixels, seed 42', 'finetune-lite2', '226.2'],
      ].map(([name, run, operations]) => [
        name,
        fixed(evaluation(run, 3100, 'validation').accuracy),
        ...testAndMirror(run),
        operations,
      ]),
    ),
};

/** @type {readonly (readonly [seed: number, run: string])[]} */
const finetuneRuns = [
  [42, 'finetune'],
  [43, 'finetune-seed-43'],
  [44, 'finetune-seed-44'],
];

/** @param {string} run */
function testAndMirror(run) {
  return ['test', 'test-mirror'].map((name) => fixed(testAccuracy(`${run}/${name}.json`)));
}

/**
 * @param {string} run
 * @param {readonly number[]} steps after each epoch
 */
function epochs(run, steps) {
  return markdownTable(
    ['step', 'epoch', 'test accuracy', 'test loss'],
    steps.map((step, index) => {
      const { loss, accuracy } = evaluation(run, step);
      return [count(step), index + 1, fixed(accuracy), fixed(loss)];
    }),
  );
}

/** @param {number} step @param {number} last @returns {number[]} `step`, twice `step`, … up to `last` */
function every(step, last) {
  return Array.from({ length: last / step }, (_, index) => step * (index + 1));
}

/** @param {number} milliseconds @returns {string} with three digits */
function duration(milliseconds) {
  const digits = (/** @type {number} */ value) => Number(value.toPrecision(3));
  return milliseconds < 1000 ? `${digits(milliseconds)} ms` : `${digits(milliseconds / 1000)} s`;
}

/** @param {number[]} values @returns {string} mean and standard deviation */
function spread(values) {
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${fixed(mean)} ± ${fixed(Math.sqrt(variance))}`;
}

/** @param {string} value of a CSV file @returns {string} a dash for a configuration of which every run failed */
function accuracyOrDash(value) {
  return value === '' ? '–' : fixed(Number(value));
}

/** @param {string} name @returns {string} the configurations of a sweep, best first, with the spread over its seeds */
function sweepWithSeeds(name) {
  return markdownTable(
    ['configuration', 'seeds that came through', 'validation accuracy', 'standard deviation'],
    csv(`sweeps/${name}/summary.csv`).map(({ configuration, seeds, mean, deviation, selected }) => [
      configuration,
      seeds,
      bold(accuracyOrDash(mean), selected === 'yes'),
      accuracyOrDash(deviation),
    ]),
  );
}

/** @param {string} name @returns {string} the configurations of a sweep of one seed, best first */
function sweep(name) {
  return markdownTable(
    ['configuration', 'validation accuracy'],
    csv(`sweeps/${name}/summary.csv`).map(({ configuration, mean, selected }) => [
      configuration,
      bold(accuracyOrDash(mean), selected === 'yes'),
    ]),
  );
}

/** @param {string} text @param {boolean} is */
function bold(text, is) {
  return is ? `**${text}**` : text;
}
