"""Traces for who follows the desk: every request and statement is told, and nothing of a person in it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from flask import Flask
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from portal import create_app
from portal.platform.config import load_settings
from portal.platform.database import make_engine
from portal.platform.errors import BadSettings
from tests.web.apps import settings_for
from tests.web.browser import Browser

CANARY = "kanarie-4711@voorbeeld.example"
STRANGER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
COLLECTOR = "http://127.0.0.1:4318/v1/traces"
EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter.OTLPSpanExporter"


class Traced:
    """An application that tells what it does to a collector in memory."""

    def __init__(self, app: Flask, told: InMemorySpanExporter) -> None:
        self.app, self._told = app, told

    def spans(self) -> tuple[ReadableSpan, ...]:
        """What was told so far."""
        self.app.extensions["traces"].force_flush()
        return self._told.get_finished_spans()


@pytest.fixture
def traced(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Traced]:
    told = InMemorySpanExporter()
    monkeypatch.setattr(EXPORTER, lambda endpoint: told)
    own = make_engine(engine.url.render_as_string(hide_password=False))
    app = create_app(settings_for(tmp_path, traces_url=COLLECTOR), engine=own)
    yield Traced(app, told)
    app.extensions["traces"].shutdown()
    own.dispose()


def everything(spans: tuple[ReadableSpan, ...]) -> str:
    return "\n".join(span.to_json() for span in spans)


def test_a_request_is_told_by_its_route_with_its_statements_under_it(traced: Traced) -> None:
    assert Browser(traced.app).get("/inloggen?van=kanarie").status_code == 200
    spans = traced.spans()
    root = next(span for span in spans if span.kind is SpanKind.SERVER)
    assert root.name == "GET /inloggen" and root.attributes is not None and root.parent is None
    assert root.attributes["http.response.status_code"] == 200 and root.status.status_code is StatusCode.UNSET
    under = [span for span in spans if span is not root]
    assert under and all(
        span.parent is not None and span.parent.span_id == root.get_span_context().span_id for span in under
    )
    assert all(span.name.isupper() for span in under) and "kanarie" not in everything(spans)


def test_nothing_that_was_typed_or_sent_along_is_told(traced: Traced) -> None:
    browser = Browser(traced.app)
    browser.get("/inloggen")
    answer = browser.submit("/inloggen", {"email": CANARY}, headers={"traceparent": STRANGER, "User-Agent": "kanarie"})
    assert answer.status_code in (200, 303)
    browser.get("/mijn/kanarie-4711")
    spans = traced.spans()
    assert "kanarie" not in everything(spans) and STRANGER.split("-")[1] not in everything(spans)
    roots = [span for span in spans if span.kind is SpanKind.SERVER]
    assert len(roots) > 2 and len({span.get_span_context().trace_id for span in spans}) == len(roots), "one for each"


def test_control_what_would_be_told_is_found(traced: Traced) -> None:
    Browser(traced.app).get("/inloggen")
    span = traced.spans()[0]
    span._attributes = {"url.path": "/mijn/kanarie-4711"}  # type: ignore[assignment]
    assert "kanarie" in everything((span,))


def test_a_statement_that_fails_is_told_without_its_values_and_outside_a_request_none_is(traced: Traced) -> None:
    engine = traced.app.extensions["engine"]

    def fail() -> None:
        with engine.connect() as connection, pytest.raises(SQLAlchemyError):
            connection.execute(text("SELECT :secret FROM not_there"), {"secret": CANARY})

    fail()
    assert traced.spans() == ()
    with traced.app.test_request_context("/inloggen"):
        traced.app.preprocess_request()
        fail()
    wrong = [span for span in traced.spans() if span.status.status_code is StatusCode.ERROR]
    assert len(wrong) == 1 and "not_there" in wrong[0].to_json() and "kanarie" not in everything(traced.spans())


def test_the_log_of_a_request_names_its_trace(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    bound: dict[str, str] = {}
    monkeypatch.setattr("structlog.contextvars.bind_contextvars", lambda **more: bound.update(more))
    Browser(traced.app).get("/inloggen")
    root = next(span for span in traced.spans() if span.kind is SpanKind.SERVER)
    assert bound["trace_id"] == f"{root.get_span_context().trace_id:032x}"


def test_a_collector_is_told_in_parts_beside_the_requests(engine: Engine, tmp_path: Path) -> None:
    got: list[bytes] = []
    arrived = threading.Event()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            arrived.set()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    own = make_engine(engine.url.render_as_string(hide_password=False))
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1/traces"
        app = create_app(settings_for(tmp_path, traces_url=url), engine=own)
        Browser(app).get("/inloggen")
        app.extensions["traces"].force_flush()
        assert arrived.wait(30)
        app.extensions["traces"].shutdown()
        server.shutdown()
    own.dispose()
    assert b"ontwikkelloket" in b"".join(got) and b"/inloggen" in b"".join(got)


def test_without_a_collector_nothing_of_it_is_loaded(tmp_path: Path, engine: Engine) -> None:
    assert "traces" not in create_app(settings_for(tmp_path), engine=engine).extensions


def test_without_the_extra_the_setting_says_what_to_install(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(BadSettings, match="ontwikkelloket\\[tracing\\]"):
        create_app(settings_for(tmp_path, traces_url=COLLECTOR), engine=engine)


@pytest.mark.parametrize("url", ["localhost:4318", "http://", "ftp://collector/"])
def test_an_address_that_is_none_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="TRACES_URL: must start with"):
        load_settings(portal_env="test", state_dir=tmp_path, traces_url=url)
