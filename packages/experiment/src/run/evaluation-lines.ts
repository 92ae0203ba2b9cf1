import { formatPercent } from '@cifarlab/internals/format';
import { textTable } from '@cifarlab/internals/text-table';
import type { Evaluation } from './evaluate.js';

/** Returns what an evaluation found in lines: accuracy and loss, then the part of each class that was recognised. */
export function evaluationLines({ split, step, count, loss, accuracy, classNames, confusion }: Evaluation): string[] {
  const classes = confusion.map((row, index) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return [`  ${classNames[index]}`, total === 0 ? 'no images' : `${formatPercent(row[index]! / total)} of ${total}`];
  });
  return [
    `${split} accuracy ${accuracy.toFixed(4)}, loss ${loss.toFixed(4)} over ${count} images at step ${step}`,
    ...textTable(classes),
  ];
}
