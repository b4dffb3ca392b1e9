"""Who must pay reads in the letter itself on which account, in whose name and with which reference: in Dutch and in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.papers.correspondence import compose
from portal.papers.letter_content import LetterContent, letter_content
from portal.papers.stationery import Stationery
from portal.paying.collecting.actions import remind_debtor
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.recoveries import Term, note_missed, plan_instalments
from portal.platform.i18n import format_date
from portal.post.messages.models import MessageKind, OutboxMessage
from tests.factories import ADVISOR, NOW
from tests.portal.papers.test_letters_of_decisions import DATED, every_decision, letters, words
from tests.portal.paying.collecting.owed_late import DAY, PAY_BY, at, pay, sent

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OURS = Stationery(account=PayingAccount("Regio Proefland", "NL91ABNA0417164300"))
ASKS = re.compile(r"U (?:moet|betaalt)(?: nog)? €\s[\d.,]+ (?:terug|rente)|Betaal (?:€|alsnog|hem)")
LOWER = {"settlement/lower", "recovery/reminded"}
IN_PARTS = {"recovery/planned", "recovery/missed", "recovery/received"}
ASKING = {
    *("settlement/lower", "recovery/interest", "recovery/deferred", "recovery/planned", "recovery/not_deferred"),
    *("recovery/not_waived", "recovery/written_off", "recovery/set_off", "recovery/set_off_undone"),
}
"""What asks for money among all decisions, at least."""


def drawn(session: Session, template: str, stationery: Stationery = OURS) -> list[LetterContent]:
    messages = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template))
    return [
        letter_content(session, message=one, dated=DATED, now=NOW, stationery=stationery)
        for one in messages
        if one.object_kind == "question" and one.recipient.value != "provider"
    ]


def says_where(letter: LetterContent, language: str) -> bool:
    number, text = dict(letter.about)["Ons kenmerk"], words(letter, language)
    return "NL91 ABNA 0417 1643 00" in text and "Regio Proefland" in text and number in text


def asking(session: Session) -> set[str]:
    """The letters that ask for money, of which each says where to."""
    found = set()
    for template in session.scalars(select(OutboxMessage.template).distinct()).all():
        for letter in drawn(session, template):
            if ASKS.search(words(letter, "nl") + " ".join(str(one.get("text")) for one in letter.summary)):
                found.add(template)
                assert (template, [one for one in ("nl", "en") if not says_where(letter, one)]) == (template, [])
    return found


def test_every_letter_that_asks_for_money_says_where_to_in_both_languages(session: Session, tmp_path: Path) -> None:
    every_decision(session, tmp_path)
    assert asking(session) >= ASKING
    [letter] = drawn(session, "recovery/planned")
    parts = [[one["rows"] for one in blocks if one["kind"] == "rows"] for blocks in (letter.blocks, letter.english)]
    assert len(parts[0]) == len(parts[1]) == 1, "the parts stand in both languages"
    assert len(parts[0][0]) == len(parts[1][0]) == 3, "a heading and two parts"


def test_who_missed_a_part_or_still_owes_some_reads_it_again_and_who_paid_all_does_not(session: Session) -> None:
    claim = sent(session)
    due = PAY_BY - 10 * DAY
    [one] = plan_instalments(session, recovery=claim, terms=[Term(due, 60_000)], actor=ADVISOR, now=NOW)
    note_missed(session, instalment=one, today=due + DAY, actor=ADVISOR, now=at(due + DAY))
    pay(session, claim, 20_000, due + DAY)
    assert asking(session) >= IN_PARTS
    pay(session, claim, 40_000, due + DAY, "R2")
    # The control.
    [_, last] = drawn(session, "recovery/received")
    assert not says_where(last, "nl") and "U hoeft niets meer terug te betalen." in words(last, "nl")


def test_a_mail_of_a_decision_says_once_until_when_one_can_object(session: Session, tmp_path: Path) -> None:
    every_decision(session, tmp_path)
    seen = set()
    for message, letter in letters(session):
        if message.object_kind == "question":
            message.kind = MessageKind.EMAIL
            mail = compose(
                session, message=message, address="https://loket", now=NOW, preview=True, object_by=letter.object_by
            )
            said = re.findall(r"niet \w* ?\w* ?\w* ?eens|binnen zes weken|in beroep gaan|bezwaar maken", mail.body)
            assert (message.template, len(said)) == (message.template, 1)
            assert f"Laat dat dan weten, uiterlijk op {format_date(letter.object_by)}." in " ".join(mail.body.split())
            seen.add(message.template)
    assert len(seen) > 20


def test_a_reminder_says_where_to_and_a_desk_without_an_account_asks_to_call(session: Session) -> None:
    remind_debtor(session, recovery=sent(session), actor=ADVISOR, now=at(PAY_BY + 8 * DAY))
    assert asking(session) >= LOWER
    # The control.
    for template in LOWER:
        [letter] = drawn(session, template, Stationery())
        assert not says_where(letter, "nl") and not says_where(letter, "en")
        assert "Dan zeggen wij op welke rekening u betaalt." in words(letter, "nl")
