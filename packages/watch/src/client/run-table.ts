import type { RunSummary } from '../protocol.js';
import { element, setText } from './dom.js';
import {
  accuracyText,
  lossText,
  shortSetting,
  speedText,
  stateNote,
  stateWords,
  stepText,
  timeLeftText,
} from './words.js';

/** A column: the text that it shows of a run, and the value that it is sorted by; undefined comes last. */
interface Column {
  name: string;
  text: (run: RunSummary) => string;
  /** The same in full, where the text may be shortened. */
  full?: (run: RunSummary) => string;
  key: (run: RunSummary) => number | string | undefined;
}

const fixed: readonly Column[] = [
  { name: 'run', text: ({ name }) => name, key: ({ name }) => name },
  {
    name: 'state',
    text: ({ state }) => stateWords[state],
    full: (run) => stateNote(run) ?? stateWords[run.state],
    key: ({ state }) => state,
  },
  { name: 'step', text: stepText, key: ({ step }) => step },
  { name: 'speed', text: (run) => speedText(run.stepsPerSecond), key: (run) => run.stepsPerSecond ?? undefined },
  { name: 'time left', text: timeLeftText, key: ({ secondsLeft }) => secondsLeft ?? undefined },
  {
    name: 'training loss',
    text: ({ latest }) => lossText(latest.train?.loss),
    key: ({ latest }) => latest.train?.loss,
  },
  {
    name: 'best validation',
    text: ({ best }) => accuracyText(best?.accuracy),
    key: ({ best }) => best?.accuracy,
  },
  {
    name: 'validation',
    text: ({ latest }) => accuracyText(latest.validation?.accuracy),
    key: ({ latest }) => latest.validation?.accuracy,
  },
  {
    name: 'test',
    text: ({ latest }) => accuracyText(latest.test?.accuracy),
    key: ({ latest }) => latest.test?.accuracy,
  },
];

/** Callbacks of a table. */
export interface TableListener {
  /** The run under the pointer or with the focus; undefined when it has left. */
  onPoint: (id: string | undefined) => void;
  /** A run's curve is to be shown or not. */
  onToggle: (id: string, isShown: boolean) => void;
}

/** The runs of a folder as a table, sorted by any of its columns. */
export class RunTable {
  readonly node = element('table', { class: 'runs' });
  readonly #listener: TableListener;
  readonly #head = element('tr');
  readonly #body = element('tbody');
  readonly #rows = new Map<string, HTMLTableRowElement>();
  #columns: readonly Column[] = fixed;
  #sorted = { column: 'run', isDown: false };
  #keys = '';

  constructor(listener: TableListener) {
    this.#listener = listener;
    this.node.append(element('caption', {}, 'Runs'), element('thead', {}, this.#head), this.#body);
    this.#showHead();
  }

  /** Shows these runs; the colours are by their ids. */
  show(runs: readonly RunSummary[], differing: readonly string[], colours: ReadonlyMap<string, string>): void {
    if (differing.join() !== this.#keys) {
      this.#keys = differing.join();
      const [name, ...others] = fixed;
      this.#columns = [name!, ...differing.map(settingColumn), ...others];
      this.#rows.clear();
      this.#showHead();
    }
    const sorted = this.#inOrder(runs);
    const rows = sorted.map((run) => this.#rowOf(run, colours.get(run.id)));
    for (const id of this.#rows.keys()) if (!runs.some((run) => run.id === id)) this.#rows.delete(id);
    // Rows that are in their places stay: a focus, or a selection, stays too.
    rows.forEach((row, index) => {
      if (this.#body.children[index] !== row) this.#body.insertBefore(row, this.#body.children[index] ?? null);
    });
    while (this.#body.childElementCount > rows.length) this.#body.lastElementChild!.remove();
    this.#last = { runs, differing, colours };
  }

  #last:
    | { runs: readonly RunSummary[]; differing: readonly string[]; colours: ReadonlyMap<string, string> }
    | undefined;

  #showHead(): void {
    const cells = this.#columns.map(({ name }) => {
      const button = element('button', { type: 'button' }, name);
      button.addEventListener('click', () => this.#sortBy(name));
      return element('th', { scope: 'col', 'aria-sort': this.#orderOf(name) }, button);
    });
    this.#head.replaceChildren(element('th', { scope: 'col' }, 'curve'), ...cells);
  }

  #orderOf(name: string): string {
    if (name !== this.#sorted.column) return 'none';
    return this.#sorted.isDown ? 'descending' : 'ascending';
  }

  #sortBy(column: string): void {
    const isDown = this.#sorted.column === column ? !this.#sorted.isDown : false;
    this.#sorted = { column, isDown };
    Array.from(this.#head.children).forEach((cell, i) => {
      if (i > 0) cell.setAttribute('aria-sort', this.#orderOf(this.#columns[i - 1]!.name));
    });
    if (this.#last !== undefined) this.show(this.#last.runs, this.#last.differing, this.#last.colours);
  }

  #inOrder(runs: readonly RunSummary[]): RunSummary[] {
    const { column, isDown } = this.#sorted;
    const { key } = this.#columns.find(({ name }) => name === column) ?? fixed[0]!;
    return [...runs].sort((a, b) => {
      const [first, second] = [key(a), key(b)];
      if (first === undefined || second === undefined)
        return Number(first === undefined) - Number(second === undefined);
      return (isDown ? -1 : 1) * compared(first, second);
    });
  }

  #rowOf(run: RunSummary, colour: string | undefined): HTMLTableRowElement {
    const row = this.#rows.get(run.id) ?? this.#makeRow(run);
    this.#rows.set(run.id, row);
    this.#columns.forEach((column, i) => {
      const cell = row.children[i + 1]!;
      setText(cell.firstElementChild ?? cell, column.text(run));
      setTitle(cell, column.text(run), column.full?.(run));
    });
    const state = this.#columns.findIndex(({ name }) => name === 'state');
    row.children[state + 1]!.className = `state ${run.state}`;
    if (colour !== undefined) (row.querySelector('.swatch') as HTMLElement).style.background = colour;
    return row;
  }

  #makeRow({ id, name }: RunSummary): HTMLTableRowElement {
    const box = element('input', { type: 'checkbox', checked: '', 'aria-label': `show the curve of ${name}` });
    box.addEventListener('change', () => this.#listener.onToggle(id, box.checked));
    const link = element('a', { href: `#run=${id}` });
    const row = element(
      'tr',
      {},
      element('td', {}, box, element('span', { class: 'swatch' })),
      element('th', { scope: 'row' }, link),
      ...this.#columns.slice(1).map(() => element('td')),
    );
    for (const event of ['mouseenter', 'focusin']) row.addEventListener(event, () => this.#listener.onPoint(id));
    for (const event of ['mouseleave', 'focusout'])
      row.addEventListener(event, () => this.#listener.onPoint(undefined));
    return row;
  }
}

/** Gives an element its text in full as its title, where it shows less. */
function setTitle(cell: Element, shown: string, full: string | undefined): void {
  if (full === undefined || full === shown) cell.removeAttribute('title');
  else cell.setAttribute('title', full);
}

function settingColumn(key: string): Column {
  const full = ({ settings }: RunSummary) => settings[key] ?? '–';
  return {
    name: key,
    text: (run) => shortSetting(full(run)),
    full,
    key: (run) => {
      const value = run.settings[key];
      return value === undefined || Number.isNaN(Number(value)) ? value : Number(value);
    },
  };
}

function compared(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
