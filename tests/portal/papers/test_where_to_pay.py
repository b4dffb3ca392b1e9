"""Who must pay reads in the letter itself on which account, in whose name and with which reference: in Dutch and in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.papers.letter_content import LetterContent, letter_content
from portal.papers.stationery import Stationery
from portal.paying.collecting.actions import remind_debtor
from portal.paying.payments.pain001 import PayingAccount
from portal.platform.config import TEMPLATES
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, NOW
from tests.portal.papers.test_letters_of_decisions import DATED, every_decision, words
from tests.portal.paying.collecting.owed_late import DAY, PAY_BY, at, sent

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OURS = Stationery(account=PayingAccount("Regio Proefland", "NL91ABNA0417164300"))
ASKS = re.compile(r"U (?:moet|betaalt)(?: nog)? €\s[\d.,]+ (?:terug|rente)|Betaal €\s[\d.,]+ uiterlijk")
LOWER = {"settlement/lower", "recovery/reminded"}
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
        of_its_own = (TEMPLATES / "letters" / f"{template}.txt").exists()
        for letter in drawn(session, template) if of_its_own else ():
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


def test_a_reminder_says_where_to_and_a_desk_without_an_account_asks_to_call(session: Session) -> None:
    remind_debtor(session, recovery=sent(session), actor=ADVISOR, now=at(PAY_BY + 8 * DAY))
    assert asking(session) >= LOWER
    # The control.
    for template in LOWER:
        [letter] = drawn(session, template, Stationery())
        assert not says_where(letter, "nl") and not says_where(letter, "en")
        assert "Dan zeggen wij op welke rekening u betaalt." in words(letter, "nl")
