/** Names in PyTorch of the weights of a convolution or a linear layer `module`, by those here. */
export function kernelNames(module: string): Record<string, string> {
  return { kernel: `${module}.weight` };
}

/** Returns the same with a bias. */
export function kernelAndBiasNames(module: string): Record<string, string> {
  return { ...kernelNames(module), bias: `${module}.bias` };
}

/** Names in PyTorch of the weights of a batch normalisation `module`, by those here. */
export function normNames(module: string): Record<string, string> {
  return {
    gamma: `${module}.weight`,
    beta: `${module}.bias`,
    running_mean: `${module}.running_mean`,
    running_variance: `${module}.running_var`,
  };
}
