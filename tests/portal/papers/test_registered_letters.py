"""Every formal letter that the desk makes comes into the archive of the municipality, with the decision that it makes known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import refer_question
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.papers.letter_content import letter_content
from portal.papers.letter_subjects import SUBJECTS
from portal.papers.no_decisions import NO_DECISION_BY
from portal.papers.registered_letters import DECIDED_ON_OBJECTION, REGISTERED
from portal.papers.registering import archive_of, register_letters
from portal.platform.archive_settings import FAMILIES
from portal.platform.clock import local_date
from portal.platform.config import load_settings
from portal.platform.database import unit_of_work
from portal.post.letters.actions import DrawnLetter, keep_letter
from portal.post.letters.models import Letter
from portal.post.messages.actions import NewMessage, enqueue, mark_sent
from portal.post.messages.models import OutboxMessage
from portal.post.registrations.models import LetterRegistration, LetterRegistrationState
from portal.second_look.objection_terms import judge_interest
from portal.second_look.objections.actions import waive_hearing
from portal.second_look.objections.models import Objection, ObjectionOutcome, WaiverReason
from tests.factories import ADVISOR, NOW, SECOND, a_decision, a_question
from tests.portal.awarding.test_setting_aside import aside, decided, objected
from tests.portal.papers.archive import FakeArchive
from tests.portal.papers.test_legal_table import names
from tests.portal.papers.test_letters_of_decisions import DATED, every_decision
from tests.portal.papers.test_registering import DECISIONS, DOCUMENTS, PDF, RELATIONS, WHOLE
from tests.portal.papers.told import TOLD
from tests.portal.paying.collecting.owed_late import DAY, PAY_BY, unsent
from tests.portal.paying.collecting.test_collecting import remind
from tests.portal.second_look.objections.test_terms_of_objections import PERSON, at, decide, take_in
from tests.portal.second_look.objections.test_terms_of_objections import sent as sent_decision

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SETTLEMENT_TYPE = "https://catalogi.gemeente.nl/api/v1/besluittypen/vaststelling"


def an_objection_of_another(session: Session) -> None:
    """Somebody else objects; it is decided, and who asked is told."""
    _question, decision = sent_decision(session)
    objection, day = take_in(session, decision, date(2026, 4, 1), by=PERSON), date(2026, 4, 2)
    judge_interest(session, objection=objection, interested=True, reason="Buur.", actor=SECOND, now=at(day))
    waive_hearing(session, objection=objection, reason=WaiverReason.NOT_WANTED, actor=SECOND, now=at(day))
    decide(session, objection, ObjectionOutcome.UNFOUNDED, day)


def every_letter(session: Session, folder: Path) -> None:
    """Each formal letter that there is, on cases of their own, and one that makes nothing known."""
    an_objection_of_another(session)
    every_decision(session, folder)
    decided(session, objected(session, aside(session)[1]), ObjectionOutcome.FOUNDED)
    claim = unsent(session)
    told = select(OutboxMessage).where(OutboxMessage.template == "settlement/lower").order_by(OutboxMessage.id.desc())
    mark_sent(session, message=session.scalars(told).first() or OutboxMessage(), now=NOW)
    remind(session, claim, PAY_BY + 8 * DAY)
    refer_question(
        session, question=a_question(session), referred_to="UWV", explanation="Daar.", actor=ADVISOR, now=NOW
    )
    for message in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)):
        if message.template in REGISTERED or message.template in ("application/received", "voucher/redeemed"):
            drawn = DrawnLetter("Brief", {}, PDF, DATED)
            keep_letter(session, message=message, drawn=drawn, actor_id=ADVISOR.reference, now=NOW)


def lacking(table: dict[str, bool]) -> list[str]:
    """Formal letters that a table of what is registered does not have: their own text, or a decision in them, makes them formal."""
    formal = names("letters") | {name for name in SUBJECTS if "/" in name} | (names("messages") - TOLD)
    return sorted(formal - set(table))


def test_every_formal_letter_has_a_row_and_a_new_one_without_is_found() -> None:
    assert lacking(dict(REGISTERED)) == []
    assert set(REGISTERED) <= names("messages")
    assert {name for name, as_decision in REGISTERED.items() if not as_decision} == {
        "decision/referred",
        *NO_DECISION_BY,
    }
    assert {name.partition("/")[0] for name, as_decision in REGISTERED.items() if as_decision} == set(FAMILIES)
    for left_out in REGISTERED:  # the control
        assert lacking({name: told for name, told in REGISTERED.items() if name != left_out}) == [left_out]


@on_one_database
def test_every_formal_letter_is_registered_as_a_document_and_what_decides_as_a_decision(
    engine: Engine, tmp_path: Path
) -> None:
    unit_of_work(engine, partial(every_letter, folder=tmp_path))
    archive = FakeArchive()
    settings = load_settings(**WHOLE, state_dir=tmp_path, zgw_decision_types=f"settlement={SETTLEMENT_TYPE}")
    there = archive_of(settings)
    assert there is not None
    there = replace(there, ask=archive.ask)
    register_letters(engine, archive=there, settings=settings, clock=lambda: at(date(2030, 1, 1)), at_most=2000)
    documents = {one["identificatie"]: one for one in archive.made[DOCUMENTS]}
    decisions = {one["identificatie"]: one for one in archive.made[DECISIONS]}
    holds = {one["informatieobject"]: one["besluit"] for one in archive.made[RELATIONS]}

    def compared(session: Session) -> set[str]:
        seen = set()
        for letter in session.scalars(select(Letter)):
            row = session.scalar(select(LetterRegistration).where(LetterRegistration.letter_id == letter.id))
            if letter.template not in REGISTERED:
                assert row is None and f"loket-{letter.public_id}" not in documents, letter.template
                continue
            assert row is not None and row.state is LetterRegistrationState.REGISTERED, letter.template
            document = documents[f"loket-{letter.public_id}"]
            assert document["creatiedatum"] == DATED.isoformat() and row.document_url == document["url"]
            assert (letter.template, row.decision_url is not None) == (letter.template, REGISTERED[letter.template])
            assert holds.get(document["url"]) == row.decision_url
            if row.decision_url is not None:
                told = known(session, letter, row)
                made = decisions[f"loket-{told.public_id}"]
                assert told.decided_at is not None
                assert made["url"] == row.decision_url and made["datum"] == local_date(told.decided_at).isoformat()
                assert (made["besluittype"] == SETTLEMENT_TYPE) is letter.template.startswith("settlement/")
            seen.add(letter.template)
        return seen

    assert unit_of_work(engine, compared) == set(REGISTERED)


def known(session: Session, letter: Letter, row: LetterRegistration) -> Decision | Objection:
    """What a letter makes known, found in another way than the registration does."""
    message = session.get_one(OutboxMessage, letter.message_id)
    if letter.template in DECIDED_ON_OBJECTION:
        objection = session.get_one(Objection, (message.details or {})["objection"])
        assert objection.decision_id == row.decision_id
        return objection
    decision = session.get_one(Decision, row.decision_id)
    content = letter_content(session, message=message, dated=DATED, now=NOW)
    assert (content.object_by is None) is (decision.kind is DecisionKind.TAKEN_UP)
    assert decision.question_id == letter.question_id or letter.question_id is None
    if content.object_by is not None:
        assert f"Namens: {decision.outcomes[0].deciding_body_nl}" in str(content.blocks), letter.template
    return decision


@on_one_database
def test_two_letters_of_one_decision_on_an_objection_belong_to_one_decision(engine: Engine, tmp_path: Path) -> None:
    def scene(session: Session) -> None:
        an_objection_of_another(session)
        told = OutboxMessage.template.in_(DECIDED_ON_OBJECTION)
        for message in session.scalars(select(OutboxMessage).where(told)):
            drawn = DrawnLetter("Brief", {}, PDF, DATED)
            keep_letter(session, message=message, drawn=drawn, actor_id=ADVISOR.reference, now=NOW)

    unit_of_work(engine, scene)
    archive = FakeArchive()
    settings = load_settings(**WHOLE, state_dir=tmp_path)
    register_letters(engine, archive=archive.zgw, settings=settings, clock=lambda: at(date(2030, 1, 1)))
    assert [archive.number(kind) for kind in (DOCUMENTS, DECISIONS, RELATIONS)] == [2, 1, 2]
    (decision,) = archive.made[DECISIONS]
    assert decision["toelichting"].startswith("Bezwaar BZ-") and decision["datum"] == "2026-04-02"
    assert "Buur" not in str([{**one, "inhoud": ""} for one in archive.made[DOCUMENTS]]) + str(decision)


@on_one_database
def test_a_letter_of_which_no_decision_was_written_down_is_a_document(engine: Engine, tmp_path: Path) -> None:
    """A settlement of before settlements had a decision of their own."""

    def scene(session: Session) -> None:
        question, _ = a_decision(session)
        told = NewMessage(
            kind="letter", template="settlement/as_used", recipient="resident", object_kind="question",
            object_id=question.id, locale="nl", version=987,
        )  # fmt: skip
        enqueue(session, message=told, now=NOW)
        session.flush()
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.version == 987)).one()
        drawn = DrawnLetter("Brief", {}, PDF, DATED)
        keep_letter(session, message=message, drawn=drawn, actor_id=ADVISOR.reference, now=NOW)

    unit_of_work(engine, scene)
    archive = FakeArchive()
    settings = load_settings(**WHOLE, state_dir=tmp_path)
    done = register_letters(engine, archive=archive.zgw, settings=settings, clock=lambda: at(date(2030, 1, 1)))
    assert done["registered"] == 1 and archive.number(DOCUMENTS) == 1 and archive.number(DECISIONS) == 0
