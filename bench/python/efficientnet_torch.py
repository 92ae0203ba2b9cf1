"""EfficientNet-Lite0 in PyTorch, with batch norm in evaluation mode: its statistics are frozen, gamma and beta trained."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from inputs import WEIGHTS_SEED, uniform

#: repeats, kernel, stride of the first, expansion, channels
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


class SameConv(nn.Conv2d):
    """TensorFlow's padding: the odd pixel at the bottom and on the right."""

    def forward(self, x):
        kernel, stride = self.kernel_size[0], self.stride[0]
        bottom, right = (max((-(-size // stride) - 1) * stride + kernel - size, 0) for size in x.shape[2:])
        if bottom % 2 == 0 and right % 2 == 0:
            return F.conv2d(x, self.weight, None, stride, (bottom // 2, right // 2), 1, self.groups)
        x = F.pad(x, (right // 2, right - right // 2, bottom // 2, bottom - bottom // 2))
        return F.conv2d(x, self.weight, None, stride, 0, 1, self.groups)


def conv_norm(inputs, outputs, kernel, stride=1, groups=1, activation=True):
    layers = [
        SameConv(inputs, outputs, kernel, stride, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-3),
    ]
    return nn.Sequential(*layers, *([nn.ReLU6(inplace=True)] if activation else []))


class Block(nn.Module):
    """x + project(depthwise(expand(x))), or without x."""

    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        inner = inputs * expansion
        self.body = nn.Sequential(
            *([conv_norm(inputs, inner, 1)] if expansion > 1 else []),
            conv_norm(inner, inner, kernel, stride, groups=inner),
            conv_norm(inner, outputs, 1, activation=False),
        )
        self.skips = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.body(x)
        return x + y if self.skips else y


def efficientnet_lite0(classes=10):
    """[N, 3, R, R] -> logits [N, classes]"""
    channels = 32
    layers = [conv_norm(3, channels, 3, stride=2)]
    for repeats, kernel, stride, expansion, outputs in STAGES:
        for repeat in range(repeats):
            layers.append(Block(channels, outputs, kernel, stride if repeat == 0 else 1, expansion))
            channels = outputs
    layers += [conv_norm(channels, 1280, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, classes)]
    model = nn.Sequential(*layers)
    initialize(model)
    return model.to(memory_format=torch.channels_last).eval()


def initialize(model):
    """Convolutions from N(0, 2 / fan_out), the head from U(-1/sqrt(fan_in), 1/sqrt(fan_in)): a stream each."""
    drawing = [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    for k, layer in enumerate(drawing):
        rng = np.random.RandomState([WEIGHTS_SEED, k])
        shape = tuple(layer.weight.shape)
        if isinstance(layer, nn.Linear):
            bound = 1 / np.sqrt(shape[1])
            for parameter in (layer.weight, layer.bias):
                parameter.data = torch.from_numpy(uniform(rng, tuple(parameter.shape), -bound, bound))
            continue
        fan_out = shape[2] * shape[3] * shape[0] // layer.groups
        layer.weight.data = torch.from_numpy(rng.normal(0, np.sqrt(2 / fan_out), shape).astype(np.float32))


def freeze_depthwise_5x5(model):
    """Freezes the depthwise convolutions of 5x5 pixels with their batch norm."""
    for layer in model.modules():
        if isinstance(layer, nn.Sequential) and isinstance(layer[0], SameConv):
            if layer[0].groups > 1 and layer[0].kernel_size == (5, 5):
                layer.requires_grad_(False)
