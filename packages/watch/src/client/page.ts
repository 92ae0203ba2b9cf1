import 'uplot/dist/uPlot.min.css';
import './page.css';
import type { FolderUpdate } from '../protocol.js';
import { Connection } from './connection.js';
import { element, setText } from './dom.js';
import { FolderPage, type Overlaid } from './folder-page.js';
import { onDarkChange } from './palette.js';
import { RunPage } from './run-page.js';

const main = document.querySelector('main')!;
const status = document.querySelector('#status')!;
const back = document.querySelector<HTMLAnchorElement>('#back')!;

let connection: Connection | undefined;
let page: { restyle(): void } | undefined;
let isSingle = false;

/** Returns the run that the address names. */
function namedRun(): string | undefined {
  return /^#run=([0-9a-f]+)$/.exec(location.hash)?.[1];
}

function onConnected(isConnected: boolean): void {
  setText(
    status,
    isConnected ? 'live' : 'no connection: the server has ended, or is busy; what is shown is the last that it told',
  );
  status.classList.toggle('lost', !isConnected);
}

function showRun(id: string): void {
  const run = new RunPage();
  back.hidden = isSingle;
  open(run, `run=${id}`, { onRun: (update) => run.update(update) });
}

function showFolder(overlaid: Overlaid): void {
  const folder = new FolderPage(overlaid, (chosen) => listen(chosen));
  const onFolder = (update: FolderUpdate) => {
    isSingle = update.folder.isRun;
    if (isSingle) showRun(update.runs[0]!.id);
    else folder.update(update);
  };
  const listen = ({ curve, metric }: Overlaid) => {
    connection?.close();
    connection = new Connection(`curve=${curve}&metric=${metric}`, { onFolder, onConnected });
  };
  back.hidden = true;
  page = folder;
  main.replaceChildren(folder.node);
  listen(overlaid);
}

function open(shown: RunPage, query: string, listener: { onRun: RunPage['update'] }): void {
  connection?.close();
  page = shown;
  main.replaceChildren(shown.node);
  connection = new Connection(query, { ...listener, onConnected });
}

function route(): void {
  const id = namedRun();
  if (id === undefined) showFolder({ curve: 'validation', metric: 'accuracy' });
  else showRun(id);
}

onDarkChange(() => page?.restyle());
addEventListener('hashchange', route);
back.addEventListener('click', (event) => {
  event.preventDefault();
  location.hash = '';
});
main.replaceChildren(element('p', { class: 'note' }, 'Reading …'));
route();
