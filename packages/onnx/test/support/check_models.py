"""Checks the models *.onnx in a folder with onnx.checker, runs each on its images, and prints what it is as JSON."""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

found = {}
for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (images,) = session.get_inputs()
    bytes_ = np.fromfile(path.with_suffix(".bytes"), np.uint8).reshape(-1, *images.shape[1:])
    logits, probabilities = session.run(["logits", "probabilities"], {"images": bytes_})
    found[path.stem] = {
        "ir": model.ir_version,
        "opsets": [[opset.domain, opset.version] for opset in model.opset_import],
        "input": [images.name, images.type, images.shape],
        "outputs": [[output.name, output.type, output.shape] for output in session.get_outputs()],
        "metadata": session.get_modelmeta().custom_metadata_map,
        "weights": {one.name: list(one.dims) for one in model.graph.initializer},
        "raw": all(one.HasField("raw_data") for one in model.graph.initializer),
        "logits": logits.ravel().tolist(),
        "probabilities": probabilities.ravel().tolist(),
    }
print(json.dumps(found))
