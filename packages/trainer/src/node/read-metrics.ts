import { errorCode, explainFsError, type FileSystem, nodeFileSystem } from './file-system.js';
import { MetricsError } from './metrics-error.js';
import { type MetricsLine, parseMetricsLine } from './metrics-line.js';

/**
 * Reads a metrics file, of a finished run or of one that is being written: a last line without a line break that is
 * not complete yet is left out.
 *
 * @throws MetricsError `missing`, `unreadable` or `corrupt`; the last names the line.
 */
export async function readMetrics(file: string): Promise<MetricsLine[]> {
  const lines = parseMetrics(await readMetricsText(file), file);
  return lines.map(({ line }) => line);
}

/** @throws MetricsError `missing` or `unreadable`. */
export async function readMetricsText(file: string, fs: FileSystem = nodeFileSystem): Promise<string> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      throw new MetricsError('missing', file, `There is no metrics file ${file}: check the path, or train first.`, {
        cause: error,
      });
    }
    throw new MetricsError(
      'unreadable',
      file,
      `${file} could not be read: ${explainFsError(error)}. Check the path and its permissions.`,
      { cause: error },
    );
  }
}

/** Every line with the text it was read from, except an incomplete last one. */
export function parseMetrics(content: string, file: string): { line: MetricsLine; text: string }[] {
  const texts = content.split('\n');
  const lines: { line: MetricsLine; text: string }[] = [];
  for (const [i, text] of texts.entries()) {
    const isUnfinished = i === texts.length - 1;
    if (isUnfinished && text === '') break;
    try {
      lines.push({ line: parseMetricsLine(text), text });
    } catch (error) {
      if (isUnfinished) break;
      throw new MetricsError(
        'corrupt',
        file,
        `${file}, line ${i + 1}: ${(error as Error).message}. Correct or remove the line.`,
        { cause: error },
      );
    }
  }
  return lines;
}
