"""Single ops in PyTorch, on tensors in channels-last memory."""

import numpy as np
import torch
from torch.nn import functional as F

from inputs import DATA_SEED, uniform
from measure import Kernel

NO_STRIDE, NO_DILATION, NO_OUTPUT_PADDING = [1, 1], [1, 1], [0, 0]


def tensor(rng, shape):
    """[N, H, W, C] as memory has it; a tensor of four axes becomes [N, C, H, W] over the same memory."""
    values = torch.from_numpy(uniform(rng, tuple(shape)))
    return values.permute(0, 3, 1, 2) if values.dim() == 4 else values


def conv2d(kernel, size, inChannels, outChannels, batch, **options):
    rng = np.random.RandomState(DATA_SEED)
    x = tensor(rng, [batch, size, size, inChannels])
    # [kh, kw, in, out], as TensorFlow.js has it, to [out, in, kh, kw].
    weight = torch.from_numpy(uniform(rng, (kernel, kernel, inChannels, outChannels))).permute(3, 2, 0, 1)
    weight = weight.contiguous(memory_format=torch.channels_last)
    dy = tensor(rng, [batch, size, size, outChannels])
    compute = convolution(options["pass"], kernel // 2)

    @torch.no_grad()
    def run():
        return compute(x, weight, dy)

    @torch.no_grad()
    def error():
        if options["pass"] == "training":
            return None
        exact = compute(x.double(), weight.double(), dy.double())
        return ((run() - exact).abs().max() / exact.abs().max()).item()

    return Kernel(run, error, lambda: {"meanSquare": run().double().square().mean().item()})


def convolution(which, padding):
    """A function of x, weight and dy; 'training' is all three passes, and gives the gradient to the filter."""

    def forward(x, weight, _dy):
        return F.conv2d(x, weight, padding=padding)

    def gradients(x, weight, dy, mask):
        return torch.ops.aten.convolution_backward(
            dy, x, weight, None, NO_STRIDE, [padding] * 2, NO_DILATION, False, NO_OUTPUT_PADDING, 1, mask
        )

    def training(x, weight, dy):
        forward(x, weight, dy)
        return gradients(x, weight, dy, [True, True, False])[1]

    return {
        "forward": forward,
        "input-gradient": lambda x, weight, dy: gradients(x, weight, dy, [True, False, False])[0],
        "filter-gradient": lambda x, weight, dy: gradients(x, weight, dy, [False, True, False])[1],
        "training": training,
    }[which]


def kernel(prepare):
    """A workload of tensors of one shape; `prepare` gets a maker of such tensors and gives what to call."""

    def workload(shape):
        rng = np.random.RandomState(DATA_SEED)
        call = torch.no_grad()(prepare(lambda of=shape: tensor(rng, of), shape))

        def values():
            output = call()
            if output is None:
                return {}
            first = output if isinstance(output, torch.Tensor) else output[0]
            return {"meanSquare": first.double().square().mean().item()}

        return Kernel(call, values=values)

    return workload


POOLING = dict(kernel_size=3, stride=2, padding=1)


def max_pool(make, _shape):
    x = make()
    return lambda: F.max_pool2d(x, **POOLING)


def max_pool_gradient(make, shape):
    x = make()
    n, height, width, channels = shape
    y, indices = F.max_pool2d(x, **POOLING, return_indices=True)
    dy = make([n, height // 2, width // 2, channels])
    return lambda: torch.ops.aten.max_pool2d_with_indices_backward(
        dy, x, [3, 3], [2, 2], [1, 1], [1, 1], False, indices
    )


def batch_norm(make, shape):
    x, gamma, beta = make(), make([shape[-1]]), make([shape[-1]])
    mean, variance = torch.zeros(shape[-1]), torch.ones(shape[-1])
    return lambda: torch.relu(torch.native_batch_norm(x, gamma, beta, mean, variance, True, 0.1, 1e-5)[0])


def batch_norm_gradient(make, shape):
    x, gamma, beta = make(), make([shape[-1]]), make([shape[-1]])
    dy = make()
    with torch.no_grad():
        y, mean, inverse_deviation = torch.native_batch_norm(x, gamma, beta, None, None, True, 0.1, 1e-5)
        y = torch.relu(y)

    def gradient():
        through_relu = torch.ops.aten.threshold_backward(dy, y, 0)
        return torch.ops.aten.native_batch_norm_backward(
            through_relu, x, gamma, None, None, mean, inverse_deviation, True, 1e-5, [True, True, True]
        )

    return gradient


def adam(make, shape):
    parameter = make([np.prod(shape)]).requires_grad_()
    parameter.grad = make([np.prod(shape)])
    optimizer = torch.optim.Adam([parameter], lr=1e-4)

    # It changes its input, so there is no result to compare.
    def update():
        optimizer.step()

    return update


def relu(make, _shape):
    x = make()
    return lambda: torch.relu(x)


def add(make, _shape):
    a, b = make(), make()
    return lambda: a + b


def softmax(make, _shape):
    x = make()
    return lambda: torch.softmax(x, 1)


def column_sum(make, _shape):
    x = make()
    return lambda: x.sum(0)


KERNELS = {
    "conv2d": conv2d,
    "max-pool/forward": kernel(max_pool),
    "max-pool/gradient": kernel(max_pool_gradient),
    "batch-norm/forward": kernel(batch_norm),
    "batch-norm/backward": kernel(batch_norm_gradient),
    "adam": kernel(adam),
    "relu": kernel(relu),
    "add": kernel(add),
    "softmax": kernel(softmax),
    "column-sum": kernel(column_sum),
}
