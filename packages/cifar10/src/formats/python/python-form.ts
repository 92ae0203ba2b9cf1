import { BATCH_NAMES, type BatchName } from '../../records.js';
import { readPythonClassNames } from '../class-names.js';
import type { FormLayout } from '../form.js';
import { readPythonBatch, writeRecords } from './python-batch.js';

/** Pickles of Python 2 and 3, a batch a file. */
export const PYTHON_FORM: FormLayout = {
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
