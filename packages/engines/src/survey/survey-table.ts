import { textTable } from '@cifarlab/internals/text-table';
import type { EngineFamily } from '../engine.js';
import type { EngineFinding } from './survey-engines.js';

const speed = { isNumber: true, atLeast: 15 };

/**
 * Returns the findings about the engines of a family as a table in lines, set as those of the other families.
 *
 * @param found about all families.
 * @param heading of the engines' names.
 */
export function surveyTable(found: readonly EngineFinding[], family: EngineFamily, heading = 'engine'): string[] {
  const version = Math.max(...found.map((engine) => (engine.available ? engine.version.length : 0)));
  const columns = [{ atLeast: 15 }, { atLeast: version }, { isNumber: true, atLeast: 7 }, speed, speed];
  const measured = family === 'ndarray' ? ['product'] : ['product', '3x3 convolution'];
  const rows = found.filter((engine) => engine.family === family).map((engine) => row(engine, measured.length));
  return textTable([[`  ${heading}`, 'version', 'threads', ...measured], ...rows], columns);
}

function row(engine: EngineFinding, measured: number): string[] {
  const name = `  ${engine.name}`;
  if (!engine.available) return [name, `no: ${engine.reason}`];
  const { version, threads, product, convolution } = engine;
  const rates = [product, convolution].slice(0, measured);
  const speeds = rates.map((rate) => (rate === null ? '-' : `${rate.toPrecision(3)} GFLOP/s`));
  return [name, version, String(threads ?? '-'), ...speeds];
}
