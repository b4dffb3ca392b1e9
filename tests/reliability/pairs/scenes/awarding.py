"""Applications on their way to a decision: with a proposal, incomplete, of one person or one undertaking, waiting for money."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import approve_proposal, reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.proposals.actions import make_proposal, renew_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.setting_aside import set_aside, take_up_again
from portal.cases.applications.actions import settle_double
from portal.cases.applications.completeness import declare_complete
from portal.cases.applications.doubles import separate_double
from portal.cases.applications.models import Application
from portal.cases.contents import add_had_before, save_costs, save_facts, save_wish
from portal.cases.conversations.actions import announce_delay
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.hearings.actions import invite_view, record_view
from portal.cases.hearings.models import Hearing, RefusalGround, ViewWay
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion, HadBeforeInput, Route
from portal.framework.funding.actions import lower_budget
from portal.framework.funding.models import FundingLine
from portal.framework.mandates.actions import end_mandate
from portal.framework.mandates.models import Mandate
from portal.second_look.preparations.actions import (
    decide_prepared,
    prepare_decision,
    send_back,
    withdraw_preparation,
)
from portal.second_look.preparations.models import Preparation
from portal.spending.reminders.actions import warn_owner
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    COMPANY,
    NOW,
    SAM,
    a_mandate,
    a_region,
    an_application,
)
from tests.portal.awarding.aid_region import MOST, USED, with_aid
from tests.reliability.pairs.acts import (
    FIRST_OF_REGION,
    OTHERS,
    PROGRAM,
    REGIONS,
    THIRD,
    Found,
    Scene,
    made,
    nth,
    row,
    the,
    who_asked,
)

DAY = timedelta(days=1)
QUESTION = the(DevelopmentQuestion)
APPLICATION = the(Application)
ASKER = who_asked()
CHEAPER = [CostInput("tuition", 90_000)]
START = (NOW + 70 * DAY).date().isoformat()
case = partial(row, question=QUESTION)


def draft(place: int = 0) -> Found:
    """What was written down to decide on the first proposal of the question at this place."""

    def write(question: DevelopmentQuestion, session: Session) -> Draft:
        rows = select(ProposalRecord).where(ProposalRecord.question_id == question.id).order_by(ProposalRecord.id)
        return Draft(session.scalars(rows).first(), "Past bij de vraag.", ALL_CHECKED)  # type: ignore[arg-type]

    question = nth(place, DevelopmentQuestion)
    return Found(lambda session, who: write(question.look(session, who), session))


def line(slug: str = "rijk-leren") -> Found:
    """A funding line."""
    return the(FundingLine, slug=slug)


LINE = line()


def proposed(session: Session, **application: object) -> DevelopmentQuestion:
    """An application with a proposal."""
    question = an_application(session, **application)  # type: ignore[arg-type]
    make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    return question


# With a proposal ---------------------------------------------------------------------------------------------------------

approving = case(approve_proposal, draft=draft())
rejecting = case(reject_question, rationale="Past niet.", ground=RefusalGround.SLIGHT)


def _with_proposal(session: Session) -> None:
    a_region(session)
    a_mandate(session, THIRD)
    proposed(session)


WITH_PROPOSAL = Scene(
    "an application with a proposal",
    _with_proposal,
    (
        approving,
        rejecting,
        case(make_proposal),
        case(renew_proposal),
        case(prepare_decision, draft=draft()),
        case(save_costs, costs=CHEAPER),
        case(save_wish, wish="Anders.", goals=["other_job"]),
        case(save_facts, facts={"training_start": START}),
        case(add_had_before, entry=HadBeforeInput("leervoucher", 200_000, NOW.date() - 9 * DAY)),
        case(withdraw_question, reason=None, actor=ASKER),
        case(ask_more, text="Offerte?", answer_by=NOW.date() + 14 * DAY),
        case(announce_delay, weeks=3, reason="Te weinig mensen."),
        case(invite_view, facts="De opleider is niet erkend.", answer_by=NOW.date() + 10 * DAY),
        row(
            lower_budget,
            line=LINE,
            amount_cents=1_000,
            reason="Minder geld.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
        row(end_mandate, mandate=the(Mandate, account_id=ADVISOR.account_id), actor=REGIONS),
    ),
)


def _heard(session: Session) -> None:
    question = proposed(session)
    invite_view(
        session, question=question, facts="Niet erkend.", answer_by=NOW.date() + 10 * DAY, actor=ADVISOR, now=NOW
    )


HEARD = Scene(
    "an application of which the applicant is asked for a view",
    _heard,
    (
        row(record_view, hearing=the(Hearing), way=ViewWay.SPOKEN, view="Wel erkend.", on=NOW.date()),
        approving,
        rejecting,
        case(withdraw_question, reason=None, actor=ASKER),
    ),
)

# Incomplete --------------------------------------------------------------------------------------------------------------

ENDED = NOW + 20 * DAY


def _incomplete(session: Session) -> None:
    question = an_application(session)
    ask_more(session, question=question, text="Offerte?", answer_by=NOW.date() + 14 * DAY, actor=ADVISOR, now=NOW)


late = partial(row, question=QUESTION, now=ENDED)
INCOMPLETE = Scene(
    "an application that is not complete in time",
    _incomplete,
    (
        row(answer_more, request=the(InformationRequest), answer="Hier.", actor=ASKER, now=ENDED),
        late(set_aside, reason="Geen offerte."),
        late(declare_complete, application=APPLICATION, received_at=ENDED),
        late(withdraw_question, reason=None, actor=ASKER),
        late(announce_delay, weeks=3, reason="Te weinig mensen."),
        late(save_costs, costs=CHEAPER),
    ),
)


def _set_aside(session: Session) -> None:
    _incomplete(session)
    question = session.scalars(select(DevelopmentQuestion)).one()
    set_aside(session, question=question, reason="Geen offerte.", actor=ADVISOR, now=ENDED)


SET_ASIDE = Scene(
    "an application that was set aside",
    _set_aside,
    (late(take_up_again),),
)

# One person, one undertaking ---------------------------------------------------------------------------------------------

TWO_THOUSAND = (CostInput("tuition", 200_000),)


def _doubles(session: Session) -> None:
    proposed(session, applicant=SAM, costs=TWO_THOUSAND)
    proposed(session, applicant=replace(SAM, street="Nieuwstraat", postcode="9991 ZZ"), costs=TWO_THOUSAND)
    an_application(session, applicant=replace(SAM, name="Sam Jansen"))


both = partial(row, settle_double, application=APPLICATION, other=nth(1, Application))
first, second = nth(0, DevelopmentQuestion), nth(1, DevelopmentQuestion)


def approve_each() -> tuple[object, ...]:
    """Both questions decided as proposed."""
    return (
        row(approve_proposal, "the first", question=first, draft=draft(0)),
        row(approve_proposal, "the second", question=second, draft=draft(1)),
    )


DOUBLES = Scene(
    "two applications of what may be one person",
    _doubles,
    (
        both("one person", question=first, same=True),
        both("two people", question=first, same=False),
        row(
            settle_double,
            "one of them with a third",
            question=second,
            application=nth(1, Application),
            other=nth(2, Application),
            same=True,
        ),
        *approve_each(),
        row(make_proposal, question=second),
    ),
)


def _joined(session: Session) -> None:
    a_region(session)
    one, two = (
        an_application(session, applicant=who, costs=TWO_THOUSAND)
        for who in (SAM, replace(SAM, street="Nieuwstraat", postcode="9991 ZZ"))
    )
    mine, theirs = session.scalars(select(Application).order_by(Application.id)).all()
    settle_double(session, question=one, application=mine, other=theirs, same=True, actor=ADVISOR, now=NOW)
    session.expire_all()
    for question in (one, two):
        make_proposal(session, question=question, actor=ADVISOR, now=NOW)


JOINED = Scene(
    "two applications that were joined",
    _joined,
    (
        row(
            separate_double,
            question=first,
            application=APPLICATION,
            other=nth(1, Application),
            awarded_questions=(),
        ),
        *approve_each(),
    ),
)


def _undertaking(session: Session) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with_aid(session, Path(folder) / "proefland")
    for number in (1, 2):
        asked = replace(COMPANY, learner_name=f"Kim {number}")
        facts = {USED: MOST - 100_000}
        proposed(session, route=Route.EMPLOYER, costs=[CostInput("tuition", 160_000)], applicant=asked, facts=facts)


UNDERTAKING = Scene(
    "two questions of one undertaking",
    _undertaking,
    (*approve_each(), row(save_costs, question=second, costs=CHEAPER)),
)

# A second person ---------------------------------------------------------------------------------------------------------


def _prepared(session: Session) -> None:
    a_region(session)
    a_mandate(session, THIRD)
    question = proposed(session)
    proposal = session.scalars(select(ProposalRecord)).one()
    written = Draft(proposal, "Past bij de vraag.", ALL_CHECKED)
    prepare_decision(session, question=question, draft=written, actor=ADVISOR, now=NOW)


waiting = partial(row, preparation=the(Preparation), actor=OTHERS)
PREPARED = Scene(
    "a decision that waits for a second person",
    _prepared,
    (
        waiting(decide_prepared, checks=ALL_CHECKED),
        waiting(send_back, reason="Kijk nog eens."),
        waiting(withdraw_preparation),
        approving,
        rejecting,
        case(save_costs, costs=CHEAPER),
        case(make_proposal),
        case(withdraw_question, reason=None, actor=ASKER),
        row(
            lower_budget,
            line=LINE,
            amount_cents=1_000,
            reason="Minder geld.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
    ),
)

NEARLY = Scene(
    "an application that must be decided within a week",
    _with_proposal,
    (
        row(warn_owner, question_id=made(lambda one: one.id, QUESTION), actor=PROGRAM, now=NOW + 52 * DAY),
        late(announce_delay, weeks=3, reason="Te weinig mensen."),
        approving,
    ),
)

SCENES = (
    WITH_PROPOSAL,
    HEARD,
    INCOMPLETE,
    SET_ASIDE,
    DOUBLES,
    JOINED,
    UNDERTAKING,
    PREPARED,
    NEARLY,
)
