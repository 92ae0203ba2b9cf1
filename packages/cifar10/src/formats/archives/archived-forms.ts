import type { FormLayout } from '../form.js';
import { FORMS } from '../forms.js';

/** The files of a form in one folder, which may be `''`. */
export interface FormPlace {
  readonly layout: FormLayout;
  readonly folder: string;
}

/** A file of a form in an archive. */
export interface ArchivedFormFile {
  readonly place: FormPlace;
  readonly file: string;
  /** Whether the archive has held it before. */
  readonly isRepeated: boolean;
}

/** Number of other names that are kept, to say what an archive is instead. */
const MOST_OTHERS = 1000;

/** The forms of CIFAR-10 in an archive, found by the names of its files: in any folder, or in none. */
export class ArchivedForms {
  /** Names of other files. */
  readonly others: string[] = [];
  readonly #places = new Map<string, { place: FormPlace; files: Set<string> }>();

  /** Notes a name in the archive. @returns what it is of a form; undefined for other files and for macOS's companions. */
  note(path: string): ArchivedFormFile | undefined {
    const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
    const file = parts.pop();
    if (file === undefined || isCompanion(parts, file)) return undefined;
    const layout = FORMS.find(({ files, classNames }) => files.includes(file) || classNames?.file === file);
    if (layout === undefined) {
      if (this.others.length < MOST_OTHERS) this.others.push([...parts, file].join('/'));
      return undefined;
    }
    const folder = parts.join('/');
    const key = `${layout.form} ${folder}`;
    const known = this.#places.get(key) ?? { place: { layout, folder }, files: new Set() };
    this.#places.set(key, known);
    const isRepeated = known.files.has(file);
    known.files.add(file);
    return { place: known.place, file, isRepeated };
  }

  /** Returns the first place that holds all files of its form; else the one that holds the most. */
  best(): FormPlace | undefined {
    const all = [...this.#places.values()];
    const whole = all.find(({ place }) => this.missing(place).length === 0);
    return (whole ?? all.sort((a, b) => b.files.size - a.files.size)[0])?.place;
  }

  /** Returns the form's files that the archive does not hold there. */
  missing({ layout, folder }: FormPlace): string[] {
    const files = this.#places.get(`${layout.form} ${folder}`)?.files;
    return layout.files.filter((file) => !files?.has(file));
  }
}

export function isSamePlace(a: FormPlace, b: FormPlace): boolean {
  return a.layout === b.layout && a.folder === b.folder;
}

/** Returns whether a file is one that macOS puts beside others, with their names. */
function isCompanion(folders: readonly string[], file: string): boolean {
  return file.startsWith('._') || folders.includes('__MACOSX');
}
