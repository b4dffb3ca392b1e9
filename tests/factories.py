"""Records in every state, made through the actions only: what a test gets is what the desk itself would have written.

The region is ``tests/portal/regions/proefland``: small, invented, with amounts that are easy to add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.requirements import Checks
from portal.awarding.hearing_first.models import LeftOut, Unheard
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.reductions import TakingBasis
from portal.awarding.takings.models import TakingGround
from portal.cases.applications.actions import ApplicantDetails, apply_for_awards
from portal.cases.applications.completeness import declare_complete
from portal.cases.applications.models import Application
from portal.cases.contents import save_costs, save_employer, save_facts, save_training, save_wish
from portal.cases.diaries.actions import WeeklyHours, add_hours
from portal.cases.diaries.models import TalkWay
from portal.cases.hearings.models import RefusalGround
from portal.cases.open_hours import instant_of
from portal.cases.questions.actions import start_question, submit_question
from portal.cases.questions.models import (
    ContactDetails,
    ContactWay,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    Route,
)
from portal.framework.catalogue.queries import has_region
from portal.framework.loading import load_region
from portal.framework.mandates.actions import MandateTerms, give_mandate
from portal.framework.mandates.models import Mandate
from portal.people.accounts.actions import create_account, ensure_organisation
from portal.people.accounts.models import OrganisationKind, Role
from portal.people.actor import Actor, Audience
from portal.platform.clock import AMSTERDAM
from portal.platform.legal_calendar import ends_on_working_day
from portal.post.messages.models import MessageTopic
from portal.spending.providers.actions import approve_provider, register_provider
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Voucher
from tests.snapshots import begin_with, made_once

PROEFLAND = Path(__file__).parent / "portal" / "regions" / "proefland"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Monday 2 March 2026, 10:00 in Amsterdam; the same instant as the fixture `now`."""

SYSTEM = Actor.system("tests")
ADVISOR = Actor(Audience.ADVISOR, account_id=901, display_name="Ada Adviseur")
SECOND = Actor(Audience.ADVISOR, account_id=905, display_name="Tom Tweede")
"""Another advisor with mandate: the second pair of eyes."""
BODY = "Het college van Proefstad"
REGION = Actor(Audience.REGION, account_id=902, display_name="Rik Regio")
OWNER = Actor(Audience.OWNER, account_id=903, display_name="Oda Eigenaar", schemes=frozenset({"materiaalvoucher"}))
ADMIN = Actor(Audience.ADMIN, account_id=904, display_name="Bo Beheer")
NOBODY = Actor.anonymous()

OWN_FACTS = RefusalGround.OWN_FACTS
UNHEARD = LeftOut(Unheard.ASKED, "De houder vroeg er zelf om.")
ASKED = TakingBasis(TakingGround.AT_REQUEST, UNHEARD)
"""The holder asked for it: no hearing is needed, and no ground of the law."""
MOVED = TakingBasis(TakingGround.CHANGED, LeftOut(Unheard.OWN_FACTS, "De houder meldde de verhuizing zelf."))
ALL_CHECKED = Checks(identity=True, purpose=True, costs=True, nothing_paid_twice=True)
TUITION = CostInput("tuition", 120_000)
MAIL = ContactDetails(
    way=ContactWay.EMAIL, name="Sam de Vries", email="sam@voorbeeld.example", by_mail=tuple(MessageTopic)
)
"""Somebody who agreed to e-mail about everything."""
SAM = ApplicantDetails("Sam de Vries", date(1990, 5, 17), "Dorpsstraat", "12", "9990 AA", "Proefstad")
COMPANY = ApplicantDetails(
    "Bakkerij Proef bv",
    date(1988, 1, 2),
    "Kade",
    "3",
    "9992 BB",
    "Proefdorp",
    kvk_number="12345678",
    learner_name="Kim Bakker",
)
_numbers = count(1)


