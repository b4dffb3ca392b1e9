"""What templates need from Python: addresses of static files, the theme, errors of a form, and the widths of a bar."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, g, has_app_context, request, send_file, url_for
from wtforms import Field, FieldList, Form, FormField

from portal.platform.i18n import format_euros

THEME_ENDPOINT, HTMX_ENDPOINT = "theme", "htmx"
LOOKS: Mapping[str, tuple[str, str | None]] = {
    "employer": ("employer", "diagonal"),
    "sector": ("sector", "vertical"),
    "loan": ("loan", "dots"),
    "own": ("own", None),
    "spent": ("spent", None),
    "reserved": ("reserved", "diagonal"),
}
SCHEME_LOOKS: Sequence[tuple[str, str | None]] = (
    ("scheme-1", None),
    ("scheme-2", "horizontal"),
    ("scheme-3", "counter"),
    ("scheme-2", "dots"),
    ("scheme-3", "vertical"),
)
SMALLEST_PERMYRIAD = 120
_THEME_CLASS = re.compile(r"\.([a-z][a-z0-9-]{0,60}-theme)\b")


@dataclass(frozen=True)
class FormError:
    """One error for the summary: ``id`` of the control (None: of the form as a whole), ``line`` = number of a cost line."""

    text: object
    id: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Look:
    """Colour class and pattern of one payer; the pattern says the same without colour."""

    fill: str
    pattern: str | None


@dataclass(frozen=True)
class Segment:
    """One piece of a bar: start and width in percent with two decimals, and its spoken text."""

    start: str
    width: str
    fill: str
    pattern: str | None
    spoken: str


def install(app: Flask, *, theme_css: str = "") -> None:
    """Register the globals of the templates and the address of the theme. Call once in ``create_app``."""
    from portal.web.edge.addressing import finds_addresses
    from portal.web.edge.navigation import find_url, navigation, navigation_groups

    app.config["THEME_CSS"] = theme_css
    app.jinja_env.globals.update(
        static_url=static_url,
        theme_url=theme_url,
        htmx_url=htmx_url,
        theme_class=theme_class,
        form_errors=form_errors,
        bar_looks=bar_looks,
        bar_segments=bar_segments,
        bars_shown=bars_shown,
        navigation=navigation,
        navigation_groups=navigation_groups,
        find_url=find_url,
        finds_addresses=finds_addresses,
    )
    app.add_url_rule("/thema.css", THEME_ENDPOINT, theme)
    app.add_url_rule("/htmx.js", HTMX_ENDPOINT, htmx)
    app.after_request(_keep_hashed_files)


def static_url(filename: str) -> str:
    """Address of a static file with a hash of its content, so that it may be kept for ever."""
    path = f"{current_app.static_folder}/{filename}"
    stat = os.stat(path)  # noqa: PTH116  (asked several times for every page, and four times as fast as by `Path`)
    return url_for("static", filename=filename, v=_hash_of(path, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=64)
def _hash_of(path: str, changed: int, size: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def theme_url() -> str | None:
    """Address of the region's own theme (setting THEME_CSS), or None."""
    setting = str(current_app.config["THEME_CSS"])
    if not setting or setting.startswith("https://"):
        return setting or None
    stat = Path(setting).stat()
    return url_for(THEME_ENDPOINT, v=_hash_of(setting, stat.st_mtime_ns, stat.st_size))


def theme_class() -> str:
    """Classes for the html element: "themed", and the class an NL Design System theme hangs its tokens on (".x-theme")."""
    setting = str(current_app.config["THEME_CSS"])
    if not setting or setting.startswith("https://"):
        return "themed" if setting else ""
    found = _THEME_CLASS.search(Path(setting).read_text("utf-8"))
    return f"themed {found.group(1)}" if found else "themed"


def theme() -> Response:
    """The theme file of the region; 404 when there is none here."""
    setting = str(current_app.config["THEME_CSS"])
    if not setting or setting.startswith("https://"):
        abort(404)
    return send_file(Path(setting).resolve(), mimetype="text/css", conditional=True)


