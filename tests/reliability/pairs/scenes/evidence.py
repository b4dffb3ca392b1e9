"""What was handed in and answered: taken back, judged and taken over while others do something else with the question."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from portal.awarding.correcting import correct_question
from portal.cases.answered_facts import accept_answers
from portal.cases.applications.completeness import declare_complete
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.requests import AlsoAsked, answer_more, ask_more, end_request
from portal.cases.corrections.models import OnWord
from portal.cases.evidence.models import Evidence
from portal.cases.evidence.queries import piece_in_words
from portal.cases.handing_in import HandedIn, accept_evidence, hand_in, return_evidence, see_piece, take_out
from portal.cases.questions.actions import withdraw_question
from tests.factories import ADVISOR, NOW, an_application, asker
from tests.portal.post.files.hostile import pdf
from tests.reliability.pairs.acts import Scene, row, the, who_asked
from tests.reliability.pairs.scenes.awarding import APPLICATION, QUESTION, approving, case, proposed, rejecting
from tests.reliability.pairs.scenes.spending import FILES

DAY = timedelta(days=1)
UNTIL = NOW.date() + 14 * DAY
LATER = NOW + 20 * DAY
PIECE, OTHER = piece_in_words("Offerte"), piece_in_words("Bewijs van adres")
START, SOONER = ((NOW + days * DAY).date().isoformat() for days in (90, 70))
ALSO = AlsoAsked(facts=("training_start",), pieces=(PIECE, OTHER))
ASKER = who_asked()
of_question = partial(row, question=QUESTION, now=LATER)
of_piece = partial(row, evidence=the(Evidence), now=LATER)


def _handed_in(session: Session) -> None:
    """An application of which more was asked; one of two pieces is in, and nobody looked at it."""
    question = an_application(session)
    ask_more(session, question=question, text="Offerte?", answer_by=UNTIL, also=ALSO, actor=ADVISOR, now=NOW)
    file = HandedIn(pdf(), "offerte.pdf")
    hand_in(session, question=question, piece=PIECE.key, file=file, vault=FILES, actor=asker(question), now=NOW)


HANDED_IN = Scene(
    "an application with a piece that nobody looked at",
    _handed_in,
    (
        of_question(
            hand_in, "the other piece", piece=OTHER.key, file=HandedIn(pdf(2), "adres.pdf"), vault=FILES, actor=ASKER
        ),
        of_question(hand_in, "one more", piece=PIECE.key, file=HandedIn(pdf(3), "offerte.pdf"), vault=FILES),
        of_question(see_piece, piece=OTHER.key),
        of_piece(take_out, actor=ASKER),
        of_piece(accept_evidence),
        of_piece(return_evidence, reason="Onleesbaar.", answer_by=UNTIL + 14 * DAY),
        row(
            answer_more,
            request=the(InformationRequest),
            answer="",
            facts={"training_start": START},
            actor=ASKER,
            now=LATER,
        ),
        row(end_request, request=the(InformationRequest), now=LATER),
        of_question(declare_complete, application=APPLICATION, received_at=LATER),
        of_question(withdraw_question, reason=None, actor=ASKER),
    ),
)


def _answered(session: Session) -> None:
    """An application, and an answer on a fact that nobody looked at."""
    question = an_application(session)
    request = ask_more(session, question=question, text="Wanneer?", answer_by=UNTIL, also=ALSO, actor=ADVISOR, now=NOW)
    answer_more(session, request=request, answer="", facts={"training_start": START}, actor=asker(question), now=NOW)


ANSWERED = Scene(
    "an application with an answer that nobody looked at",
    _answered,
    (
        row(accept_answers, "take over", request=the(InformationRequest), accepted=["training_start"]),
        row(accept_answers, "leave", request=the(InformationRequest), accepted=[]),
        case(hand_in, piece=PIECE.key, file=HandedIn(pdf(), "offerte.pdf"), vault=FILES, actor=ASKER),
        case(correct_question, changes={"fact.training_start": SOONER}, on_word=OnWord.TOLD),
        case(ask_more, text="En waar?", answer_by=UNTIL),
        case(withdraw_question, reason=None, actor=ASKER),
    ),
)


def _looked_at(session: Session) -> None:
    """An application with a proposal, of which the pieces were looked at."""
    question = proposed(session)
    request = ask_more(session, question=question, text="Offerte?", answer_by=UNTIL, also=ALSO, actor=ADVISOR, now=NOW)
    file, by = HandedIn(pdf(), "offerte.pdf"), asker(question)
    one = hand_in(session, question=question, piece=PIECE.key, file=file, vault=FILES, actor=by, now=NOW)
    accept_evidence(session, evidence=one, actor=ADVISOR, now=NOW)
    answer_more(session, request=request, answer="", actor=by, now=NOW)


LOOKED_AT = Scene(
    "an application with pieces, to be decided",
    _looked_at,
    (
        approving,
        rejecting,
        case(hand_in, piece=OTHER.key, file=HandedIn(pdf(2), "adres.pdf"), vault=FILES, actor=ASKER),
        case(see_piece, piece=OTHER.key),
        row(return_evidence, evidence=the(Evidence), reason="Onleesbaar.", answer_by=UNTIL),
    ),
)

SCENES = (HANDED_IN, ANSWERED, LOOKED_AT)
