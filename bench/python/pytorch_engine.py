"""PyTorch's side: training steps, evaluation and single ops, on the CPU, in float32 and channels-last memory."""

import os
import re
import shutil

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import pytorch_kernels
from convnet_torch import as_images, convnet
from efficientnet_torch import efficientnet_lite0, freeze_depthwise_5x5
from fastnet_torch import FastNet, MuonAndSgd
from inputs import WEIGHTS_SEED, image_pool
from measure import Task, Unsupported

#: Images that a training task goes through again and again, in whole batches.
POOL = 2048
MLP_BATCH = 200
EVALUATION_BATCH = 200
#: Batches that a training step of EfficientNet goes through again and again.
EFFICIENTNET_BATCHES = 2
EFFICIENTNET_EVALUATION_BATCH = 64
#: Batches that a training step of the network of the speed records goes through again and again.
FASTNET_BATCHES = 2


def start(threads, compiled=False):
    torch.set_num_threads(threads)
    prepare = compiler() if compiled else lambda function: function
    networks = {
        "convnet-step": ConvNetStep,
        "convnet-eval": ConvNetEvaluation,
        "efficientnet-step": EfficientNetStep,
        "efficientnet-eval": EfficientNetEvaluation,
        "fastnet-step": FastNetStep,
        "mlp-step": MlpStep,
    }

    def prepared(network):
        def workload(**parameters):
            task = network(**parameters)
            task.prepare(prepare)
            return task

        return workload

    workloads = {name: prepared(network) for name, network in networks.items()}
    return version(), {**workloads, **pytorch_kernels.KERNELS}


def compiler():
    """torch.compile with its default settings. Raises Unsupported where it cannot work."""
    if not hasattr(torch, "compile"):
        raise Unsupported(f"PyTorch {torch.__version__} has no torch.compile; 2.0 is the first that has")
    given = os.environ.get("CXX")
    names = [given] if given else ["cl"] if os.name == "nt" else ["g++", "clang++"]
    if not any(shutil.which(name) for name in names):
        raise Unsupported(f"torch.compile needs a C++ compiler, and there is no {' or '.join(names)}")
    return lambda function: torch.compile(function, dynamic=False)


def version():
    """PyTorch's version, with that of oneDNN and the instructions that it computes with, where it tells."""
    onednn = re.search(r"(?:MKL-DNN|oneDNN) v?([\d.]+)", torch.__config__.show())
    capability = getattr(getattr(torch.backends, "cpu", None), "get_cpu_capability", lambda: None)()
    parts = [f"PyTorch {torch.__version__}", onednn and f"oneDNN {onednn[1]}", capability and f"kernels for {capability}"]
    return ", ".join(part for part in parts if part)


class Network(Task):
    """Work with a network; `self.model` is it."""

    def prepare(self, compiled):
        """Takes a function that compiles functions, or gives them back as they are."""
        self.loss = compiled(self.loss)

    def loss(self, images, classes, reduction="mean"):
        return F.cross_entropy(self.model(images), classes, reduction=reduction)


class TrainingStep(Network):
    def __init__(self, model, optimizer, images, classes, batch, parts=1):
        self.model, self.optimizer = model, optimizer
        self.images, self.classes = images, torch.from_numpy(classes)
        self.batch, self.parts = batch, parts
        self.step, self.losses, self.inspected = 0, [], {}

    def run(self):
        start = self.step * self.batch % len(self.classes)
        self.step += 1
        self.optimizer.zero_grad(set_to_none=True)
        of_part = self.batch // self.parts
        value = 0
        for first in range(start, start + self.batch, of_part):
            part = slice(first, first + of_part)
            loss = self.loss(self.images[part], self.classes[part]) / self.parts
            loss.backward()
            value += loss.item()
        self.optimizer.step()
        if len(self.losses) < 2:
            self.losses.append(value)
        if self.step == 1:
            self.inspected = self.inspect()

    def inspect(self):
        """Values to compare after the first step, besides the losses."""
        return {}

    def values(self):
        """The second loss depends on the gradients and the update of the first step."""
        parameters = sum(parameter.numel() for parameter in self.model.parameters() if parameter.requires_grad)
        return {
            **self.inspected,
            "firstLoss": self.losses[0],
            "secondLoss": self.losses[1],
            "parameters": parameters,
        }


