"""What other sites and search engines ask for: where to report a leak, what may be found, and a small page for partner sites."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from xml.sax.saxutils import escape

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import has_region, schemes_in_force
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.web.access.blueprint import blueprint
from portal.web.edge.desk import desk
from portal.web.edge.headers import FRAMED_BY

GOOD_FOR = timedelta(days=180)
TO_BE_FOUND = (
    "resident.home",
    "employer.start",
    "resident.schemes",
    "resident.trainings",
    "resident.method",
    "resident.handbook_page",
    "resident.algorithm_register",
    "resident.privacy",
    "resident.accessibility",
    "resident.contact",
)
"""The pages that search engines may show, beside those of the schemes."""


def _address() -> str:
    return str(current_app.extensions["settings"].address)


def _text(lines: list[str]) -> Response:
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/.well-known/security.txt")
def security_txt() -> ResponseReturnValue:
    """Where to report a leak (RFC 9116)."""
    expires = datetime.combine(today() + GOOD_FOR, time(), UTC)
    email = desk._get_current_object().email
    mail = [f"Contact: mailto:{email}"] if email else []
    return _text(
        [
            *mail,
            f"Contact: {_address()}{url_for('resident.contact')}",
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: nl, en",
            f"Canonical: {_address()}{url_for('access.security_txt')}",
        ]
    )


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What a crawler may fetch: everything public; each page says itself whether it may be shown."""
    closed = ("/beheer/", "/adviseur/", "/regio/", "/verantwoording/", "/inloggen/", "/toegang/", "/api/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return _text([*lines, f"Sitemap: {_address()}{url_for('access.sitemap')}"])


@blueprint.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """The public pages and every scheme."""
    session = current_session()
    schemes = schemes_in_force(session, on=today()) if has_region(session) else []
    paths = [url_for(endpoint) for endpoint in TO_BE_FOUND]
    paths += [url_for("resident.scheme", scheme=one.slug) for one in schemes]
    found = "".join(f"<url><loc>{escape(_address() + path)}</loc></url>" for path in paths)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{found}</urlset>\n'
    return Response(text, content_type="application/xml; charset=utf-8")


@blueprint.get("/insluiten")
def widget() -> ResponseReturnValue:
    """A small page that partner sites may show inside theirs: a way in, and looking through the schemes."""
    session = current_session()
    number = len(schemes_in_force(session, on=today())) if has_region(session) else 0
    response = Response(render_template("access/widget.html", number=number))
    sites = str(current_app.extensions["settings"].widget_sites)
    if sites:
        response.headers[FRAMED_BY] = sites
    return response
