import type { CurveColumns, CurveName, CurvePart, RunSummary, RunUpdate } from '../protocol.js';
import { type ChartContent, type ChartCurve, CurveChart, type StepMark } from './curve-chart.js';
import { element, setText } from './dom.js';
import { FinerPoints, refined, type StepRange } from './finer-points.js';
import { curveColour } from './palette.js';
import { SamplePart } from './sample-part.js';
import {
  accuracyText,
  count,
  lossText,
  scoreText,
  speedText,
  stateNote,
  stateWords,
  stepText,
  timeLeftText,
} from './words.js';

const names: readonly CurveName[] = ['train', 'validation', 'test'];

const labels: Record<CurveName, string> = { train: 'training', validation: 'validation', test: 'test' };

/** Page of one run: its progress, its curves, and its settings. */
export class RunPage {
  readonly node: HTMLElement;
  readonly #heading = element('h1');
  readonly #facts = new Map<string, HTMLElement>();
  readonly #progress = element('progress', { 'aria-label': 'steps done' });
  readonly #note = element('p', { class: 'fault', role: 'status' });
  readonly #scores = element('tbody');
  readonly #settings = element('tbody');
  readonly #sample = new SamplePart();
  readonly #batch = element('section', { hidden: '' });
  readonly #charts = {
    loss: new CurveChart({ title: 'Loss', metric: 'loss', hasLegend: true, onZoom: (range) => this.#zoomTo(range) }),
    accuracy: new CurveChart({
      title: 'Accuracy',
      metric: 'accuracy',
      hasLegend: true,
      onZoom: (range) => this.#zoomTo(range),
    }),
  };
  readonly #finer = new FinerPoints({ points: 512, onChange: () => this.#showCurves() });
  readonly #curves: Partial<Record<CurveName, CurveColumns>> = {};
  #run: RunSummary | undefined;
  #shownSettings = '';

  constructor() {
    const facts = ['state', 'network', 'step', 'speed', 'time left', 'best on validation'];
    const list = element('dl', { class: 'facts' });
    for (const name of facts) {
      const value = element('dd');
      this.#facts.set(name, value);
      list.append(element('div', {}, element('dt', {}, name), value));
    }
    this.node = element(
      'article',
      {},
      this.#heading,
      list,
      this.#progress,
      this.#note,
      element('div', { class: 'charts' }, this.#charts.loss.node, this.#charts.accuracy.node),
      element(
        'section',
        { class: 'scroll' },
        table('Latest numbers', ['images', 'step', 'loss', 'accuracy'], this.#scores),
      ),
      this.#sample.node,
      this.#batch,
      element('details', {}, element('summary', {}, 'Settings'), table('', ['setting', 'value'], this.#settings)),
    );
  }

  /** Shows the news. */
  update({ run, curves, sample }: RunUpdate): void {
    if (this.#run?.id !== run.id) for (const name of names) delete this.#curves[name];
    this.#run = run;
    for (const name of names) this.#curves[name] = replaced(this.#curves[name], curves[name]);
    this.#showFacts(run);
    this.#showScores(run);
    this.#showSettings(run);
    this.#showBatch(run);
    if (sample !== undefined) this.#sample.show(sample);
    this.#finer.want([run]);
    this.#showCurves();
  }

  /** Draws anew, as after a change of colours. */
  restyle(): void {
    for (const chart of Object.values(this.#charts)) chart.restyle();
    if (this.#run !== undefined) this.#showCurves();
  }

  #showFacts(run: RunSummary): void {
    const { name, network, state, step, maxSteps, stepsPerSecond, best } = run;
    setText(this.#heading, name);
    document.title = `${name}: ${stateWords[state]}`;
    const facts: Record<string, string> = {
      state: stateWords[state],
      network: network ?? '–',
      step: stepText(run),
      speed: speedText(stepsPerSecond),
      'time left': timeLeftText(run),
      'best on validation': best === null ? '–' : scoreText(best),
    };
    for (const [key, text] of Object.entries(facts)) setText(this.#facts.get(key)!, text);
    this.#facts.get('state')!.className = `state ${state}`;
    this.#progress.max = maxSteps ?? Math.max(1, step);
    this.#progress.value = step;
    setText(this.#note, stateNote(run) ?? '');
  }

  #showScores({ latest }: RunSummary): void {
    this.#scores.replaceChildren(
      ...names.flatMap((name) => {
        const score = latest[name];
        if (score === undefined) return [];
        return [row(labels[name], count(score.step), lossText(score.loss), accuracyText(score.accuracy))];
      }),
    );
  }

  #showSettings({ settings }: RunSummary): void {
    const key = JSON.stringify(settings);
    if (key === this.#shownSettings) return;
    this.#shownSettings = key;
    this.#settings.replaceChildren(...Object.entries(settings).map(([key, value]) => row(key, value)));
  }

  #showBatch({ id, hasBatch }: RunSummary): void {
    if (!hasBatch || this.#batch.childElementCount > 0) return;
    const alt = 'Images of one training batch, after augmentation, as the network sees them';
    this.#batch.replaceChildren(
      element('h2', {}, 'What the network sees'),
      element('div', { class: 'scroll' }, element('img', { src: `runs/${id}/batch.png`, alt })),
    );
    this.#batch.hidden = false;
  }

  /** Both charts have the same steps. */
  #zoomTo(range: StepRange | undefined): void {
    for (const chart of Object.values(this.#charts)) chart.zoomTo(range);
    this.#finer.zoomTo(range);
    this.#showCurves();
  }

  #showCurves(): void {
    const marks = marksOf(this.#run!);
    this.#charts.loss.show(this.#content('loss', marks));
    this.#charts.accuracy.show(this.#content('accuracy', marks));
  }

  #content(metric: 'loss' | 'accuracy', marks: readonly StepMark[]): ChartContent {
    const curves = names.flatMap((name, index): ChartCurve[] => {
      const coarse = this.#curves[name];
      if (coarse === undefined || coarse.step.length === 0) return [];
      const columns = refined(coarse, this.#finer.of(this.#run!.id, name));
      const extent = { low: columns[`${metric}Low`], high: columns[`${metric}High`] };
      const common = { label: labels[name], colour: curveColour(index, names.length) };
      return [{ ...common, step: columns.step, value: columns[metric], extent, isMarked: name !== 'train' }];
    });
    return { curves, marks };
  }
}

function marksOf({ resumedAt, divergedAt }: RunSummary): StepMark[] {
  return [
    ...resumedAt.map((step) => ({ step, text: `resumed at ${count(step)}` })),
    ...(divergedAt === null ? [] : [{ step: divergedAt, text: `diverged at ${count(divergedAt)}` }]),
  ];
}

function replaced(before: CurveColumns | undefined, part: CurvePart | undefined): CurveColumns | undefined {
  if (part === undefined || before === undefined) return part?.columns ?? before;
  const { from, columns } = part;
  const entries = Object.entries(columns).map(([key, values]) => {
    return [key, [...before[key as keyof CurveColumns].slice(0, from), ...values]] as const;
  });
  return Object.fromEntries(entries) as unknown as CurveColumns;
}

function table(caption: string, columns: readonly string[], body: HTMLElement): HTMLTableElement {
  const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column)));
  const made = element('table', {}, element('thead', {}, head), body);
  if (caption !== '') made.prepend(element('caption', {}, caption));
  return made;
}

function row(heading: string, ...cells: string[]): HTMLTableRowElement {
  return element('tr', {}, element('th', { scope: 'row' }, heading), ...cells.map((cell) => element('td', {}, cell)));
}
