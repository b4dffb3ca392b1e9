"""Every state of a question, voucher, claim, decision or objection, and what its own page must say. One without a row here fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import ON_A_VOUCHER, DecisionKind
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.paying.own_payments import OwnDebtStand
from portal.paying.payments.queries import OwedState
from portal.paying.settlements.models import InstalmentState
from portal.people.actor import Audience
from portal.second_look.objections.models import ObjectionOutcome, ObjectionState
from portal.spending.changes.actions import block_voucher
from portal.spending.vouchers.models import BlockGround, Voucher, VoucherState
from portal.web.intake import repaid
from portal.web.intake.case import STATES
from portal.web.intake.decided import HAPPENED, TITLES
from portal.web.intake.happened import JUDGED
from portal.web.intake.stands import VOUCHERS, voucher_stand
from tests.factories import (
    ADVISOR,
    NOW,
    a_decision,
    a_draft,
    a_question,
    a_voucher,
    an_application,
)
from tests.portal.paying.settling_again.owing import OWED, owed_to_the_holder, question_of
from tests.web.browser import Browser
from tests.web.office import Office, office, said, still
from tests.web.stands import (
    Maker,
    claimed,
    closed,
    decided,
    expired,
    finished,
    incomplete,
    late,
    lowered,
    not_taken_up,
    objected,
    of,
    on_a_claim,
    paid_late,
    planned,
    raised,
    referred,
    refused,
    revoked,
    send_all,
    settled,
    settled_less,
    taken_up_again,
    used,
    withdrawn,
)

__all__ = ["office", "still"]

IBAN = "NL39RABO0300065264"


def pages(office: Office, make: Maker, *parts: str, sent: bool = True) -> str:
    """What the own page says, and the pages under it that are named; every message was sent on the day it was made."""
    question = office.do(lambda session: make(session))
    if sent:
        office.do(send_all)
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    return "\n".join(words_at(browser, f"/mijn/{question.public_id}{part}") for part in ("", *parts))


def words_at(browser: Browser, path: str) -> str:
    """What a page says; that it is sound is looked at in the fullest of each kind (`test_own_page.py`)."""
    return said(browser.get(path)).replace("\xa0", " ")


def every(kind: type[Enum], rows: dict[Any, Any]) -> list[Any]:
    """The rows, of which there is one for every member."""
    assert set(rows) == set(kind), f"say what the own page says of {set(kind) ^ set(rows)}"
    return list(rows.items())


# Vouchers --------------------------------------------------------------------------------------------------------------


VOUCHER_ROWS: dict[VoucherState, tuple[Callable[[Session], Voucher], tuple[str, ...]]] = {
    VoucherState.ISSUED: (a_voucher, ("Te gebruiken", "Deze voucher is € 1.200 waard.", "Vouchercode")),
    VoucherState.PARTLY_REDEEMED: (
        lambda s: used(s, 70_000),
        ("Voor een deel gebruikt", "Deze voucher is € 500 waard.", "Uw opleider gebruikte uw voucher"),
    ),
    VoucherState.REDEEMED: (lambda s: used(s, 120_000), ("Gebruikt", "De opleider heeft € 1.200 van ons gekregen")),
    VoucherState.EXPIRED: (expired, ("Verlopen", "was te gebruiken tot en met", "Nu niet meer.")),
    VoucherState.REVOKED: (
        revoked,
        ("Voucher ingetrokken", "De reden: De opleiding gaat niet door.", "U kunt bezwaar maken tot en met"),
    ),
    VoucherState.SETTLED: (
        settled,
        ("Vastgesteld op 2 maart 2026: € 900.", "U kunt bezwaar maken tot en met"),
    ),
}
USABLE = (VoucherState.ISSUED, VoucherState.PARTLY_REDEEMED)


@pytest.mark.parametrize(("state", "row"), every(VoucherState, VOUCHER_ROWS))
def test_the_own_page_says_how_a_voucher_stands(office: Office, state: VoucherState, row: Any) -> None:
    make, sentences = row
    words = pages(office, lambda s: of(s, make(s)))
    for sentence in sentences:
        assert sentence in words
    assert ("Vouchercode" in words) is (state in USABLE), "a code stands there only while it can be used"
    assert set(VOUCHERS) == set(VoucherState)


BLOCK_ROWS: dict[BlockGround, str] = {
    BlockGround.INVOICE_WAITS: "Er wacht een factuur op controle.",
    BlockGround.SHARE_ELSEWHERE: "Een andere organisatie beslist nog over een deel van de kosten.",
}


@pytest.mark.parametrize(("ground", "sentence"), [*every(BlockGround, BLOCK_ROWS), (None, "De offerte klopt niet.")])
def test_a_blocked_voucher_is_never_called_usable_and_says_why(
    office: Office, ground: BlockGround | None, sentence: str
) -> None:
    def blocked(session: Session) -> DevelopmentQuestion:
        voucher = a_voucher(session)
        block_voucher(session, voucher=voucher, reason="De offerte klopt niet.", actor=ADVISOR, now=NOW, ground=ground)
        return of(session, voucher)

    words = pages(office, blocked, "/vouchers", "/alles")
    assert "Tijdelijk geblokkeerd" in words and sentence in words
    assert "Te gebruiken" not in words and "Vouchercode" not in words and "U kunt uw voucher gebruiken" not in words
    assert "te gebruiken tot en met" not in words and "geldig tot en met" in words, "what is kept says it so too"


def test_a_voucher_whose_last_day_has_passed_cannot_be_used_before_it_expired(session: Session) -> None:
    voucher = a_voucher(session)
    last = voucher.valid_until
    assert voucher_stand(voucher, last).usable
    late = voucher_stand(voucher, last + timedelta(days=1))
    assert (late.usable, late.text) == (False, "Verlopen")


# Claims ----------------------------------------------------------------------------------------------------------------


WHY = "De reden: de opleiding is niet of niet helemaal gevolgd. Niet afgemaakt."
INSTALMENT_ROWS: dict[InstalmentState, tuple[Maker, tuple[str, ...]]] = {
    InstalmentState.PLANNED: (planned, ("Betaal € 350 terug, uiterlijk op 12 maart 2026", "Termijnen", WHY)),
    InstalmentState.MISSED: (
        lambda s: planned(s, missed=True),
        ("Betaal uw gemiste termijn: € 350", "Termijn gemist", "Betaal zo snel mogelijk € 350."),
    ),
    InstalmentState.RECEIVED: (
        lambda s: planned(s, received=35_000),
        ("Wij ontvingen € 350.", "Betaal uiterlijk op 12 april 2026: € 350."),
    ),
    InstalmentState.REPLACED: (lambda s: planned(s, again=True), ("Betaal uiterlijk op 12 maart 2026: € 100.",)),
}
CLAIMS = [
    *(row for _, row in every(InstalmentState, INSTALMENT_ROWS)),
    (lambda s: claimed(s)[0], ("Betaal € 700 terug", "U betaalt € 700 terug. Daarvan staat nog € 700 open.", WHY)),
]


@pytest.mark.parametrize(("make", "sentences"), CLAIMS)
def test_what_is_to_be_paid_back_says_why_how_much_by_when_where_and_how_to_object(
    office: Office, monkeypatch: pytest.MonkeyPatch, make: Maker, sentences: tuple[str, ...]
) -> None:
    app = office.app
    account = app.extensions["settings"].model_copy(update={"payer_iban": IBAN, "payer_name": "Regio Proefland"})
    monkeypatch.setitem(app.extensions, "settings", account)
    words = pages(office, make, "/vouchers")
    for sentence in (*sentences, "NL39 RABO 0300 0652 64", "Regio Proefland", "Zet erbij OV-2026-"):
        assert sentence in words
    assert "Niet eens met dit besluit? U kunt bezwaar maken tot en met" in words
    assert "Dit moet u nog doen" in words


@pytest.mark.parametrize(
    ("make", "sentence"),
    [(closed, "Wij ontvingen € 700."), (lambda s: closed(s, written_off=OWED), "U hoeft € 700 niet terug")],
)
def test_what_was_paid_back_or_written_off_says_that_nothing_is_open(
    office: Office, make: Maker, sentence: str
) -> None:
    words = pages(office, make)
    assert sentence in words and "U hoeft niets meer te betalen." in words
    assert "Zet erbij" not in words and "Betaal €" not in words


OWN_DEBT_ROWS: dict[OwnDebtStand, str] = {
    OwnDebtStand.ASKED: "Zeg ons op welke rekening u het wilt.",
    OwnDebtStand.RETURNED: "De bank kon niet betalen. Geef ons een andere rekening.",
    OwnDebtStand.GIVEN: "Wij betalen uiterlijk op",
    OwnDebtStand.ON_ITS_WAY: "De bank heeft onze opdracht.",
    OwnDebtStand.PAID: "Een dwangsom, omdat ons besluit te laat was: € 357.",
    OwnDebtStand.LAPSED: "Dit vervalt: er is een nieuw besluit genomen na uw bezwaar.",
}


def test_what_the_region_itself_pays_says_how_far_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    question = office.do(late)
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    home = f"/mijn/{question.public_id}"
    sent = browser.post(f"{home}/teruggave", {"payee_name": "S. de Vries", "iban": IBAN})
    assert sent.status_code == 303 and "op de rekening die eindigt op 5264" in words_at(browser, home)
    for state, sentence in every(OwnDebtStand, OWN_DEBT_ROWS):
        monkeypatch.setattr(repaid, "debt_stands_at", lambda _session, owed, at=state: at)
        assert sentence in words_at(browser, home), state


OWED_ROWS: dict[OwedState, str] = {
    OwedState.ASKED: "Zeg ons op welke rekening",
    OwedState.RETURNED: "De bank kon niet betalen op de rekening die u gaf.",
    OwedState.GIVEN: "van ons terug, op de rekening die eindigt op",
    OwedState.ON_ITS_WAY: "De bank heeft onze opdracht om te betalen.",
    OwedState.PAID: "kreeg u € 700 van ons terug.",
}


def test_what_the_holder_gets_back_says_how_far_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    question = office.do(lambda s: question_of(s, owed_to_the_holder(s)))
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    home = f"/mijn/{question.public_id}"
    for state, sentence in every(OwedState, OWED_ROWS):
        monkeypatch.setattr(repaid, "stands_at", lambda _session, repayment, at=state: at)
        assert sentence in words_at(browser, f"{home}/vouchers"), state
    for state in (OwedState.ASKED, OwedState.GIVEN):
        monkeypatch.setattr(repaid, "stands_at", lambda _session, repayment, at=state: at)
        assert ("U krijgt geld van ons terug" in words_at(browser, home)) is (state in repaid.TO_ANSWER)


# Decisions -------------------------------------------------------------------------------------------------------------


DECISION_ROWS: dict[DecisionKind, tuple[Maker, tuple[str, ...]]] = {
    DecisionKind.APPROVED: (
        lambda s: a_decision(s)[0],
        ("Er is een besluit", "U krijgt een voucher", "U betaalt zelf € 0.", "Dat kan tot en met"),
    ),
    DecisionKind.PARTLY: (
        decided(DecisionKind.PARTLY),
        ("U krijgt een deel van wat u vroeg", "U betaalt zelf € 0.", "Een deel past."),
    ),
    DecisionKind.REJECTED: (
        refused,
        ("Wij kunnen uw aanvraag niet goedkeuren", "Al begonnen.", "Wij betalen daarvan € 0.", "Dat kan tot en met"),
    ),
    DecisionKind.REFERRED: (referred, ("U bent doorverwezen", "Wij verwijzen u door", "UWV")),
    DecisionKind.SET_ASIDE: (
        not_taken_up,
        ("Uw aanvraag is niet in behandeling genomen.", "De offerte ontbreekt.", "Dat kan tot en met 22 april 2026."),
    ),
    DecisionKind.TAKEN_UP: (taken_up_again, ("Aangevraagd", "Wij namen uw aanvraag toch in behandeling")),
    DecisionKind.TAKEN_OVER: (decided(DecisionKind.TAKEN_OVER), ("Uw voucher komt van een eerder loket",)),
    DecisionKind.TOPPED_UP: (raised, ("U krijgt meer geld", "U krijgt € 100 erbij.", "De boeken zijn duurder.")),
    DecisionKind.SETTLED: (
        lambda s: of(s, settled(s)),
        ("Wij hebben uw voucher vastgesteld", "vastgesteld op € 900", "Zo is het gebruikt."),
    ),
    DecisionKind.SETTLED_LESS: (settled_less, ("de vaststelling van uw voucher verlaagd", "vastgesteld op € 700")),
    DecisionKind.REVOKED: (
        lambda s: of(s, revoked(s)),
        ("Wij hebben uw voucher ingetrokken", "blijft niets over.", "U kunt bezwaar maken tot en met"),
    ),
    DecisionKind.LOWERED: (
        lowered,
        ("Wij hebben uw voucher verlaagd", "blijft € 1.000 over", "Goedkoper geworden.", "U kunt bezwaar maken"),
    ),
    DecisionKind.INTEREST: (
        on_a_claim(DecisionKind.INTEREST),
        ("Wij hebben de rente vastgesteld", "U betaalt € 200 rente", "U kunt bezwaar maken"),
    ),
    DecisionKind.SET_OFF: (
        on_a_claim(DecisionKind.SET_OFF),
        ("Wij hebben verrekend wat u moest terugbetalen", "Wij hielden € 200 in", "U kunt bezwaar maken"),
    ),
    DecisionKind.PUT_OFF: (
        on_a_claim(DecisionKind.PUT_OFF),
        ("Wij besloten of u later mag terugbetalen", "U betaalt € 200 later terug", "U kunt bezwaar maken"),
    ),
    DecisionKind.WAIVED: (
        on_a_claim(DecisionKind.WAIVED),
        ("Wij besloten of u minder hoeft te betalen", "U hoeft € 200 niet te betalen.", "U kunt bezwaar maken"),
    ),
    DecisionKind.PENALTY: (
        late,
        ("U krijgt een dwangsom van € 357.", "Wij besloten over de dwangsom", "Rekening doorgeven", "bezwaar maken"),
    ),
    DecisionKind.OWN_INTEREST: (paid_late, ("U krijgt rente, omdat wij te laat betaalden", "bezwaar maken")),
    DecisionKind.RESTORED: (
        on_a_claim(DecisionKind.RESTORED),
        ("Uw voucher komt terug", "Uw toekenning is weer € 200."),
    ),
    DecisionKind.UNDONE: (
        on_a_claim(DecisionKind.UNDONE),
        ("U hebt gelijk: wij maken ons besluit ongedaan", "Ons besluit over € 200 geldt niet meer."),
    ),
}


@pytest.mark.parametrize(("kind", "row"), every(DecisionKind, DECISION_ROWS))
def test_every_decision_says_what_it_comes_to_why_and_how_to_object(
    office: Office, kind: DecisionKind, row: tuple[Maker, tuple[str, ...]]
) -> None:
    further = {DecisionKind.PENALTY: ["/te-laat"], DecisionKind.TAKEN_UP: [], DecisionKind.OWN_INTEREST: []}
    words = pages(office, row[0], *further.get(kind, [] if kind in ON_A_VOUCHER else ["/besluit"]))
    for sentence in row[1]:
        assert sentence in words
    assert set(TITLES) == set(HAPPENED) == set(DecisionKind)


@pytest.mark.parametrize("make", [lowered, lambda s: of(s, settled(s))], ids=["lowered", "settled"])
def test_a_decision_that_was_not_sent_names_no_last_day(office: Office, make: Maker) -> None:
    words = pages(office, make, sent=False)
    assert "Bezwaar maken kan, ook voordat wij de brief hebben verstuurd." in words
    assert "bezwaar maken tot en met" not in words


def test_the_letter_of_a_decision_that_was_not_sent_says_that_no_term_runs(office: Office) -> None:
    words = pages(office, refused, "/besluit", sent=False)
    assert "Die beginnen op de dag nadat wij deze brief versturen" in words and "Dat kan tot en met" not in words


# Questions and objections ----------------------------------------------------------------------------------------------


QUESTION_ROWS: dict[QuestionState, tuple[Maker, tuple[str, ...]] | None] = {
    QuestionState.DRAFT: None,
    QuestionState.SUBMITTED: (a_question, ("Bij een adviseur", "U hoort van een adviseur uiterlijk op")),
    QuestionState.APPLIED: (an_application, ("Aangevraagd", "U krijgt een besluit uiterlijk op")),
    QuestionState.WAITING: (
        incomplete,
        ("Wacht op uw antwoord", "Dit moet u nog doen", "De adviseur heeft nog iets nodig", "Wat kost het?"),
    ),
    QuestionState.DECIDED: (lambda s: a_decision(s)[0], ("Besloten", "Lees het besluit")),
    QuestionState.REFERRED: (referred, ("Doorverwezen", "Lees ons advies")),
    QuestionState.SET_ASIDE: (
        not_taken_up,
        (
            "Wij nemen uw aanvraag niet in behandeling",
            "De reden: De offerte ontbreekt.",
            "U kunt bezwaar maken tot en met 22 april 2026.",
            "Wij namen uw aanvraag niet in behandeling",
        ),
    ),
    QuestionState.WITHDRAWN: (withdrawn, ("Ingetrokken", "U trok uw vraag in")),
    QuestionState.CLOSED: (finished, ("Afgerond", "De vraag is afgerond")),
}


@pytest.mark.parametrize(("state", "row"), every(QuestionState, QUESTION_ROWS))
def test_the_own_page_says_where_a_question_stands(
    office: Office, state: QuestionState, row: tuple[Maker, tuple[str, ...]] | None
) -> None:
    assert set(STATES) == set(QuestionState)
    if row is None:
        question = office.do(lambda session: a_draft(session))
        browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        assert "/controle" in browser.get(f"/mijn/{question.public_id}").location
        return
    words = pages(office, row[0])
    for sentence in (*row[1], "Alles van uw vraag", "Wat u verstuurde"):
        assert sentence in words


OBJECTION_ROWS: dict[ObjectionState, tuple[Maker, tuple[str, ...]]] = {
    ObjectionState.OPEN: (objected(), ("U maakte bezwaar", "U krijgt een besluit op uw bezwaar")),
    ObjectionState.DECIDED: (
        objected(ObjectionOutcome.UNFOUNDED),
        ("Er is besloten op uw bezwaar: u krijgt geen gelijk",),
    ),
    ObjectionState.WITHDRAWN: (objected(back=True), ("U trok uw bezwaar in",)),
}


@pytest.mark.parametrize(("state", "row"), every(ObjectionState, OBJECTION_ROWS))
def test_an_objection_stands_among_what_happened(
    office: Office, state: ObjectionState, row: tuple[Maker, tuple[str, ...]]
) -> None:
    words = pages(office, row[0])
    for sentence in row[1]:
        assert sentence in words
    assert set(JUDGED) == set(ObjectionOutcome)
