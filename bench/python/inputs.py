"""Inputs from NumPy's legacy generator: with the same seeds the workers in TypeScript draw the same numbers."""

import numpy as np

WEIGHTS_SEED = 1
DATA_SEED = 2


def uniform(rng, shape, low=-1.0, high=1.0, dtype=np.float32):
    return rng.uniform(low, high, shape).astype(dtype)


def image_pool(count, size=3072, largest=128):
    """Images [count, size], by default of about the range of CIFAR-10's after its mean is subtracted; classes [count]."""
    rng = np.random.RandomState(DATA_SEED)
    images = uniform(rng, (count, size), -largest, largest)
    return images, np.floor(rng.uniform(0, 10, count)).astype(np.int64)
