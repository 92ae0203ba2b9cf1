"""Times NumPy's matrix products in float64 and float32: reads [[m, k, n], ...] as JSON, prints milliseconds."""

import json
import sys
import time

import numpy as np

REPEATS = 5


def median_ms(shape, dtype, layout):
    m, k, n = shape
    rng = np.random.default_rng(0)
    a = rng.standard_normal((k, m)).astype(dtype).T if layout[0] == "T" else rng.standard_normal((m, k)).astype(dtype)
    b = rng.standard_normal((n, k)).astype(dtype).T if layout[1] == "T" else rng.standard_normal((k, n)).astype(dtype)
    c = np.empty((m, n), dtype)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        np.matmul(a, b, out=c)
        times.append(time.perf_counter() - start)
    return sorted(times)[REPEATS // 2] * 1e3


print(json.dumps([median_ms(case["shape"], case["dtype"], case["layout"]) for case in json.loads(sys.argv[1])]))
