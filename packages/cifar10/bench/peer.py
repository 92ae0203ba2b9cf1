"""The same work in Python: unpickle, SHA-256 of each batch's bytes, mean image. Prints JSON.

usage: python peer.py folder-with-the-pickles
"""
import hashlib
import json
import os
import pickle
import resource
import sys
import time

import numpy as np

started = time.perf_counter()
batches = []
for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        batches.append(pickle.load(file, encoding="latin1"))
read = time.perf_counter()
for batch in batches:
    records = np.empty((len(batch["labels"]), 3073), np.uint8)
    records[:, 0] = batch["labels"]
    records[:, 1:] = batch["data"]
    hashlib.sha256(records).hexdigest()
verified = time.perf_counter()
mean = np.mean(np.concatenate([batch["data"] for batch in batches[:5]]).astype(np.float32), axis=0)
done = time.perf_counter()
print(
    json.dumps(
        {
            "seconds": done - started,
            "parts": {"pickle": read - started, "sha256": verified - read, "mean": done - verified},
            "peakMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
            "mean": hashlib.sha256(mean.tobytes()).hexdigest(),
        }
    )
)
