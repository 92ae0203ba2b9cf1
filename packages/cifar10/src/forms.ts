import type { Assembly } from './assembly.js';
import { readPythonClassNames, readTextClassNames } from './class-names.js';
import { Cifar10Error } from './errors.js';
import { BATCH_NAMES, type BatchName, RECORD_SIZE } from './format.js';
import { readPythonBatch, writeRecords } from './python-batch.js';
import { readSheetLabels, sheetCount, writeSheet } from './sheet.js';

/** The forms in which CIFAR-10's batches come as six or eight files. */
export type FileForm = 'python' | 'binary' | 'sheets';

/** How one form is laid out. */
export interface FormLayout {
  readonly form: FileForm;
  /** The folder its archive holds it in. */
  readonly folder: string;
  /** The files it consists of. */
  readonly files: readonly string[];
  /** The file beside them that names the classes, where the form has one; it may be missing. */
  readonly classNames?: ClassNamesFile;
  /** A fresh reader, to be fed every file of the form once, in any order. */
  reader(assembly: Assembly): FormReader;
}

interface ClassNamesFile {
  readonly file: string;
  /** @param where the file's full name, for error messages. */
  read(bytes: Uint8Array, where: string): readonly string[];
}

interface FormReader {
  /**
   * @param name one of the layout's `files`.
   * @param where the file's full name, for error messages.
   */
  accept(name: string, bytes: Uint8Array, where: string): Promise<void>;
}

const PYTHON: FormLayout = {
  form: 'python',
  folder: 'cifar-10-batches-py',
  files: BATCH_NAMES,
  classNames: { file: 'batches.meta', read: readPythonClassNames },
  reader: (assembly) => ({
    async accept(name, bytes, where) {
      const batch = readPythonBatch(bytes, where);
      const records = assembly.room(name as BatchName, batch.count);
      writeRecords(batch, records);
      await assembly.seal(name as BatchName, records, where);
    },
  }),
};

const BINARY: FormLayout = {
  form: 'binary',
  folder: 'cifar-10-batches-bin',
  files: BATCH_NAMES.map((name) => `${name}.bin`),
  classNames: { file: 'batches.meta.txt', read: readTextClassNames },
  reader: (assembly) => ({
    async accept(name, bytes, where) {
      if (bytes.length === 0 || bytes.length % RECORD_SIZE !== 0) {
        throw new Cifar10Error(
          'MALFORMED',
          `${where}: ${bytes.length} bytes are no whole number of records of ${RECORD_SIZE} bytes, so the file is truncated or altered. Fetch the file again, or leave the data folder out to download the data.`,
        );
      }
      const batch = name.slice(0, -'.bin'.length) as BatchName;
      const records = assembly.room(batch, bytes.length / RECORD_SIZE);
      records.set(bytes);
      await assembly.seal(batch, records, where);
    },
  }),
};

const TRAIN_LABELS = 'train_lables.json';
const TEST_LABELS = 'test_lables.json';

/** PNG sheets of the images, and the labels of all training and all test images. */
const SHEETS: FormLayout = {
  form: 'sheets',
  folder: 'package',
  files: [...BATCH_NAMES.map((name) => `${name}.png`), TRAIN_LABELS, TEST_LABELS],
  reader: (assembly) => new SheetReader(assembly),
};

/** Sheets become batches once the labels are there too, which an archive may hold last. */
class SheetReader implements FormReader {
  private readonly sheets = new Map<BatchName, { records: Uint8Array; where: string }>();
  private readonly labels = new Map<string, { values: Uint8Array; where: string }>();

  constructor(private readonly assembly: Assembly) {}

  async accept(name: string, bytes: Uint8Array, where: string): Promise<void> {
    if (name.endsWith('.json')) {
      this.labels.set(name, { values: readSheetLabels(bytes, where), where });
    } else {
      const batch = name.slice(0, -'.png'.length) as BatchName;
      const records = this.assembly.room(batch, sheetCount(bytes, where));
      await writeSheet(bytes, where, records);
      this.sheets.set(batch, { records, where });
    }
    await this.label(
      TRAIN_LABELS,
      BATCH_NAMES.filter((batch) => batch !== 'test_batch'),
    );
    await this.label(TEST_LABELS, ['test_batch']);
  }

  /** Labels these batches and seals them, once all of them and their labels are there. */
  private async label(file: string, batches: readonly BatchName[]): Promise<void> {
    const labels = this.labels.get(file);
    if (labels === undefined || !batches.every((name) => this.sheets.has(name) && !this.assembly.has(name))) {
      return;
    }
    const count = batches.reduce((sum, name) => sum + this.sheets.get(name)!.records.length / RECORD_SIZE, 0);
    if (labels.values.length !== count) {
      throw new Cifar10Error(
        'MALFORMED',
        `${labels.where}: ${labels.values.length} labels for ${count} images. Fetch the data again.`,
      );
    }
    let next = 0;
    for (const name of batches) {
      const { records, where } = this.sheets.get(name)!;
      for (let r = 0; r < records.length; r += RECORD_SIZE) {
        records[r] = labels.values[next++]!;
      }
      await this.assembly.seal(name, records, where);
    }
  }
}

/** All forms, in the order in which a folder is searched for them. */
export const FORMS: readonly FormLayout[] = [PYTHON, BINARY, SHEETS];

/** The layout of one form. */
export function layoutOf(form: FileForm): FormLayout {
  return FORMS.find((layout) => layout.form === form)!;
}
