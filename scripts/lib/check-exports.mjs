// @ts-check
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { problemKindInfo } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * Returns what is wrong with the entry points of a packed package: those that lead nowhere or to the wrong kind of module,
 * and declarations that do not fit the code, for Node's ES modules and CommonJS and for bundlers.
 *
 * @param {import('./pack.mjs').Tarball} tarball
 * @returns {Promise<string[]>} one line for each problem; empty when there is none
 */
export async function exportProblems({ file, files }) {
  const tarball = new Uint8Array(readFileSync(file));
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, level: 'error', strict: true });
  const problems = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
  // A large library needs no look into it for declarations that are not there.
  if (![...files.keys()].some((path) => /\.d\.[cm]?ts$/.test(path))) return problems;
  const analysis = await checkPackage(createPackageFromTarballData(tarball));
  if (!analysis.types) return problems;
  // Node 10 knows no `exports`; every Node that runs these packages does.
  const wrong = analysis.problems.filter((one) => !('resolutionKind' in one) || one.resolutionKind !== 'node10');
  return [...problems, ...wrong.map((one) => `${problemKindInfo[one.kind].description} (${placeOf(one)})`)];
}

/** @param {import('@arethetypeswrong/core').Problem} problem */
function placeOf(problem) {
  if ('entrypoint' in problem) return `${problem.entrypoint}, ${problem.resolutionKind}`;
  return 'typesFileName' in problem ? problem.typesFileName : problem.fileName;
}
