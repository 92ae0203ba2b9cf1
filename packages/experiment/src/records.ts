export { readBytes, readJson } from './records/read-json.js';
export { RecordError, type RecordFault } from './records/record-error.js';
export { madeWithEntries } from './records/run-config.js';
export {
  anObject,
  arrayOf,
  classNames,
  count,
  countUpTo,
  flag,
  fraction,
  moment,
  notNegative,
  objectWith,
  oneOfTexts,
  parseRecord,
  positive,
  positiveCount,
  recordOf,
  rule,
  share,
  words,
} from './records/schemas.js';
