"""Whether work grows with its input or with the square of it: a ratio in one run, never seconds."""

import gc
import time
from collections.abc import Callable


def growth(work: Callable[[int], object], size: int) -> float:
    """Return how much longer work on 8 times the size takes: 8 if it is linear, 64 if quadratic.

    Each is the best of three runs, and what takes less than 10 ms counts as 10 ms.
    """
    return _seconds(work, 8 * size) / max(_seconds(work, size), 0.01)


def _seconds(work: Callable[[int], object], size: int) -> float:
    times = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        work(size)
        times.append(time.process_time() - start)
    return min(times)
