"""What a letter is about, beyond its message: the decision with its outcomes, its vouchers and who pays what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionOutcome
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import scheme_version
from portal.paying.settlements.models import Settlement
from portal.paying.settling_again.models import SettlingAgain
from portal.platform.clock import local_date
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.models import Objection
from portal.second_look.objections.queries import objection_behind
from portal.spending.vouchers.models import Award, Voucher, VoucherChange
from portal.spending.vouchers.queries import format_code


@dataclass(frozen=True)
class LetterSubject:
    """What the text of a letter may use besides what every message has."""

    schemes: tuple[str, ...] = ()
    """The schemes it is about; one scheme may have its own text."""
    context: dict[str, Any] = field(default_factory=dict)
    about: list[list[str]] = field(default_factory=list)
    objectable: bool = False
    """A decision against which one may object or appeal within six weeks (Awb 6:7, 7:1, 8:1)."""


def subject_of(
    session: Session, message: OutboxMessage, question: DevelopmentQuestion | None, preview: bool = False
) -> LetterSubject:
    """What this message is about. A preview shows no code of a voucher: that is made when it is decided."""
    if question is not None and message.template.startswith("decision/"):
        decision = decision_of_message(session, message)
        if decision is not None:
            return _decision(session, question, decision, preview)
    if question is not None and message.template.startswith("objection/"):
        objection = session.get(Objection, (message.details or {}).get("objection", message.version))
        if objection is not None:
            about = [[_("Bezwaar"), objection.number]]
            final = message.template == "objection/decided"
            return LetterSubject(context={"objection": objection}, about=about, objectable=final)
    if question is not None and message.template.startswith("reduction/"):
        decision = session.get(Decision, message.version)
        if decision is not None and decision.question_id == question.id:
            return _of_voucher(session, decision.outcomes[0].scheme, decision.outcomes[0].scheme_version)
    if question is not None and message.template == "voucher/topped_up":
        change = session.get(VoucherChange, message.version)
        topped = session.get(Voucher, change.voucher_id) if change is not None else None
        if topped is not None and topped.question_id == question.id:
            return _of_voucher(session, topped.scheme, topped.scheme_version)
    if question is not None and message.template.startswith("settlement/"):
        settlement: Settlement | SettlingAgain | None = session.get(Settlement, message.version)
        if message.template == "settlement/again":
            settlement = session.get(SettlingAgain, message.version)
        voucher = session.get(Voucher, settlement.voucher_id) if settlement is not None else None
        if voucher is not None and voucher.question_id == question.id:
            return _of_voucher(session, voucher.scheme, voucher.scheme_version)
    return LetterSubject()


def _of_voucher(session: Session, scheme: str, version: int) -> LetterSubject:
    """A decision about a voucher of this scheme."""
    return LetterSubject(
        schemes=(scheme,), about=[[_("Voucher"), localized(_title(session, scheme, version))]], objectable=True
    )


def decision_of_message(session: Session, message: OutboxMessage) -> Decision | None:
    """The decision that a message makes known: its version is the id of the decision, in older ones there is one decision."""
    found = session.get(Decision, message.version)
    if found is not None and found.question_id == message.object_id:
        return found
    rows = select(Decision).where(Decision.question_id == message.object_id).order_by(Decision.id)
    return session.scalars(rows.limit(1)).first()


def _decision(session: Session, question: DevelopmentQuestion, decision: Decision, preview: bool) -> LetterSubject:
    application = application_by_question(session, question=question)
    outcomes = [_ToldOutcome(session, one) for one in decision.outcomes]
    vouchers = session.scalars(
        select(Voucher)
        .join(Award, Award.id == Voucher.award_id)
        .where(Award.decision_id == decision.id)
        .order_by(Voucher.id)
    ).all()
    about = []
    if application is not None:
        about = [[_("Aanvraag"), f"{application.number}, {format_date(application.applied_on)}"]]
    objection = objection_behind(session, decision=decision)
    if objection is not None:
        about.append([_("Bezwaar"), objection.number])
    return LetterSubject(
        schemes=tuple(one.scheme for one in decision.outcomes),
        context={
            "decision": decision,
            "decided_on": local_date(decision.decided_at),
            "application": application,
            "upon_objection": objection,
            "outcomes": outcomes,
            "awarded_cents": sum(one.cents for one in outcomes),
            "vouchers": [_Paper(session, voucher, preview) for voucher in vouchers],
        },
        about=about,
        objectable=decision.kind is not DecisionKind.REFERRED,
    )


class _ToldOutcome:
    """One outcome in the language of the moment it is asked."""

    def __init__(self, session: Session, outcome: DecisionOutcome) -> None:
        self.cents, self.reason = outcome.amount_cents, outcome.reason
        self._body = {"nl": outcome.deciding_body_nl, "en": outcome.deciding_body_en}
        self._title = _title(session, outcome.scheme, outcome.scheme_version)

    @property
    def title(self) -> str:
        return localized(self._title)

    @property
    def body(self) -> str:
        return localized(self._body)


class _Paper:
    """One voucher as it is printed."""

    def __init__(self, session: Session, voucher: Voucher, preview: bool) -> None:
        self.code = "…" if preview else format_code(voucher.code)
        self.cents, self.until = voucher.amount_cents, voucher.valid_until
        self._title = _title(session, voucher.scheme, voucher.scheme_version)

    @property
    def title(self) -> str:
        return localized(self._title)


def _title(session: Session, slug: str, version: int) -> dict[str, str]:
    found = scheme_version(session, slug=slug, version=version)
    title = found.definition.title if found is not None else None
    return {"nl": title.nl, "en": title.en} if title is not None else {"nl": slug, "en": slug}
