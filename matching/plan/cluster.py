"""The blocks of a large plan on other machines: a Dask cluster, by the address of its scheduler. Needs the extra `cluster`.

What is computed there depends on what was asked alone. A worker that is killed takes what it held with it: that is sent again to
the others and computed again, so that the answer stays the same.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, overload

from matching.plan.executor import Executor, Threads

A = TypeVar("A")
B = TypeVar("B")
TRIES = 5
"""So often what was lost is sent again before it is given up."""
PATIENCE = "60s"
"""So long a cluster is waited for that has no worker."""


class ClusterMissing(Exception):
    """The extra `cluster` is not installed, nobody answers at the address, or there is no worker."""


class Cluster:
    """The workers of one cluster; work that is lost with a worker is done again."""

    def __init__(self, client: Any) -> None:
        self.client = client

    @property
    def workers(self) -> int:
        """How many threads the workers have together, at this moment; at least one."""
        return max(1, int(sum(self.client.nthreads().values())))

    def keep(self, items: Sequence[A]) -> Sequence[A]:
        """The items, sent to the workers once, when they are first asked for; kept here too, for when a worker is lost."""
        return _Sent(items, self.client)

    def map(self, work: Callable[[A], B], items: Sequence[A]) -> list[B]:
        """`work` of each item, in their order. Raises ``ClusterMissing`` when workers go on being lost."""
        if not len(items):
            return []
        sent = items if isinstance(items, _Sent) else _Sent(items, self.client)
        for _try in range(TRIES):
            try:
                # The work goes as a task, which the scheduler can make again; sent to all workers at once it would wait
                # for ever for one that dies meanwhile.
                job = self.client.submit(_same, work, pure=False)
                asked = [self.client.submit(_apply, job, place, pure=False) for place in sent.there()]
                return list(self.client.gather(asked))
            except _lost() as lost:
                trouble = lost
                sent.places = None
        raise ClusterMissing("workers go on being lost") from trouble


class _Sent(Sequence[A]):
    """Items that stand at the workers, and here."""

    def __init__(self, items: Sequence[A], client: Any) -> None:
        self.items, self.client = items, client
        self.places: list[Any] | None = None

    def there(self) -> list[Any]:
        """Where they stand; sent first when they stand nowhere (any more)."""
        if self.places is None:
            self.client.wait_for_workers(1, timeout=PATIENCE)
            self.places = self.client.scatter(list(self.items), hash=False)
        return self.places

    @overload
    def __getitem__(self, place: int) -> A: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[A]: ...
    def __getitem__(self, place: int | slice) -> A | Sequence[A]:
        return self.items[place]

    def __len__(self) -> int:
        return len(self.items)


def _same(one: A) -> A:
    return one


def _apply(work: Callable[[A], B], item: A) -> B:
    return work(item)


def _lost() -> tuple[type[BaseException], ...]:
    """What is raised here when a worker went with what it held or did."""
    import asyncio
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    return (KilledWorker, CancelledError, asyncio.CancelledError, CommClosedError, OSError, TimeoutError)


@contextmanager
def executor_at(address: str) -> Iterator[Executor]:
    """The cluster whose scheduler has this address (``tcp://host:8786``); one thread of this process without one.

    Raises ``ClusterMissing``.
    """
    if not address:
        yield Threads(1)
        return
    try:
        from distributed import Client
    except ImportError as missing:
        raise ClusterMissing("the extra `cluster` is not installed") from missing
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as nobody:
        raise ClusterMissing(f"nobody answers at {address}") from nobody
    try:
        _wait_for_workers(client, address)
        yield Cluster(client)
    finally:
        client.close()


def _wait_for_workers(client: Any, address: str) -> None:
    if client.nthreads():
        return
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as nobody:
        raise ClusterMissing(f"no worker at {address}") from nobody
