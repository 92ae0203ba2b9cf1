import { curvesFromEvents, renderCurves, renderImageGrid } from '@cifarlab/plots';
import type { TrainEvent } from '@cifarlab/trainer';
import { BACKENDS, startBackend } from './backend.js';
import { CLASS_NAMES, SIZE } from './shapes.js';
import { type Network, type Result, trainOnShapes } from './train.js';

const element = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T;
const form = element<HTMLFormElement>('settings');
const stopButton = element<HTMLButtonElement>('stop');

/** Draws the curves of what has happened until now. */
async function drawCurves(events: readonly TrainEvent[], name: string): Promise<void> {
  const run = curvesFromEvents(
    events.map(({ type, ...event }) => ({ event: type, ...event })),
    name,
  );
  element('curves').innerHTML = await renderCurves(run, { background: 'none', height: 340 });
}

function drawPredictions({ test, predicted, probabilities }: Result): void {
  const values = SIZE * SIZE * 3;
  const images = Array.from({ length: 16 }, (_, n) => ({
    data: test.pixels.subarray(n * values, (n + 1) * values),
    width: SIZE,
    height: SIZE,
    layout: 'HWC' as const,
    trueLabel: CLASS_NAMES[test.classes[n]!],
    predictedLabel: CLASS_NAMES[predicted[n]!],
    caption: `p = ${probabilities[n * CLASS_NAMES.length + predicted[n]!]!.toFixed(2)}`,
  }));
  element('predictions').innerHTML = renderImageGrid(images, {
    title: 'Test pictures',
    imageSize: 106,
    background: 'none',
  });
}

async function run(network: Network, backend: string, steps: number, seed: number, signal: AbortSignal): Promise<void> {
  const backendInUse = await startBackend(backend === 'auto' ? BACKENDS[network] : [backend]);
  const name = `${network === 'mlp' ? 'MLP' : 'ConvNet'} on ${backendInUse}`;
  const events: TrainEvent[] = [];
  let drawnAt = 0;
  const onEvent = async (event: TrainEvent) => {
    events.push(event);
    if (event.type === 'train') {
      element('status').textContent = `${name}: step ${event.step} of ${steps}, loss ${event.loss.toFixed(3)}`;
    }
    // Drawing takes longer than a step, so it waits for an evaluation and some time.
    if (event.type !== 'eval' || performance.now() - drawnAt < 500) return;
    await drawCurves(events, name);
    drawnAt = performance.now();
  };
  const result = await trainOnShapes({ network, steps, seed }, onEvent, signal);
  await drawCurves(events, name);
  drawPredictions(result);
  const { history, accuracy, stepTime, tensors } = result;
  element('status').textContent =
    `${name}. ${history.stop.message} Test accuracy ${(100 * accuracy).toFixed(1)} %, ${stepTime.toFixed(1)} ms a step.`;
  element('numbers').textContent = JSON.stringify({ name, accuracy, stepTime, tensors, history }, null, 2);
}

let controller = new AbortController();

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const settings = new FormData(form);
  controller = new AbortController();
  form.inert = true;
  stopButton.disabled = false;
  document.body.dataset.state = 'training';
  try {
    await run(
      settings.get('network') as Network,
      settings.get('backend') as string,
      Number(settings.get('steps')),
      Number(settings.get('seed')),
      controller.signal,
    );
    document.body.dataset.state = 'done';
  } catch (error) {
    element('status').textContent = String(error);
    document.body.dataset.state = 'failed';
    console.error(error);
  } finally {
    form.inert = false;
    stopButton.disabled = true;
  }
});
stopButton.addEventListener('click', () => controller.abort());

// A link may name the settings: ?network=convnet&steps=50
for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
}
form.requestSubmit();
