"""What a letter is about, beyond its message: the decision with its outcomes, its vouchers, who pays what, and who decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import NO_OBJECTION, Decision, DecisionOutcome
from portal.awarding.decisions.queries import decided_mix, decision_on, decision_told
from portal.awarding.held_money import used_by_scheme
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import scheme_version
from portal.papers.legal_table import row_of_letter
from portal.papers.legal_words import LegalWords, Words
from portal.papers.who_pays import costs_decided
from portal.paying.collecting.decided import relief_told
from portal.paying.collecting.queries import charge_of_question, interest_of, undone_of_question
from portal.paying.setting_off.queries import set_off_of_question, set_off_undone_of_question
from portal.paying.settlements.models import Recovery, Settlement
from portal.paying.settlements.queries import recovery_behind, settled_voucher, settlement_by_id, voucher_of_recovery
from portal.paying.settling_again.models import SettlingAgain
from portal.paying.settling_again.queries import settling_again_by_id, voucher_settled_again
from portal.platform.clock import local_date
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.models import ObjectionOutcome
from portal.second_look.objections.queries import (
    decision_against,
    delays_of,
    objection_behind,
    objection_by_id,
    repairs_of,
)
from portal.second_look.penalties.queries import again_by_id, notice_by_id
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher, VoucherChange
from portal.spending.vouchers.queries import change_by_id, changed_voucher, vouchers_of_decision

RELIEF = (
    "recovery/deferred",
    "recovery/planned",
    "recovery/written_off",
    "recovery/charges_waived",
    "recovery/not_deferred",
    "recovery/not_waived",
)
"""The messages about paying later or less."""


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
    applied = application.scheme_versions if application is not None else {}
    bodies = [_body(session, slug, version) for slug, version in applied.items()]
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
            "costs": costs_decided(session, decision=decision, question=question),
            "legal": _legal(asked, decision, bodies=bodies, more=("7:11",) if objection is not None else ()),
            "awarded_cents": sum(one.cents for one in outcomes),
            "used_cents": _used_before(decision),
            "vouchers": [_Paper(session, voucher, asked.preview) for voucher in vouchers],
        },
        about=about,
        objectable=decision.kind not in NO_OBJECTION,
    )


def _used_before(decision: Decision) -> int:
    """What of the mix was used already of earlier vouchers, and stays as it is, in cents."""
    mix = decided_mix(decision)
    return sum(used_by_scheme(mix.shares).values()) if mix is not None else 0


def _objection(asked: _Asked) -> LetterSubject | None:
    """A step in an objection, against which one may not appeal yet."""
    named = (asked.message.details or {}).get("objection", asked.message.version)
    objection = objection_by_id(asked.session, objection_id=named)
    if objection is None:
        return None
    repairs = repairs_of(asked.session, objection=objection)
    delays = delays_of(asked.session, objection=objection)
    last = {"repair": repairs[-1] if repairs else None, "delay": delays[-1] if delays else None}
    return LetterSubject(context={"objection": objection} | last, about=[[_("Bezwaar"), objection.number]])


def _objection_decided(asked: _Asked) -> LetterSubject | None:
    """The decision on an objection, against which one may appeal."""
    found = _objection(asked)
    if found is None:
        return None
    objection = found.context["objection"]
    ground = None
    if objection.outcome is ObjectionOutcome.INADMISSIBLE:
        ground = ("6:7", "6:11") if objection.late else ("6:6",)
    against = decision_against(asked.session, objection=objection)
    legal = replace(_legal(asked, against), signed=objection.decided_by_name or "")
    legal = replace(legal, articles=ground) if ground is not None else legal
    return replace(found, objectable=True, context=found.context | {"legal": legal})


def _late(asked: _Asked) -> LetterSubject | None:
    """A notice that a decision is late, or the decision on its penalty, against which one may object."""
    notice = notice_by_id(asked.session, notice_id=(asked.message.details or {}).get("notice", asked.message.version))
    if notice is None:
        return None
    settled = asked.message.template == "late/penalty"
    body = {"nl": notice.body_nl or "", "en": notice.body_en or ""}
    decision = _decided(asked, notice.decision_id)
    of_bodies = _bodies_of(decision) or (body,)
    legal = replace(_legal(asked, None, bodies=of_bodies), signed=notice.settled_by_name or "")
    context = {"notice": notice, "legal": legal, "number_of_bodies": len(of_bodies)}
    return LetterSubject(context=context, objectable=settled)


def _penalty_again(asked: _Asked) -> LetterSubject | None:
    """The decision on a penalty after a founded objection, against which one may appeal."""
    again = again_by_id(asked.session, again_id=asked.message.version)
    if again is None:
        return None
    of_bodies = _bodies_of(_decided(asked, again.decision_id))
    legal = replace(_legal(asked, None, bodies=of_bodies), signed=again.decided_by_name)
    context = {"again": again, "legal": legal, "number_of_bodies": len(of_bodies)}
    return LetterSubject(context=context, objectable=True)


def _bodies_of(decision: Decision | None) -> tuple[Words, ...]:
    outcomes = decision.outcomes if decision is not None else []
    return tuple({"nl": one.deciding_body_nl, "en": one.deciding_body_en} for one in outcomes)


def _reduction(asked: _Asked) -> LetterSubject | None:
    """A decision that revokes or lowers an award."""
    decision = decision_on(asked.session, question=asked.question, decision_id=asked.message.version)
    if decision is None:
        return None
    found = _of_scheme(asked, decision.outcomes[0].scheme, decision.outcomes[0].scheme_version, decision)
    article = (asked.message.details or {}).get("article")
    if article is None:
        return found
    return replace(found, context={"legal": replace(found.context["legal"], articles=(str(article),))})


def _top_up(asked: _Asked) -> LetterSubject | None:
    """A decision that adds to a voucher."""
    voucher = changed_voucher(asked.session, question=asked.question, change_id=asked.message.version)
    return _of_voucher(asked, voucher, change_by_id(asked.session, change_id=asked.message.version))


def _settlement(asked: _Asked) -> LetterSubject | None:
    """The settlement of a voucher."""
    voucher = settled_voucher(asked.session, question=asked.question, settlement_id=asked.message.version)
    return _of_voucher(asked, voucher, settlement_by_id(asked.session, settlement_id=asked.message.version))


def _settling_again(asked: _Asked) -> LetterSubject | None:
    """A new settlement in the place of the first."""
    voucher = voucher_settled_again(asked.session, question=asked.question, again_id=asked.message.version)
    return _of_voucher(asked, voucher, settling_again_by_id(asked.session, again_id=asked.message.version))


def _interest(asked: _Asked) -> LetterSubject | None:
    """The decision about the interest beside a claim, with its calculation (Awb 4:99)."""
    charge = charge_of_question(asked.session, question=asked.question, charge_id=asked.message.version)
    if charge is None or charge.last_on is None:
        return None
    recovery = recovery_behind(asked.session, recovery_id=charge.recovery_id)
    found = interest_of(asked.session, recovery=recovery, last=charge.last_on)
    decision = _decided(asked, charge.decision_id)
    context = {"charge": charge, "parts_of_interest": found.parts if found is not None else ()}
    return _of_claim(asked, recovery, decision, context)


def _set_off(asked: _Asked) -> LetterSubject | None:
    """The decision to set a claim off against a bill (Awb 4:93)."""
    done = set_off_of_question(asked.session, question=asked.question, set_off_id=asked.message.version)
    if done is None:
        return None
    decision = _decided(asked, done.decision_id)
    return _of_claim(asked, recovery_behind(asked.session, recovery_id=done.recovery_id), decision, {})


def _interest_undone(asked: _Asked) -> LetterSubject | None:
    """The decision after an objection that interest lapses (Awb 7:11)."""
    undone = undone_of_question(asked.session, question=asked.question, undone_id=asked.message.version)
    if undone is None:
        return None
    charge = charge_of_question(asked.session, question=asked.question, charge_id=undone.charge_id)
    if charge is None:
        return None
    recovery = recovery_behind(asked.session, recovery_id=charge.recovery_id)
    return _of_claim(asked, recovery, _decided(asked, undone.decision_id), {})


def _set_off_undone(asked: _Asked) -> LetterSubject | None:
    """The decision after an objection that what was set off is paid (Awb 7:11)."""
    found = set_off_undone_of_question(asked.session, question=asked.question, undone_id=asked.message.version)
    if found is None:
        return None
    return _of_claim(asked, found[1], _decided(asked, found[0].decision_id), {})


def _relief(asked: _Asked) -> LetterSubject | None:
    """The decision that a debtor pays later or less, or may not (Awb 4:94, 4:94a). What was told before it was a decision has no
    last day to object."""
    template, version = asked.message.template, asked.message.version
    found = relief_told(asked.session, question=asked.question, template=template, version=version)
    if found is None:
        return LetterSubject(context={"instalments": [], "decided": False})
    recovery, decision_id, instalments = found
    decision = _decided(asked, decision_id)
    context = {"instalments": instalments, "decided": decision is not None}
    if decision is None:
        return LetterSubject(context=context)
    return _of_claim(asked, recovery, decision, context | _upon_objection(asked.session, decision))


def _upon_objection(session: Session, decision: Decision) -> dict[str, Any]:
    """The objection that a decision came of: then one appeals, and does not object again."""
    objection = objection_behind(session, decision=decision)
    return {"upon_objection": objection} if objection is not None else {}


def _decided(asked: _Asked, decision_id: int | None) -> Decision | None:
    if decision_id is None:
        return None
    return decision_on(asked.session, question=asked.question, decision_id=decision_id)


def _of_claim(asked: _Asked, recovery: Recovery, decision: Decision | None, context: dict[str, Any]) -> LetterSubject:
    """A decision about a claim: of the scheme of its voucher, in the name of the body of that scheme."""
    voucher = voucher_of_recovery(asked.session, recovery=recovery)
    subject = _of_scheme(asked, voucher.scheme, voucher.scheme_version, decision)
    return replace(subject, context=subject.context | context)


SUBJECTS: Mapping[str, Callable[[_Asked], LetterSubject | None]] = {
    "decision": _decision,
    "objection": _objection,
    "objection/decided": _objection_decided,
    "objection/of_another_decided": _objection_decided,
    "late": _late,
    "late/penalty_again": _penalty_again,
    "reduction": _reduction,
    "voucher/topped_up": _top_up,
    "settlement": _settlement,
    "settlement/again": _settling_again,
    "recovery/interest": _interest,
    "recovery/interest_undone": _interest_undone,
    **dict.fromkeys(RELIEF, _relief),
    "recovery/set_off": _set_off,
    "recovery/set_off_undone": _set_off_undone,
}
"""What is asked of a letter, by its name; else by the family it is in, which is the part of its name before the stroke.

