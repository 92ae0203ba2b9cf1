#!/usr/bin/env bash
# Measures a GPU: the ConvNet on WebGPU against PyTorch. Runs in the root of a built repository, in ten minutes at most:
#   bash bench/gpu/gpu.sh OUT [PYTHON]
# Needs the GPU's Vulkan driver and libvulkan1, CIFAR-10 in the cache or CIFARLAB_DATA_DIR, and a Python with PyTorch for CUDA.
# Each part has its own limit and writes its own file, so that a part that fails leaves the others.
set -u
out=${1:?the folder for the results}
python=${2:-python3}
mkdir -p "$out"
data=${CIFARLAB_DATA_DIR:+--data-dir $CIFARLAB_DATA_DIR}
part() {
  local name=$1 limit=$2
  shift 2
  timeout "$limit" "$@" >"$out/$name.txt" 2>"$out/$name.err"
  echo "$name: exit code $?, $SECONDS s since the start" | tee -a "$out/parts.txt"
}
part backends 40 node apps/cli/dist/bin.js backends --seconds 0.5
part steps-webgpu 100 node bench/gpu/step-times.mjs 32 128 512
part steps-pytorch 60 "$python" bench/gpu/step_times.py 32 128 512
# shellcheck disable=SC2086
part train-default 150 node apps/cli/dist/bin.js train convnet --backend webgpu $data --out "$out/default"
# shellcheck disable=SC2086
part train-strong 240 node apps/cli/dist/bin.js train convnet --preset strong --backend webgpu $data --out "$out/strong"
