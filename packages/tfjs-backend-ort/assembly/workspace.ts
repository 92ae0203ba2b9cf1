/**
 * The scratch memory of this instance: 64 KiB, of which the first holds small things and the rest belongs to whatever
 * kernel runs. The caller hands over zeros and never touches them again.
 */
let workspace: usize = 0;

/** Tells where the scratch memory starts (16-byte aligned); called once, before any kernel. */
export function setWorkspace(address: usize): void {
  workspace = address;
}

/** Addresses of the pixels under a window, 4 bytes each: room for 128. */
// @ts-ignore: decorator
@inline
export function addressTable(): usize {
  return workspace;
}

/** Addresses of the pixels of another image under the same window: room for 128. */
// @ts-ignore: decorator
@inline
export function residualTable(): usize {
  return workspace + 512;
}

/** Bytes of channels that are worked on at a time, so that the two rows below suffice for any number of channels. */
export const ROW_BYTES: usize = 2048;

/** ROW_BYTES of zeros: what reads outside of an image see. Never written. */
// @ts-ignore: decorator
@inline
export function zeroRow(): usize {
  return workspace + 2048;
}

/** ROW_BYTES nobody reads: where writes outside of an image go. */
// @ts-ignore: decorator
@inline
export function dumpRow(): usize {
  return workspace + 4096;
}

/** 56 KiB for the kernel that runs. */
// @ts-ignore: decorator
@inline
export function blockSpace(): usize {
  return workspace + 8192;
}
