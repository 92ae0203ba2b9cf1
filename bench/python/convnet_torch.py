"""The pre-activation ConvNet in PyTorch."""

import numpy as np
import torch
from torch import nn

from inputs import WEIGHTS_SEED, uniform


class PreAct(nn.Module):
    """x + conv(relu(batchnorm(x)))"""

    def __init__(self, channels):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return x + self.conv(torch.relu(self.bn(x)))


def convnet(width=64):
    """[N, 3, 32, 32] -> logits [N, 10]. The network proper has width 64: the channels of its first stage."""
    a, b, c, d = (width * factor for factor in (1, 2, 4, 8))
    pool = lambda: nn.MaxPool2d(3, stride=2, padding=1)
    model = nn.Sequential(
        nn.Conv2d(3, a, 3, padding=1),
        PreAct(a),
        nn.Conv2d(a, b, 1),
        pool(),
        PreAct(b),
        PreAct(b),
        nn.Conv2d(b, c, 1),
        pool(),
        PreAct(c),
        PreAct(c),
        nn.Conv2d(c, d, 1),
        pool(),
        PreAct(d),
        PreAct(d),
        pool(),
        PreAct(d),
        PreAct(d),
        pool(),
        nn.BatchNorm2d(d),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(d, 10),
    )
    initialize(model)
    return model.to(memory_format=torch.channels_last)


def initialize(model):
    """Convolutions and linear layers from U(-1/sqrt(fan_in), 1/sqrt(fan_in)): a stream each, weight before bias."""
    drawing = [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    for k, layer in enumerate(drawing):
        rng = np.random.RandomState([WEIGHTS_SEED, k])
        bound = 1 / np.sqrt(layer.weight[0].numel())
        for parameter in (layer.weight, layer.bias):
            parameter.data = torch.from_numpy(uniform(rng, tuple(parameter.shape), -bound, bound))


def as_images(images):
    """[n, 3072] in the order height, width, channels -> [n, 3, 32, 32] in channels-last memory, without a copy."""
    return torch.from_numpy(images).view(-1, 32, 32, 3).permute(0, 3, 1, 2)
