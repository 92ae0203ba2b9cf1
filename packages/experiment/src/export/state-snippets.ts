import type { Snippet } from './export-format.js';
import type { ExportedNetwork } from './exported-network.js';

/** Describes a file of weights. */
export function weightsWords(file: string, { stored: { weights } }: ExportedNetwork): string {
  const count = Object.keys(weights).length;
  return [
    `\`${file}\` has the weights alone, ${count} arrays in PyTorch's names and layouts. \`config.json\` says what the`,
    'network is made of, the names of its classes, and how images become its input: with `mean-image`, bytes of 0 to 255 of',
    'red, green and blue planes less the mean image; with `standardize`, (byte / 255 − mean) / deviation by channel. Where the',
    'network has a `resolution`, the prepared images are interpolated bilinearly to that side.',
  ].join(' ');
}

/** Returns programs that read a file of weights. */
export function stateSnippets(file: string): Snippet[] {
  const isSafetensors = file.endsWith('.safetensors');
  const [install, load] = isSafetensors
    ? ['pip install safetensors torch', `from safetensors.torch import load_file\n\nstate = load_file("${file}")`]
    : ['pip install torch', `import torch\n\nstate = torch.load("${file}", weights_only=True)`];
  return [
    {
      where: 'Node or browser',
      install: 'npm install @cifarlab/torch-weights',
      language: 'js',
      code: `import { readTorchWeights } from '@cifarlab/torch-weights';

const weights = await readTorchWeights('${file}');
for (const [name, { shape }] of Object.entries(weights)) console.log(name, shape.join(' x '));
`,
    },
    {
      where: 'Python',
      install,
      language: 'python',
      code: `${load}
for name, tensor in state.items():
    print(name, " x ".join(str(size) for size in tensor.shape))
`,
    },
  ];
}
