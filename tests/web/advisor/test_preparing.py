"""Before and after the talk: the preparation sheet and the report that is begun for you.

Who: an advisor with a talk in ten minutes, who prints one page or keeps it on a second screen; and the same advisor after the
talk, who wants to write down what was agreed and not once more what the page knows already. On a telephone the sheet is one
column. What goes wrong: a talk that is held a day later than planned, something changed and put back, a report that is sent with
a wrong day. Then the report says what changed on the day of the talk, and nothing typed is lost.

Left out: making the sheet for all talks of a day at once, and mailing it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import Tag
from sqlalchemy.orm import Session

from portal.awarding.correcting import correct_question, take_back_correction
from portal.cases.contents import add_had_before
from portal.cases.conversations.actions import plan_conversation
from portal.cases.conversations.models import Conversation
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.questions.models import DevelopmentQuestion, HadBeforeInput
from portal.people.audit.models import AuditEvent
from portal.platform import clock
from tests.factories import ADVISOR, NOW, a_question
from tests.web.advisor.hand import Hand
from tests.web.advisor.steps import case
from tests.web.office import Office, said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TALK = NOW + timedelta(days=1)


def costs(cents: int) -> dict[str, Any]:
    line = {"category": "tuition", "amount_cents": cents, "description": None}
    return {"costs": [line | {"amount_without_vat_cents": None, "due_on": None, "bearer": "resident"}]}


def corrected(office: Office, question: DevelopmentQuestion, changes: dict[str, Any], at: datetime) -> list[Correction]:
    def work(session: Session) -> list[Correction]:
        asked = session.get_one(DevelopmentQuestion, question.id)
        made = correct_question(
            session, question=asked, changes=changes, on_word=OnWord.DOCUMENT, actor=ADVISOR, now=at
        )
        return list(made)

    return office.do(work)


def planned(office: Office, question: DevelopmentQuestion) -> Conversation:
    return office.do(
        lambda s: plan_conversation(
            s, question=s.merge(question), planned_for=TALK, way="phone", place=None, actor=ADVISOR, now=NOW
        )
    )


def test_the_sheet_says_on_one_page_what_somebody_wants_to_know_before_the_talk(office: Office) -> None:
    question = office.made(a_question)
    planned(office, question)
    before = HadBeforeInput("leervoucher", 200_000, NOW.date() - timedelta(days=30))
    office.do(
        lambda s: add_had_before(
            s, question=s.get_one(DevelopmentQuestion, question.id), entry=before, actor=ADVISOR, now=NOW
        )
    )
    corrected(office, question, costs(130_000), NOW)
    browser = office.browser("advisor")
    events = office.do(lambda s: s.query(AuditEvent).count())
    assert "Het gesprek voorbereiden" in said(browser.get(case(question)))
    page = browser.get(case(question, "/voorbereiding"))
    assert_sound(page)
    words = said(page)
    for part in (
        "Sam de Vries",
        "telefoon",
        "Ik wil technicus worden.",
        "€ 1.300,00",
        "Leervoucher",
        "Vraag dit",
        "Eerder gekregen",
        "opgegeven, niet gecontroleerd",
        "€ 2.000,00",
        "Gewijzigd, nog niet bevestigd",
        "€ 1.200,00",
        "Gezien op een document",
        "Gebruik de knop Afdrukken",
    ):
        assert part in words, part
    assert not assert_sound(page).findall(".//main//form"), "a sheet asks nothing"
    assert office.do(lambda s: s.query(AuditEvent).count()) == events, "looking writes nothing but who looked"


def test_the_sheet_is_there_without_a_training_too(office: Office) -> None:
    question = office.made(a_question, costs=())
    page = office.browser("advisor").get(case(question, "/voorbereiding"))
    assert_sound(page)
    assert "Er zijn nog geen kosten bekend" in said(page) and "Er is niets bekend." in said(page)


def report(hand: Hand) -> str:
    field = hand.page.select_one("textarea[name=notes]")
    assert isinstance(field, Tag)
    return field.text.removeprefix("\n").replace("\xa0", " ")


def test_the_report_begins_with_what_was_changed_in_the_talk(office: Office) -> None:
    question = office.made(a_question)
    talk = planned(office, question)
    corrected(office, question, {"wish": "Ik wil lasser worden."}, NOW)
    [undone] = corrected(office, question, {"borrow_up_to": 50_000}, TALK)
    office.do(lambda s: take_back_correction(s, correction=s.merge(undone), actor=ADVISOR, now=TALK))
    corrected(office, question, costs(150_000), TALK)
    with clock.frozen(TALK + timedelta(hours=1)):
        hand = Hand(office.browser("advisor"), f"/adviseur/gesprek/{talk.public_id}")
        text = report(hand)
        assert text.startswith("Gesprek op 3 maart 2026, ") and "Wens: Ik wil lasser worden." in text
        changed = text.split("Aangepast in het gesprek:\n")[1].split("\n\n")[0]
        assert changed.count("\n") == 0 and "Kosten: was" in changed and "€ 1.500,00" in changed
        assert "gezien op een document" in changed
        assert "Besproken:" in text and "Afspraken:" in text
        mine = text.replace("Besproken:\n", "Besproken:\nBelt volgende week met het ROC.\n")
        hand.type(notes=mine, held_at="31-12-2026")
        hand.press("Verslag bewaren")
        assert hand.answer.status_code == 422 and report(hand).strip() == mine.strip()
        hand.type(held_at="3-3-2026")
        hand.press("Verslag bewaren")
    kept = office.do(lambda s: s.get_one(Conversation, talk.id)).notes
    assert kept is not None and "Belt volgende week met het ROC." in kept and "Kosten: was" in kept


def test_a_talk_in_which_nothing_changed_says_so(office: Office) -> None:
    question = office.made(a_question)
    talk = planned(office, question)
    text = report(Hand(office.browser("advisor"), f"/adviseur/gesprek/{talk.public_id}"))
    assert "Aangepast in het gesprek:\n- niets" in text


def test_what_somebody_else_had_for_the_training_is_not_on_the_sheet(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = office.made(a_question)
    planned(office, question)
    had = {"scheme": "leervoucher", "awarded_on": NOW.date()}
    entries = [
        {**had, "amount_cents": 123_400, "counts_for": "training"},
        {**had, "amount_cents": 56_700, "counts_for": "holder"},
    ]
    monkeypatch.setattr("portal.web.advisor.preparing.awards_that_count", lambda *_, **__: entries)
    words = said(office.browser("advisor").get(case(question, "/voorbereiding")))
    assert "€ 567,00" in words and "€ 1.234,00" not in words
