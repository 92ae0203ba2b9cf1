/** What computes TensorFlow.js's operations: values of `--backend`. */
const tensorflowBackends = ['ort', 'tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu'] as const;

/** What computes the matrix products of `mlp-ndarray`: values of its `--backend`, the fastest first. */
export const ndarrayBackends = ['ort', 'wasm', 'cpu'] as const;

/** Those that can train: reading values without waiting is what the training loop takes, and webgpu cannot. */
export const trainingBackends = [
  'ort',
  'tfjs-node-gpu',
  'tfjs-node',
  'wasm',
  'cpu',
] as const satisfies readonly TensorflowBackend[];

export type TrainingBackend = (typeof trainingBackends)[number];
export type TensorflowBackend = (typeof tensorflowBackends)[number];
export type NdarrayBackend = (typeof ndarrayBackends)[number];

/** One value of `--backend` and what it is for. */
export type Backend =
  | { readonly library: 'tensorflow.js'; readonly name: TensorflowBackend }
  | { readonly library: 'ndarray'; readonly name: NdarrayBackend };

export const backends: readonly Backend[] = [
  ...tensorflowBackends.map((name) => ({ library: 'tensorflow.js', name }) as const),
  ...ndarrayBackends.map((name) => ({ library: 'ndarray', name }) as const),
];

/** What to find out about a backend. */
export interface ProbeOptions {
  /** Where packages that are no dependencies of the command line are looked for. */
  folder: string;
  /** How long each measurement takes; 0 measures nothing. */
  seconds: number;
  /** Threads to compute with; as many as the backend chooses itself when left out. */
  threads?: number;
  /** Hears of what slows the backend down, in one line. */
  onWarning?: (message: string) => void;
}

/** How a backend does here. */
export type Probe =
  | {
      available: true;
      /** The software that computes, with its version. */
      version: string;
      /** Threads that compute; null when the backend does not tell. */
      threads: number | null;
      /** GFLOP/s, the best run of a measurement: 10^9 multiplications and additions in a second. Null: not measured. */
      product: number | null;
      /** GFLOP/s of a 3x3 convolution, counted as the direct method's; null as above, or without convolutions. */
      convolution: number | null;
    }
  | {
      available: false;
      /** Why it cannot be used here, and what turns it on. */
      reason: string;
    };
