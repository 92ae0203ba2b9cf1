import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { archiveKind } from '../../formats/archives/archive-kind.js';
import { FORMS, isComplete, layoutIn } from '../../formats/forms.js';
import { headOf } from '../../formats/head.js';
import { ambiguous } from './given-errors.js';
import type { Recognised, RecognisedFolder } from './recognised.js';

/** A form in a folder inside the given one. */
interface FoundForm extends RecognisedFolder {
  /** 1 for the folders right inside it. */
  readonly depth: number;
  readonly isComplete: boolean;
}

/** Number of folders to descend in a given folder when looking for forms: `.keras` has them three folders down. */
const SEARCH_DEPTH = 3;
const SEARCH_FOLDERS = 200;
/** Files of a folder that are looked at. */
const SEARCH_NAMES = 1000;

/** Looks for forms in the folders inside a folder, the nearest first, in as many as somebody would sort by hand. */
export async function searchFolders(path: string): Promise<{ forms: FoundForm[]; names: string[] }> {
  const forms: FoundForm[] = [];
  const names: string[] = [];
  let level = [path];
  let looked = 0;
  for (let depth = 1; depth <= SEARCH_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const { name } of entries.filter((entry) => entry.isDirectory() && !isHidden(entry.name))) {
        if (++looked > SEARCH_FOLDERS) return { forms, names };
        const inner = join(folder, name);
        const content = await readdir(inner).catch(() => []);
        const layout = layoutIn(content);
        if (layout !== undefined) {
          forms.push({ kind: 'folder', path: inner, layout, depth, isComplete: isComplete(layout, content) });
        }
        if (names.length < SEARCH_NAMES) names.push(...content.slice(0, SEARCH_NAMES));
        next.push(inner);
      }
    }
    level = next;
  }
  return { forms, names };
}

/**
 * Chooses the nearest complete form.
 *
 * @throws {Cifar10Error} `UNRECOGNISED` if it is not clear which is meant.
 */
export function chooseForm(path: string, forms: readonly FoundForm[]): RecognisedFolder | undefined {
  const complete = forms.filter((form) => form.isComplete);
  const nearest = complete.filter(({ depth }) => depth === complete[0]!.depth);
  const layout = FORMS.find((form) => nearest.some((found) => found.layout === form));
  const candidates = nearest.filter((found) => found.layout === layout);
  if (candidates.length > 1) throw ambiguous(path, candidates);
  return candidates[0] && { kind: 'folder', path: candidates[0].path, layout: candidates[0].layout };
}

/**
 * Returns the archive among the files of a folder, regardless of its name; one that is named after the data set before
 * others.
 */
export async function archiveIn(path: string, names: readonly string[]): Promise<Recognised | undefined> {
  const archives: Recognised[] = [];
  for (const name of names.filter((each) => !isHidden(each)).slice(0, SEARCH_NAMES)) {
    const file = join(path, name);
    if (!(await stat(file).catch(() => undefined))?.isFile()) continue;
    const head = await headOf(file).catch(() => undefined);
    if (head && archiveKind(head.head) !== undefined) archives.push({ kind: 'archive', path: file });
  }
  const named = archives.filter((archive) => /cifar-?10(?!0)/i.test(basename(archive.path)));
  const candidates = named.length > 0 ? named : archives;
  if (candidates.length > 1) throw ambiguous(path, candidates);
  return candidates[0];
}

function isHidden(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}
