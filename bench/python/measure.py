"""Tasks, their times and the memory of this process."""

import resource
import time


class Unsupported(Exception):
    """The engine cannot be used here; the message is the reason."""


class Task:
    """A piece of work that is ready to be measured."""

    #: Milliseconds that one measurement lasts at least, by repetition; 0: the work is done once.
    minimum = 0

    def run(self):
        raise NotImplementedError

    def values(self):
        """Results that must be the same in every engine."""
        return {}

    def error(self):
        """max|a - b| / max|b| of the results against float64, or None."""
        return None


class Kernel(Task):
    """One call, too short to be timed alone."""

    minimum = 20

    def __init__(self, run, error=lambda: None, values=dict):
        self.run, self.error, self.values = run, error, values


def measure(task, iterations):
    """Milliseconds of each of so many measurements."""
    times = []
    for _ in range(iterations):
        repetitions, elapsed, start = 0, 0.0, time.perf_counter()
        while repetitions == 0 or elapsed < task.minimum:
            task.run()
            repetitions += 1
            elapsed = 1e3 * (time.perf_counter() - start)
        times.append(elapsed / repetitions)
    return times


def peak_memory():
    """Bytes: the most this process has had resident."""
    try:
        return _status("VmHWM")
    except OSError:
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def resident_memory():
    """Bytes resident now, or the most so far where the system does not say."""
    try:
        return _status("VmRSS")
    except OSError:
        return peak_memory()


def _status(field):
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith(field))
