"""For programs and for print: linked data per scheme and as a whole, the handbook, the annex for funders, the algorithm."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import lru_cache

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import as_loaded_region, has_region
from portal.papers.algorithm_register import day_words, register_entry, rows
from portal.papers.handbook import Kind, handbook
from portal.papers.public_service import catalogue_document, service_document
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.documents import pdf
from portal.web.edge import found, page
from portal.web.resident.blueprint import blueprint
from schemes.region.loading import LoadedRegion

LINKED_DATA = "application/ld+json"


def _region() -> LoadedRegion:
    session = current_session()
    return found(as_loaded_region(session, on=today()) if has_region(session) else None)


def _linked(document: object) -> Response:
    text = json.dumps(document, ensure_ascii=False, indent=1)
    response = Response(text, content_type=f"{LINKED_DATA}; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/alle-regelingen.jsonld")
def catalogue_data() -> ResponseReturnValue:
    """Every scheme as a public service in CPSV-AP 3.2."""
    return _linked(catalogue_document(_region(), today(), _address()))


@blueprint.get("/alle-regelingen/<scheme>.jsonld")
def scheme_data(scheme: str) -> ResponseReturnValue:
    """One scheme as a public service in CPSV-AP 3.2."""
    region = _region()
    return _linked(service_document(found(region.schemes.get(scheme)), region, today(), _address()))


def _address() -> str:
    return str(current_app.extensions["settings"].address)


@blueprint.get("/handboek")
def handbook_page() -> ResponseReturnValue:
    """The handbook: how a question goes, who does what, and every scheme of this desk."""
    return _page("handbook")


@blueprint.get("/handboek.pdf")
def handbook_file() -> ResponseReturnValue:
    """The handbook as a PDF."""
    return _document("handbook")


@blueprint.get("/bijlage-convenant")
def annex_page() -> ResponseReturnValue:
    """The annex to the agreement: the money, and the schemes it is for."""
    return _page("annex")


@blueprint.get("/bijlage-convenant.pdf")
def annex_file() -> ResponseReturnValue:
    """The annex as a PDF."""
    return _document("annex")


@blueprint.get("/algoritmeregister")
def algorithm_register() -> ResponseReturnValue:
    """The draft entry for the Algoritmeregister: what is computed, with what, and who decides."""
    document = register_entry(_region(), today(), _address())
    return page("resident/algorithm_register.html", document=document, rows=rows(document), day=day_words(document))


@blueprint.get("/algoritmeregister.json")
def algorithm_register_file() -> ResponseReturnValue:
    """The same as a file."""
    text = json.dumps(register_entry(_region(), today(), _address()), ensure_ascii=False, indent=1)
    return Response(text, content_type="application/json; charset=utf-8")


def _page(kind: Kind) -> ResponseReturnValue:
    book = handbook(_region(), today(), kind)
    money = [
        [
            line["funder"],
            {"text": f"{line['line']}: {line['for']}", "note": line["assumption"]},
            line["period"],
            line["amount"],
        ]
        for line in book["money"]
    ]
    return page("resident/handbook.html", book=book, kind=kind, money_rows=money)


def _document(kind: Kind) -> Response:
    book = handbook(_region(), today(), kind)
    made_at = datetime.combine(today(), time(), UTC)
    response = Response(
        _made(json.dumps(book, ensure_ascii=False, sort_keys=True), made_at), mimetype="application/pdf"
    )
    name = {"handbook": "handboek", "annex": "bijlage-convenant"}[kind]
    response.headers["Content-Disposition"] = f'inline; filename="{name}-{today().isoformat()}-{book["language"]}.pdf"'
    return response


@lru_cache(maxsize=8)
def _made(book: str, made_at: datetime) -> bytes:
    """The PDF of equal data is made once."""
    return pdf("handbook", json.loads(book), made_at=made_at)
