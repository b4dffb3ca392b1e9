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
    eva, number = asks_and_applies(journey, "Eva Jansen", 3)
    approves(ada, number)
    eva = comes_back(journey, "Eva Jansen")
    code = code_of(eva)
    says_it_started(eva)
    hands_in(walks(journey, PIA), code, "F-1", "700")
    accepts(ada, "F-1")
    figures += moved(spent=USED, reserved=WHOLE - USED, available=-WHOLE)
    assert figures_shown(journey, rik) == figures
    asks_for_a_view(ada, code)
    answers(comes_back(journey, "Eva Jansen"))
    takes(ada, code, "Bedrag verlagen", "Bedrag verlagen", amount="100", ground="not_done", left_out="heard")
    figures += moved(reserved=-LOWER, available=LOWER)
    assert figures_now(journey) == figures
    reason = {"ground": "not_done", "left_out": "urgent", "left_out_reason": "De opleider int morgen alles."}
    takes(ada, code, "Voucher intrekken", "Voucher intrekken", **reason)
    figures += moved(reserved=LOWER + USED - WHOLE, available=WHOLE - USED - LOWER)
    assert figures_now(journey) == figures
    objection = objects(comes_back(journey, "Eva Jansen"))
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
        eva = comes_back(journey, "Eva Jansen")
        eva.inspect()
        assert code_of(eva).replace("-", "") == voucher.code
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


def answers(eva: Person) -> None:
    """The resident answers on the own page."""
    status = eva.page.url
    eva.follow("Lees waarom, en geef uw reactie")
    eva.inspect()
    eva.press("Verstuur uw reactie", wrong=True)
    eva.inspect(wrong=True)
    eva.fill(view="Dat klopt, een les vervalt.")
    page = eva.press("Verstuur uw reactie")
    eva.inspect()
    assert "Dat klopt, een les vervalt." in words(page)
    eva.go(status)


def takes(ada: Person, code: str, way: str, button: str, **answers: str) -> None:
    """Lower or revoke it."""
    to_the_voucher(ada, code)
    ada.follow(way)
    ada.inspect()
    ada.fill(**answers, reason="De opleider meldde het.")
    ada.press(button)
    ada.inspect()


def objects(eva: Person) -> str:
    """The resident objects to the revocation. Returns the number of the objection."""
    status = eva.page.url
    page = eva.follow("Niet eens met een besluit? Bezwaar maken of volgen")
    eva.inspect()
    page.get_by_role("radio", name="Intrekking van een voucher").check()
    eva.fill(grounds="De opleiding gaat wel door.")
    page = eva.press("Verstuur uw bezwaar")
    eva.inspect()
    number = page.locator("main table tbody tr td, main table tbody tr th").first.inner_text()
    eva.go(status)
    return number
