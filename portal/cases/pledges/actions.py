"""Acts on pledges: what is expected, asking the employer, and the employer's own yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.pledges.models import Pledge, PledgeKind, PledgeState
from portal.cases.questions.actions import changed, may_change, not_yours, tell_asker
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.accounts.actions import revoke_access_links
from portal.people.accounts.models import EndOfSession
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import take
from portal.platform.limits.models import MAILS_TO, PLEDGE_MAILS
from portal.post.messages.actions import NewMessage, enqueue
from schemes.basics.vocabulary import COST_CATEGORIES

MOST_CENTS = 1_000_000_00


@dataclass(frozen=True)
class Contribution:
    """What an employer pays: fixed (always) or up to (as needed), for some categories of costs or all."""

    kind: PledgeKind | str
    amount_cents: int
    categories: Sequence[str] | None = None

    @property
    def stored(self) -> tuple[PledgeKind, int, list[str] | None]:
        """Kind, cents and categories as a pledge holds them."""
        return PledgeKind(self.kind), self.amount_cents, list(self.categories) if self.categories else None


def expect_pledge(
    session: Session,
    *,
    question: DevelopmentQuestion,
    money: Contribution,
    actor: Actor,
    now: datetime,
) -> Pledge:
    """Keep what the asker expects the employer to pay. It counts in an indication, never in a decision."""
    may_change(session, question, actor)
    _individual_only(question)
    _check(money)
    pledge = _of(session, question) or Pledge(question_id=question.id, state=PledgeState.EXPECTED, asked_times=0)
    if pledge.state not in (PledgeState.EXPECTED, PledgeState.ASKED):
        raise Conflict("pledge_answered", _l("De werkgever heeft al antwoord gegeven."))
    pledge.kind, pledge.amount_cents, pledge.categories = money.stored
    session.add(pledge)
    changed(session, question, actor, now, "pledge")
    return pledge


def expect_no_pledge(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """The asker expects nothing from the employer. A pledge that was only expected is removed; one that was asked for waits on.

    Raises ``Conflict`` when the employer promised something.
    """
    may_change(session, question, actor)
    pledge = _of(session, question)
    if pledge is not None and pledge.state is PledgeState.GIVEN:
        raise Conflict("pledge_answered", _l("De werkgever heeft al antwoord gegeven."))
    if pledge is not None and pledge.state is PledgeState.EXPECTED:
        session.delete(pledge)
    elif pledge is not None:
        pledge.kind, pledge.amount_cents, pledge.categories = None, None, None
    changed(session, question, actor, now, "pledge")


def ask_pledge(
    session: Session,
    *,
    question: DevelopmentQuestion,
    employer_name: str,
    employer_email: str,
    actor: Actor,
    now: datetime,
) -> Pledge:
    """Ask the employer by e-mail, with a link that shows the training and its costs only. May be done again, a few times a day.

    The resident asks, or an advisor with the resident. Who asks at another address ends the links that went to the old one:
    whoever got them answers for nobody. Raises ``Refusal`` for a draft or a question that is no longer open, `TooMany` for too
    many mails.
    """
    asker = actor.audience is Audience.RESIDENT and actor.may_act_for(question.id)
    if not (asker or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)):
        raise not_yours()
    _individual_only(question)
    hold(session, question)
    if not question.is_open:
        raise Refusal(
            "question_not_open", _l("U kunt uw werkgever vragen als uw vraag is verstuurd en nog niet is afgerond.")
        )
    if not employer_email.strip():
        raise Refusal("email_missing", _l("Vul het e-mailadres van uw werkgever in."), field="employer_email")
    pledge = _of(session, question) or Pledge(question_id=question.id, state=PledgeState.ASKED, asked_times=0)
    if pledge.state is PledgeState.GIVEN:
        raise Conflict("pledge_answered", _l("De werkgever heeft al antwoord gegeven."))
    address = employer_email.strip()
    if actor.audience is not Audience.SYSTEM:
        take(session, limit=PLEDGE_MAILS, who=str(question.id), now=now)
        take(session, limit=MAILS_TO, who=address.lower(), now=now)
    if pledge.employer_email is not None and pledge.employer_email.lower() != address.lower():
        employer = Audience.EMPLOYER
        because = EndOfSession.ASKED_ELSEWHERE
        revoke_access_links(session, question_id=question.id, audience=employer, because=because, actor=actor, now=now)
    pledge.state, pledge.declined_at, pledge.declined_by_name = PledgeState.ASKED, None, None
    pledge.employer_name, pledge.employer_email = employer_name.strip(), address
    pledge.asked_at, pledge.asked_by, pledge.asked_times = now, actor.reference, pledge.asked_times + 1
    session.add(pledge)
    session.flush()
    enqueue(
        session,
        message=NewMessage(
            kind="email",
            template="pledge/asked",
            recipient="employer",
            object_kind="question",
            object_id=question.id,
            version=pledge.asked_times,
            locale=question.language,
        ),
        now=now,
    )
    record(session, actor=actor, action="pledge.asked", object_kind="question", object_id=question.id, now=now)
    return pledge


def give_pledge(
    session: Session,
    *,
    question: DevelopmentQuestion,
    money: Contribution,
    name: str,
    function: str | None,
    actor: Actor,
    now: datetime,
) -> Pledge:
    """The employer says what it pays, and who says so."""
    pledge = _answerable(session, question, actor)
    _check(money)
    if not name.strip():
        raise Refusal("name_missing", _l("Vul uw naam in."), field="name")
    pledge.state = PledgeState.GIVEN
    pledge.kind, pledge.amount_cents, pledge.categories = money.stored
    pledge.given_at, pledge.given_by_name, pledge.given_by_function = now, name.strip(), function or None
    pledge.declined_at, pledge.declined_by_name = None, None
    _answered(session, question, actor, now, "pledge.given", "pledge/given", pledge)
    return pledge


def decline_pledge(
    session: Session, *, question: DevelopmentQuestion, name: str, actor: Actor, now: datetime
) -> Pledge:
    """The employer says it pays nothing. It need not say why."""
    pledge = _answerable(session, question, actor)
    if not name.strip():
        raise Refusal("name_missing", _l("Vul uw naam in."), field="name")
    pledge.state, pledge.declined_at, pledge.declined_by_name = PledgeState.DECLINED, now, name.strip()
    pledge.kind, pledge.amount_cents, pledge.categories = None, None, None
    pledge.given_at, pledge.given_by_name, pledge.given_by_function = None, None, None
    _answered(session, question, actor, now, "pledge.declined", "pledge/declined", pledge)
    return pledge


def _answerable(session: Session, question: DevelopmentQuestion, actor: Actor) -> Pledge:
    employer = actor.audience is Audience.EMPLOYER and actor.may_act_for(question.id)
    if not (employer or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)):
        raise not_yours()
    hold(session, question)  # who decides meanwhile waits, and sees another answer than the one of the proposal
    pledge = _of(session, question)
    if pledge is None or pledge.asked_at is None:
        raise Refusal("pledge_not_asked", _l("Er is nog geen bijdrage gevraagd voor deze opleiding."))
    if not question.is_open:
        raise Conflict("question_moved_on", _l("Deze vraag is al afgerond. U kunt niets meer veranderen."))
    return pledge


def _answered(
    session: Session,
    question: DevelopmentQuestion,
    actor: Actor,
    now: datetime,
    action: str,
    template: str,
    pledge: Pledge,
) -> None:
    question.revision += 1
    question.changed_at = now
    session.flush()
    tell_asker(session, question=question, template=template, now=now, version=question.revision)
    record(session, actor=actor, action=action, object_kind="question", object_id=question.id, now=now)


def _of(session: Session, question: DevelopmentQuestion) -> Pledge | None:
    rows = select(Pledge).where(Pledge.question_id == question.id)
    return session.scalar(rows.execution_options(populate_existing=True))


def _individual_only(question: DevelopmentQuestion) -> None:
    if question.route is not Route.INDIVIDUAL:
        raise Refusal(
            "not_individual_route", _l("Bij een vraag van een werkgever hoort geen bijdrage van een werkgever.")
        )


def _check(money: Contribution) -> None:
    if not 0 < money.amount_cents <= MOST_CENTS:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in tussen € 0,01 en € 1.000.000."), field="amount")
    if any(category not in COST_CATEGORIES for category in money.categories or ()):
        raise Refusal("unknown_category", _l("Kies kosten uit de lijst."), field="categories")
