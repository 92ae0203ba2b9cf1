import { gradientCases } from '../../src/cases.js';
import type { NdarrayCase, TensorflowCase } from '../../src/gradient-case.js';

export const ndarrayCases = gradientCases.filter((one): one is NdarrayCase => one.library === 'ndarray');
export const tensorflowCases = gradientCases.filter((one): one is TensorflowCase => one.library === 'tensorflow.js');
