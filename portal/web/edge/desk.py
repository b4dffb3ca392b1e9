"""This desk: its name and contact details, for the top and bottom of every page, and the account from which it pays."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from flask import current_app
from werkzeug.local import LocalProxy

from portal.papers.stationery import paying_account_of
from portal.paying.payments.pain001 import PayingAccount
from portal.platform.database import current_session
from portal.platform.i18n import localized

KEEP_SECONDS = 30.0


@dataclass(frozen=True)
class DeskDetails:
    """What pages show of the desk; `hours` has nl and en."""

    names: Any = None
    phone: str | None = None
    email: str | None = None
    hours: Any = None

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return localized(self.names) or "Ontwikkelloket"


def _current() -> DeskDetails:
    """The desk of the region in the database, read at most once in half a minute; a bare one where nothing can be read."""
    kept: tuple[float, DeskDetails] | None = current_app.extensions.get("desk")
    if kept is not None and time.monotonic() - kept[0] < KEEP_SECONDS:
        return kept[1]
    try:
        session = current_session()
    except RuntimeError:  # an error page, outside any unit of work
        return kept[1] if kept is not None else DeskDetails()
    from portal.framework.catalogue.queries import has_region, region

    found = region(session).desk if has_region(session) else None
    known = DeskDetails() if found is None else DeskDetails(found.name, found.phone, found.email, found.opening_hours)
    current_app.extensions["desk"] = (time.monotonic(), known)
    return known


def paying_account() -> PayingAccount | None:
    """The account from which the desk pays, as it is set up; None when it is not. A demonstration has an example."""
    return paying_account_of(current_app.extensions["settings"])


desk = LocalProxy(_current)