def resident(question: DevelopmentQuestion) -> Actor:
    """The resident of a question."""
    return Actor(Audience.RESIDENT, question_id=question.id)


def employer(question: DevelopmentQuestion) -> Actor:
    """The employer of a question: its own, or the one that is asked for a pledge."""
    return Actor(Audience.EMPLOYER, question_id=question.id)


def asker(question: DevelopmentQuestion) -> Actor:
    """Who asked: the resident, or the employer in its own question."""
    return employer(question) if question.route is Route.EMPLOYER else resident(question)


def somebody(number: int | None = None) -> ApplicantDetails:
    """An applicant that nobody else is."""
    number = next(_numbers) if number is None else number
    return replace(SAM, name=f"Sam de Vries {number}", house_number=str(number))


def a_region(session: Session, *, now: datetime = NOW) -> None:
    """Proefland, unless a region is there already."""
    if not has_region(session):
        begin_with(session, ("proefland", now), lambda empty: _open_proefland(empty, now))


def _open_proefland(session: Session, now: datetime) -> None:
    load_region(session, folder=PROEFLAND, actor=SYSTEM, now=now - timedelta(days=60))
    for person in (ADVISOR, SECOND, REGION, OWNER, replace(REGION, account_id=912)):
        a_mandate(session, person, now=now)


def a_mandate(session: Session, person: Actor, *, body: str = BODY, now: datetime = NOW, **limits: Any) -> Mandate:
    """A mandate of the body that decides on every scheme of Proefland, from a year before now."""
    wanted: dict[str, Any] = {"basis": "Mandaatbesluit 2024", "valid_from": (now - timedelta(days=800)).date()}
    terms = MandateTerms(body=body, **(wanted | limits))
    return give_mandate(session, account_id=person.account_id or 0, terms=terms, actor=SYSTEM, now=now)


@made_once
def a_draft(
    session: Session,
    *,
    route: Route = Route.INDIVIDUAL,
    costs: Sequence[CostInput] = (TUITION,),
    facts: dict[str, Any] | None = None,
    now: datetime = NOW,
) -> DevelopmentQuestion:
    """A draft with everything filled in, not sent."""
    a_region(session, now=now)
    question = start_question(session, route=route, language="nl", actor=Actor.anonymous(), now=now)
    me = asker(question)
    place = "employer_municipality" if route is Route.EMPLOYER else "residence_municipality"
    start = (now + timedelta(days=60)).date().isoformat()
    save_wish(session, question=question, wish="Ik wil technicus worden.", goals=["other_job"], actor=me, now=now)
    save_facts(
        session, question=question, facts={place: "GM9901", "training_start": start, **(facts or {})}, actor=me, now=now
    )
    save_training(session, question=question, name="Monteur", provider="ROC Proef", actor=me, now=now)
    save_costs(session, question=question, costs=costs, actor=me, now=now)
    if route is Route.EMPLOYER:
        company = EmployerDetails("Bakkerij Proef bv", "12345678", "Kees Bakker")
        save_employer(session, question=question, employer=company, learner_name="Kim Bakker", actor=me, now=now)
    return question


@made_once
def a_question(
    session: Session, *, contact: ContactDetails = MAIL, now: datetime = NOW, **draft: Any
) -> DevelopmentQuestion:
    """A question that was sent."""
    question = a_draft(session, now=now, **draft)
    submit_question(session, question=question, contact=contact, actor=asker(question), now=now)
    return question


@made_once
def an_application(
    session: Session,
    *,
    schemes: Sequence[str] | None = None,
    applicant: ApplicantDetails | None = None,
    now: datetime = NOW,
    **draft: Any,
) -> DevelopmentQuestion:
    """A question with an application: of the leervoucher, or in the employer route of the bedrijfsvoucher."""
    question = a_question(session, now=now, **draft)
    own = question.route is Route.EMPLOYER
    apply_for_awards(
        session,
        question=question,
        schemes=schemes or (["bedrijfsvoucher"] if own else ["leervoucher"]),
        applicant=applicant or (COMPANY if own else somebody()),
        confirmed=True,
        actor=asker(question),
        now=now,
    )
    return question


