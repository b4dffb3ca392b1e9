"""What is counted of every request, for whoever watches the desk: by part of the desk, method and status, and how long it took.

With several processes before one database each counts in a file of its own, in PROMETHEUS_MULTIPROC_DIR; what is asked for is
their sum. No address, no name and no number of a case is in it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from portal.oversight.running import Aspect, Running, Sign
from portal.people.audit.counting import ActCounts, Acts

log = structlog.get_logger("portal.web")

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds."""
COUNTS = "act_counts"
_own = CollectorRegistry()
ANSWERED = Histogram(
    "loket_request_seconds",
    "Seconds until an answer, by part of the desk, method and status",
    ["part", "method", "status"],
    registry=_own,
    buckets=BUCKETS,
)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
SIGNS = {Sign.OK: 0, Sign.WARNING: 1, Sign.WRONG: 2}


def install(app: Flask) -> None:
    """Time every request from its first guard to its answer; in production one line in the log says so too."""
    app.extensions[COUNTS] = ActCounts()
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    begun = g.get("begun")
    if begun is not None:
        seconds = time.perf_counter() - begun
        method = request.method if request.method in METHODS else "other"
        ANSWERED.labels(request.blueprint or "none", method, str(response.status_code)).observe(seconds)
        if current_app.extensions["settings"].is_production:
            log.info("answered", status=response.status_code, milliseconds=round(seconds * 1000, 1))
    return response


def counts(app: Flask) -> ActCounts:
    """What this process knows of the acts in the audit log."""
    found: ActCounts = app.extensions[COUNTS]
    return found


def figures(read: Callable[[], tuple[Running, Acts] | None]) -> bytes:
    """Everything that is counted, as Prometheus reads it. What `read` finds in the database goes along; None when it is away."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
    else:
        registry.register(ANSWERED)
    registry.register(_FromDatabase(read))
    made: Any = generate_latest(registry)
    return bytes(made)


class _FromDatabase(Collector):
    def __init__(self, read: Callable[[], tuple[Running, Acts] | None]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        found = self._read()
        yield GaugeMetricFamily("loket_database_up", "Whether the database answers", value=0 if found is None else 1)
        if found is None:
            return
        running, acts = found
        done = CounterMetricFamily("loket_acts", "Acts in the audit log, by name and result", labels=["act", "result"])
        for (act, result), number in sorted(acts.items()):
            done.add_metric([act, result], number)
        yield done
        signs = GaugeMetricFamily("loket_sign", "How an aspect stands: 0 well, 1 to look at, 2 wrong", labels=["about"])
        for aspect, sign in running.signs().items():
            signs.add_metric([aspect.value], SIGNS[sign])
        yield signs
        for name, words, labels in (
            ("loket_mail_messages", "E-mail that has not left, by state", running.mail),
            ("loket_job_items", "Items of jobs that are not done, by state", running.jobs),
        ):
            counted = GaugeMetricFamily(name, words, labels=["state"])
            for state, number in labels.items():
                counted.add_metric([str(state.value)], number)
            yield counted
        yield from _numbers(running)


def _numbers(running: Running) -> Iterator[Metric]:
    for name, words, value in (
        ("loket_free_bytes", "Free room on the disk of the state folder", running.room.free),
        ("loket_minimum_free_bytes", "Below this nothing is taken in", running.minimum_mb * 2**20),
        ("loket_database_bytes", "Size of the database", running.size),
        ("loket_stuck_job_items", "Items that were taken up long ago and not ended", running.stuck),
        ("loket_books_stop_payments", "Whether payments wait for the books", int(running.books_stop)),
    ):
        yield GaugeMetricFamily(name, words, value=value)
    for aspect, instant in (
        (Aspect.MAIL, running.oldest_mail),
        (Aspect.JOBS, running.last_job),
        (Aspect.BOOKS, running.books_at),
        (Aspect.BACKUP, running.backup_at),
        (Aspect.DRILL, running.drill_at),
    ):
        if instant is not None:
            words = f"Seconds since the last of: {aspect.value}; of mail since the oldest that waits"
            yield GaugeMetricFamily(
                f"loket_{aspect.value}_age_seconds", words, value=(running.at - instant).total_seconds()
            )
    about = GaugeMetricFamily(
        "loket_about", "The revision of the tables, and the database", labels=["revision", "database"]
    )
    about.add_metric([running.revision, running.database], 1)
    yield about
