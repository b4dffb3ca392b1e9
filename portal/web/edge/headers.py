"""Security headers on every answer: pages, errors, redirects and static files, also when the application itself fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

StartResponse = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

TOKEN_PATHS = ("/inloggen/", "/toegang/", "/werkgever/inloggen/")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src {style}; img-src 'self'; font-src {font}; connect-src 'self'; "
)
_POLICY += "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; frame-src 'none'"
_UNFRAMED = "frame-ancestors 'none'"
#: For a file that somebody handed in: nothing in it may run, load or be shown inside a page.
FILE_POLICY = "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
FRAMED_BY = "X-Framed-By"
"""What a page says to this middleware alone: the sites that may show it inside theirs."""
_OFF = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "payment",
    "usb",
)
_LAST_WORDS = (
    "<!doctype html><html lang=nl><title>Er ging iets mis</title><h1>Er ging iets mis</h1>"
    "<p>Het ligt niet aan u. Probeer het over een paar minuten opnieuw.</p>"
)


def content_security_policy(theme: str = "") -> str:
    """The policy; a theme from another https address may bring its style sheet and fonts, nothing else."""
    origin = f" https://{urlsplit(theme).netloc}" if theme.startswith("https://") else ""
    return _POLICY.format(style=f"'self'{origin}", font=f"'self'{origin}")


class SecurityHeaders:
    """WSGI middleware around the whole application."""

    def __init__(self, app: Wsgi, *, https: bool, theme: str = "", propagate: bool = False) -> None:
        self.app = app
        self.propagate = propagate
        self.fixed = {
            "Content-Security-Policy": content_security_policy(theme),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _OFF),
            "X-Permitted-Cross-Domain-Policies": "none",
        }
        if https:
            self.fixed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))

        def start(status: str, raw: list[tuple[str, str]], *rest: Any) -> Any:
            headers = Headers(raw)
            a_file = headers.get("Content-Security-Policy") == FILE_POLICY
            sites = headers.pop(FRAMED_BY, "")
            for name, value in self.fixed.items():
                headers.set(name, value)
            if a_file:
                headers.set("Content-Security-Policy", FILE_POLICY)
            if sites:
                policy = self.fixed["Content-Security-Policy"]
                headers.set("Content-Security-Policy", policy.replace(_UNFRAMED, f"frame-ancestors {sites}"))
                headers.remove("X-Frame-Options")
            if "Referrer-Policy" not in headers:
                private = path.startswith(TOKEN_PATHS)
                headers.set("Referrer-Policy", "no-referrer" if private else "same-origin")
            if "Cache-Control" not in headers or not path.startswith(("/static/", "/thema.css", "/htmx.js")):
                headers.set("Cache-Control", "no-store")
            return start_response(status, headers.to_wsgi_list(), *rest)

        try:
            return self.app(environ, start)
        except Exception:
            if self.propagate:
                raise
            logging.getLogger("portal").exception("request_failed_outside_the_application")
            start("500 INTERNAL SERVER ERROR", [("Content-Type", "text/html; charset=utf-8")])
            return [_LAST_WORDS.encode()]
