import { type TextColumn, textTable } from '@cifarlab/internals/text-table';
import { type GradientResult, type InputResult, type Precision, precisions } from './result.js';

const titles: Record<Precision, string> = {
  float64: 'float64, against central differences',
  float32: 'float32, against the gradients in float64',
};

const heading = ['layer', 'code', 'gradient of', 'derivatives', 'worst error', 'at', 'tolerance', ''];
const numbers = ['derivatives', 'worst error', 'tolerance'];

/** Returns the results in lines: a table for each precision, with a row for each input of each layer. */
export function resultLines(results: readonly GradientResult[]): string[] {
  return precisions.flatMap((precision) => {
    const own = results.filter((result) => result.precision === precision);
    return own.length === 0 ? [] : [titles[precision], '', ...table(own), ''];
  });
}

function table(results: readonly GradientResult[]): string[] {
  const columns: TextColumn[] = heading.map((name) => ({ isNumber: numbers.includes(name) }));
  // Also where a reason follows the code.
  columns[1] = { atLeast: Math.max(...results.map(({ code }) => code.length)) };
  return textTable([heading, ...results.flatMap(rows)], columns);
}

/** The layer is named in its first row. */
function rows({ layer, code, passed, reason, inputs }: GradientResult): string[][] {
  if (reason !== undefined) return [[layer, `${code}  ${passed === null ? 'not checked' : 'FAILED'}: ${reason}`]];
  return inputs.map((input, index) => [...(index === 0 ? [layer, code] : ['', '']), ...cells(input)]);
}

function cells({ name, compared, passed, worst }: InputResult): string[] {
  const place = `${worst.input}[${worst.position.join(',')}]`;
  const error = worst.error.toExponential(1);
  return [name, String(compared), error, place, worst.tolerance.toExponential(1), passed ? 'ok' : 'FAILED'];
}
