"""The trade register, with answers as it gives them (API Basisprofiel 1.5): a company, none, one that ended, and trouble."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from http.client import BadStatusLine
from typing import Any

import pytest

from portal.platform.outbound import NotPublic
from portal.platform.trade_register import RegisterTrouble, TradeRegister

REGISTER = TradeRegister("https://api.kvk.nl/api/v1/basisprofielen/", "a key")
ANSWER: dict[str, Any] = {
    "kvkNummer": "69599084",
    "indNonMailing": "Ja",
    "naam": "Test EMZ Dagobert",
    "formeleRegistratiedatum": "20170928",
    "materieleRegistratie": {"datumAanvang": "20150101"},
    "handelsnamen": [{"naam": "Test EMZ Dagobert", "volgorde": 0}, {"naam": "Dagobert Opleidingen", "volgorde": 1}],
    "sbiActiviteiten": [
        {"sbiCode": "8559", "sbiOmschrijving": "Overig onderwijs", "indHoofdactiviteit": "Nee"},
        {"sbiCode": "85592", "sbiOmschrijving": "Bedrijfsopleidingen en trainingen", "indHoofdactiviteit": "Ja"},
    ],
    "_embedded": {
        "hoofdvestiging": {
            "vestigingsnummer": "000038509504",
            "adressen": [
                {"type": "postadres", "indAfgeschermd": "Nee", "volledigAdres": "Postbus 1 1000AA Amsterdam"},
                {
                    "type": "bezoekadres",
                    "indAfgeschermd": "Nee",
                    "volledigAdres": "Abebe Bikilalaan 17  1034WL Amsterdam",
                },
            ],
        },
        "eigenaar": {"rechtsvorm": "Eenmanszaak", "uitgebreideRechtsvorm": "Eenmanszaak"},
    },
    "links": [],
}


def told(answer: Any, status: int = 200) -> Any:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    asked: list[tuple[str, Mapping[str, str]]] = []

    def get(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        asked.append((url, headers))
        return status, body

    get.asked = asked  # type: ignore[attr-defined]
    return get


def test_a_company_is_read_from_what_the_register_says() -> None:
    get = told(ANSWER)
    found = REGISTER.company("69599084", get=get)
    assert found is not None
    assert (found.name, found.activity) == ("Test EMZ Dagobert", "Bedrijfsopleidingen en trainingen")
    assert found.address == "Abebe Bikilalaan 17 1034WL Amsterdam" and found.since == date(2015, 1, 1)
    assert found.ended_on is None and found.is_called("dagobert-opleidingen") and not found.is_called("Katrien")
    [(url, headers)] = get.asked
    assert url == "https://api.kvk.nl/api/v1/basisprofielen/69599084" and headers["apikey"] == "a key"


def test_what_is_shielded_ended_or_not_there_is_said_so() -> None:
    ended = ANSWER | {"materieleRegistratie": {"datumAanvang": "2015", "datumEinde": "20260101"}, "_embedded": {}}
    found = REGISTER.company("69599084", get=told(ended))
    assert found is not None and (found.since, found.ended_on, found.address) == (None, date(2026, 1, 1), "")
    shielded = json.loads(json.dumps(ANSWER).replace('"indAfgeschermd": "Nee"', '"indAfgeschermd": "Ja"'))
    kept = REGISTER.company("69599084", get=told(shielded))
    assert kept is not None and kept.address == ""
    none = {"fout": [{"code": "IPD0005", "omschrijving": "Kvk-nummer 69599085 niet gevonden."}]}
    assert REGISTER.company("69599085", get=told(none, 404)) is None


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (ANSWER, 401, "status_401"), (ANSWER, 500, "status_500"), (b"<html>", 200, "unreadable"), ([], 200, "unreadable"),
        (ANSWER | {"kvkNummer": "12345678"}, 200, "another_company"), (ANSWER | {"handelsnamen": 3}, 200, "unreadable"),
        (b"[" * 100_000, 200, "unreadable"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_trouble_and_no_fault(answer: Any, status: int, code: str) -> None:
    with pytest.raises(RegisterTrouble) as raised:
        REGISTER.company("69599084", get=told(answer, status))
    assert raised.value.code == code


@pytest.mark.parametrize("error", [TimeoutError(), BadStatusLine(""), NotPublic("private_address")])
def test_a_register_that_is_away_is_trouble(error: Exception) -> None:
    def get(_url: str, _headers: Mapping[str, str]) -> tuple[int, bytes]:
        raise error

    with pytest.raises(RegisterTrouble):
        REGISTER.company("69599084", get=get)
