import type { FormLayout } from '../../formats/form.js';

/** The kind that a given path was recognised as. */
export type Recognised =
  | RecognisedFolder
  | { readonly kind: 'archive'; readonly path: string }
  | { readonly kind: 'records'; readonly path: string };

/** A folder with the files of one form. */
export interface RecognisedFolder {
  readonly kind: 'folder';
  readonly path: string;
  readonly layout: FormLayout;
}
