"""A measured figure with its limit, and how to take one: the best of a few runs."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """One line of a table.  A figure without a limit is there to be compared with."""

    name: str
    measured: str
    limit: str = ""
    met: bool = True

    def __str__(self) -> str:
        """Return the line."""
        verdict = ("met" if self.met else "MISSED") if self.limit else ""
        return f"  {self.name:<50} {self.measured:>20}  {self.limit:>10}  {verdict}".rstrip()


def at_least(name: str, value: float, limit: float, unit: str = "×") -> Figure:
    """Return a figure that should not be smaller than its limit."""
    return Figure(name, amount(value, unit), f"≥ {limit:,g}", value >= limit)


def at_most(name: str, value: float, limit: float, unit: str = "×") -> Figure:
    """Return a figure that should not be larger than its limit."""
    return Figure(name, amount(value, unit), f"≤ {limit:,g}", value <= limit)


def amount(value: float, unit: str) -> str:
    """Return a number with as many decimals as say something."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{decimals}f} {unit}"


def best(action: Callable[[], object], runs: int = 3) -> float:
    """Return the seconds of the fastest run: what else the machine does only ever adds to them."""
    return min(seconds(action) for _ in range(runs))


def seconds(action: Callable[[], object]) -> float:
    """Return the seconds of one run."""
    gc.collect()
    start = perf_counter()
    action()
    return perf_counter() - start
