"""Handing in: by who asked or an advisor, accepted or asked again; an application is complete when the last piece is in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.cases.applications.actions import apply_for_awards
from portal.cases.applications.completeness import declare_complete
from portal.cases.applications.models import Application
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.queries import open_request
from portal.cases.conversations.requests import AlsoAsked, answer_more, ask_more
from portal.cases.evidence.models import MOST_PER_PIECE, Evidence, EvidenceState
from portal.cases.evidence.queries import evidence_by_public_id, evidence_by_question, may_open, piece_in_words
from portal.cases.handing_in import (
    HandedIn,
    accept_evidence,
    hand_in,
    pieces_for,
    return_evidence,
    see_piece,
    take_out,
)
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault, note_scan, open_file, remove_loose_files
from portal.post.files.models import StoredFile
from portal.post.messages.models import OutboxMessage
from tests.factories import (
    ADVISOR,
    NOW,
    OWN_FACTS,
    REGION,
    SAM,
    a_draft,
    a_question,
    a_region,
    an_application,
    approve,
    asker,
)
from tests.portal.cases.evidence.wanting import ADDRESS, QUOTATION, let_it_want
from tests.portal.post.files.hostile import jpeg, pdf

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
UNTIL = NOW.date() + 14 * DAY


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.under(tmp_path, "a secret of a desk, for tests only")


@pytest.fixture
def question(session: Session) -> DevelopmentQuestion:
    """An application for a scheme that wants a quotation and an address."""
    a_region(session)
    let_it_want(session, QUOTATION, ADDRESS)
    return an_application(session)


def keys(session: Session, question: DevelopmentQuestion) -> list[str]:
    return [piece.key for piece in pieces_for(session, question=question, on=NOW.date())]


def application(session: Session, question: DevelopmentQuestion) -> Application:
    return session.scalars(select(Application).where(Application.question_id == question.id)).one()


def handed(session: Session, vault: Vault, question: DevelopmentQuestion, piece: str, **more: object) -> Evidence:
    given = {"file": HandedIn(pdf(), "offerte.pdf"), "actor": asker(question), "now": NOW + MINUTE}
    return hand_in(session, question=question, piece=piece, vault=vault, **(given | more))  # type: ignore[arg-type]


def test_an_application_is_complete_at_the_moment_the_last_piece_is_in(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    quotation, address = keys(session, question)
    first = handed(session, vault, question, quotation)
    assert application(session, question).completed_at is None
    photo = HandedIn(jpeg(), "IMG_0001.JPG")
    handed(session, vault, question, address, file=photo, now=NOW + 5 * MINUTE)
    assert application(session, question).completed_at == NOW + 5 * MINUTE, "nobody had to look at it for that"
    accept_evidence(session, evidence=first, actor=ADVISOR, now=NOW + DAY)
    assert application(session, question).completed_at == NOW + 5 * MINUTE
    assert open_file(session, vault=vault, file=first.file).startswith(b"%PDF")  # type: ignore[arg-type]


def test_nothing_is_decided_before_somebody_looked_at_what_came_in(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    rows = [handed(session, vault, question, piece) for piece in keys(session, question)]
    for refused in (
        lambda: approve(session, question, now=NOW + DAY),
        lambda: reject_question(
            session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=NOW + DAY
        ),
    ):
        with pytest.raises(Conflict, match="nog niemand heeft bekeken"):
            refused()
    for row in rows:
        accept_evidence(session, evidence=row, actor=ADVISOR, now=NOW + DAY)
    approve(session, question, now=NOW + DAY)


def test_a_piece_that_is_not_right_is_asked_again_and_the_place_is_lost_until_it_is_in(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    quotation, address = keys(session, question)
    row = handed(session, vault, question, quotation)
    handed(session, vault, question, address)
    with pytest.raises(Refusal, match="Schrijf op wat er niet goed is"):
        return_evidence(session, evidence=row, reason=" ", answer_by=UNTIL, actor=ADVISOR, now=NOW + DAY)
    why = "De prijs staat er niet op."
    asked = return_evidence(session, evidence=row, reason=why, answer_by=UNTIL, actor=ADVISOR, now=NOW + DAY)
    assert (row.state, row.reason) == (EvidenceState.RETURNED, why)
    assert (asked.text, [piece["key"] for piece in asked.pieces]) == (why, [quotation])
    assert application(session, question).completed_at is None and question.state is QuestionState.WAITING
    with pytest.raises(Refusal, match="Schrijf eerst een antwoord"):
        answer_more(session, request=asked, answer="", actor=asker(question), now=NOW + 2 * DAY)
    better = HandedIn(pdf(2), "offerte 2.pdf")
    handed(session, vault, question, quotation, file=better, now=NOW + 2 * DAY)
    assert application(session, question).completed_at is None, "the answer is still awaited"
    answer_more(session, request=asked, answer="", actor=asker(question), now=NOW + 3 * DAY)
    assert application(session, question).completed_at == NOW + 3 * DAY


def test_a_second_piece_comes_with_the_request_that_is_open(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    rows = [handed(session, vault, question, piece) for piece in keys(session, question)]
    for row in rows:
        return_evidence(session, evidence=row, reason="Onleesbaar.", answer_by=UNTIL, actor=ADVISOR, now=NOW + DAY)
    [asked] = session.scalars(select(InformationRequest)).all()
    assert [piece["key"] for piece in asked.pieces] == [row.piece for row in rows]
    told = [message.template for message in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]
    assert told[-2:] == ["question/more_asked", "question/piece_returned"]
    with pytest.raises(Conflict, match="al teruggestuurd"):
        return_evidence(session, evidence=rows[0], reason="Nee.", answer_by=UNTIL, actor=ADVISOR, now=NOW + DAY)


def test_what_was_accepted_or_returned_by_mistake_is_judged_again(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    see_piece(session, question=question, piece=keys(session, question)[1], actor=ADVISOR, now=NOW)
    row = handed(session, vault, question, keys(session, question)[0])
    since = application(session, question).completed_at
    accept_evidence(session, evidence=row, actor=ADVISOR, now=NOW + DAY)
    with pytest.raises(Conflict, match="al akkoord"):
        accept_evidence(session, evidence=row, actor=ADVISOR, now=NOW + DAY)
    asked = return_evidence(session, evidence=row, reason="Nee.", answer_by=UNTIL, actor=ADVISOR, now=NOW + DAY)
    accept_evidence(session, evidence=row, actor=ADVISOR, now=NOW + 2 * DAY)
    assert row.reason is None and application(session, question).completed_at is None
    answer_more(session, request=asked, answer="Het klopt.", actor=asker(question), now=NOW + 2 * DAY)
    assert since == NOW + MINUTE and application(session, question).completed_at == NOW + 2 * DAY


def test_a_file_that_nobody_looked_at_can_be_taken_back(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    rows = [handed(session, vault, question, piece) for piece in keys(session, question)]
    kept = rows[0].file_id
    take_out(session, evidence=rows[0], actor=asker(question), now=NOW + DAY)
    assert application(session, question).completed_at is None
    accept_evidence(session, evidence=rows[1], actor=ADVISOR, now=NOW + DAY)
    with pytest.raises(Conflict, match="al bekeken"):
        take_out(session, evidence=rows[1], actor=asker(question), now=NOW + DAY)
    assert remove_loose_files(session, vault=vault, now=NOW + 4 * DAY) == 1
    assert session.get(StoredFile, kept) is None and session.get(StoredFile, rows[1].file_id) is not None


def test_only_who_asked_and_staff_of_cases_hand_in_and_see(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    [quotation, _address] = keys(session, question)
    other = Actor(asker(question).audience, question_id=question.id + 1000)
    for stranger in (other, REGION, Actor.anonymous()):
        with pytest.raises(Refusal):
            handed(session, vault, question, quotation, actor=stranger)
    row = handed(session, vault, question, quotation, actor=ADVISOR)
    seen = [evidence_by_public_id(session, public_id=row.public_id, actor=one) for one in (asker(question), other)]
    assert seen == [row, None]
    with pytest.raises(Refusal):
        accept_evidence(session, evidence=row, actor=asker(question), now=NOW)
    for stranger in (other, REGION):
        with pytest.raises(Refusal):
            take_out(session, evidence=row, actor=stranger, now=NOW)


def test_an_employer_that_is_asked_to_pay_hands_in_its_own_pieces_only(session: Session, vault: Vault) -> None:
    a_region(session)
    let_it_want(
        session, QUOTATION, {"id": "toezegging", "nl": "Een toezegging", "en": "A pledge", "shown_by": "employer"}
    )
    question = an_application(session)
    boss, other = (Actor(Audience.EMPLOYER, question_id=question.id + more) for more in (0, 1000))
    row = handed(session, vault, question, "toezegging", actor=boss)
    assert row.handed_in_by == boss.reference
    with pytest.raises(Conflict, match=r"niet \(meer\) gevraagd"):
        handed(session, vault, question, "offerte", actor=boss)
    with pytest.raises(Refusal):
        handed(session, vault, question, "toezegging", actor=other)
    assert evidence_by_public_id(session, public_id=row.public_id, actor=boss) is None, "what is in is not shown to it"
    assert row.file is not None and may_open(row, ADVISOR)
    assert not may_open(row, asker(question)), "no scanner looked at what somebody else handed in"
    note_scan(session, file=row.file, clean=True, actor=ADVISOR, now=NOW)
    assert may_open(row, asker(question))


def test_what_is_not_asked_too_much_or_twice_is_refused(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    [quotation, address] = keys(session, question)
    with pytest.raises(Conflict, match=r"niet \(meer\) gevraagd"):
        handed(session, vault, question, "iets-anders")
    handed(session, vault, question, quotation)
    with pytest.raises(Refusal, match="al ingeleverd"):
        handed(session, vault, question, quotation)
    handed(session, vault, question, address)  # the same file may show two things
    for pages in range(2, MOST_PER_PIECE + 1):
        handed(session, vault, question, quotation, file=HandedIn(pdf(pages), "a.pdf"))
    with pytest.raises(Refusal, match="al 10 bestanden"):
        handed(session, vault, question, quotation, file=HandedIn(pdf(20), "a.pdf"))
    with pytest.raises(Refusal, match="geen PDF") as wrong:
        handed(session, vault, question, address, file=HandedIn(b"MZ", "a.pdf"))
    assert wrong.value.field == "file"


def test_a_question_that_was_not_sent_or_is_over_takes_nothing_in(session: Session, vault: Vault) -> None:
    a_region(session)
    let_it_want(session, QUOTATION)
    draft, over = a_draft(session), a_question(session)
    withdraw_question(session, question=over, reason=None, actor=asker(over), now=NOW)
    for one in (draft, over):
        with pytest.raises(Conflict):
            handed(session, vault, one, "offerte")


def test_what_was_handed_in_before_the_application_counts_for_it(session: Session, vault: Vault) -> None:
    a_region(session)
    let_it_want(session, QUOTATION)
    question = a_question(session)
    handed(session, vault, question, "offerte", now=NOW)
    by = {"applicant": SAM, "confirmed": True, "actor": asker(question), "now": NOW + DAY}
    made = apply_for_awards(session, question=question, schemes=["leervoucher"], **by)  # type: ignore[arg-type]
    assert made.completed_at == NOW + DAY


def test_an_advisor_asks_for_a_piece_that_no_scheme_wants(session: Session, vault: Vault) -> None:
    question = a_question(session)
    also = AlsoAsked(pieces=(piece_in_words("Een verklaring van UWV"),))
    by = {"answer_by": UNTIL, "actor": ADVISOR, "now": NOW}
    asked = ask_more(session, question=question, text="Mag u leren?", also=also, **by)  # type: ignore[arg-type]
    [piece] = keys(session, question)
    row = handed(session, vault, question, piece)
    answer_more(session, request=asked, answer="", actor=asker(question), now=NOW + DAY)
    assert row.words["nl"] == "Een verklaring van UWV" and question.state is QuestionState.SUBMITTED
    assert open_request(session, question=question, actor=ADVISOR) is None


def test_who_calls_an_application_complete_saw_the_rest_elsewhere(
    session: Session, vault: Vault, question: DevelopmentQuestion
) -> None:
    [quotation, address] = keys(session, question)
    handed(session, vault, question, quotation)
    at = NOW + DAY
    about = application(session, question)
    declare_complete(session, question=question, application=about, received_at=at, actor=ADVISOR, now=at)
    rows = {row.piece: row for row in evidence_by_question(session, question=question)}
    assert rows[quotation].state is EvidenceState.HANDED_IN, "what came in is still looked at"
    assert (rows[address].file_id, rows[address].state) == (None, EvidenceState.ACCEPTED)
    with pytest.raises(Conflict, match="al binnen"):
        see_piece(session, question=question, piece=address, actor=ADVISOR, now=at)
