"""A question that was sent, as who asked it follows it: where it stands, what comes when, and the decision as a letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.awarding.decisions.models import Decision, DecisionKind, SchemeOutcome
from portal.awarding.decisions.queries import decision_of, decisions_of, that_stands
from portal.cases.applications.choosing import has_what_it_is_for
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_of, schemes_to_apply_for
from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest
from portal.cases.conversations.queries import conversations_of, delay_of, requests_of
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.pledges.queries import pledge_of
from portal.cases.questions.models import QuestionState
from portal.framework.catalogue.queries import scheme_version
from portal.oversight.lead_times import usual_decision, usual_reaction
from portal.papers.correspondence import desk_of
from portal.papers.who_pays import CostsDecided, costs_decided
from portal.platform.clock import local_date, local_time, now
from portal.platform.i18n import LazyString, format_date, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.queries import letters_by_message
from portal.second_look.objections.queries import (
    about_another,
    last_day_against,
    objection_behind,
    objections_of,
    told_in,
)
from portal.spending.invoices.models import Attendance
from portal.spending.invoices.queries import attendance_of
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import vouchers_of_question
from portal.web.intake.claims import ClaimView, claims_of
from portal.web.intake.decided import TITLES, DecisionView, decision_views, letter_url
from portal.web.intake.happened import WAYS, Records, Usual, timeline_of, usually
from portal.web.intake.late import has_late
from portal.web.intake.objecting import can_object
from portal.web.intake.repaid import TO_ANSWER, OwedView, OwnDebtView, owed_of, own_debts_seen
from portal.web.intake.round_words import round_sentences
from portal.web.intake.stands import voucher_stand
from portal.web.intake.state import Intake
from portal.web.intake.waiting import PlaceView, waits_of

STATES: dict[QuestionState, tuple[LazyString, str]] = {
    QuestionState.DRAFT: (_l("Nog niet verstuurd"), "neutral"),
    QuestionState.SUBMITTED: (_l("Bij een adviseur"), "info"),
    QuestionState.APPLIED: (_l("Aangevraagd"), "info"),
    QuestionState.WAITING: (_l("Wacht op uw antwoord"), "wait"),
    QuestionState.DECIDED: (_l("Besloten"), "ok"),
    QuestionState.REFERRED: (_l("Doorverwezen"), "ok"),
    QuestionState.SET_ASIDE: (_l("Niet in behandeling genomen"), "no"),
    QuestionState.WITHDRAWN: (_l("Ingetrokken"), "neutral"),
    QuestionState.CLOSED: (_l("Afgerond"), "neutral"),
}
PLEDGES: dict[PledgeState, tuple[LazyString, str]] = {
    PledgeState.EXPECTED: (_l("Nog niet gevraagd"), "wait"),
    PledgeState.ASKED: (_l("Gevraagd, nog geen antwoord"), "wait"),
    PledgeState.GIVEN: (_l("Uw werkgever betaalt mee"), "ok"),
    PledgeState.DECLINED: (_l("Uw werkgever betaalt niet mee"), "no"),
}


@dataclass(frozen=True)
class VoucherView:
    """One voucher as its holder sees it."""

    title: str
    code: str
    amount_cents: int
    open_cents: int
    valid_until: date
    state: str
    kind: str
    live: bool
    """Whether it can be used today."""
    says: tuple[str, ...] = ()
    """What it means when it cannot be used."""
    starts_on: date | None = None
    """First day of the training, as far as known."""


@dataclass(frozen=True)
class CasePage:
    """Everything on the status page."""

    state: str
    state_kind: str
    expected: str
    """When one mostly hears, and until when at the latest; empty when nothing is awaited."""
    set_aside: str
    """Why the application was not taken up; empty when it was."""
    set_aside_until: date | None
    """The last day to object to that (Awb 4:5, 6:7)."""
    timeline: list[dict[str, Any]]
    talk: Conversation | None
    talk_way: str
    requests: list[InformationRequest]
    open_request: InformationRequest | None
    pledge: Pledge | None
    pledge_state: str
    pledge_kind: str
    application: Application | None
    applied_for: list[str]
    rounds: list[str]
    """What the rounds of its schemes mean for it, in sentences."""
    waits: list[PlaceView]
    told_late: datetime | None
    """When the desk said that the decision comes later (Awb 4:14)."""
    decision: Decision | None
    vouchers: list[VoucherView]
    reduced: list[DecisionView]
    """The decisions about vouchers: more, less, settled or revoked."""
    claims: list[ClaimView]
    owed: list[OwedView]
    own_debts: list[OwnDebtView]
    attended: list[Attendance]
    can_apply: bool
    can_withdraw: bool
    can_ask_employer: bool
    can_object: bool
    can_choose_talk: bool
    """Nothing is planned, and there is still something to talk about."""
    is_late: bool
    """A decision is late, or somebody gave notice of that."""
    to_find_out: bool
    """The training or its costs are not known yet: one talks before one applies."""
    missed_talk: bool
    """The last talk was missed, and the person can choose another moment."""

    @property
    def stands_still(self) -> bool:
        """Whether the term to decide stands still because the application waits for money."""
        return any(not place.offered and not place.rest for place in self.waits)

    @property
    def asks_account(self) -> bool:
        """Whether money is owed to the holder, who still has to say on which account."""
        return any(one.stands in TO_ANSWER for one in self.owed)

    @property
    def asks_own_account(self) -> bool:
        """Whether the region itself owes something to who asked, who still has to say on which account."""
        return any(one.asks_account for one in self.own_debts)


def case_of(intake: Intake) -> CasePage:
    """The state of a question for who asked it."""
    session, question, actor = intake.session, intake.question, intake.actor
    pledge = pledge_of(session, question=question, actor=actor)
    decisions = [
        one for one in decisions_of(session, question=question, actor=actor) if not about_another(session, one)
    ]
    decision = that_stands(decisions)
    known = records_of(intake, decisions)
    application, talks, held = known.application, known.talks, list(known.vouchers)
    text, kind = STATES[question.state]
    pledge_text, pledge_kind = PLEDGES[pledge.state] if pledge is not None else ("", "neutral")
    planned = [talk for talk in talks if talk.state is ConversationState.PLANNED and talk.planned_for > now()]
    talk = planned[0] if planned and (question.is_open or question.state is QuestionState.DECIDED) else None
    to_send = question.state in (QuestionState.SUBMITTED, QuestionState.WAITING)
    aside = decision if decision is not None and decision.kind is DecisionKind.SET_ASIDE else None
    return CasePage(
        state=str(text),
        state_kind=kind,
        expected=expected_of(known),
        set_aside=question.set_aside_reason or "",
        set_aside_until=last_day_against(session, decision=aside) if aside is not None else None,
        timeline=timeline_of(known),
        talk=talk,
        talk_way=str(WAYS[talk.way]) if talk is not None else "",
        requests=list(known.requests),
        open_request=next((item for item in known.requests if item.is_open), None),
        pledge=pledge,
        pledge_state=str(pledge_text),
        pledge_kind=pledge_kind,
        application=application,
        applied_for=_titles(intake, application),
        rounds=round_sentences(session, application=application, title=intake.names.title) if application else [],
        waits=list(known.waits),
        told_late=known.told_late,
        decision=decision,
        vouchers=[voucher_view(intake, voucher) for voucher in held],
        reduced=decision_views(intake, decisions, known.objections),
        claims=list(known.claims),
        owed=owed_of(intake) if held else [],
        own_debts=own_debts_seen(intake) if decisions else [],
        attended=list(known.attended),
        can_apply=to_send
        and application is None
        and has_what_it_is_for(question)
        and bool(schemes_to_apply_for(session, question=question, actor=actor, on=intake.today, at=local_time(now()))),
        can_withdraw=question.is_open,
        can_object=bool(known.objections) or (decision is not None and can_object(intake)),
        is_late=has_late(intake),
        can_choose_talk=question.is_open and talk is None,
        to_find_out=to_send and application is None and not has_what_it_is_for(question),
        missed_talk=bool(talks) and talks[-1].state is ConversationState.MISSED,
        can_ask_employer=question.is_open
        and intake.has_employer
        and not intake.employer_route
        and (pledge is None or pledge.state is not PledgeState.GIVEN),
    )


def records_of(intake: Intake, decisions: Sequence[Decision]) -> Records:
    """What is known of a question, from which follows what happened to it."""
    session, question, actor = intake.session, intake.question, intake.actor
    application = application_of(session, question=question, actor=actor)
    late = delay_of(session, question=question) if application is not None else None
    held = vouchers_of_question(session, question=question, actor=actor)
    seen = [attendance_of(session, voucher=one) for one in held]
    return Records(
        question=question,
        today=intake.today,
        talks=conversations_of(session, question=question, actor=actor),
        requests=requests_of(session, question=question, actor=actor),
        application=application,
        decisions=decisions,
        waits=waits_of(intake) if application is not None else (),
        told_late=late.at if late is not None else None,
        objections=objections_of(session, question=question, actor=actor) if decisions else (),
        vouchers=held,
        attended=[one for one in seen if one is not None],
        claims=claims_of(intake, held),
        usual=_usual(intake),
    )


def _usual(intake: Intake) -> Usual:
    """What is usual, only where it is still awaited."""
    question, session, today = intake.question, intake.session, intake.today
    if not question.is_open:
        return Usual()
    if question.decide_by is not None:
        return Usual(decision=usual_decision(session, today=today))
    return Usual() if question.responded_at is not None else Usual(reaction=usual_reaction(session, today=today))


def expected_of(known: Records) -> str:
    """When who asked may expect something, in one or two sentences; empty when nothing is awaited of the desk."""
    question = known.question
    if question.state not in (QuestionState.SUBMITTED, QuestionState.APPLIED):
        return ""
    if question.decide_by is not None:
        if any(not place.offered and not place.rest for place in known.waits):
            return ""
        often = usually(question.applied_at, known.usual.decision, question.decide_by, known.today)
        day = format_date(question.decide_by)
        return (_("U krijgt een besluit uiterlijk op %(day)s.", day=day) + f" {often}").strip()
    if question.responded_at is None and question.respond_by is not None:
        often = usually(question.submitted_at, known.usual.reaction, question.respond_by, known.today)
        day = format_date(question.respond_by)
        return (_("U hoort van een adviseur uiterlijk op %(day)s.", day=day) + f" {often}").strip()
    return ""


def _titles(intake: Intake, application: Application | None) -> list[str]:
    if application is None:
        return []
    return [title_of(intake, slug, application.scheme_versions.get(slug)) for slug in application.schemes]


def title_of(intake: Intake, slug: str, version: int | None) -> str:
    """The title of a scheme as it was in that version."""
    found = scheme_version(intake.session, slug=slug, version=version) if version is not None else None
    return localized(found.definition.title) if found is not None else intake.names.title(slug)


def voucher_view(intake: Intake, voucher: Voucher) -> VoucherView:
    """A voucher as its holder sees it today."""
    stand = voucher_stand(voucher, intake.today)
    return VoucherView(
        title_of(intake, voucher.scheme, voucher.scheme_version),
        format_code(voucher.code),
        voucher.amount_cents,
        voucher.open_cents,
        voucher.valid_until,
        stand.text,
        stand.kind,
        stand.usable,
        stand.says,
        voucher.starts_on,
    )


# The letter ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutcomeView:
    """What was decided on one scheme."""

    title: str
    awarded: bool
    amount_cents: int
    reason: str | None
    body: str


@dataclass(frozen=True)
class LetterView:
    """The decision as its reader gets it."""

    decision_id: str
    kind: str
    title: str
    decided_on: date
    decided_by: str
    rationale: str
    referred_to: str | None
    outcomes: list[OutcomeView]
    vouchers: list[VoucherView]
    application: Application | None
    object_by: date | None
    """Last day to object, or to appeal after an objection; None while it was not sent: no term runs yet."""
    objectable: bool
    upon_objection: bool
    """It came of an objection: against it one appeals to the court (Awb 7:1, 8:1)."""
    court: str | None
    costs: CostsDecided | None
    """What the training costs, and what of it the reader pays; None when nothing was decided about costs."""
    letter: str | None
    """Where the letter itself stands; None while none was made."""
    letter_pdf: str | None


def letter_of(intake: Intake) -> LetterView | None:
    """The decision on this question as a letter; None when there is none."""
    decision = decision_of(intake.session, question=intake.question, actor=intake.actor)
    if decision is None:
        return None
    day = local_date(decision.decided_at)
    kept = letters_by_message(intake.session, question_id=intake.question.id)
    made = next((kept[key] for key in told_in(intake.session, decision=decision) if key in kept), None)
    return LetterView(
        decision_id=decision.public_id,
        kind=decision.kind.value,
        title=str(TITLES[decision.kind]),
        decided_on=day,
        decided_by=decision.decided_by_name,
        rationale=decision.rationale,
        referred_to=decision.referred_to,
        outcomes=[
            OutcomeView(
                title_of(intake, item.scheme, item.scheme_version),
                item.outcome is SchemeOutcome.AWARDED,
                item.amount_cents,
                item.reason,
                localized({"nl": item.deciding_body_nl, "en": item.deciding_body_en}),
            )
            for item in decision.outcomes
        ],
        vouchers=[
            voucher_view(intake, voucher)
            for voucher in vouchers_of_question(intake.session, question=intake.question, actor=intake.actor)
        ],
        application=application_of(intake.session, question=intake.question, actor=intake.actor),
        object_by=last_day_against(intake.session, decision=decision) if decision.outcomes else None,
        objectable=bool(decision.outcomes),
        upon_objection=objection_behind(intake.session, decision=decision) is not None,
        court=desk_of(intake.session)["court"],
        costs=costs_decided(intake.session, decision=decision, question=intake.question),
        letter=letter_url(intake, made, "letter"),
        letter_pdf=letter_url(intake, made, "letter_pdf"),
    )
