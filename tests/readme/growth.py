"""Whether work grows with its input or with the square of it: a ratio in one run, never seconds."""

import gc
import time
from collections.abc import Callable

TIMES, LIMIT = 8, 32  # 8 times the size takes 8 times as long if it is linear, 64 if quadratic


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """Fail where work on 8 times the size takes more than 32 times as long.

    Each is the best of three runs, and what takes less than 10 ms counts as 10 ms.  The long runs
    end with the first that is quick enough: the best of them can only be quicker.
    """
    short = max(min(_seconds(work, size) for _ in range(3)), 0.01)
    ratios = []
    while (ratio := _seconds(work, TIMES * size) / short) >= LIMIT:
        ratios.append(ratio)
        assert len(ratios) < 3, f"{TIMES} times the size takes {min(ratios):.0f} times as long"


def _seconds(work: Callable[[int], object], size: int) -> float:
    gc.disable()  # as timeit does: a collection costs what all tests before this one have left
    try:
        start = time.process_time()
        work(size)
        return time.process_time() - start
    finally:
        gc.enable()
