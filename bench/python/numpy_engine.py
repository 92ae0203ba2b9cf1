"""NumPy's side: the practical's MLP and matrix products."""

import os

import numpy as np

from inputs import DATA_SEED, WEIGHTS_SEED, image_pool, uniform
from measure import Kernel, Task
from mlp_numpy import MLP

BATCH = 200
POOL = 5000
LIBRARIES = ["openblas", "mkl_rt", "blis", "atlas"]


def start(_threads):
    version = f"NumPy {np.__version__}, {_blas()}"
    return version, {"mlp-ndarray": MlpTraining, "mlp-ndarray-eval": MlpEvaluation, "gemm": product}


def _blas():
    """The linear algebra library: what NumPy was built with where it comes along, else the file that is loaded."""
    try:
        blas = np.show_config("dicts")["Build Dependencies"]["blas"]
        if blas["name"].startswith("scipy-openblas"):
            return f"OpenBLAS {blas['version']}"
    except (KeyError, TypeError):
        pass  # Before NumPy 1.25 the configuration is only printed.
    # Which one a system's NumPy takes may be chosen outside of it.
    try:
        with open("/proc/self/maps") as maps:
            files = {os.path.basename(line.split()[-1]) for line in maps if ".so" in line}
        return ", ".join(sorted(file for file in files if any(name in file for name in LIBRARIES))) or "its own BLAS"
    except OSError:
        return "BLAS unknown"


class MlpTraining(Task):
    """Every run trains a network from its start, over the same batches."""

    def __init__(self, steps):
        self.steps = steps
        self.images, classes = image_pool(POOL)
        self.labels = np.eye(10)[classes]

    def run(self):
        model = MLP(3072, 100, 10, np.random.RandomState(WEIGHTS_SEED))
        for step in range(self.steps):
            batch = slice(step * BATCH % POOL, step * BATCH % POOL + BATCH)
            self.last_loss = model.train_step(self.images[batch].astype(np.float64), self.labels[batch], 1e-3)
            if step == 0:
                self.first_loss = self.last_loss

    def values(self):
        return {"firstLoss": self.first_loss, "lastLoss": self.last_loss}


class MlpEvaluation(Task):
    def __init__(self, images):
        self.model = MLP(3072, 100, 10, np.random.RandomState(WEIGHTS_SEED))
        self.images, classes = image_pool(images)
        self.labels = np.eye(10)[classes]

    def run(self):
        self.loss = self.model.loss(self.images.astype(np.float64), self.labels)

    def values(self):
        return {"loss": self.loss}


def product(m, k, n, layout, dtype):
    rng = np.random.RandomState(DATA_SEED)

    def matrix(rows, columns, transposed):
        if transposed:
            return uniform(rng, (columns, rows), dtype=dtype).T
        return uniform(rng, (rows, columns), dtype=dtype)

    a, b = matrix(m, k, layout[0] == "T"), matrix(k, n, layout[1] == "T")
    c = np.empty((m, n), dtype)
    return Kernel(lambda: np.matmul(a, b, out=c), values=lambda: {"lastElement": float(c[-1, -1])})
