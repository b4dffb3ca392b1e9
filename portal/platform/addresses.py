"""Looking an address up by postcode and house number at PDOK (Locatieserver 3.1, operation /free), when the desk may ask it.

What is asked is the postcode and the number alone; nothing of the answer is kept but what goes into the form. Never asked inside
a transaction. Source: https://api.pdok.nl/bzk/locatieserver/search/v3_1/ui/ (fields of the basic registration of addresses, BAG).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlencode

from portal.platform.errors import PortalError
from portal.platform.outbound import NotPublic, get_public

Ask = Callable[[str, Mapping[str, str]], tuple[int, bytes]]
MOST = 100
"""Characters of a street or place that are taken over."""
PATIENCE = 2.0
"""Seconds that somebody waits for the service, in all."""
FIELDS = "straatnaam,woonplaatsnaam,postcode,huisnummer"
_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*([A-Za-z]{2})")


class AddressTrouble(PortalError):
    """The service gave no answer that can be read. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class KnownAddress:
    """The street and the place that belong to a postcode and a house number."""

    street: str
    city: str


@dataclass(frozen=True)
class AddressBook:
    """Where the service is asked."""

    url: str

    def find(self, postcode: str, house_number: str, *, get: Ask | None = None) -> KnownAddress | None:
        """The one address that this is; None when there is none, or more than one, or nothing to ask. Raises `AddressTrouble`."""
        code, number = _POSTCODE.fullmatch(postcode.strip()), re.match(r"\s*([1-9][0-9]{0,4})", house_number)
        if code is None or number is None:
            return None
        there = (code[1] + code[2].upper(), int(number[1]))
        wanted = [("fq", "type:adres"), ("fq", f"postcode:{there[0]}"), ("fq", f"huisnummer:{there[1]}")]
        asked: Ask = get or (lambda url, headers: get_public(url, headers, patience=PATIENCE))
        try:
            url = f"{self.url}?{urlencode([*wanted, ('fl', FIELDS), ('rows', '50')])}"
            status, body = asked(url, {"Accept": "application/json"})
        except NotPublic as error:
            raise AddressTrouble(error.code) from None
        except (OSError, HTTPException) as error:
            raise AddressTrouble(type(error).__name__) from None
        if status != 200:
            raise AddressTrouble(f"status_{status}")
        return _one_of(body, there)


def _one_of(body: bytes, there: tuple[str, int]) -> KnownAddress | None:
    """What all that was found at this postcode and number agree on; another place than was asked is not believed."""
    try:
        docs = json.loads(body)["response"]["docs"]
        found = {
            KnownAddress(_text(one["straatnaam"]), _text(one["woonplaatsnaam"]))
            for one in docs
            if (one["postcode"], int(one["huisnummer"])) == there
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise AddressTrouble("unreadable") from None
    return found.pop() if len(found) == 1 else None


def _text(said: object) -> str:
    if not isinstance(said, str) or not said.strip() or not said.isprintable():
        raise ValueError("no text")
    return " ".join(said.split())[:MOST]
