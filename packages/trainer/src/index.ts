export type { Callback, Observer, StatefulCallback } from './callback.js';
export type { EarlyStoppingOptions } from './early-stopping.js';
export { type Evaluation, evaluate } from './evaluate.js';
export type {
  BestEvent,
  CheckpointEvent,
  EvalEvent,
  Split,
  StartEvent,
  StopEvent,
  StopReason,
  TrainEvent,
  TrainStepEvent,
} from './events.js';
export { type FitOptions, fit } from './fit.js';
export { type History, HistoryRecorder } from './history.js';
export type { Awaitable, BatchSource, BatchSums, EvalSource, Learner } from './learner.js';
export type { TrainOptions } from './options.js';
export { type Progress, ProgressMeter, progress } from './progress.js';
export { constant } from './schedules/constant.js';
export { cosine } from './schedules/cosine.js';
export { linear } from './schedules/linear.js';
export { type OneCycleOptions, oneCycle } from './schedules/one-cycle.js';
export type { Schedule } from './schedules/schedule.js';
export { stepDecay } from './schedules/step-decay.js';
export { warmup } from './schedules/warmup.js';
export type { Best, EarlyStoppingState, JsonObject, LoopState, Metric, State, TrainingState } from './state.js';
export { train } from './train.js';
