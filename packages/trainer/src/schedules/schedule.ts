/**
 * The learning rate of each training step: a pure function of the step's number, counted from 1, so that a resumed run
 * continues exactly where it was.
 */
export type Schedule = (step: number) => number;
