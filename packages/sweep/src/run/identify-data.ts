import { type DataChoice, type DataEvent, digestImages, type Network } from '@cifarlab/experiment';

/**
 * Loads the images, and tells them apart from others, wherever they lie: by the first 16 digits of their content's digest.
 *
 * @returns undefined after an interrupt.
 */
export async function identifyData(
  network: Network,
  { choice, signal, tell }: { choice: DataChoice; signal: AbortSignal; tell: (event: DataEvent) => void },
): Promise<string | undefined> {
  try {
    const digest = await digestImages(network, choice, { signal, onEvent: (event) => tell(event) });
    return signal.aborted ? undefined : digest.slice(0, 16);
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  }
}
