import type { ExportedNetwork } from './exported-network.js';

/** The name of the file that says what weights alone do not. */
export const CONFIG_FILE = 'config.json';

/**
 * Returns what it takes to use weights that are by themselves, as JSON: what the network is made of, its classes, and how
 * images become its input.
 */
export function savedConfig({ stored }: ExportedNetwork): string {
  const { network: kind, config, classNames, imageSide, preprocessing, step } = stored;
  const content = {
    network: kind.name,
    config,
    classNames,
    step,
    imageSide,
    preprocessing:
      preprocessing.kind === 'mean-image'
        ? { kind: preprocessing.kind, meanImage: Array.from(preprocessing.meanImage, shortest) }
        : preprocessing,
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}

/** Returns the decimal number of the fewest digits that rounds to a float32. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
