"""A form with a postcode and a house number, and no street or place: these are looked up before anything is read or written.

What was typed wins. When the service is silent the form is as it was sent, and nobody waits for it again for a minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from flask import current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from portal.platform.addresses import AddressBook, AddressTrouble, KnownAddress
from portal.platform.clock import now

log = structlog.get_logger("portal.web")

ASKED_WITH = ("postcode", "house_number")
FILLED = {"street": "street", "city": "city"}
"""Field of the form by field of the address."""
LEFT_ALONE = timedelta(minutes=1)
SILENT_UNTIL = "addresses_silent_until"


def complete_address() -> None:
    """Fill in the street and the place of this form when both fields are there, one is empty, and the service knows them."""
    settings, typed = current_app.extensions["settings"], request.form
    if not settings.pdok_url or typed.get("way", "post") != "post":
        return
    empty = [name for name in FILLED if name in typed and not typed[name].strip()]
    given = [typed.get(name, "").strip() for name in ASKED_WITH]
    if not empty or not all(given) or not all(name in typed for name in FILLED):
        return
    known = _found(AddressBook(settings.pdok_url), *given)
    if known is None:
        return
    filled: MultiDict[str, str] = MultiDict(typed)
    for name in empty:
        filled[name] = getattr(known, FILLED[name])
    g.typed_form = typed
    request.form = ImmutableMultiDict(filled)


def finds_addresses() -> bool:
    """Whether the desk looks up the street and place that belong to a postcode and number."""
    return bool(current_app.extensions["settings"].pdok_url)


def as_typed() -> MultiDict[str, str]:
    """What was sent by the browser itself, which is the same when it is sent again."""
    typed: MultiDict[str, str] = g.get("typed_form", request.form)
    return typed


def _found(book: AddressBook, postcode: str, house_number: str) -> KnownAddress | None:
    """What the service says, if it was not silent just now; logged without what was asked."""
    kept, at = current_app.extensions, now()
    until: datetime | None = kept.get(SILENT_UNTIL)
    if until is not None and at < until:
        return None
    try:
        known = book.find(postcode, house_number)
    except AddressTrouble as error:
        kept[SILENT_UNTIL] = at + LEFT_ALONE
        log.warning("addresses_silent", trouble=error.code)
        return None
    log.info("address_asked", found=known is not None)
    return known
