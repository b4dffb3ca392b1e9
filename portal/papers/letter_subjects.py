"""What a letter is about, beyond its message: the decision with its outcomes, its vouchers and who pays what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import NO_OBJECTION, DecisionOutcome
from portal.awarding.decisions.queries import decision_on, decision_told, own_cents
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import scheme_version
from portal.paying.collecting.queries import charge_of_question, interest_of
from portal.paying.setting_off.queries import set_off_of_question
from portal.paying.settlements.models import Recovery
from portal.paying.settlements.queries import recovery_behind, settled_voucher, voucher_of_recovery
from portal.paying.settling_again.queries import voucher_settled_again
from portal.platform.clock import local_date
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.queries import objection_behind, objection_by_id
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import changed_voucher, vouchers_of_decision


@dataclass(frozen=True)
class LetterSubject:
    """What the text of a letter may use besides what every message has."""

    schemes: tuple[str, ...] = ()
    """The schemes it is about; one scheme may have its own text."""
    context: dict[str, Any] = field(default_factory=dict)
    about: list[list[str]] = field(default_factory=list)
    objectable: bool = False
    """A decision against which one may object or appeal within six weeks (Awb 6:7, 7:1, 8:1)."""


@dataclass(frozen=True)
class _Asked:
    """A message on a question, of which the subject is asked."""

    session: Session
    message: OutboxMessage
    question: DevelopmentQuestion
    preview: bool


def subject_of(
    session: Session, message: OutboxMessage, question: DevelopmentQuestion | None, preview: bool = False
) -> LetterSubject:
    """What this message is about. A preview shows no code of a voucher: that is made when it is decided."""
    family = message.template.partition("/")[0]
    find = SUBJECTS.get(message.template) or SUBJECTS.get(family)
    if question is None or find is None:
        return LetterSubject()
    return find(_Asked(session, message, question, preview)) or LetterSubject()


def _decision(asked: _Asked) -> LetterSubject | None:
    """A decision on the question, with its outcomes and vouchers."""
    session, question = asked.session, asked.question
    decision = decision_told(session, question=question, version=asked.message.version)
    if decision is None:
        return None
    application = application_by_question(session, question=question)
    outcomes = [_ToldOutcome(session, one) for one in decision.outcomes]
    vouchers = vouchers_of_decision(session, decision_id=decision.id)
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
            "own_cents": own_cents(decision),
            "awarded_cents": sum(one.cents for one in outcomes),
            "vouchers": [_Paper(session, voucher, asked.preview) for voucher in vouchers],
        },
        about=about,
        objectable=decision.kind not in NO_OBJECTION,
    )


def _objection(asked: _Asked) -> LetterSubject | None:
    """A step in an objection, against which one may not appeal yet."""
    named = (asked.message.details or {}).get("objection", asked.message.version)
    objection = objection_by_id(asked.session, objection_id=named)
    if objection is None:
        return None
    return LetterSubject(context={"objection": objection}, about=[[_("Bezwaar"), objection.number]])


def _objection_decided(asked: _Asked) -> LetterSubject | None:
    """The decision on an objection, against which one may appeal."""
    found = _objection(asked)
    return replace(found, objectable=True) if found is not None else None


def _reduction(asked: _Asked) -> LetterSubject | None:
    """A decision that revokes or lowers an award."""
    decision = decision_on(asked.session, question=asked.question, decision_id=asked.message.version)
    if decision is None:
        return None
    return _of_scheme(asked, decision.outcomes[0].scheme, decision.outcomes[0].scheme_version)


def _top_up(asked: _Asked) -> LetterSubject | None:
    """A decision that adds to a voucher."""
    return _of_voucher(asked, changed_voucher(asked.session, question=asked.question, change_id=asked.message.version))


def _settlement(asked: _Asked) -> LetterSubject | None:
    """The settlement of a voucher."""
    return _of_voucher(
        asked, settled_voucher(asked.session, question=asked.question, settlement_id=asked.message.version)
    )


def _settling_again(asked: _Asked) -> LetterSubject | None:
    """A new settlement in the place of the first."""
    return _of_voucher(
        asked, voucher_settled_again(asked.session, question=asked.question, again_id=asked.message.version)
    )


def _interest(asked: _Asked) -> LetterSubject | None:
    """The decision about the interest beside a claim, with its calculation (Awb 4:99)."""
    charge = charge_of_question(asked.session, question=asked.question, charge_id=asked.message.version)
    if charge is None or charge.last_on is None:
        return None
    recovery = recovery_behind(asked.session, recovery_id=charge.recovery_id)
    found = interest_of(asked.session, recovery=recovery, last=charge.last_on)
    return _of_claim(asked, recovery, {"charge": charge, "parts_of_interest": found.parts if found is not None else ()})


def _set_off(asked: _Asked) -> LetterSubject | None:
    """The decision to set a claim off against a bill (Awb 4:93)."""
    done = set_off_of_question(asked.session, question=asked.question, set_off_id=asked.message.version)
    if done is None:
        return None
    return _of_claim(asked, recovery_behind(asked.session, recovery_id=done.recovery_id), {})


def _of_claim(asked: _Asked, recovery: Recovery, context: dict[str, Any]) -> LetterSubject:
    """A decision about a claim: of the scheme of its voucher, in the name of the body of that scheme."""
    voucher = voucher_of_recovery(asked.session, recovery=recovery)
    subject = _of_scheme(asked, voucher.scheme, voucher.scheme_version)
    known = scheme_version(asked.session, slug=voucher.scheme, version=voucher.scheme_version)
    body = known.definition.deciding_body if known is not None else None
    names = {"nl": body.nl, "en": body.en} if body is not None else {}
    return replace(subject, context={**context, "deciding_body": names})


SUBJECTS: Mapping[str, Callable[[_Asked], LetterSubject | None]] = {
    "decision": _decision,
    "objection": _objection,
    "objection/decided": _objection_decided,
    "reduction": _reduction,
    "voucher/topped_up": _top_up,
    "settlement": _settlement,
    "settlement/again": _settling_again,
    "recovery/interest": _interest,
    "recovery/set_off": _set_off,
}
"""What is asked of a letter, by its name; else by the family it is in, which is the part of its name before the stroke.

The version of each of these messages is the id of the row that it makes known. Any other letter says enough by itself.
"""


def _of_voucher(asked: _Asked, voucher: Voucher | None) -> LetterSubject | None:
    return None if voucher is None else _of_scheme(asked, voucher.scheme, voucher.scheme_version)


def _of_scheme(asked: _Asked, scheme: str, version: int) -> LetterSubject:
    """A decision about a voucher of this scheme."""
    title = localized(_title(asked.session, scheme, version))
    return LetterSubject(schemes=(scheme,), about=[[_("Voucher"), title]], objectable=True)


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
