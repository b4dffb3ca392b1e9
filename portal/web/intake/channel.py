"""The campaign in an address: it goes along from page to page, without a cookie, until there is a draft to keep it with."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.cases.origins.models import NO_CAMPAIGN
from portal.cases.origins.queries import known_code
from portal.platform.database import current_session

VIA = "via"
"""The parameter of an address with the code of a campaign."""


def campaign_of_address() -> str:
    """The code of a campaign in this address; the empty one without a known code."""
    text = request.args.get(VIA, "")
    return known_code(current_session(), text=text) if text else NO_CAMPAIGN


def along(code: str) -> dict[str, Any]:
    """The campaign as a parameter of the next address: it goes along until there is a draft to keep it with."""
    return {VIA: code} if code != NO_CAMPAIGN else {}
