"""A plan on a cluster: the same answer as threads give, with 1, 2 or 4 workers, and when workers are killed while they compute.

Needs the extra `cluster`; without it these are skipped. What does the same without a cluster is in every run: work that is lost is
done again.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import pytest

from matching.plan.cluster import ClusterMissing, executor_at
from matching.plan.executor import Threads
from matching.plan.large import LargeAnswer, LargePlan, assign, large_faults
from tests.benchmarks.plans import questions

A = TypeVar("A")
B = TypeVar("B")


def same(one: LargeAnswer, other: LargeAnswer) -> bool:
    return (one.value, one.bound) == (other.value, other.bound) and np.array_equal(one.lines, other.lines)


@pytest.fixture(scope="module")
def plan() -> LargePlan:
    return questions(3, number=30_000, lines=6)


@pytest.fixture(scope="module")
def by_threads(plan: LargePlan) -> LargeAnswer:
    answer = assign(plan, executor=Threads(2))
    assert large_faults(plan, answer) == []
    return answer


def test_without_an_address_this_process_computes_and_where_nobody_answers_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("matching.plan.cluster.PATIENCE", "1s")
    with executor_at("") as executor:
        assert executor.workers == 1 and executor.map(lambda one: one + 1, executor.keep([1, 2])) == [2, 3]
    with pytest.raises(ClusterMissing), executor_at("tcp://127.0.0.1:1"):
        pass


@pytest.fixture
def clusters() -> Iterator[Callable[[int], Any]]:
    """Begins a cluster on this machine, of so many processes."""
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    begun = []

    def begin(workers: int) -> Any:
        made = distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        )
        begun.append(made)
        return made

    yield begin
    for one in begun:
        one.close(timeout=20)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_cluster_gives_the_same_answer_whatever_its_size(
    clusters: Callable[[int], Any], plan: LargePlan, by_threads: LargeAnswer, workers: int
) -> None:
    with executor_at(clusters(workers).scheduler_address) as executor:
        assert executor.workers == workers
        assert same(assign(plan, executor=executor), by_threads)


@pytest.mark.filterwarnings("default")
def test_workers_that_are_killed_while_they_compute_change_nothing(
    clusters: Callable[[int], Any], plan: LargePlan, by_threads: LargeAnswer
) -> None:
    cluster, killed = clusters(2), list[int]()
    pids = [worker.process.pid for worker in cluster.workers.values()]

    def kill(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)

    class Watched:
        """The cluster, of which a worker is killed while the second and the fifth round of blocks are computed."""

        def __init__(self, inner: Any) -> None:
            self.inner, self.rounds = inner, 0

        @property
        def workers(self) -> int:
            return int(self.inner.workers)

        def keep(self, items: Sequence[A]) -> Sequence[A]:
            kept: Sequence[A] = self.inner.keep(items)
            return kept

        def map(self, work: Callable[[A], B], items: Sequence[A]) -> list[B]:
            self.rounds += 1
            if self.rounds in (2, 5) and pids:
                threading.Timer(0.01, kill, [pids.pop()]).start()
            found: list[B] = self.inner.map(work, items)
            return found

    with executor_at(cluster.scheduler_address) as executor:
        answer = assign(plan, executor=Watched(executor))
    assert same(answer, by_threads) and len(killed) == 2
