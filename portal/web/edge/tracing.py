"""Traces of requests and of what they ask the database, for whoever follows the desk with OpenTelemetry (TRACES_URL).

A span tells the route and never the address, and the text of a statement and never its values: nothing of a person, and no
number of a case. A trace begins here: what a stranger sends along as the trace that a request would belong to is not believed.
How much is kept, and what the collector is told besides, stands in OpenTelemetry's own variables: OTEL_TRACES_SAMPLER,
OTEL_EXPORTER_OTLP_HEADERS.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from sqlalchemy import Engine, event

from portal.platform.errors import BadSettings
from portal.web.edge.measuring import METHODS

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

NOT_INSTALLED = "TRACES_URL: needs the extra `tracing`; install it with: pip install 'ontwikkelloket[tracing]'"
STATEMENT = 2_000
"""Of a statement so many characters are told."""
_statement: ContextVar[Span | None] = ContextVar("statement", default=None)


def install(app: Flask, url: str) -> None:
    """Tell the collector at ``url`` (OTLP over HTTP) of every request and what it asks the database; nobody when it is empty.

    What was told is sent beside the requests, in parts, by each process its own. Raises ``BadSettings`` without the extra.
    """
    if not url:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise BadSettings([NOT_INSTALLED]) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "ontwikkelloket"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    app.extensions["traces"] = provider
    tracer = provider.get_tracer("portal.web")
    _follow_requests(app, tracer)
    _follow_statements(app.extensions["engine"], tracer)


def _follow_requests(app: Flask, tracer: Tracer) -> None:
    from opentelemetry import context
    from opentelemetry.trace import SpanKind, StatusCode, set_span_in_context

    def begin() -> None:
        route = request.url_rule.rule if request.url_rule is not None else "none"
        method = request.method if request.method in METHODS else "other"
        told = {"http.request.method": method, "http.route": route}
        span = tracer.start_span(f"{method} {route}", context.Context(), SpanKind.SERVER, attributes=told)
        g.traced = span, context.attach(set_span_in_context(span))
        g.trace_id = f"{span.get_span_context().trace_id:032x}"

    def answered(response: Response) -> Response:
        if (traced := g.get("traced")) is not None:
            traced[0].set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= 500:
                traced[0].set_status(StatusCode.ERROR)
        return response

    def end(_error: BaseException | None) -> None:
        if (traced := g.pop("traced", None)) is not None:
            context.detach(traced[1])
            traced[0].end()

    app.before_request(begin)
    app.after_request(answered)
    app.teardown_request(end)


def _follow_statements(engine: Engine, tracer: Tracer) -> None:
    from opentelemetry.trace import SpanKind, StatusCode, get_current_span

    def begin(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not get_current_span().is_recording():
            return
        told = {"db.system.name": engine.dialect.name, "db.query.text": statement[:STATEMENT]}
        name = statement.lstrip().partition(" ")[0].upper()[:20]
        _statement.set(tracer.start_span(name, kind=SpanKind.CLIENT, attributes=told))

    def end(*_told: Any) -> None:
        if (span := _statement.get()) is not None:
            span.end()
            _statement.set(None)

    def failed(_failure: Any) -> None:
        if (span := _statement.get()) is not None:
            span.set_status(StatusCode.ERROR)
        end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", failed)
