export type {
  Engine,
  EngineFamily,
  EngineName,
  EngineNames,
  EngineOptions,
  EngineRecord,
  EngineSpeed,
  RunningEngine,
  StartedEngine,
  TrainableNetworks,
} from './engine.js';
export { EngineError, type EngineErrorCode, type EngineFault } from './engine-error.js';
export { describeEngine } from './record.js';
export { engineNames, engines, takesThreads } from './registry.js';
export { type EngineRequest, type RestartRequest, restartEngine, startEngine } from './start-engine.js';
export type { Probe } from './survey/probe.js';
export { type EngineFinding, type SurveyOptions, surveyEngines } from './survey/survey-engines.js';
export { surveyTable } from './survey/survey-table.js';
