/**
 * Compares two runs side by side: test losses and accuracies at the steps that both were evaluated at, and how far
 * apart their training losses ever are.
 *
 * @param {{ name: string, metrics: string }[]} runs two of them; `metrics` is the content of `metrics.jsonl`.
 * @returns {string} lines to print.
 */
export function compareRuns(runs) {
  const [a, b] = runs.map(({ metrics }) => metrics.trim().split('\n').map(JSON.parse));
  const rows = common(a, b, ({ event, split }) => event === 'eval' && split === 'test');
  const width = Math.max(...runs.map(({ name }) => name.length), 'loss  accuracy'.length);
  const line = (step, ...columns) => [step.padStart(6), ...columns.map((text) => text.padStart(width))].join('   ');
  const scores = ({ loss, accuracy }) => `${loss.toFixed(4)}    ${accuracy.toFixed(4)}`;
  const table = [
    line('', ...runs.map(({ name }) => name)),
    line('step', ...runs.map(() => 'loss  accuracy')),
    ...rows.map(([x, y]) => line(String(x.step), scores(x), scores(y))),
  ];
  const differences = common(a, b, ({ event }) => event === 'train').map(([x, y]) => ({
    step: x.step,
    size: Math.abs(y.loss - x.loss) / Math.abs(x.loss),
  }));
  const worst = differences.reduce((most, next) => (next.size > most.size ? next : most));
  return [
    'On the test images:',
    ...table,
    `Largest relative difference of their ${differences.length} training losses: ${worst.size.toExponential(1)} (step ${worst.step})`,
  ].join('\n');
}

/** Pairs of lines of the same step. */
function common(a, b, wanted) {
  const steps = new Map(b.filter(wanted).map((line) => [line.step, line]));
  return a.filter((line) => wanted(line) && steps.has(line.step)).map((line) => [line, steps.get(line.step)]);
}