The version of each of these messages is the id of the row that it makes known. Any other letter says enough by itself.
"""


def _of_voucher(
    asked: _Asked, voucher: Voucher | None, made: VoucherChange | Settlement | SettlingAgain | None
) -> LetterSubject | None:
    if voucher is None or made is None:
        return None
    decision = decision_on(asked.session, question=asked.question, decision_id=made.decision_id or 0)
    return _of_scheme(asked, voucher.scheme, voucher.scheme_version, decision)


def _of_scheme(asked: _Asked, scheme: str, version: int, decision: Decision | None) -> LetterSubject:
    """A decision about a voucher of this scheme."""
    title = localized(_title(asked.session, scheme, version))
    legal = _legal(asked, decision, bodies=(_body(asked.session, scheme, version),))
    return LetterSubject((scheme,), {"legal": legal}, [[_("Voucher"), title]], objectable=True)


def _legal(
    asked: _Asked, decision: Decision | None, *, bodies: Sequence[Words] = (), more: tuple[str, ...] = ()
) -> LegalWords:
    """In whose name was decided, by whom, and on what ground; the bodies are those of the decision, when it names them."""
    row = row_of_letter(asked.message.template)
    outcomes = decision.outcomes if decision is not None else []
    named = [{"nl": one.deciding_body_nl, "en": one.deciding_body_en} for one in outcomes if one.deciding_body_nl]
    articles = row.ground if row is not None else ()
    return LegalWords(
        bodies=tuple(named or bodies),
        signed=decision.decided_by_name if decision is not None else "",
        schemes=tuple(_title(asked.session, one.scheme, one.scheme_version) for one in outcomes),
        articles=(*articles, *(one for one in more if one not in articles)),
    )


def _body(session: Session, slug: str, version: int) -> Words:
    found = scheme_version(session, slug=slug, version=version)
    body = found.definition.deciding_body if found is not None else None
    return {"nl": body.nl, "en": body.en} if body is not None else {"nl": "", "en": ""}


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
