import type { Snippet } from './export-format.js';
import type { ExportedNetwork } from './exported-network.js';

/** Facts that a program needs to use a model of tf.layers. */
export interface TfjsUse {
  network: ExportedNetwork;
  /** Side that the network sees images at; undefined: their own. */
  resolution: number | undefined;
  /** Whether it takes images as rows of planes. */
  isFlat: boolean;
  /** The module that makes its layers known. */
  register: string;
}

/** Returns programs that classify a picture with a model of tf.layers. */
export function tfjsSnippets(use: TfjsUse): Snippet[] {
  const { network, register } = use;
  const side = network.stored.imageSide;
  const library = register.split('/').slice(0, 2).join('/');
  const tfjs = '@tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-cpu';
  const imports = [
    "import '@tensorflow/tfjs-backend-cpu';",
    `import * as tf from '@tensorflow/tfjs-core';`,
    `import { loadLayersModel } from '@tensorflow/tfjs-layers';`,
    `import '${register}';`,
  ];
  return [
    {
      where: 'Node',
      install: `npm install ${tfjs} ${library} sharp`,
      language: 'js',
      code: [
        '// node classify.mjs picture.jpg',
        `import { readFile } from 'node:fs/promises';`,
        ...imports,
        "import sharp from 'sharp';",
        '',
        "const config = JSON.parse(await readFile('config.json', 'utf8'));",
        "const { modelTopology, weightsManifest } = JSON.parse(await readFile('model.json', 'utf8'));",
        "const weightData = Uint8Array.from(await readFile('weights.bin')).buffer;",
        'const weightSpecs = weightsManifest[0].weights;',
        'const model = await loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));',
        'const bytes = await sharp(process.argv[2])',
        "  .flatten({ background: '#ffffff' })",
        "  .toColourspace('srgb')",
        `  .resize(${side}, ${side}, { fit: 'fill' })`,
        '  .raw()',
        '  .toBuffer();',
        ...preparation(use),
        'const probabilities = tf.softmax(model.predict(images)).dataSync();',
        'config.classNames.forEach((name, i) => console.log(name, probabilities[i].toFixed(4)));',
      ].join('\n'),
    },
    {
      where: 'Browser',
      install: `npm install ${tfjs} ${library}`,
      language: 'html',
      code: [
        '<input type="file" accept="image/*" />',
        '<pre></pre>',
        '<script type="module">',
        ...[
          ...imports,
          '',
          "const config = await (await fetch('config.json')).json();",
          // Without the dot, TensorFlow.js looks for the weights at the root of the site.
          "const model = await loadLayersModel('./model.json');",
          "document.querySelector('input').onchange = async ({ target }) => {",
          ...[
            `const context = new OffscreenCanvas(${side}, ${side}).getContext('2d');`,
            `context.drawImage(await createImageBitmap(target.files[0]), 0, 0, ${side}, ${side});`,
            `const rgba = context.getImageData(0, 0, ${side}, ${side}).data;`,
            'const bytes = rgba.filter((_, i) => i % 4 < 3);',
            ...preparation(use),
            'const probabilities = tf.softmax(model.predict(images)).dataSync();',
            `const lines = config.classNames.map((name, i) => \`\${name} \${probabilities[i].toFixed(4)}\`);`,
            "document.querySelector('pre').textContent = lines.join('\\n');",
          ].map((line) => `  ${line}`),
          '};',
        ].map((line) => (line === '' ? line : `  ${line}`)),
        '</script>',
      ].join('\n'),
    },
  ];
}

/** Returns the lines that make `images`, the network's input, of `bytes`, red, green and blue of each pixel in turn. */
function preparation({ network, resolution, isFlat }: TfjsUse): string[] {
  const { imageSide: side, preprocessing } = network.stored;
  const plane = side ** 2;
  const values =
    preprocessing.kind === 'mean-image'
      ? [
          'const { meanImage } = config.preprocessing;',
          `const values = Float32Array.from(bytes, (byte, i) => byte - meanImage[(i % 3) * ${plane} + Math.floor(i / 3)]);`,
        ]
      : [
          'const { means, deviations } = config.preprocessing;',
          'const values = Float32Array.from(bytes, (byte, i) => (byte / 255 - means[i % 3]) / deviations[i % 3]);',
        ];
  const rgb = `tf.tensor(values, [1, ${side}, ${side}, 3])`;
  if (isFlat) return [...values, `const images = tf.reshape(tf.transpose(${rgb}, [0, 3, 1, 2]), [1, ${3 * plane}]);`];
  if (resolution === undefined || resolution === side) return [...values, `const images = ${rgb};`];
  return [...values, `const images = tf.image.resizeBilinear(${rgb}, [${resolution}, ${resolution}], false, true);`];
}
