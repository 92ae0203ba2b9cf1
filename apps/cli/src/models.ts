import { type NetworkName, networkNames } from '@cifarlab/experiment';

/** The networks that `train` knows. */
export const models = networkNames;

/** A network that `train` knows. */
export type ModelName = NetworkName;
