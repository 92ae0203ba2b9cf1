import { Cifar10Error } from '../../errors.js';
import { BATCH_NAMES, type BatchName, RECORD_SIZE } from '../../records.js';
import { readTextClassNames } from '../class-names.js';
import type { FormLayout } from '../form.js';

/** Records as they are kept in memory, a batch a file. */
export const BINARY_FORM: FormLayout = {
  form: 'binary',
  folder: 'cifar-10-batches-bin',
  files: BATCH_NAMES.map((name) => `${name}.bin`),
  classNames: { file: 'batches.meta.txt', read: readTextClassNames },
  reader: (assembly) => ({
    async accept(name, bytes, where) {
      if (bytes.length === 0 || bytes.length % RECORD_SIZE !== 0) {
        throw new Cifar10Error(
          'MALFORMED',
          `${where}: ${bytes.length} bytes are not a whole number of records of ${RECORD_SIZE} bytes, so the file is truncated or altered. Fetch the file again, or leave the data folder out to download the data.`,
        );
      }
      const batch = name.slice(0, -'.bin'.length) as BatchName;
      const records = assembly.room(batch, bytes.length / RECORD_SIZE);
      records.set(bytes);
      await assembly.seal(batch, records, where);
    },
  }),
};
