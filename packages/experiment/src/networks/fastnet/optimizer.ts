import { type VariableRoles, variableRoles } from '@cifarlab/fastnet';
import { type CommonSettings, Muon, type ParameterGroup, SGD } from '@cifarlab/tfjs-ops';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { learningRateSchedule } from '../../settings/schedule.js';
import type { FastnetSettings } from './settings.js';

/** The settings that Muon and SGD have in common. */
type SharedSettings = CommonSettings & { momentum: number; nesterov: boolean };

/** The momentum of the weights that SGD trains beside the filters. */
const SGD_MOMENTUM = 0.85;

/**
 * Makes the optimizer: filters by Muon, or by SGD, and by SGD with Nesterov's momentum the offsets of batch norm, the bias
 * of the whitening and the last layer, each at its rate. A step of weight decay takes the same share of all of these.
 */
export function createFastnetOptimizer(model: LayersModel, settings: FastnetSettings): Muon | SGD {
  const { optimizer, learningRate, momentum, nesterov, weightDecay } = settings;
  const roles = variableRoles(model);
  const groups = groupsOf(roles, settings);
  if (optimizer === 'sgd') return new SGD({ learningRate, momentum, nesterov, weightDecay, groups });
  const [others, ...rest] = groups;
  return new Muon({ learningRate, momentum, nesterov, groups: [{ ...others!, orthogonal: false }, ...rest] });
}

function groupsOf(
  { whiteningBias, normBiases, head }: VariableRoles,
  settings: FastnetSettings,
): ParameterGroup<SharedSettings>[] {
  const { learningRate, biasLearningRate, headLearningRate, weightDecay } = settings;
  const biasScale = biasLearningRate / learningRate;
  const biasDecay = (weightDecay * headLearningRate) / biasLearningRate;
  const ofBias = whiteningBiasRate(settings);
  return [
    { variables: [...whiteningBias, ...normBiases, ...head], momentum: SGD_MOMENTUM, nesterov: true },
    { variables: normBiases, learningRateScale: biasScale, weightDecay: biasDecay },
    { variables: whiteningBias, learningRateScale: (step: number) => biasScale * ofBias(step), weightDecay: biasDecay },
    { variables: head, learningRateScale: headLearningRate / learningRate, weightDecay },
  ];
}

/**
 * Returns the rate of the whitening's bias, which falls to 0 over its own steps, as a part of the schedule's at a step.
 */
function whiteningBiasRate(settings: FastnetSettings): (step: number) => number {
  const { learningRate, whiteningBiasSteps: steps } = settings;
  const schedule = learningRateSchedule(settings);
  return (step) => {
    const scheduled = schedule(step) / learningRate;
    const own = steps === 0 ? 0 : Math.max(0, 1 - (step - 1) / steps);
    return scheduled === 0 ? 0 : own / scheduled;
  };
}
