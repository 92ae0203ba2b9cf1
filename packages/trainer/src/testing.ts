export { type LearnerCheck, type LearnerSubject, learnerChecks } from './testing/learner-checks.js';