def complete(session: Session, question: DevelopmentQuestion, *, actor: Actor = ADVISOR, now: datetime = NOW) -> None:
    """Say that all is in, of an application that is not complete by itself."""
    application = session.scalars(select(Application).where(Application.question_id == question.id)).one()
    if application.completed_at is None:
        at = max(now, application.applied_at)
        declare_complete(session, question=question, application=application, received_at=at, actor=actor, now=at)


def approve(session: Session, question: DevelopmentQuestion, *, now: datetime = NOW, **more: Any) -> Decision:
    """Make a proposal for a question and approve it, as an advisor; `more` says what of the draft or of who decides is other."""
    proposal = make_proposal(session, question=question, actor=ADVISOR, now=now)
    by = {name: more.pop(name) for name in ("actor", "prepared_by") if name in more}
    draft = replace(
        Draft(proposal, "De opleiding past bij de vraag naar technici.", ALL_CHECKED, ground=OWN_FACTS), **more
    )
    return approve_proposal(session, question=question, draft=draft, now=now, **({"actor": ADVISOR} | by))


@made_once
def a_decision(session: Session, *, now: datetime = NOW, **application: Any) -> tuple[DevelopmentQuestion, Decision]:
    """A question that was approved as proposed."""
    question = an_application(session, now=now, **application)
    return question, approve(session, question, now=now)


@made_once
def a_voucher(session: Session, *, now: datetime = NOW, **application: Any) -> Voucher:
    """A voucher that was issued: of 120,000 cents, unless the application says otherwise."""
    question, _ = a_decision(session, now=now, **application)
    return session.query(Voucher).filter_by(question_id=question.id).order_by(Voucher.id).first()  # type: ignore[return-value]


@made_once
def an_advisor(session: Session, person: Actor = ADVISOR, *, days: Sequence[int] = (0, 1, 2, 3, 4)) -> Actor:
    """An advisor with an account and hours: from 9.00 to 12.00 on these days of the week, at the desk and by telephone."""
    account = create_account(
        session,
        email=f"{person.account_id}@agenda.example",
        display_name=person.display_name,
        role=Role.ADVISOR,
        actor=SYSTEM,
        now=NOW,
    )
    session.flush()
    account.id = person.account_id or 0
    session.flush()
    for day in days:
        hours = WeeklyHours(day, 9 * 60, 12 * 60, 60, (TalkWay.DESK, TalkWay.PHONE))
        add_hours(session, hours=hours, actor=person, now=NOW)
    return person


def time_for_a_talk(after: datetime) -> datetime:
    """Ten in the morning on the first working day after the day of an instant."""
    day = ends_on_working_day(after.astimezone(AMSTERDAM).date() + timedelta(days=1))
    return instant_of(day, 10 * 60)


@made_once
def a_provider(
    session: Session,
    *,
    schemes: Sequence[str] = ("leervoucher", "bedrijfsvoucher", "materiaalvoucher"),
    now: datetime = NOW,
) -> tuple[Provider, Actor]:
    """A provider that is approved for some schemes, and somebody who works there."""
    number = next(_numbers)
    place = ensure_organisation(
        session,
        slug=f"opleider-{number}",
        name=f"Opleider {number}",
        kind=OrganisationKind.PROVIDER,
        actor=SYSTEM,
        now=now,
    )
    provider = register_provider(
        session,
        organisation_id=place.id,
        name=place.name,
        kvk_number=f"{number:08d}",
        iban=None,
        actor=ADVISOR,
        now=now,
    )
    for scheme in schemes:
        approve_provider(session, provider=provider, scheme=scheme, actor=SYSTEM, now=now)
    who = Actor(
        Audience.PROVIDER, account_id=9000 + number, organisation_id=place.id, display_name="Pia van de opleider"
    )
    return provider, who