@lru_cache(maxsize=1)
def _htmx_file() -> Path:
    """The script as it came in its package; nothing is copied and nothing of the package is run."""
    found = find_spec("js_lib_htmx")
    if found is None or found.origin is None:
        raise RuntimeError("the package django-js-lib-htmx is not installed")
    return Path(found.origin).parent / "static" / "htmx" / "htmx.min.js"


def htmx_url() -> str:
    """Address of htmx, for pages of staff that answer while somebody types: what comes then may have bars."""
    g.bars_shown = True
    stat = _htmx_file().stat()
    return url_for(HTMX_ENDPOINT, v=_hash_of(str(_htmx_file()), stat.st_mtime_ns, stat.st_size))


def htmx() -> Response:
    """The script."""
    return send_file(_htmx_file(), mimetype="text/javascript", conditional=True)


def _keep_hashed_files(response: Response) -> Response:
    if (
        request.endpoint in ("static", THEME_ENDPOINT, HTMX_ENDPOINT)
        and request.args.get("v")
        and response.status_code == 200
    ):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def form_errors(form: Form | None) -> list[FormError]:
    """The errors of a form in the order of its fields: first message of each field, nested fields included."""
    if form is None:
        return []
    whole = [FormError(text) for text in getattr(form, "form_errors", ())]
    return whole + [error for field in form for error in _errors_of(field, None)]


def _errors_of(field: Field, line: int | None) -> Iterator[FormError]:
    if isinstance(field, FieldList):
        for number, entry in enumerate(field.entries, 1):
            yield from _errors_of(entry, number)
        own = [text for text in field.errors if not isinstance(text, Mapping | list | tuple)]
        if own:
            yield FormError(own[0], _first_id(field))
    elif isinstance(field, FormField):
        for inner in field.form:
            yield from _errors_of(inner, line)
    elif field.errors:
        yield FormError(field.errors[0], str(field.id), line)


def _first_id(field: Field) -> str:
    if isinstance(field, FieldList) and field.entries:
        return _first_id(field.entries[0])
    if isinstance(field, FormField):
        return _first_id(next(iter(field.form)))
    return str(field.id)


def bar_looks(parts: Sequence[Any]) -> list[Look]:
    """Colour and pattern for each part by its ``kind``; several schemes each get their own."""
    if has_app_context():
        g.bars_shown = True
    found, schemes = [], 0
    for part in parts:
        kind = _value(part, "kind")
        if kind in LOOKS:
            found.append(Look(*LOOKS[kind]))
        else:
            found.append(Look(*SCHEME_LOOKS[schemes % len(SCHEME_LOOKS)]))
            schemes += 1
    return found


def bars_shown() -> bool:
    """Whether this page has a bar, so that it needs the patterns."""
    return bool(g.get("bars_shown"))


def bar_segments(parts: Sequence[Any]) -> list[Segment]:
    """Widths of the parts that pay something, in percent; together exactly 100, each wide enough to see.

    ``parts`` have ``label``, ``cents`` and ``kind``. Nothing to show (no positive part) gives an empty list.
    """
    shown = [(part, look) for part, look in zip(parts, bar_looks(parts), strict=True) if _value(part, "cents") > 0]
    total = sum(_value(part, "cents") for part, _ in shown)
    if not total:
        return []
    widths = [max(SMALLEST_PERMYRIAD, _value(part, "cents") * 10_000 // total) for part, _ in shown]
    widths[widths.index(max(widths))] += 10_000 - sum(widths)
    segments, start = [], 0
    for (part, look), width in zip(shown, widths, strict=True):
        spoken = f"{_value(part, 'label')} {format_euros(_value(part, 'cents'))}"
        segments.append(Segment(_percent(start), _percent(width), look.fill, look.pattern, spoken))
        start += width
    return segments


def _percent(permyriad: int) -> str:
    return f"{permyriad // 100}.{permyriad % 100:02d}"


def _value(part: Any, name: str) -> Any:
    return part[name] if isinstance(part, Mapping) else getattr(part, name)
