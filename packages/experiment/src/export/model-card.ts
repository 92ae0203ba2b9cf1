import { CLASS_NAMES } from '@cifarlab/cifar10';
import { describeEngine } from '@cifarlab/engines';
import { printable } from '@cifarlab/internals/printable';
import type { ExportFormat, Snippet, WrittenNetwork } from './export-format.js';
import type { ExportedNetwork } from './exported-network.js';
import { networkFactsOf, recipeOf } from './training-facts.js';

/**
 * Writes the card of an exported network, in Markdown with the header in YAML that hubs of models read: what it is, its data,
 * recipe, results and limits, and how it is used. The licence is left to its owner.
 */
export function modelCard(
  network: ExportedNetwork,
  { library }: Pick<ExportFormat, 'library'>,
  { description, snippets }: Pick<WrittenNetwork, 'description' | 'snippets'>,
): string {
  const { stored } = network;
  return [
    header(network, library),
    `# ${cell(titleOf(network))}`,
    `${capitalised(stored.network.description)}. It tells ${stored.classNames.length} classes apart: ${stored.classNames.map(cell).join(', ')}.`,
    section('Files', description),
    section('Data', dataWords(network)),
    section('Recipe', recipeTable(network)),
    section('Results', resultsTable(network)),
    section('Limits', limits(network)),
    section('Licence', licence(network)),
    section('Use', usage(snippets)),
  ].join('\n\n');
}

function titleOf({ stored }: ExportedNetwork): string {
  return `${stored.network.name} on ${isCifar10(stored.classNames) ? 'CIFAR-10' : 'own images'}`;
}

/** Values are JSON, which YAML takes as it is, whatever names of classes have in them. */
function header(network: ExportedNetwork, library: string): string {
  const { stored, results } = network;
  const known = isCifar10(stored.classNames);
  const dataset = known ? { name: 'CIFAR-10', type: 'cifar10' } : { name: 'own images', type: 'imagefolder' };
  const entries = {
    pipeline_tag: 'image-classification',
    library_name: library,
    tags: ['image-classification', 'cifarlab', stored.network.name],
    ...(known ? { datasets: ['cifar10'] } : {}),
    metrics: ['accuracy'],
    ...(results.length === 0
      ? {}
      : {
          'model-index': [
            {
              name: titleOf(network),
              results: results.map(({ split, accuracy }) => ({
                task: { type: 'image-classification' },
                dataset: { ...dataset, split },
                metrics: [{ type: 'accuracy', value: accuracy }],
              })),
            },
          ],
        }),
  };
  const lines = Object.entries(entries).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return ['---', ...lines, '# license: name the licence that you give it, such as mit', '---'].join('\n');
}

function dataWords({ stored, config: { data } }: ExportedNetwork): string {
  const isKnown = isCifar10(stored.classNames);
  const what = isKnown ? "CIFAR-10's images (A. Krizhevsky, 2009)" : "Images of the owner's, not published with it";
  const verified = isKnown && data.verified ? ', each verified to be the published one' : '';
  const digest = data.digest === undefined ? '' : ` The SHA-256 of all images and labels is \`${data.digest}\`.`;
  return (
    `${what}${verified}: ${data.train} for training, ${data.validation} for validation, ${data.test} for testing, ` +
    `of ${stored.imageSide} x ${stored.imageSide} pixels.${digest}`
  );
}

function recipeTable(network: ExportedNetwork): string {
  const { stored, config, checkpoint } = network;
  const rows = Object.entries(recipeOf(network)).map(([name, value]) => `| \`${name}\` | ${cell(show(value))} |`);
  const facts = Object.entries(networkFactsOf(network)).map(
    ([name, value]) => `| ${cell(name)} | ${cell(String(value))} |`,
  );
  return [
    `\`cifarlab ${config.model === 'finetune' ? 'finetune' : `train ${config.model}`}\`, the checkpoint \`${checkpoint}\` ` +
      `of step ${stored.step}, computed by ${describeEngine(config.engine)} on ${cell(config.machine.cpu)}. These are all settings:`,
    '',
    '| setting | |',
    '|---|---|',
    ...rows,
    ...facts,
  ].join('\n');
}

function resultsTable({ results }: ExportedNetwork): string {
  if (results.length === 0) return 'It was not evaluated at this step.';
  return [
    '| images | accuracy | loss (nats) |',
    '|---|---|---|',
    ...results.map(({ split, accuracy, loss }) => `| ${split} | ${accuracy.toFixed(4)} | ${loss.toFixed(4)} |`),
  ].join('\n');
}

function limits({ stored: { classNames, imageSide } }: ExportedNetwork): string {
  return [
    `- It gives one of its ${classNames.length} classes to any picture, one of something else included; a high probability does`,
    '  not say that the picture shows any of them.',
    `- Pictures are scaled to ${imageSide} x ${imageSide} pixels; it was trained on one object a picture, which fills most of it.`,
    '- Its results are those of images like the ones that it was trained on. For others, and before it decides about people',
    '  or safety, evaluate it on images of that use.',
  ].join('\n');
}

function licence({ config }: ExportedNetwork): string {
  const start = config.network?.['licence of the weights'];
  const from = start === undefined ? '' : ` The weights that its training started from are licensed so: ${start}.`;
  return `Not stated yet: it is for the owner of the network to state, here and in the header.${from}`;
}

function usage(snippets: readonly Snippet[]): string {
  return snippets
    .map(({ where, install, language, code }) =>
      [`### ${where}`, '', '```sh', install, '```', '', `\`\`\`${language}`, code.trimEnd(), '```'].join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

function section(heading: string, content: string): string {
  return `## ${heading}\n\n${content}`;
}

function isCifar10(classNames: readonly string[]): boolean {
  return classNames.length === CLASS_NAMES.length && classNames.every((name, i) => name === CLASS_NAMES[i]);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return value === null ? '–' : String(value);
}

/** Returns a text of other people's on one line, in which Markdown, HTML and terminals find nothing to obey. */
function cell(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]<>|#&]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/\s+/g, ' ');
}
