"""Looking a company up in the trade register of the KVK (API Basisprofiel), when the desk has a key for it.

What is asked is the number alone; nothing of the answer is kept. Never asked inside a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from pathlib import Path
from typing import Any

from portal.platform.errors import PortalError
from portal.platform.outbound import NotPublic, get_public

Get = Callable[[str, Mapping[str, str]], tuple[int, bytes]]
MOST = 200
"""Characters of a text, and names of a list, that are taken over."""


class RegisterTrouble(PortalError):
    """The register gave no answer that can be read. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class RegisteredCompany:
    """What the register says of a company."""

    number: str
    name: str
    trade_names: tuple[str, ...]
    activity: str
    address: str
    """Where it can be visited; empty when that is shielded or not known."""
    since: date | None
    ended_on: date | None

    def is_called(self, name: str) -> bool:
        """Whether this is one of its names, however it is written."""
        return _plain(name) in {_plain(one) for one in (self.name, *self.trade_names)}


@dataclass(frozen=True)
class TradeRegister:
    """Where the register is asked, and with which key; `authorities` says who may vouch for its certificate."""

    url: str
    key: str
    authorities: Path | None = None

    def company(self, number: str, *, get: Get | None = None) -> RegisteredCompany | None:
        """The company with a number of eight digits; None when the register has none. Raises `RegisterTrouble`."""
        asked: Get = get or (lambda url, headers: get_public(url, headers, authorities=self.authorities))
        try:
            headers = {"apikey": self.key, "Accept": "application/json"}
            status, body = asked(f"{self.url.rstrip('/')}/{number}", headers)
        except NotPublic as error:
            raise RegisterTrouble(error.code) from None
        except (OSError, HTTPException) as error:
            raise RegisterTrouble(type(error).__name__) from None
        if status == 404:
            return None
        if status != 200:
            raise RegisterTrouble(f"status_{status}")
        return _company(body, number)


def _company(body: bytes, number: str) -> RegisteredCompany:
    try:
        told = json.loads(body)
        if told["kvkNummer"] != number:
            raise RegisterTrouble("another_company")
        registered = told.get("materieleRegistratie") or {}
        return RegisteredCompany(
            number=number,
            name=_text(told.get("statutaireNaam") or told["naam"]),
            trade_names=tuple(_text(one["naam"]) for one in told.get("handelsnamen", [])[:MOST]),
            activity=_main_activity(told.get("sbiActiviteiten", [])),
            address=_address(told.get("_embedded", {}).get("hoofdvestiging", {}).get("adressen", [])),
            since=_day(registered.get("datumAanvang")),
            ended_on=_day(registered.get("datumEinde")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RegisterTrouble("unreadable") from None


def _text(said: Any) -> str:
    return " ".join(str(said).split())[:MOST]


def _main_activity(activities: list[dict[str, Any]]) -> str:
    main = [one for one in activities if one.get("indHoofdactiviteit") == "Ja"] or activities
    return _text(main[0].get("sbiOmschrijving", "")) if main else ""


def _address(addresses: list[dict[str, Any]]) -> str:
    shown = [one for one in addresses if one.get("type") == "bezoekadres" and one.get("indAfgeschermd") != "Ja"]
    return _text(shown[0].get("volledigAdres", "")) if shown else ""


def _day(said: Any) -> date | None:
    """A day as the register writes it, 20150131; None for one that is not known whole."""
    text = str(said or "")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else None
    except ValueError:
        return None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
