// What the server sends and the page reads: the only thing that the two have in common.

/** The images whose numbers a curve shows. */
export type CurveName = 'train' | 'validation' | 'test';

/** A quantity that is measured. */
export type Metric = 'loss' | 'accuracy';

/** State of a run; `unread` until its files have been read, `unknown` where they do not say. */
export type RunState =
  | 'unread'
  | 'training'
  | 'finished'
  | 'interrupted'
  | 'diverged'
  | 'failed'
  | 'stopped'
  | 'unknown';

/** Loss and accuracy at a step. */
export interface Score {
  step: number;
  loss: number;
  accuracy: number;
}

/** Summary of a run, without its curves. */
export interface RunSummary {
  id: string;
  name: string;
  /** The network's name; null while nothing is known of the run. */
  network: string | null;
  state: RunState;
  /** Steps done. */
  step: number;
  /** The last step; null while it is not known. */
  maxSteps: number | null;
  /** Speed in steps per second; null where it is not known. */
  stepsPerSecond: number | null;
  /** Estimated seconds to the end; null unless it trains. */
  secondsLeft: number | null;
  /** The latest numbers. */
  latest: Partial<Record<CurveName, Score>>;
  /** The best evaluation of the validation images by accuracy. */
  best: Score | null;
  /** Settings by their keys in files, as texts. */
  settings: Record<string, string>;
  /** Steps from which it was continued. */
  resumedAt: number[];
  /** The step whose loss was not finite. */
  divergedAt: number | null;
  /** Whether there is a picture of a batch. */
  hasBatch: boolean;
  /** Reason why it cannot be read, or not to its end; null where it can. */
  fault: string | null;
}

/** Columns of a curve, of one length: each place in them is a range of steps. */
export interface CurveColumns {
  /** The middle of the steps. */
  step: number[];
  /** Mean, lowest and highest loss. */
  loss: number[];
  lossLow: number[];
  lossHigh: number[];
  /** Mean, lowest and highest accuracy. */
  accuracy: number[];
  accuracyLow: number[];
  accuracyHigh: number[];
}

/** New points of a curve: they take the place of all from `from` on. */
export interface CurvePart {
  from: number;
  columns: CurveColumns;
}

/** Points of some steps of a run's curves, finer than those that are told of the whole run. */
export interface FinerCurves {
  /** Steps that the run had done. */
  step: number;
  curves: Partial<Record<CurveName, CurveColumns>>;
}

/** News of the run that a page shows. */
export interface RunUpdate {
  run: RunSummary;
  curves: Partial<Record<CurveName, CurvePart>>;
  /** Classes that the network assigns to some test images, where they have changed. */
  sample?: Sample;
}

/** News of the runs of a folder. */
export interface FolderUpdate {
  /** The runs that have changed. */
  runs: RunSummary[];
  /** Runs that are not there any more. */
  gone: string[];
  /** Curves that have changed, whole: steps and means. */
  curves: Record<string, { step: number[]; value: number[] }>;
  /** Facts about the folder as a whole. */
  folder: FolderFacts;
}

/** Facts about a folder as a whole. */
export interface FolderFacts {
  /** Its name. */
  name: string;
  /** Whether the folder is that of one run. */
  isRun: boolean;
  /** Whether there are more runs in it than are shown. */
  isCut: boolean;
  /** Keys of the settings in which the runs differ. */
  differing: string[];
  /** Runs whose files have been read. */
  read: number;
  /** Runs that are there. */
  total: number;
}

/** A test image, with the class that a network predicts. */
export interface SampledPrediction {
  /** The bytes [3, side, side], in base 64. */
  pixels: string;
  truth: string;
  predicted: string;
  /** Probability of the predicted class. */
  probability: number;
}

/** Results of a checkpoint's network on the first test images, or the reason why they are not known. */
export type Sample =
  | {
      step: number;
      count: number;
      accuracy: number;
      classes: { name: string; count: number; correct: number }[];
      side: number;
      predictions: SampledPrediction[];
    }
  | { fault: string };
