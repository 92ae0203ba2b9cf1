"""Images a second of the ConvNet's training step in PyTorch on a GPU, in float32 as WebGPU has it: step_times.py 32 128 ..."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "python"))

import torch
from convnet_torch import convnet

WARM_UP, STEPS = 10, int(os.environ.get("GPU_STEPS", "50"))
device = os.environ.get("GPU_DEVICE", "cuda")
name = torch.cuda.get_device_name() if device == "cuda" else device
print(json.dumps({"torch": torch.__version__, "device": name}), flush=True)


def measure(batch, tf32):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = True
    model = convnet(int(os.environ.get("GPU_WIDTH", "64"))).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    x = torch.rand(batch, 3, 32, 32, device=device).to(memory_format=torch.channels_last)
    y = torch.arange(batch, device=device) % 10

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    for _ in range(WARM_UP):
        before = step()
    before.item()
    start = time.perf_counter()
    before = step()
    for _ in range(STEPS - 1):
        after = step()
        before.item()
        before = after
    before.item()
    seconds = time.perf_counter() - start
    row = {"batch": batch, "tf32": tf32, "imagesPerSecond": STEPS * batch / seconds, "msPerStep": 1000 * seconds / STEPS}
    print(json.dumps(row), flush=True)


for batch in map(int, sys.argv[1:]):
    for tf32 in (False, True) if device == "cuda" else (False,):
        measure(batch, tf32)
