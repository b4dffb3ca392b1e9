"""Acts on waiting lists: take a place, leave it, and offer money that came free to who is first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.spec.order_of_receipt import Claim, most_together
from portal.awarding.divisions.queries import promised
from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.awarding.order_of_receipt.queries import (
    awarded_cents,
    claims_of,
    divided_claims,
    in_order,
    rest_of,
    rests,
)
from portal.awarding.waiting_list.queries import is_live, live, places_of, rest_claim, schemes_with_waiting_list, waits
from portal.cases.applications.actions import resume_clock
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.actions import not_yours, tell_asker
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.cases.questions.queries import is_asker
from portal.cases.rights.restricted import restricted_ids
from portal.framework.funding.queries import matching_funding_lines
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l

SYSTEM = Actor.system("waiting_list")
_LIVE = (PlaceState.WAITING, PlaceState.OFFERED)


def join_waiting_list(
    session: Session,
    *,
    question: DevelopmentQuestion,
    scheme: str,
    agreed_on: date,
    actor: Actor,
    now: datetime,
) -> WaitingPlace:
    """Put a complete application on the waiting list of a scheme, because the applicant agreed in writing to wait.

    From the day after `agreed_on` the decision term stands still (Awb 4:15, second paragraph, a), until money is offered or the
    place is left. After a decision that awarded a part, one waits for the rest, refused at the ceiling (4:25); no term runs
    then. Raises ``Refusal`` when the scheme has no list, there is enough money now, nothing was refused at the ceiling or the day
    is in the future, ``Conflict`` when the application waits already or is not complete.
    """
    if not (is_asker(question, actor) or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)):
        raise not_yours()
    hold(session, question)
    application = application_by_question(session, question=question)
    if application is not None:
        hold(session, application)
    if application is None or not waits(question) or application.completed_at is None:
        raise Conflict("application_not_complete", _l("Alleen een complete aanvraag kan wachten."))
    if scheme not in {
        one.slug for one in schemes_with_waiting_list(session, question=question, application=application)
    }:
        raise Refusal("no_waiting_list", _l("Deze regeling heeft geen wachtlijst."), field="scheme")
    today, decided = local_date(now), question.decided_at
    first = local_date(decided) if decided is not None else application.applied_on
    if not first <= agreed_on <= today:
        message = _l("Kies een dag na de aanvraag en na het besluit, en niet in de toekomst.")
        raise Refusal("agreed_on_impossible", message, field="agreed_on")
    claim = _wanted(session, application, question, scheme, today)
    if _fits(session, claim, today):
        raise Refusal("money_enough", _l("Er is nog genoeg geld. Neem een besluit."), field="scheme")
    old = _unleft_place(session, application, scheme)
    if old is not None and is_live(session, place=old):
        raise Conflict("waits_already", _l("Deze aanvraag staat al op de wachtlijst."))
    if old is not None:  # its wait ended with the decision
        _step(session, old, _LIVE, PlaceState.LEFT, left_at=now, left_by=actor.reference)
    place = WaitingPlace(
        application_id=application.id,
        scheme=scheme,
        wanted_cents=claim.at_most_cents,
        state=PlaceState.WAITING,
        agreed_on=agreed_on,
        agreed_at=now,
        agreed_by=actor.reference,
    )
    session.add(place)
    session.flush()
    tell_asker(session, question=question, template=_told("waiting_list", question), now=now, version=place.id)
    record(session, actor=actor, action="waiting.joined", object_kind="question", object_id=question.id, now=now)
    return place


def leave_waiting_lists(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> int:
    """The applicant does not wait any longer: the decision term, if one stands still, runs on; returns how many places were left.

    Raises ``Conflict`` when the application does not wait.
    """
    if not (is_asker(question, actor) or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)):
        raise not_yours()
    places = [one.record for one in places_of(session, question=question, actor=actor)]
    if not places:
        raise Conflict("waits_not", _l("Deze aanvraag staat niet op een wachtlijst."))
    waited = [place for place in places if place.state is PlaceState.WAITING]
    for place in places:
        _step(session, place, _LIVE, PlaceState.LEFT, left_at=now, left_by=actor.reference)
    if waited:
        _clock_runs(session, question, waited, now)
    record(session, actor=actor, action="waiting.left", object_kind="question", object_id=question.id, now=now)
    return len(places)


def keep_waiting_for_the_rest(
    session: Session, *, question: DevelopmentQuestion, decision_id: int, actor: Actor, now: datetime
) -> None:
    """A decision came in the place of one after which the applicant waited for the rest.

    Every place is kept while this one leaves a rest for want of money too, also when money was offered, and is left when it does
    not. The applicant is told which.
    """
    application, today = application_by_question(session, question=question), local_date(now)
    if application is None:
        return
    done = set()
    for place in [one.record for one in places_of(session, question=question, actor=SYSTEM)]:
        rest = rest_claim(session, question=question, application=application, scheme=place.scheme, today=today)
        if rest is None:
            _step(session, place, _LIVE, PlaceState.LEFT, left_at=now, left_by=actor.reference)
            done.add("left")
        else:
            kept = {"wanted_cents": rest.at_most_cents, "offered_at": None}
            _step(session, place, _LIVE, PlaceState.WAITING, **kept)
            done.add("kept")
    for what in sorted(done):
        template = f"application/rest_{what}"
        tell_asker(session, question=question, template=template, now=now, version=decision_id, in_writing=True)
        record(session, actor=actor, action=f"waiting.{what}", object_kind="question", object_id=question.id, now=now)


def offer_freed_money(session: Session, *, now: datetime, actor: Actor | None = None) -> int:
    """Offer money that came free to who waits, in the order of receipt; returns to how many it was offered.

    A place is offered when its claim can be paid in full on top of the claims of every undecided application in front of it,
    waiting or not: nobody is passed over. Whose data are restricted keeps the place and its money,
    and is offered nothing. The term to decide runs again from the next day. Doing it twice changes nothing; a decision gives the
    money, in the same order. Who got the rest meanwhile does not wait any more.
    """
    who, today = actor or SYSTEM, local_date(now)
    waiting = _waiting_by_application(session)
    if not waiting:
        return 0
    decided = rests(session)
    rows = sorted([*in_order(session), *decided], key=lambda row: (row[0].completed_at or now, row[0].receipt_order))
    cases = {application.number: (application, question) for application, question in rows}
    had = awarded_cents(session, question_ids=[question.id for _, question in decided])
    available = {line.id: line.available_cents for line in matching_funding_lines(session, on=today)}
    in_rounds = divided_claims(session, promised(session), today=today)
    in_front: list[Claim] = []
    offered, still = 0, restricted_ids(session)
    for whole in claims_of(session, rows, today=today):
        application, question = cases[whole.id]
        places = waiting.get(application.id, {})
        claim = whole
        if question.state is QuestionState.DECIDED:
            awarded = had.get(question.id, {})
            rest = rest_of(whole, _kept(session, question, whole, places, awarded, who, now), awarded)
            if rest is None:
                continue
            claim = rest
        for part in claim.schemes:
            mine = Claim(f"{claim.id}:{part.scheme}", min(claim.at_most_cents, part.at_most_cents), (part,))
            place = places.get(part.scheme)
            before = [*(one for one in in_rounds if one.id != whole.id), *in_front]
            in_line = place is not None and place.state is PlaceState.WAITING and question.id not in still
            if place is not None and in_line and _paid_in_full(mine, before, available):
                _offer(session, place, question, who, now)
                offered += 1
            in_front.append(mine)
    return offered


def _waiting_by_application(session: Session) -> dict[int, dict[str, WaitingPlace]]:
    rows = session.scalars(
        select(WaitingPlace)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(WaitingPlace.state.in_(_LIVE), *live())
    )
    found: dict[int, dict[str, WaitingPlace]] = {}
    for place in rows:
        found.setdefault(place.application_id, {})[place.scheme] = place
    return found


def _kept(
    session: Session,
    question: DevelopmentQuestion,
    whole: Claim,
    places: Mapping[str, WaitingPlace],
    had: Mapping[str, int],
    actor: Actor,
    now: datetime,
) -> set[str]:
    """The schemes whose rest is still waited for; places for a rest that was awarded meanwhile are closed.

    `had` is what the question was awarded per scheme.
    """
    kept = set()
    for scheme, place in places.items():
        if rest_of(whole, {scheme}, had) is not None:
            kept.add(scheme)
        else:
            _step(session, place, _LIVE, PlaceState.LEFT, left_at=now, left_by=actor.reference)
            record(session, actor=actor, action="waiting.left", object_kind="question", object_id=question.id, now=now)
    return kept


def _paid_in_full(claim: Claim, in_front: Sequence[Claim], available: Mapping[str, int]) -> bool:
    """Whether a claim gets all it could get while those in front lose nothing."""
    before = most_together(in_front, available)
    return most_together([*in_front, claim], available) - before >= claim.at_most_cents


def _offer(session: Session, place: WaitingPlace, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    _step(session, place, (PlaceState.WAITING,), PlaceState.OFFERED, offered_at=now)
    _clock_runs(session, question, [place], now)
    tell_asker(session, question=question, template=_told("money_free", question), now=now, version=place.id)
    record(session, actor=actor, action="waiting.offered", object_kind="question", object_id=question.id, now=now)


def _step(
    session: Session, place: WaitingPlace, allowed: tuple[PlaceState, ...], to: PlaceState, **values: object
) -> None:
    moved_on = Conflict("place_moved_on", _l("Deze plaats op de wachtlijst is intussen veranderd."))
    write_guarded(session, place, WaitingPlace.state.in_(allowed), otherwise=moved_on, state=to, **values)


def _clock_runs(session: Session, question: DevelopmentQuestion, places: Sequence[WaitingPlace], now: datetime) -> None:
    """For each of these places the term stood still from the day after the agreement up to and including today.

    It runs on from tomorrow when the application waits at no other place; a day counts once. After a decision no term runs.
    """
    if question.state is QuestionState.DECIDED:
        return
    today = local_date(now)
    for place in places:
        resume_clock(
            session, question=question, asked_on=place.agreed_on, completed_on=None, answer_by=today, today=today
        )


def _scheme_claim(
    session: Session, application: Application, question: DevelopmentQuestion, scheme: str, today: date
) -> Claim | None:
    """What the application could get of this one scheme."""
    for claim in claims_of(session, [(application, question)], today=today):
        parts = tuple(part for part in claim.schemes if part.scheme == scheme)
        most = min(claim.at_most_cents, sum(part.at_most_cents for part in parts))
        return Claim(claim.id, most, parts) if parts else None
    return None


def _wanted(
    session: Session, application: Application, question: DevelopmentQuestion, scheme: str, today: date
) -> Claim:
    """What is waited for: all the scheme could pay, or after a decision the rest. Raises ``Refusal`` when that is nothing."""
    if question.state is QuestionState.DECIDED:
        rest = rest_claim(session, question=question, application=application, scheme=scheme, today=today)
        if rest is None:
            message = _l("Van deze regeling is niets geweigerd omdat het geld op was.")
            raise Refusal("nothing_refused_at_ceiling", message, field="scheme")
        return rest
    claim = _scheme_claim(session, application, question, scheme, today)
    if claim is None:
        raise Refusal("nothing_to_wait_for", _l("Deze regeling kan voor deze aanvraag niets betalen."), field="scheme")
    return claim


def _fits(session: Session, claim: Claim, today: date) -> bool:
    """Whether the money that is there now pays everything that is waited for."""
    available = {line.id: line.available_cents for line in matching_funding_lines(session, on=today)}
    return most_together([claim], available) >= claim.at_most_cents


def _unleft_place(session: Session, application: Application, scheme: str) -> WaitingPlace | None:
    return session.scalar(
        select(WaitingPlace).where(
            WaitingPlace.application_id == application.id, WaitingPlace.scheme == scheme, WaitingPlace.left_at.is_(None)
        )
    )


def _told(what: str, question: DevelopmentQuestion) -> str:
    """The message: of waiting for a decision, or for the rest after one."""
    return f"application/{what}{'_rest' if question.state is QuestionState.DECIDED else ''}"
