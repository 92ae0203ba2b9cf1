import type { CurveName, FolderFacts, FolderUpdate, Metric, RunSummary } from '../protocol.js';
import { CurveChart } from './curve-chart.js';
import { element, setText } from './dom.js';
import { FinerPoints, refined, type StepRange } from './finer-points.js';
import { curveColour } from './palette.js';
import { RunTable } from './run-table.js';
import { count } from './words.js';

/** A curve of each run that is laid over those of the others. */
export interface Overlaid {
  curve: CurveName;
  metric: Metric;
}

/** Points of a curve where many are laid over one another. */
const POINTS = 256;

const choices: readonly (Overlaid & { text: string })[] = [
  { curve: 'validation', metric: 'accuracy', text: 'validation accuracy' },
  { curve: 'validation', metric: 'loss', text: 'validation loss' },
  { curve: 'test', metric: 'accuracy', text: 'test accuracy' },
  { curve: 'test', metric: 'loss', text: 'test loss' },
  { curve: 'train', metric: 'accuracy', text: 'training accuracy' },
  { curve: 'train', metric: 'loss', text: 'training loss' },
];

/** The runs of a folder: their curves laid over one another, and a table. */
export class FolderPage {
  readonly node: HTMLElement;
  readonly #heading = element('h1');
  readonly #note = element('p', { class: 'note', role: 'status' });
  readonly #table: RunTable;
  readonly #chartPlace = element('div');
  readonly #choice = element('select', { 'aria-label': 'curve' });
  readonly #filter = element('input', {
    type: 'search',
    placeholder: 'filter by name or setting',
    'aria-label': 'filter',
  });
  readonly #runs = new Map<string, RunSummary>();
  readonly #curves = new Map<string, { step: number[]; value: number[] }>();
  readonly #hidden = new Set<string>();
  #chart: CurveChart;
  #overlaid: Overlaid;
  #range: StepRange | undefined;
  #finer: FinerPoints;
  #shown: RunSummary[] = [];
  #facts: FolderFacts | undefined;

  /** @param onChoose is told which curve of the runs is asked for. */
  constructor({ curve, metric }: Overlaid, onChoose: (overlaid: Overlaid) => void) {
    this.#overlaid = { curve, metric };
    this.#finer = this.#newFiner(curve);
    this.#chart = this.#newChart(choices.find((choice) => choice.curve === curve && choice.metric === metric)!);
    for (const choice of choices) {
      const isChosen = choice.curve === curve && choice.metric === metric;
      this.#choice.append(element('option', isChosen ? { selected: '' } : {}, choice.text));
    }
    this.#choice.addEventListener('change', () => {
      const choice = choices[this.#choice.selectedIndex]!;
      this.#curves.clear();
      this.#overlaid = choice;
      this.#chart = this.#newChart(choice);
      this.#finer.zoomTo(undefined);
      this.#finer = this.#newFiner(choice.curve);
      this.#zoomTo(this.#range);
      onChoose(choice);
    });
    this.#filter.addEventListener('input', () => this.#show());
    this.#table = new RunTable({
      onPoint: (id) => this.#point(id),
      onToggle: (id, isShown) => {
        if (isShown) this.#hidden.delete(id);
        else this.#hidden.add(id);
        this.#showCurves();
      },
    });
    this.node = element(
      'article',
      {},
      this.#heading,
      this.#note,
      element('div', { class: 'controls' }, element('label', {}, 'curves: ', this.#choice), this.#filter),
      this.#chartPlace,
      element('div', { class: 'scroll' }, this.#table.node),
    );
  }

  /** Shows the news. */
  update({ runs, gone, curves, folder }: FolderUpdate): void {
    for (const id of gone) {
      this.#runs.delete(id);
      this.#curves.delete(id);
    }
    for (const run of runs) this.#runs.set(run.id, run);
    for (const [id, curve] of Object.entries(curves)) this.#curves.set(id, curve);
    this.#facts = folder;
    this.#show();
  }

  /** Draws anew, as after a change of colours. */
  restyle(): void {
    this.#chart.restyle();
    this.#show();
  }

  #newChart({ text, metric }: Overlaid & { text: string }): CurveChart {
    const title = text[0]!.toUpperCase() + text.slice(1);
    const chart = new CurveChart({ title, metric, hasLegend: false, onZoom: (range) => this.#zoomTo(range) });
    this.#chartPlace.replaceChildren(chart.node);
    return chart;
  }

  #newFiner(curve: CurveName): FinerPoints {
    return new FinerPoints({ curve, points: POINTS, onChange: () => this.#showCurves() });
  }

  #zoomTo(range: StepRange | undefined): void {
    this.#range = range;
    this.#chart.zoomTo(range);
    this.#finer.zoomTo(range);
    this.#showCurves();
  }

  #show(): void {
    if (this.#facts === undefined) return;
    const { name, total, read, isCut, differing } = this.#facts;
    setText(this.#heading, name);
    document.title = `${name}: ${total} runs`;
    const isTraining = [...this.#runs.values()].filter(({ state }) => state === 'training').length;
    const parts = [
      total === 0
        ? 'There are no runs here yet; they appear when they begin'
        : `${count(total)} runs, ${isTraining} training`,
      ...(read < total ? [`${read} read`] : []),
      ...(isCut ? ['there are more than this page has room for'] : []),
    ];
    setText(this.#note, `${parts.join(', ')}.`);
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = [...this.#runs.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    this.#shown = all.filter((run) => matches(run, words));
    this.#table.show(this.#shown, differing, this.#colours());
    this.#showCurves();
  }

  #colours(): Map<string, string> {
    const ids = [...this.#runs.keys()].sort();
    return new Map(ids.map((id, index) => [id, curveColour(index, ids.length)]));
  }

  #showCurves(): void {
    const colours = this.#colours();
    const drawn = this.#drawn();
    this.#finer.want(drawn);
    const curves = drawn.map(({ id, name }) => {
      const { step, value } = this.#points(id);
      return { label: name, colour: colours.get(id)!, step, value, isMarked: false };
    });
    this.#chart.show({ curves, marks: [] });
  }

  #points(id: string): { step: number[]; value: number[] } {
    const { curve, metric } = this.#overlaid;
    const part = this.#finer.of(id, curve);
    const finer = part && { ...part, columns: { step: part.columns.step, value: part.columns[metric] } };
    return refined(this.#curves.get(id)!, finer);
  }

  #drawn(): RunSummary[] {
    return this.#shown.filter(({ id }) => !this.#hidden.has(id) && (this.#curves.get(id)?.step.length ?? 0) > 0);
  }

  #point(id: string | undefined): void {
    const index = this.#drawn().findIndex((run) => run.id === id);
    this.#chart.focus(index < 0 ? undefined : index);
  }
}

function matches({ name, network, state, settings }: RunSummary, words: readonly string[]): boolean {
  const pairs = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const text = [name, network, state, ...pairs].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
