"""What schemes want to see: each piece once, only of this desk, only with the application; and what is missing of it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.cases.applications.queries import application_by_question, missing_evidence, pieces_needed
from portal.cases.evidence.actions import note_seen
from portal.cases.evidence.models import Evidence, EvidenceState
from portal.cases.evidence.queries import (
    AskedPiece,
    asked_piece,
    evidence_by_question,
    evidence_of,
    missing_pieces,
    piece_in_words,
    pieces_of_schemes,
    state_of_piece,
)
from portal.platform.errors import Refusal
from schemes.files.canonical import canonical
from tests.factories import ADVISOR, NOW, REGION, a_question, a_region, an_application, asker
from tests.portal.cases.evidence.wanting import ADDRESS, LATER, QUOTATION, let_it_want


@pytest.fixture
def database() -> str:
    """Once is enough: nothing here counts money or waits for a lock."""
    return "sqlite"


def test_a_piece_that_two_schemes_want_is_asked_once(session: Session) -> None:
    a_region(session)
    first = let_it_want(session, QUOTATION, ADDRESS, LATER)
    second = let_it_want(session, QUOTATION | {"nl": "Offerte"}, scheme="materiaalvoucher")
    pieces = pieces_of_schemes([first, second])
    assert [(piece.key == "offerte", piece.schemes) for piece in pieces] == [
        (True, ("leervoucher", "materiaalvoucher")),
        (False, ("leervoucher",)),
    ], "what is shown with the payment is not asked with the application"
    elsewhere = first.model_copy(update={"administered": "elsewhere"})
    assert pieces_of_schemes([elsewhere]) == []


def test_a_piece_without_a_name_is_known_by_its_words(session: Session) -> None:
    a_region(session)
    [piece] = let_it_want(session, ADDRESS).evidence
    [same] = let_it_want(session, ADDRESS | {"en": "Evidence of your address"}).evidence
    [other] = let_it_want(session, ADDRESS | {"nl": "Een bewijs van uw inkomen"}).evidence
    assert piece.key == same.key != other.key
    assert canonical(piece) == ADDRESS, "a definition that says no more than before is written as before"
    assert piece_in_words(" Verklaring ").key == piece_in_words("verklaring").key != piece_in_words("verklaringen").key
    kept = piece_in_words("Verklaring")
    assert asked_piece(kept.plain) == kept


def test_before_the_application_only_schemes_that_may_pay_want_something(session: Session) -> None:
    a_region(session)
    let_it_want(session, QUOTATION)
    fits, not_here = a_question(session), a_question(session)
    not_here.facts = not_here.facts | {"residence_municipality": "GM0200"}
    session.flush()
    wanted = [
        [piece.key for piece in pieces_needed(session, question=one, application=None, on=NOW.date())]
        for one in (fits, not_here)
    ]
    assert wanted == [["offerte"], []]


def test_what_an_advisor_saw_elsewhere_counts_for_each_piece(session: Session) -> None:
    a_region(session)
    let_it_want(session, QUOTATION, ADDRESS)
    question = an_application(session)
    application = application_by_question(session, question=question)
    assert application is not None and application.completed_at is None
    missing = missing_evidence(session, question=question, application=application)
    assert len(missing) == 2
    with pytest.raises(Refusal):
        note_seen(session, question=question, pieces=missing, received_at=NOW, actor=asker(question), now=NOW)
    note_seen(session, question=question, pieces=missing[:1], received_at=NOW, actor=ADVISOR, now=NOW)
    [row] = evidence_by_question(session, question=question)
    assert (row.state, row.file_id, row.words["nl"]) == (EvidenceState.ACCEPTED, None, QUOTATION["nl"])
    assert missing_evidence(session, question=question, application=application) == missing[1:]
    assert evidence_of(session, question=question, actor=asker(question)) == [row]
    assert evidence_of(session, question=question, actor=REGION) == []


def test_a_piece_stands_as_what_waits_in_it() -> None:
    piece = AskedPiece("a", {"nl": "A", "en": "A"})
    returned, accepted, waits = (
        Evidence(piece="a", state=state)
        for state in (EvidenceState.RETURNED, EvidenceState.ACCEPTED, EvidenceState.HANDED_IN)
    )
    other = Evidence(piece="b", state=EvidenceState.HANDED_IN)
    stands = [
        state_of_piece("a", rows) for rows in ([other], [returned], [returned, accepted], [accepted, waits, returned])
    ]
    assert stands == [None, EvidenceState.RETURNED, EvidenceState.ACCEPTED, EvidenceState.HANDED_IN]
    missing = [bool(missing_pieces([piece], rows)) for rows in ([], [other], [returned], [returned, accepted], [waits])]
    assert missing == [True, True, True, False, False]
