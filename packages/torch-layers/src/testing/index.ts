export { seededState } from './seeded-state.js';
export { type Summary, summary, summaryError } from './summary.js';
export { summaryErrors, type TrainingSummary, trainingSummary } from './training-summary.js';
