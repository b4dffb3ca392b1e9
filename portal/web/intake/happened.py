"""What happened to a question and what comes, in order of time: talks, decisions, objections, the training, and money back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.cases.applications.models import Application
from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest
from portal.cases.diaries.models import TalkWay
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.platform.clock import AMSTERDAM, local_date
from portal.platform.i18n import LazyString, format_date, format_datetime, format_euros, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.objections.models import Objection, ObjectionOutcome
from portal.spending.invoices.models import Attendance, EndKind
from portal.spending.vouchers.models import Voucher
from portal.web.intake.claims import ClaimView, last_received
from portal.web.intake.decided import HAPPENED
from portal.web.intake.waiting import PlaceView

WAYS: dict[TalkWay, LazyString] = {
    TalkWay.DESK: _l("aan het loket"),
    TalkWay.PHONE: _l("per telefoon"),
    TalkWay.VIDEO: _l("via een videogesprek"),
    TalkWay.WORKPLACE: _l("op uw werk"),
}
JUDGED: Mapping[ObjectionOutcome, LazyString] = {
    ObjectionOutcome.FOUNDED: _l("Er is besloten op uw bezwaar: u krijgt gelijk"),
    ObjectionOutcome.UNFOUNDED: _l("Er is besloten op uw bezwaar: u krijgt geen gelijk"),
    ObjectionOutcome.INADMISSIBLE: _l("Er is besloten op uw bezwaar: wij konden het niet behandelen"),
}
ENDED: Mapping[EndKind, LazyString] = {
    EndKind.COMPLETED: _l("U rondde de opleiding af"),
    EndKind.STOPPED: _l("U stopte met de opleiding"),
}
Past = tuple[datetime, str, str]
"""When, what, and a note."""
Entry = dict[str, Any]


@dataclass(frozen=True)
class Usual:
    """Within how many days things are mostly done; None where there are too few cases to say so."""

    reaction: int | None = None
    decision: int | None = None


@dataclass(frozen=True)
class Records:
    """All that is known of a question, from which follows what happened."""

    question: DevelopmentQuestion
    today: date
    talks: Sequence[Conversation] = ()
    requests: Sequence[InformationRequest] = ()
    application: Application | None = None
    decisions: Sequence[Decision] = ()
    waits: Sequence[PlaceView] = ()
    told_late: datetime | None = None
    objections: Sequence[Objection] = ()
    vouchers: Sequence[Voucher] = ()
    attended: Sequence[Attendance] = ()
    claims: Sequence[ClaimView] = ()
    usual: Usual = Usual()


def timeline_of(known: Records) -> list[Entry]:
    """What happened, in order of time, and then what comes."""
    past = sorted(_past(known), key=lambda entry: entry[0])
    return [*(_entry(format_date(at), title, text, "done") for at, title, text in past), *_ahead(known)]


def _past(known: Records) -> Iterator[Past]:
    yield from _asked(known)
    for talk in known.talks:
        yield from _talked(talk)
    for decision in known.decisions:
        why = decision.rationale if decision.kind is DecisionKind.SET_ASIDE else ""
        yield decision.decided_at, str(HAPPENED[decision.kind]), why
    for objection in known.objections:
        yield from _objected(objection)
    for voucher in known.vouchers:
        yield from _used(voucher)
    for seen in known.attended:
        yield from _followed(seen)
    for claim in known.claims:
        yield from _paid_back(claim)


def _asked(known: Records) -> Iterator[Past]:
    question, application = known.question, known.application
    if question.submitted_at is not None:
        note = _("Nummer %(number)s", number=question.reference_number)
        yield question.submitted_at, _("Uw vraag is ontvangen"), note
    for item in known.requests:
        yield item.asked_at, _("De adviseur vroeg om meer informatie"), ""
        if item.answered_at is not None:
            yield item.answered_at, _("U gaf antwoord"), ""
    if application is not None:
        yield application.applied_at, _("U deed een aanvraag"), _("Nummer %(number)s", number=application.number)
    if known.told_late is not None:
        yield known.told_late, _("Wij meldden dat het besluit later komt"), ""
    if question.withdrawn_at is not None:
        yield question.withdrawn_at, _("U trok uw vraag in"), ""
    if question.closed_at is not None:
        yield question.closed_at, _("De vraag is afgerond"), ""


def _talked(talk: Conversation) -> Iterator[Past]:
    """What became of a talk; nothing while it is planned."""
    if talk.held_at is not None:
        yield talk.held_at, _("U sprak met een adviseur"), ""
    elif talk.cancelled_at is not None:
        yield talk.cancelled_at, _("Het gesprek is afgezegd"), format_datetime(talk.planned_for)
    elif talk.missed_at is not None:
        yield talk.planned_for, _("Het gesprek ging niet door: wij hebben u niet gesproken"), ""


def _objected(objection: Objection) -> Iterator[Past]:
    note = _("Nummer %(number)s", number=objection.number)
    yield _noon(objection.received_on), _("U maakte bezwaar"), note
    if objection.heard_on is not None:
        yield _noon(objection.heard_on), _("U vertelde over uw bezwaar op de hoorzitting"), note
    if objection.adjourned_at is not None:
        yield objection.adjourned_at, _("Wij meldden dat het besluit op uw bezwaar later komt"), note
    if objection.outcome is not None and objection.decided_at is not None:
        yield objection.decided_at, str(JUDGED[objection.outcome]), note
    if objection.withdrawn_at is not None:
        yield objection.withdrawn_at, _("U trok uw bezwaar in"), note


def _used(voucher: Voucher) -> Iterator[Past]:
    if voucher.blocked_at is not None:
        yield voucher.blocked_at, _("Uw voucher is tijdelijk geblokkeerd"), ""
    if voucher.redeemed_at is not None:
        yield voucher.redeemed_at, _("Uw opleider gebruikte uw voucher"), ""
    if voucher.expired_at is not None:
        yield voucher.expired_at, _("Uw voucher is verlopen"), ""


def _followed(seen: Attendance) -> Iterator[Past]:
    if seen.started_on is not None:
        yield _noon(seen.started_on), _("Uw opleiding begon"), ""
    if seen.ended_on is not None and seen.ended_how is not None:
        yield _noon(seen.ended_on), str(ENDED[seen.ended_how]), ""


def _paid_back(claim: ClaimView) -> Iterator[Past]:
    recovery = claim.recovery
    amount = format_euros(recovery.amount_cents)
    yield recovery.claimed_at, _("Wij vroegen u om geld terug te betalen"), amount
    for day, cents in last_received(claim):
        yield _noon(day), _("Wij ontvingen uw terugbetaling"), format_euros(cents)
    if recovery.closed_at is not None:
        yield recovery.closed_at, _("U hoeft niets meer terug te betalen"), ""


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=AMSTERDAM)


# What comes ------------------------------------------------------------------------------------------------------------


def _ahead(known: Records) -> list[Entry]:
    found = _open(known) if known.question.is_open else []
    for objection in known.objections:
        if objection.hearing_on is not None and objection.heard_on is None and objection.outcome is None:
            found.append(
                _entry(format_datetime(objection.hearing_on), _("Hoorzitting"), objection.hearing_place or "", "later")
            )
        if objection.outcome is None and objection.withdrawn_at is None:
            when = _("Uiterlijk %(day)s", day=format_date(objection.decide_by))
            found.append(_entry(when, _("U krijgt een besluit op uw bezwaar"), "", "later"))
    for claim in known.claims:
        if claim.next_on is not None:
            when = _("Uiterlijk %(day)s", day=format_date(claim.next_on))
            found.append(_entry(when, _("U betaalt terug"), format_euros(claim.next_cents), "later"))
    for voucher in known.vouchers:
        if voucher.is_live and not voucher.is_blocked and voucher.valid_until >= known.today:
            when = _("Tot en met %(day)s", day=format_date(voucher.valid_until))
            found.append(_entry(when, _("U kunt uw voucher gebruiken"), "", "later"))
    return found


def _open(known: Records) -> list[Entry]:
    question, found = known.question, list[Entry]()
    if question.state is QuestionState.WAITING:
        found.append(_entry(_("Nu"), _("De adviseur wacht op uw antwoord"), "", "now"))
    still = [place for place in known.waits if not place.offered]
    found += [_entry(_("Nu"), _("U wacht op geld: %(title)s", title=place.title), "", "now") for place in still]
    for talk in known.talks:
        if talk.state is ConversationState.PLANNED:
            what = _("Gesprek met een adviseur, %(way)s", way=WAYS[talk.way])
            found.append(_entry(format_datetime(talk.planned_for), what, talk.place or "", "later"))
    if not found and question.responded_at is None and question.respond_by is not None:
        when = _("Uiterlijk %(day)s", day=format_date(question.respond_by))
        text = usually(question.submitted_at, known.usual.reaction, question.respond_by, known.today)
        found.append(_entry(when, _("U hoort van een adviseur"), text, "later"))
    if question.decide_by is not None and not still:
        when = _("Uiterlijk %(day)s", day=format_date(question.decide_by))
        waiting = question.state is QuestionState.WAITING
        text = (
            _("Deze datum schuift op zolang wij op uw antwoord wachten.")
            if waiting
            else usually(question.applied_at, known.usual.decision, question.decide_by, known.today)
        )
        found.append(_entry(when, _("U krijgt een besluit"), text, "later"))
    return found


def usually(since: datetime | None, days: int | None, last: date, today: date) -> str:
    """Within how many days it is mostly done; empty when that is not known, has passed, or is no sooner than the last day."""
    if since is None or days is None:
        return ""
    sent = local_date(since)
    if (today - sent).days > days or (last - sent).days <= days:
        return ""
    return ngettext("Meestal binnen %(num)s dag.", "Meestal binnen %(num)s dagen.", max(days, 1))


def _entry(when: str, title: str, text: str, state: str) -> Entry:
    return {"when": when, "title": title, "text": text, "state": state}
