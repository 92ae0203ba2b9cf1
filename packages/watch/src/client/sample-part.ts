import type { Sample, SampledPrediction } from '../protocol.js';
import { element, setText } from './dom.js';
import { accuracyText, count } from './words.js';

/** Width of an image on the page, in CSS pixels. */
const WIDTH = 96;

/** Results of the last checkpoint's network on some test images: by class, with a few predictions. */
export class SamplePart {
  readonly node = element('section', { hidden: '', 'aria-label': 'Test images' });
  readonly #heading = element('p', { class: 'note' });
  readonly #classes = element('tbody');
  readonly #images = element('ul', { class: 'images' });

  constructor() {
    const head = ['class', 'accuracy', 'images', ''].map((name) => element('th', { scope: 'col' }, name));
    this.node.append(
      element('h2', {}, 'Test images'),
      this.#heading,
      element(
        'div',
        { class: 'scroll' },
        element('table', {}, element('thead', {}, element('tr', {}, ...head)), this.#classes),
      ),
      this.#images,
    );
  }

  /** Shows a sample. */
  show(sample: Sample): void {
    this.node.hidden = false;
    if ('fault' in sample) setText(this.#heading, `Predictions are not shown: ${sample.fault}`);
    else this.#showFound(sample);
  }

  #showFound(sample: Exclude<Sample, { fault: string }>): void {
    const { step, count: images, accuracy, classes, predictions, side } = sample;
    const text = `The network of step ${count(step)} classifies ${accuracyText(accuracy)} of the first ${count(images)} test images correctly.`;
    setText(this.#heading, text);
    this.#classes.replaceChildren(...classes.map(classRow));
    this.#images.replaceChildren(...predictions.map((one) => picture(one, side)));
  }
}

function classRow({ name, count: images, correct }: { name: string; count: number; correct: number }): HTMLElement {
  const part = images === 0 ? 0 : correct / images;
  const meter = element('meter', { min: '0', max: '1', value: String(part), 'aria-label': `accuracy of ${name}` });
  const cells = [images === 0 ? '–' : accuracyText(part), String(images)].map((text) => element('td', {}, text));
  return element('tr', {}, element('th', { scope: 'row' }, name), ...cells, element('td', {}, meter));
}

function picture({ pixels, truth, predicted, probability }: SampledPrediction, side: number): HTMLElement {
  const isRight = truth === predicted;
  const canvas = element('canvas', { width: String(side), height: String(side), role: 'img', 'aria-label': truth });
  canvas.style.width = `${WIDTH}px`;
  drawPixels(canvas, pixels, side);
  const verdict = `${isRight ? '✓' : '✗'} ${predicted} ${accuracyText(probability)}`;
  return element(
    'li',
    {},
    canvas,
    element('span', { class: isRight ? 'right' : 'wrong' }, verdict),
    ...(isRight ? [] : [element('span', { class: 'note' }, `is: ${truth}`)]),
  );
}

/** @param pixels the bytes [3, side, side], in base 64. */
function drawPixels(canvas: HTMLCanvasElement, pixels: string, side: number): void {
  const bytes = Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0));
  const area = side * side;
  const image = new ImageData(side, side);
  for (let i = 0; i < area; i++) image.data.set([bytes[i]!, bytes[area + i]!, bytes[2 * area + i]!, 255], 4 * i);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}
