"""How long everything is kept, which cases stay, and what people ask of their own data."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.cases.questions.actions import close_question, withdraw_question
from portal.cases.questions.models import CloseReason
from portal.cases.rights.actions import (
    answer_right,
    ask_right,
    extend_right,
    lift_restriction,
    tell_of_lifting,
    withdraw_right,
)
from portal.cases.rights.models import PrivacyRequest, Right
from portal.oversight.privacy.kinds import Kept, KeptFor, TermUnit
from portal.oversight.privacy.requested import carry_out_erasure, grant_erasure
from portal.oversight.privacy.retention.actions import (
    WantedTerm,
    confirm_term,
    end_hold,
    erase_batch,
    hold_case,
    lay_down_term,
    plan_erasures,
    take_back_term,
)
from portal.oversight.privacy.retention.models import ErasureBatch, LegalHold, RetentionTerm, TermState
from portal.post.messages.models import MessageState, OutboxMessage
from tests.factories import NOW, REGION, SYSTEM, a_question, asker
from tests.reliability.pairs.acts import PROGRAM, REGIONS, SECOND_REGION, Scene, row, the
from tests.reliability.pairs.scenes.asking import ASKER, QUESTION

WHY = "Er loopt een zaak bij de rechter over deze vraag."
LATER = NOW + timedelta(days=800)
YEAR = KeptFor(1, TermUnit.YEARS)
REQUEST = the(PrivacyRequest)


def _wanted(kind: Kept) -> WantedTerm:
    return WantedTerm(kind, YEAR, "Taak", "Selectielijst")


def _ended(session: Session) -> None:
    """A question that was withdrawn, with its terms: one in force, one that waits; held and let go again."""
    question = a_question(session)
    withdraw_question(session, question=question, reason=None, actor=asker(question), now=NOW)
    laid = lay_down_term(session, wanted=_wanted(Kept.UNAPPLIED), actor=REGION, now=NOW)
    confirm_term(session, laid=laid, actor=SECOND_REGION, now=NOW)
    plan_erasures(session, actor=SYSTEM, now=LATER)
    lay_down_term(session, wanted=_wanted(Kept.LOGS), actor=SYSTEM, now=NOW)
    hold_case(session, question=question, reason=WHY, until=LATER.date() - timedelta(days=9), actor=REGION, now=NOW)


def _asked(session: Session) -> None:
    """A question of which the person asks to see the data."""
    question = a_question(session)
    today = NOW.date()
    ask_right(session, question=question, kind=Right.ACCESS, text="", asked_on=today, actor=asker(question), now=NOW)


def _to_erase(session: Session) -> None:
    """A question that is over, of which erasure is asked."""
    question = a_question(session)
    withdraw_question(session, question=question, reason=None, actor=asker(question), now=NOW)
    ask_right(
        session, question=question, kind=Right.ERASURE, text="", asked_on=NOW.date(), actor=asker(question), now=NOW
    )


def _granted(session: Session) -> None:
    """The same, granted, and the answer has left."""
    _to_erase(session)
    request = REQUEST.look(session, 0)
    grant_erasure(session, request=request, answer="Wij wissen alles.", actor=SYSTEM, now=NOW)
    session.execute(update(OutboxMessage).values(state=MessageState.SENT, sent_at=NOW))


def _restricted(session: Session) -> None:
    """A question of which the data are restricted."""
    question, today = a_question(session), NOW.date()
    asked = ask_right(
        session, question=question, kind=Right.RESTRICTION, text="", asked_on=today, actor=asker(question), now=NOW
    )
    answer_right(session, request=asked, granted=True, answer="Wij doen er niets mee.", actor=SYSTEM, now=NOW)


def _told(session: Session) -> None:
    """The same, and the message that it will be lifted has left."""
    _restricted(session)
    tell_of_lifting(session, request=REQUEST.look(session, 0), reason=WHY, actor=SYSTEM, now=NOW)
    session.execute(update(OutboxMessage).values(state=MessageState.SENT, sent_at=NOW))


LAID = the(RetentionTerm, state=TermState.WAITING)
KEEPING = Scene(
    "terms of keeping, a case that is held, and what is planned",
    _ended,
    (
        row(lay_down_term, wanted=_wanted(Kept.VIEWING), actor=REGIONS),
        row(confirm_term, laid=LAID, actor=REGIONS),
        row(take_back_term, laid=LAID, actor=REGIONS),
        row(hold_case, question=QUESTION, reason=WHY, until=None, actor=REGIONS),
        row(end_hold, held=the(LegalHold), actor=REGIONS),
        row(plan_erasures, actor=PROGRAM, now=LATER + timedelta(days=1)),
        row(erase_batch, batch=the(ErasureBatch), actor=PROGRAM, now=LATER),
    ),
)
RIGHTS = Scene(
    "what somebody asks of the own data",
    _asked,
    (
        row(ask_right, question=QUESTION, kind=Right.PORTABILITY, text="", asked_on=NOW.date(), actor=ASKER),
        row(extend_right, request=REQUEST, reason=WHY),
        row(answer_right, request=REQUEST, granted=True, answer="Alles staat op uw pagina."),
        row(withdraw_right, request=REQUEST, actor=ASKER),
    ),
)
GRANTING = Scene(
    "erasure that is asked",
    _to_erase,
    (row(grant_erasure, request=REQUEST, answer="Wij wissen alles."),),
)
ERASING = Scene("erasure that was granted", _granted, (row(carry_out_erasure, request=REQUEST, actor=PROGRAM),))

RESTRICTED = Scene(
    "data that are restricted",
    _restricted,
    (
        row(tell_of_lifting, request=REQUEST, reason=WHY),
        row(lift_restriction, request=REQUEST, actor=ASKER),
        row(withdraw_question, question=QUESTION, reason=None, actor=ASKER),
        row(close_question, question=QUESTION, reason=CloseReason.HELPED),
    ),
)
LIFTING = Scene("a restriction that is to be lifted", _told, (row(lift_restriction, request=REQUEST),))

SCENES = (KEEPING, RIGHTS, GRANTING, ERASING, RESTRICTED, LIFTING)
