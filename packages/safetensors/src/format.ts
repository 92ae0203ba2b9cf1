/** The file starts with the header's length as an unsigned 64-bit little-endian integer. */
export const PREFIX_BYTES = 8;

/** The largest header that readers accept. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The header key that holds free text instead of a tensor. */
export const METADATA_KEY = '__metadata__';

/** The tensors' data start at a multiple of this many bytes. */
export const ALIGNMENT = 8;
