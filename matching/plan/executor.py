"""Who computes the blocks of a large plan: threads by default, a cluster (`matching.plan.cluster`) for more.

Whoever it is, and however many, the answer is the same to the cent: the blocks are the same, and so is the order of their sums.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Executor(Protocol):
    """Computes one thing for each of many; the results come in the order of what was asked, however many work at it."""

    @property
    def workers(self) -> int:
        """How many work at it."""
        ...

    def keep(self, items: Sequence[A]) -> Sequence[A]:
        """The same items, brought to where the work is done: what is asked of them more than once does not travel again."""
        ...

    def map(self, work: Callable[[A], B], items: Sequence[A]) -> list[B]:
        """`work` of each item, in their order."""
        ...


class Threads:
    """So many threads of this process: numpy lets go of the interpreter while it computes."""

    def __init__(self, workers: int = 2) -> None:
        if workers < 1:
            raise ValueError("at least one worker")
        self.workers = workers

    def keep(self, items: Sequence[A]) -> Sequence[A]:
        """The items as they are: threads share the memory of the process."""
        return items

    def map(self, work: Callable[[A], B], items: Sequence[A]) -> list[B]:
        """`work` of each item, in their order."""
        if self.workers == 1:
            return [work(item) for item in items]
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(work, items))
