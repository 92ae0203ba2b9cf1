import { reasonOf } from '../reason.js';

/** TensorFlow.js, whichever of its copies. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** Makes a registered backend the one in use. @throws Error with the reason when it cannot be started. */
export async function use(tf: TensorFlow, backend: string): Promise<void> {
  if (await tf.setBackend(backend)) return;
  const failed = `TensorFlow.js could not start its backend "${backend}"`;
  throw new Error(`${failed}: ${reasonOf(await whyNot(tf, backend))}`);
}

/** Finds the reason. TensorFlow.js only warns of it, which its production mode silences; starting the backend once more gives it. */
async function whyNot(tf: TensorFlow, backend: string): Promise<unknown> {
  try {
    await tf.findBackendFactory(backend)?.();
    return 'it gives no reason';
  } catch (error) {
    return error;
  }
}
