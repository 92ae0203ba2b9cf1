import { rule } from '../records/schemas.js';

/** A number of classes. */
export const classCount = rule<number>(
  'a whole number from 2 to 256',
  (value) => Number.isInteger(value) && value >= 2 && value <= 256,
);
