import type { Assembly } from './assembly.js';

/** The forms in which CIFAR-10's batches come as six or eight files. */
export type FileForm = 'python' | 'binary' | 'sheets';

/** How one form is laid out. */
export interface FormLayout {
  readonly form: FileForm;
  /** The folder its archive holds it in. */
  readonly folder: string;
  /** The files it consists of. */
  readonly files: readonly string[];
  /** The file beside them that names the classes, if the form has one; it may be missing. */
  readonly classNames?: ClassNamesFile;
  /** Returns a fresh reader, to be fed every file of the form once, in any order. */
  reader(assembly: Assembly): FormReader;
}

interface ClassNamesFile {
  readonly file: string;
  /** @param where the file's full name, for error messages. */
  read(bytes: Uint8Array, where: string): readonly string[];
}

export interface FormReader {
  /**
   * @param name one of the layout's `files`.
   * @param where the file's full name, for error messages.
   */
  accept(name: string, bytes: Uint8Array, where: string): Promise<void>;
}
