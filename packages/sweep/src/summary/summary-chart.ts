import type { SweepSummary } from './summary.js';

/**
 * Draws the accuracies on the validation images: every seed's, and the mean and deviation of every configuration.
 *
 * @returns SVG; undefined where no configuration has such accuracies.
 */
export async function summaryChart({ configurations, selected, model }: SweepSummary): Promise<string | undefined> {
  const entries = configurations.flatMap(({ id, name, accuracies }) =>
    accuracies === null ? [] : [{ name, values: accuracies, marked: id === selected }],
  );
  if (entries.length === 0) return undefined;
  // What draws takes its time to load.
  const { renderComparison } = await import('@cifarlab/plots');
  return renderComparison(entries, {
    title: `Sweep of ${model}`,
    width: 1000,
    axisTitle: 'validation accuracy (%)',
  });
}
