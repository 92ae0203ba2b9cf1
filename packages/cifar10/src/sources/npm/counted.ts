/** Passes chunks on and tells how many bytes have passed. */
export async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes: (done: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let done = 0;
  for await (const chunk of source) {
    done += chunk.length;
    onBytes(done);
    yield chunk;
  }
}
