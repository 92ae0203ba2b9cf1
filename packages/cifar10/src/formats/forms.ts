import { BINARY_FORM } from './binary/binary-form.js';
import type { FileForm, FormLayout } from './form.js';
import { PYTHON_FORM } from './python/python-form.js';
import { SHEETS_FORM } from './sheets/sheets-form.js';

/** All forms, in the order in which a folder is searched for them. */
export const FORMS: readonly FormLayout[] = [PYTHON_FORM, BINARY_FORM, SHEETS_FORM];

/** Returns the layout of one form. */
export function layoutOf(form: FileForm): FormLayout {
  return FORMS.find((layout) => layout.form === form)!;
}

/** Returns the form that is complete; else the one some of whose files these are: it is an error then, not a miss. */
export function layoutIn(names: readonly string[]): FormLayout | undefined {
  const partial = () => FORMS.find(({ files }) => files.some((file) => names.includes(file)));
  return FORMS.find((form) => isComplete(form, names)) ?? partial();
}

/** Returns whether these names hold every file of a form. */
export function isComplete({ files }: FormLayout, names: readonly string[]): boolean {
  return files.every((file) => names.includes(file));
}
