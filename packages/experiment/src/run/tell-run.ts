import { formatBytes, formatPercent } from '@cifarlab/internals/format';
import { type Sentence, sentence } from '../settings/sentence.js';
import { settingLines } from '../settings/setting-lines.js';
import type { RunEvent } from './events.js';
import { tellNews } from './tell-news.js';

/**
 * Makes an observer that says in lines what a run tells, but for its steps: its settings and all that `tellNews` says, its
 * folder, what evaluations found, why it stops early.
 *
 * @param say is given each line, with options to be spelt as its readers know them.
 */
export function tellRun(say: (line: Sentence) => void): (event: RunEvent) => void {
  const tell = tellNews(say);
  return (event) => {
    switch (event.type) {
      case 'settings':
        for (const line of settingLines(event.settings)) say(sentence`${line}`);
        return;
      case 'engine':
      case 'data':
      case 'network':
      case 'warning':
        return tell(event);
      case 'memory':
        return say(sentence`memory : about ${formatBytes(event.bytes)} a step`);
      case 'folder':
        return say(sentence`run folder : ${event.folder.path}`);
      case 'batch':
        return say(sentence`first batch: ${event.file}`);
      case 'eval': {
        const { step, split, loss, accuracy } = event;
        const [shownLoss, shownAccuracy] = [loss.toFixed(4), formatPercent(accuracy)];
        return say(sentence`step ${step}  ${split} loss ${shownLoss}  ${split} accuracy ${shownAccuracy}`);
      }
      case 'stop':
        if (event.reason === 'early-stopping') say(sentence`${event.message}`);
    }
  };
}
