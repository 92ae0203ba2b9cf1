import { Cifar10Error } from '../../errors.js';
import { foreignArchives, foreignNames } from '../foreign.js';
import { FORMS } from '../forms.js';

/** Returns the error for an archive that holds none of the forms, by the names that it holds. */
export function unrecognised(where: string, others: readonly string[]): Cifar10Error {
  const foreign = foreignNames(others) ?? foreignArchives(others);
  return new Cifar10Error(
    'UNRECOGNISED',
    `${where}: an archive without CIFAR-10; looked for ${FORMS.map((form) => `${form.folder}/${form.files[0]}`).join(', ')}. ${foreign === undefined ? 'Give one of the published archives, or leave the data folder out to download the data' : `It holds ${foreign}`}.`,
  );
}
