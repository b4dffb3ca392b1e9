"""The interface: how long the best mix takes from request to answer, and how many answers a second beside a bare answer of Flask."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response
from pydantic.alias_generators import to_camel
from werkzeug.test import EnvironBuilder

from portal.platform import clock
from portal.platform.limits.models import API_MIXES
from tests.benchmarks.questions import question
from tests.web.walking import app_on_copy, make_template

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
QUESTIONS, WARM = 200, 5
ROUNDS, TIMES = 7, 100
"""So many rounds of so many answers each, in turn with the bare one; the median of the ratios counts."""
Line = tuple[str, float, str, float | None, bool]
"""Name, value, unit, target, and whether the target is the least (else the most)."""


def body_of(seed: int) -> dict[str, Any]:
    """A generated question as a program sends it."""
    plain = json.loads(question(seed).model_dump_json(exclude_none=True))
    not_sent = ("format", "wish", "facts", "reference_date", "divided")
    kept = {name: value for name, value in plain.items() if name not in not_sent}
    camel: dict[str, Any] = in_camels(kept)
    return {**camel, "facts": plain["facts"]}


def in_camels(value: Any) -> Any:
    """Plain data with the names of the interface."""
    if isinstance(value, dict):
        return {to_camel(name): in_camels(one) for name, one in value.items()}
    return [in_camels(one) for one in value] if isinstance(value, list) else value


def answered(app: Any, path: str, sent: Any = None) -> tuple[int, bytes]:
    """One answer, from the request as a server gives it to the last byte."""
    environ = EnvironBuilder(path, method="GET" if sent is None else "POST", json=sent).get_environ()
    status: list[str] = []

    def start(said: str, _headers: Any, *_more: Any) -> Callable[[bytes], object]:
        status.append(said)
        return lambda _data: None

    made: Iterable[bytes] = app(environ, start)
    whole = b"".join(made)
    getattr(made, "close", lambda: None)()
    return int(status[0][:3]), whole


def bare(data: Any) -> Flask:
    """A bare application of Flask with the same answer."""
    app = Flask("bare")

    @app.get("/")
    def start() -> Response:
        return app.json.response(data)

    return app


def rate(app: Any, path: str) -> float:
    """Answers a second."""
    begun = time.perf_counter()
    for _ in range(TIMES):
        answered(app, path)
    return TIMES / (time.perf_counter() - begun)


def measure() -> Iterator[Line]:
    """The figures."""
    kept = API_MIXES.most
    object.__setattr__(API_MIXES, "most", 10_000)
    with tempfile.TemporaryDirectory() as name, clock.frozen(NOW):
        folder = Path(name)
        app, engine = app_on_copy(make_template(folder), folder)
        try:
            times = []
            for seed in range(QUESTIONS + WARM):
                begun = time.perf_counter()
                status, told = answered(app, "/api/v1/mixes", body_of(seed))
                times.append((time.perf_counter() - begun) * 1000)
                assert status == 200, told
            times = sorted(times[WARM:])
            yield "api_mix_p50_ms", statistics.median(times), "ms", None, False
            yield "api_mix_p95_ms", times[int(len(times) * 0.95)], "ms", 60, False
            path = "/api/v1/schemes"
            same = bare(json.loads(answered(app, path)[1]))
            ratios = [rate(app, path) / rate(same, "/") for _ in range(ROUNDS)]
            yield "api_per_second", rate(app, path), "answers a second", None, True
            yield "api_ratio", statistics.median(ratios), "of a bare answer", 0.4, True
        finally:
            object.__setattr__(API_MIXES, "most", kept)
            engine.dispose()
