/** One array under an optimizer, in float64, written out from the formulas of PyTorch's documentation. */
export interface ReferenceState {
  parameter: Float64Array;
  step: number;
  slots: Record<string, Float64Array>;
}

export interface ReferenceSettings {
  learningRate: number;
  weightDecay: number;
  decoupled: boolean;
  gradientScale?: number;
}

function withDecay(parameter: number, gradient: number, settings: ReferenceSettings): [number, number] {
  const { learningRate, weightDecay, decoupled, gradientScale = 1 } = settings;
  const scaled = gradient * gradientScale;
  return decoupled
    ? [parameter * (1 - learningRate * weightDecay), scaled]
    : [parameter, scaled + weightDecay * parameter];
}

export function adamReference(
  state: ReferenceState,
  gradient: ArrayLike<number>,
  settings: ReferenceSettings & { beta1: number; beta2: number; epsilon: number; amsgrad: boolean },
): ReferenceState {
  const { learningRate, beta1, beta2, epsilon, amsgrad } = settings;
  const step = state.step + 1;
  const parameter = new Float64Array(gradient.length);
  const m = new Float64Array(gradient.length);
  const v = new Float64Array(gradient.length);
  const vMax = new Float64Array(gradient.length);
  for (let i = 0; i < gradient.length; i++) {
    const [theta, g] = withDecay(state.parameter[i]!, gradient[i]!, settings);
    m[i] = beta1 * (state.slots.m?.[i] ?? 0) + (1 - beta1) * g;
    v[i] = beta2 * (state.slots.v?.[i] ?? 0) + (1 - beta2) * g * g;
    vMax[i] = Math.max(state.slots.vMax?.[i] ?? 0, v[i]!);
    const second = (amsgrad ? vMax[i]! : v[i]!) / (1 - beta2 ** step);
    parameter[i] = theta - (learningRate * (m[i]! / (1 - beta1 ** step))) / (Math.sqrt(second) + epsilon);
  }
  return { parameter, step, slots: amsgrad ? { m, v, vMax } : { m, v } };
}

export function sgdReference(
  state: ReferenceState,
  gradient: ArrayLike<number>,
  settings: ReferenceSettings & { momentum: number; dampening: number; nesterov: boolean },
): ReferenceState {
  const { learningRate, momentum, dampening, nesterov } = settings;
  const step = state.step + 1;
  const parameter = new Float64Array(gradient.length);
  const momentumBuffer = new Float64Array(gradient.length);
  for (let i = 0; i < gradient.length; i++) {
    const [theta, g] = withDecay(state.parameter[i]!, gradient[i]!, settings);
    momentumBuffer[i] = step === 1 ? g : momentum * (state.slots.momentumBuffer?.[i] ?? 0) + (1 - dampening) * g;
    const withMomentum = nesterov ? g + momentum * momentumBuffer[i]! : momentumBuffer[i]!;
    parameter[i] = theta - learningRate * (momentum === 0 ? g : withMomentum);
  }
  return { parameter, step, slots: momentum === 0 ? {} : { momentumBuffer } };
}
