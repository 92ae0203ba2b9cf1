import { Cifar10Error } from '../../errors.js';
import { BATCH_NAMES, type BatchName, RECORD_SIZE } from '../../records.js';
import type { Assembly } from '../assembly.js';
import type { FormLayout, FormReader } from '../form.js';
import { readSheetLabels, sheetCount, writeSheet } from './sheet.js';

const TRAIN_LABELS = 'train_lables.json';
const TEST_LABELS = 'test_lables.json';

/** PNG sheets of the images, and the labels of all training and all test images. */
export const SHEETS_FORM: FormLayout = {
  form: 'sheets',
  folder: 'package',
  files: [...BATCH_NAMES.map((name) => `${name}.png`), TRAIN_LABELS, TEST_LABELS],
  reader: (assembly) => new SheetReader(assembly),
};

/** Sheets become batches once the labels are there too, which an archive may hold last. */
class SheetReader implements FormReader {
  readonly #assembly: Assembly;
  readonly #sheets = new Map<BatchName, { records: Uint8Array; where: string }>();
  readonly #labels = new Map<string, { values: Uint8Array; where: string }>();

  constructor(assembly: Assembly) {
    this.#assembly = assembly;
  }

  async accept(name: string, bytes: Uint8Array, where: string): Promise<void> {
    if (name.endsWith('.json')) {
      this.#labels.set(name, { values: readSheetLabels(bytes, where), where });
    } else {
      const batch = name.slice(0, -'.png'.length) as BatchName;
      const records = this.#assembly.room(batch, sheetCount(bytes, where));
      await writeSheet(bytes, where, records);
      this.#sheets.set(batch, { records, where });
    }
    await this.#label(
      TRAIN_LABELS,
      BATCH_NAMES.filter((batch) => batch !== 'test_batch'),
    );
    await this.#label(TEST_LABELS, ['test_batch']);
  }

  /** Labels these batches and seals them, once all of them and their labels are there. */
  async #label(file: string, batches: readonly BatchName[]): Promise<void> {
    const labels = this.#labels.get(file);
    if (labels === undefined || !batches.every((name) => this.#sheets.has(name) && !this.#assembly.has(name))) return;
    const count = batches.reduce((sum, name) => sum + this.#sheets.get(name)!.records.length / RECORD_SIZE, 0);
    if (labels.values.length !== count) {
      throw new Cifar10Error(
        'MALFORMED',
        `${labels.where}: ${labels.values.length} labels for ${count} images. Fetch the data again.`,
      );
    }
    let next = 0;
    for (const name of batches) {
      const { records, where } = this.#sheets.get(name)!;
      for (let r = 0; r < records.length; r += RECORD_SIZE) {
        records[r] = labels.values[next++]!;
      }
      await this.#assembly.seal(name, records, where);
    }
  }
}
