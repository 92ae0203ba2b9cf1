"""The network of the CIFAR-10 speed records in PyTorch, with Muon for its filters and SGD for the rest."""

import numpy as np
import torch
from torch import nn

from inputs import WEIGHTS_SEED


class Block(nn.Sequential):
    def __init__(self, channels, width):
        super().__init__(
            nn.Conv2d(channels, width, 3, padding="same", bias=False),
            nn.MaxPool2d(2),
            batch_norm(width),
            nn.GELU(),
            nn.Conv2d(width, width, 3, padding="same", bias=False),
            batch_norm(width),
            nn.GELU(),
        )


def batch_norm(width):
    layer = nn.BatchNorm2d(width, eps=1e-12, momentum=0.4)
    layer.weight.requires_grad = False
    return layer


class FastNet(nn.Module):
    """[N, 3, 32, 32] -> logits [N, 10]; the first layer is not trained at all, as after the first epochs of a run."""

    def __init__(self, widths=(64, 256, 256), classes=10):
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2).requires_grad_(False)
        self.layers = nn.Sequential(nn.GELU(), *(Block(*size) for size in zip((24, *widths), widths)), nn.MaxPool2d(3))
        self.head = nn.Linear(widths[-1], classes, bias=False)
        initialize(self)
        self.to(memory_format=torch.channels_last)

    def forward(self, x):
        return self.head(self.layers(self.whiten(x)).flatten(1)) / 9


def initialize(model):
    """Layer k draws its weight, then its bias, from a stream of its own; the first filters become the identity."""
    drawing = [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    for k, layer in enumerate(drawing):
        rng = np.random.RandomState([WEIGHTS_SEED, k])
        bound = 1 / np.sqrt(layer.weight[0].numel())
        for parameter in (layer.weight, layer.bias):
            if parameter is not None:
                drawn = rng.uniform(-bound, bound, tuple(parameter.shape)).astype(np.float32)
                parameter.data = torch.from_numpy(drawn)
        if isinstance(layer, nn.Conv2d) and layer.bias is None:
            nn.init.dirac_(layer.weight.data[: layer.weight.shape[1]])


class MuonAndSgd:
    """Muon for the filters, SGD with Nesterov's momentum for the rest, as one optimizer."""

    def __init__(self, model, rate, momentum):
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.filters = [parameter for parameter in trained if parameter.dim() == 4]
        self.buffers = [torch.zeros_like(parameter) for parameter in self.filters]
        others = [parameter for parameter in trained if parameter.dim() != 4]
        self.sgd = torch.optim.SGD(others, lr=rate, momentum=momentum, nesterov=True)
        self.rate, self.momentum = rate, momentum

    def zero_grad(self, set_to_none=True):
        self.sgd.zero_grad(set_to_none)
        for parameter in self.filters:
            parameter.grad = None

    @torch.no_grad()
    def step(self):
        self.sgd.step()
        for parameter, buffer in zip(self.filters, self.buffers):
            buffer.mul_(self.momentum).add_(parameter.grad)
            direction = parameter.grad.add(buffer, alpha=self.momentum)
            update = orthogonalize(direction.reshape(len(direction), -1)).view_as(parameter)
            parameter.mul_(len(parameter) ** 0.5 / parameter.norm()).sub_(update, alpha=self.rate)


def orthogonalize(x):
    x = x / (x.norm() + 1e-7)
    for _ in range(3):
        gram = x @ x.T
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return x
