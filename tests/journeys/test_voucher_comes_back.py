"""A voucher that was partly used, in a real browser: lowered after a hearing, revoked, objected to, heard, and given back.

The resident has no JavaScript, staff has. The figures of the region are those of the books at every step.
"""

from __future__ import annotations

from portal.platform import clock
from portal.spending.vouchers.models import VoucherState
from tests.factories import NOW
from tests.journeys.books import figures_shown, moved
from tests.journeys.people import Person
from tests.journeys.proefland import (
    DAY,
    PIA,
    STORY,
    TOM,
    WHOLE,
    OpenOffice,
    app,
    approves,
    asks_and_applies,
    assert_books_balance,
    code_of,
    comes_back,
    dutch,
    figures_now,
    office,
    opens_its_doors,
    still,
    walks,
    words,
)
from tests.journeys.test_objection import to_the_objection
from tests.journeys.test_voucher_life import accepts, hands_in, says_it_started

__all__ = ["app", "office", "still"]
pytestmark = STORY
USED, LOWER = 70_000, 10_000


def test_a_voucher_is_lowered_after_a_hearing_and_comes_back_after_an_objection(office: OpenOffice) -> None:
    journey, rik, ada, figures = opens_its_doors(office)
    sam, number = asks_and_applies(journey, "Sam de Vries", 3)
    approves(ada, number)
    sam = comes_back(journey, "Sam de Vries")
    code = code_of(sam)
    says_it_started(sam)
    hands_in(walks(journey, PIA), code, "F-1", "700")
    accepts(walks(journey, TOM), "F-1")
    figures += moved(spent=USED, reserved=WHOLE - USED, available=-WHOLE)
    assert figures_shown(journey, rik) == figures
    asks_for_a_view(ada, code)
    answers(comes_back(journey, "Sam de Vries"))
    takes(ada, code, "Bedrag verlagen", "Bedrag verlagen", amount="100", ground="not_done", left_out="heard")
    figures += moved(reserved=-LOWER, available=LOWER)
    assert figures_now(journey) == figures
    reason = {"ground": "not_done", "left_out": "urgent", "left_out_reason": "De opleider int morgen alles."}
    takes(ada, code, "Voucher intrekken", "Voucher intrekken", **reason)
    figures += moved(reserved=LOWER + USED - WHOLE, available=WHOLE - USED - LOWER)
    assert figures_now(journey) == figures
    objection = objects(comes_back(journey, "Sam de Vries"))
    with clock.frozen(NOW + 14 * DAY):
        tom = walks(journey, TOM)
        to_the_objection(tom, objection)
        tom.follow("Verslag van de hoorzitting schrijven")
        tom.fill(heard_on=dutch(clock.now()), report="De opleiding gaat door.")
        tom.press("Leg vast")
        tom.follow("Besluiten op het bezwaar")
        tom.inspect()
        tom.fill(outcome="founded", rationale="De opleiding gaat door.")
        page = tom.press("Besluiten")
        assert "gegrond" in words(page)
        assert figures_now(journey) == figures + moved(reserved=WHOLE - USED - LOWER, available=LOWER + USED - WHOLE)
        [voucher] = journey.vouchers()
        assert (voucher.state, voucher.open_cents) == (VoucherState.PARTLY_REDEEMED, WHOLE - USED - LOWER)
        sam = comes_back(journey, "Sam de Vries")
        sam.inspect()
        assert code_of(sam).replace("-", "") == voucher.code
    assert_books_balance(journey)


def to_the_voucher(ada: Person, code: str) -> None:
    """From the list to the voucher."""
    ada.go("/adviseur/vouchers")
    ada.follow(code)


def asks_for_a_view(ada: Person, code: str) -> None:
    """The advisor says what the desk thinks of doing and why."""
    to_the_voucher(ada, code)
    ada.inspect()
    ada.follow("Reactie vragen")
    ada.inspect()
    ada.fill(act="lower", amount="100", facts="De opleider geeft een les minder.", answer_by=dutch(NOW + 14 * DAY))
    ada.press("Vraag om een reactie")
    ada.inspect()


def answers(sam: Person) -> None:
    """The resident answers on the own page."""
    status = sam.page.url
    sam.follow("Lees waarom, en geef uw reactie")
    sam.inspect()
    sam.press("Verstuur uw reactie", wrong=True)
    sam.inspect(wrong=True)
    sam.fill(view="Dat klopt, een les vervalt.")
    page = sam.press("Verstuur uw reactie")
    sam.inspect()
    assert "Dat klopt, een les vervalt." in words(page)
    sam.go(status)


def takes(ada: Person, code: str, way: str, button: str, **answers: str) -> None:
    """Lower or revoke it."""
    to_the_voucher(ada, code)
    ada.follow(way)
    ada.inspect()
    ada.fill(**answers, reason="De opleider meldde het.")
    ada.press(button)
    ada.inspect()


def objects(sam: Person) -> str:
    """The resident objects to the revocation. Returns the number of the objection."""
    status = sam.page.url
    page = sam.follow("Niet eens met een besluit? Bezwaar maken of volgen")
    sam.inspect()
    page.get_by_role("radio", name="Intrekking van een voucher").check()
    sam.fill(grounds="De opleiding gaat wel door.")
    page = sam.press("Verstuur uw bezwaar")
    sam.inspect()
    number = page.locator("main table tbody tr td, main table tbody tr th").first.inner_text()
    sam.go(status)
    return number
