"""PDOK, with answers as Locatieserver 3.1 gives them: an address, none, one with letters, two streets, and trouble."""

from __future__ import annotations

from http.client import BadStatusLine
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.platform.addresses import AddressBook, AddressTrouble, KnownAddress
from portal.platform.outbound import NotPublic
from tests.portal.platform.test_trade_register import told

BOOK = AddressBook("https://api.pdok.nl/bzk/locatieserver/search/v3_1/free")
DOC = {"straatnaam": "Brink", "woonplaatsnaam": "Deventer", "postcode": "7411BR", "huisnummer": 56}
BRINK = KnownAddress("Brink", "Deventer")


def answer(*docs: Any) -> dict[str, Any]:
    found = {"numFound": len(docs), "start": 0, "maxScore": 5.1, "numFoundExact": True, "docs": list(docs)}
    return {"response": found}


def test_an_address_is_asked_by_postcode_and_number_alone() -> None:
    get = told(answer(DOC))
    assert BOOK.find(" 7411 br", "56 a", get=get) == BRINK
    [(url, headers)] = get.asked
    asked = parse_qs(urlsplit(url).query)
    assert asked["fq"] == ["type:adres", "postcode:7411BR", "huisnummer:56"] and "q" not in asked
    assert url.startswith(BOOK.url) and list(headers) == ["Accept"]


def test_several_doors_at_one_number_are_one_address() -> None:
    assert BOOK.find("7411BR", "56", get=told(answer(DOC | {"huisletter": "A"}, DOC | {"huisletter": "B"}))) == BRINK


@pytest.mark.parametrize(
    "said",
    [
        answer(),
        answer(DOC, DOC | {"straatnaam": "Ander plein"}),
        answer(DOC | {"postcode": "7411AA"}),
        answer(DOC | {"huisnummer": 57}),
    ],
)
def test_what_is_not_one_address_at_this_number_is_not_known(said: Any) -> None:
    assert BOOK.find("7411BR", "56", get=told(said)) is None


@pytest.mark.parametrize(("postcode", "number"), [("7411", "56"), ("", ""), ("7411BR", "a"), ("7411BR) OR (x", "1")])
def test_what_is_no_postcode_or_number_is_not_asked(postcode: str, number: str) -> None:
    get = told(answer(DOC))
    assert BOOK.find(postcode, number, get=get) is None and get.asked == []


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (b"<html>", 200, "unreadable"),
        ([], 200, "unreadable"),
        (answer({"postcode": "7411BR"}), 200, "unreadable"),
        (answer(DOC | {"straatnaam": "a\u202eb"}), 200, "unreadable"),
        (answer(DOC | {"straatnaam": ["Brink"]}), 200, "unreadable"),
        (b"[" * 100_000, 200, "unreadable"),
        ({}, 503, "status_503"),
        ({}, 429, "status_429"),
    ],
)
def test_an_answer_that_cannot_be_read_is_trouble(said: Any, status: int, code: str) -> None:
    with pytest.raises(AddressTrouble) as trouble:
        BOOK.find("7411BR", "56", get=told(said, status))
    assert trouble.value.code == code


@pytest.mark.parametrize("error", [TimeoutError(), BadStatusLine("x"), NotPublic("private_address")])
def test_no_answer_at_all_is_trouble(error: Exception) -> None:
    def get(url: str, headers: Any) -> tuple[int, bytes]:
        raise error

    with pytest.raises(AddressTrouble):
        BOOK.find("7411BR", "56", get=get)
