/** The foreign function interface; only its type is imported, so that it is loaded with the library and not before. */
export type Koffi = typeof import('koffi');
