"""A question that was sent, as who asked it follows it: where it stands, what comes when, and the decision as a letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.awarding.decisions.models import NO_OBJECTION, Decision, DecisionKind, SchemeOutcome
from portal.awarding.decisions.queries import decision_of
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_of, schemes_to_apply_for
from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest
from portal.cases.conversations.queries import conversations_of, delay_of, requests_of
from portal.cases.diaries.models import TalkWay
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.pledges.queries import pledge_of
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.queries import scheme_version
from portal.papers.correspondence import desk_of
from portal.platform.clock import local_date, local_time, now
from portal.platform.i18n import LazyString, format_date, format_datetime, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.queries import last_day_to_object
from portal.second_look.objections.queries import known_on, objection_behind
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher, VoucherState
from portal.spending.vouchers.queries import vouchers_of_question
from portal.web.intake.objecting import can_object
from portal.web.intake.repaid import TO_ANSWER, owed_of
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
WAYS: dict[TalkWay, LazyString] = {
    TalkWay.DESK: _l("aan het loket"),
    TalkWay.PHONE: _l("per telefoon"),
    TalkWay.VIDEO: _l("via een videogesprek"),
    TalkWay.WORKPLACE: _l("op uw werk"),
}
PLEDGES: dict[PledgeState, tuple[LazyString, str]] = {
    PledgeState.EXPECTED: (_l("Nog niet gevraagd"), "wait"),
    PledgeState.ASKED: (_l("Gevraagd, nog geen antwoord"), "wait"),
    PledgeState.GIVEN: (_l("Uw werkgever betaalt mee"), "ok"),
    PledgeState.DECLINED: (_l("Uw werkgever betaalt niet mee"), "no"),
}
VOUCHERS: dict[VoucherState, tuple[LazyString, str]] = {
    VoucherState.ISSUED: (_l("Te gebruiken"), "ok"),
    VoucherState.PARTLY_REDEEMED: (_l("Voor een deel gebruikt"), "ok"),
    VoucherState.REDEEMED: (_l("Gebruikt"), "neutral"),
    VoucherState.EXPIRED: (_l("Verlopen"), "no"),
    VoucherState.REVOKED: (_l("Voucher ingetrokken"), "no"),
    VoucherState.SETTLED: (_l("Vastgesteld"), "neutral"),
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


@dataclass(frozen=True)
class CasePage:
    """Everything on the status page."""

    state: str
    state_kind: str
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
    waits: list[PlaceView]
    told_late: datetime | None
    """When the desk said that the decision comes later (Awb 4:14)."""
    decision: Decision | None
    vouchers: list[VoucherView]
    asks_account: bool
    """Money is owed to the holder, who still has to say on which account."""
    can_apply: bool
    can_withdraw: bool
    can_ask_employer: bool
    can_object: bool
    can_choose_talk: bool
    """Nothing is planned, and there is still something to talk about."""
    missed_talk: bool
    """The last talk was missed, and the person can choose another moment."""

    @property
    def stands_still(self) -> bool:
        """Whether the term to decide stands still because the application waits for money."""
        return any(not place.offered and not place.rest for place in self.waits)


def case_of(intake: Intake) -> CasePage:
    """The state of a question for who asked it."""
    session, question, actor = intake.session, intake.question, intake.actor
    talks = conversations_of(session, question=question, actor=actor)
    requests = requests_of(session, question=question, actor=actor)
    pledge = pledge_of(session, question=question, actor=actor)
    application = application_of(session, question=question, actor=actor)
    decision = decision_of(session, question=question, actor=actor)
    waits = waits_of(intake) if application is not None else []
    late = delay_of(session, question=question) if application is not None else None
    told_late = late.at if late is not None else None
    text, kind = STATES[question.state]
    pledge_text, pledge_kind = PLEDGES[pledge.state] if pledge is not None else ("", "neutral")
    planned = [talk for talk in talks if talk.state is ConversationState.PLANNED and talk.planned_for > now()]
    talk = planned[0] if planned and (question.is_open or question.state is QuestionState.DECIDED) else None
    to_send = question.state in (QuestionState.SUBMITTED, QuestionState.WAITING)
    to_apply = to_send and application is None
    return CasePage(
        state=str(text),
        state_kind=kind,
        timeline=timeline_of(question, talks, requests, application, decision, waits, told_late),
        talk=talk,
        talk_way=str(WAYS[talk.way]) if talk is not None else "",
        requests=requests,
        open_request=next((item for item in requests if item.is_open), None),
        pledge=pledge,
        pledge_state=str(pledge_text),
        pledge_kind=pledge_kind,
        application=application,
        applied_for=_titles(intake, application),
        waits=waits,
        told_late=told_late,
        decision=decision,
        vouchers=[
            _voucher(intake, voucher) for voucher in vouchers_of_question(session, question=question, actor=actor)
        ],
        asks_account=any(one.stands in TO_ANSWER for one in owed_of(intake)),
        can_apply=to_apply
        and bool(schemes_to_apply_for(session, question=question, actor=actor, on=intake.today, at=local_time(now()))),
        can_withdraw=question.is_open,
        can_object=decision is not None and can_object(intake),
        can_choose_talk=question.is_open and talk is None,
        missed_talk=bool(talks) and talks[-1].state is ConversationState.MISSED,
        can_ask_employer=question.is_open
        and intake.has_employer
        and not intake.employer_route
        and (pledge is None or pledge.state is not PledgeState.GIVEN),
    )


def _titles(intake: Intake, application: Application | None) -> list[str]:
    if application is None:
        return []
    return [title_of(intake, slug, application.scheme_versions.get(slug)) for slug in application.schemes]


def title_of(intake: Intake, slug: str, version: int | None) -> str:
    """The title of a scheme as it was in that version."""
    found = scheme_version(intake.session, slug=slug, version=version) if version is not None else None
    return localized(found.definition.title) if found is not None else intake.names.title(slug)


def _voucher(intake: Intake, voucher: Voucher) -> VoucherView:
    text, kind = VOUCHERS[voucher.state]
    return VoucherView(
        title_of(intake, voucher.scheme, voucher.scheme_version),
        format_code(voucher.code),
        voucher.amount_cents,
        voucher.open_cents,
        voucher.valid_until,
        str(text),
        kind,
        voucher.is_live and voucher.valid_until >= intake.today,
    )


# Timeline --------------------------------------------------------------------------------------------------------------


def timeline_of(
    question: DevelopmentQuestion,
    talks: Sequence[Conversation],
    requests: Sequence[InformationRequest],
    application: Application | None,
    decision: Decision | None,
    waits: Sequence[PlaceView] = (),
    told_late: datetime | None = None,
) -> list[dict[str, Any]]:
    """What happened, in order of time, and then what comes."""
    past: list[tuple[datetime, str, str]] = []
    if question.submitted_at is not None:
        past.append(
            (
                question.submitted_at,
                _("Uw vraag is ontvangen"),
                _("Nummer %(number)s", number=question.reference_number),
            )
        )
    for item in requests:
        past.append((item.asked_at, _("De adviseur vroeg om meer informatie"), ""))
        if item.answered_at is not None:
            past.append((item.answered_at, _("U gaf antwoord"), ""))
    past += [entry for talk in talks for entry in _talked(talk)]
    if application is not None:
        past.append(
            (application.applied_at, _("U deed een aanvraag"), _("Nummer %(number)s", number=application.number))
        )
    if told_late is not None:
        past.append((told_late, _("Wij meldden dat het besluit later komt"), ""))
    if decision is not None:
        past.append(
            (decision.decided_at, _("Er is een besluit") if _is_decision(decision) else _("U bent doorverwezen"), "")
        )
    for at, text in ((question.withdrawn_at, _("U trok uw vraag in")), (question.closed_at, _("De vraag is afgerond"))):
        if at is not None:
            past.append((at, text, ""))
    done = [
        _entry(format_date(at), title, text, "done") for at, title, text in sorted(past, key=lambda entry: entry[0])
    ]
    return [*done, *_ahead(question, talks, waits)]


def _talked(talk: Conversation) -> list[tuple[datetime, str, str]]:
    """What became of a talk; nothing while it is planned."""
    if talk.held_at is not None:
        return [(talk.held_at, _("U sprak met een adviseur"), "")]
    if talk.cancelled_at is not None:
        return [(talk.cancelled_at, _("Het gesprek is afgezegd"), format_datetime(talk.planned_for))]
    if talk.missed_at is not None:
        return [(talk.planned_for, _("Het gesprek ging niet door: wij hebben u niet gesproken"), "")]
    return []


def _ahead(
    question: DevelopmentQuestion, talks: Sequence[Conversation], waits: Sequence[PlaceView]
) -> list[dict[str, Any]]:
    if not question.is_open:
        return []
    found = []
    if question.state is QuestionState.WAITING:
        found.append(_entry(_("Nu"), _("De adviseur wacht op uw antwoord"), "", "now"))
    still = [place for place in waits if not place.offered]
    found += [_entry(_("Nu"), _("U wacht op geld: %(title)s", title=place.title), "", "now") for place in still]
    planned = [talk for talk in talks if talk.state is ConversationState.PLANNED]
    for talk in planned:
        found.append(
            _entry(
                format_datetime(talk.planned_for),
                _("Gesprek met een adviseur, %(way)s", way=WAYS[talk.way]),
                talk.place or "",
                "later",
            )
        )
    if not found and question.responded_at is None and question.respond_by is not None:
        when = _("Uiterlijk %(day)s", day=format_date(question.respond_by))
        found.append(_entry(when, _("U hoort van een adviseur"), "", "later"))
    if question.decide_by is not None and not still:
        when = _("Uiterlijk %(day)s", day=format_date(question.decide_by))
        text = (
            _("Deze datum schuift op zolang wij op uw antwoord wachten.")
            if question.state is QuestionState.WAITING
            else ""
        )
        found.append(_entry(when, _("U krijgt een besluit"), text, "later"))
    return found


def _entry(when: str, title: str, text: str, state: str) -> dict[str, Any]:
    return {"when": when, "title": title, "text": text, "state": state}


def _is_decision(decision: Decision) -> bool:
    return decision.kind not in NO_OBJECTION


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
    """Last day to object, or to appeal after an objection."""
    upon_objection: bool
    """It came of an objection: against it one appeals to the court (Awb 7:1, 8:1)."""
    court: str | None


def letter_of(intake: Intake) -> LetterView | None:
    """The decision on this question as a letter; None when there is none."""
    decision = decision_of(intake.session, question=intake.question, actor=intake.actor)
    if decision is None:
        return None
    day = local_date(decision.decided_at)
    titles = {
        DecisionKind.APPROVED: _("U krijgt een voucher"),
        DecisionKind.PARTLY: _("U krijgt een deel van wat u vroeg"),
        DecisionKind.REJECTED: _("Wij kunnen uw aanvraag niet goedkeuren"),
        DecisionKind.REFERRED: _("Wij verwijzen u door"),
        DecisionKind.TAKEN_OVER: _("U kreeg een voucher"),
    }
    return LetterView(
        kind=decision.kind.value,
        title=titles[decision.kind],
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
            _voucher(intake, voucher)
            for voucher in vouchers_of_question(intake.session, question=intake.question, actor=intake.actor)
        ],
        application=application_of(intake.session, question=intake.question, actor=intake.actor),
        object_by=last_day_to_object(known_on(intake.session, decision=decision) or day) if decision.outcomes else None,
        upon_objection=objection_behind(intake.session, decision=decision) is not None,
        court=desk_of(intake.session)["court"],
    )