class ConvNetStep(TrainingStep):
    def __init__(self, batch, width=64):
        images, classes = image_pool(POOL // batch * batch)
        model = convnet(width).train()
        super().__init__(model, torch.optim.Adam(model.parameters(), lr=1e-4), as_images(images), classes, batch)

    def inspect(self):
        norm = [layer for layer in self.model if isinstance(layer, nn.BatchNorm2d)][-1]
        return {
            "lastRunningMean": norm.running_mean.mean().item(),
            "lastRunningVariance": norm.running_var.mean().item(),
        }


def mlp():
    """The practical's MLP: weights from N(0, 1e-4^2), biases 0."""
    model = nn.Sequential(nn.Linear(3072, 100), nn.ELU(), nn.Linear(100, 10))
    rng = np.random.RandomState(WEIGHTS_SEED)
    for layer in (model[0], model[2]):
        weight = rng.normal(0, 1e-4, tuple(layer.weight.shape))
        layer.weight.data = torch.from_numpy(weight.astype(np.float32))
        layer.bias.data.zero_()
    return model


class MlpStep(TrainingStep):
    def __init__(self):
        images, classes = image_pool(POOL // MLP_BATCH * MLP_BATCH)
        model = mlp()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        super().__init__(model, optimizer, torch.from_numpy(images), classes, MLP_BATCH)


def square_images(count, resolution):
    """Images [count, 3, resolution, resolution] in channels-last memory, of -1 to 1, and their classes."""
    pixels, classes = image_pool(count, 3 * resolution**2, 1)
    return torch.from_numpy(pixels).view(count, resolution, resolution, 3).permute(0, 3, 1, 2), classes


class EfficientNetStep(TrainingStep):
    def __init__(self, resolution, batch, depthwise5x5=True):
        images, classes = square_images(EFFICIENTNET_BATCHES * batch, resolution)
        model = efficientnet_lite0()
        if not depthwise5x5:
            freeze_depthwise_5x5(model)
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=1e-2, fused=True)
        super().__init__(model, optimizer, images, classes, batch)


class FastNetStep(TrainingStep):
    def __init__(self, batch, parts=1, width=64):
        pixels, classes = image_pool(FASTNET_BATCHES * batch, 3072, 2)
        images = torch.from_numpy(pixels).view(len(classes), 32, 32, 3).permute(0, 3, 1, 2)
        model = FastNet((width, 4 * width, 4 * width)).train()
        super().__init__(model, MuonAndSgd(model, rate=0.01, momentum=0.6), images, classes, batch, parts)


class EfficientNetEvaluation(Network):
    def __init__(self, resolution, images):
        self.images, classes = square_images(images, resolution)
        self.classes = torch.from_numpy(classes)
        self.model = efficientnet_lite0()

    @torch.no_grad()
    def run(self):
        self.mean_loss = 0.0
        for start in range(0, len(self.classes), EFFICIENTNET_EVALUATION_BATCH):
            part = slice(start, start + EFFICIENTNET_EVALUATION_BATCH)
            loss = self.loss(self.images[part], self.classes[part], reduction="sum")
            self.mean_loss += loss.item() / len(self.classes)

    def values(self):
        return {"loss": self.mean_loss}


class ConvNetEvaluation(Network):
    def __init__(self, images, width=64):
        pixels, classes = image_pool(images)
        self.images, self.classes = as_images(pixels), torch.from_numpy(classes)
        self.model = convnet(width).eval()

    @torch.no_grad()
    def run(self):
        loss = 0.0
        for start in range(0, len(self.classes), EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            loss += self.loss(self.images[part], self.classes[part], reduction="sum").item()
        self.mean_loss = loss / len(self.classes)

    def values(self):
        return {"loss": self.mean_loss}
