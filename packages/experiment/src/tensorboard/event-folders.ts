import { basename, dirname, relative, resolve, sep } from 'node:path';

/**
 * Names the folders of runs that TensorBoard shows together: as the run's own folder, or, where several of these have the
 * same name, as the paths of all from the folder that they have in common.
 *
 * @param runs the runs' folders.
 */
export function eventFolders(runs: readonly string[]): string[] {
  const paths = runs.map((run) => resolve(run));
  const names = paths.map((path) => basename(path));
  if (new Set(names).size === names.length) return names;
  let common = dirname(paths[0]!);
  const isCommon = () => paths.every((path) => path.startsWith(common.endsWith(sep) ? common : common + sep));
  while (!isCommon()) common = dirname(common);
  return paths.map((path) => relative(common, path));
}
