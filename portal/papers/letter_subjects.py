"""What a letter is about, beyond its message: the decision with its outcomes, its vouchers, who pays what, and who decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import NO_OBJECTION, Decision, DecisionOutcome
from portal.awarding.decisions.queries import decided_mix, decision_on, decision_told
from portal.awarding.held_money import used_by_scheme
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.claim_letters import CLAIM_SUBJECTS
from portal.papers.legal_words import Words
from portal.papers.letter_parts import (
    AskedLetter,
    LetterSubject,
    body_words,
    decided_by,
    legal_of,
    of_scheme,
    title_words,
)
from portal.papers.who_pays import costs_decided
from portal.paying.late_interest.queries import own_interest_of_question
from portal.paying.settlements.models import Settlement
from portal.paying.settlements.queries import settled_voucher, settlement_by_id
from portal.paying.settling_again.models import SettlingAgain
from portal.paying.settling_again.queries import settling_again_by_id, voucher_settled_again
from portal.platform.clock import local_date
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.post.messages.models import OutboxMessage
from portal.second_look.late_decisions.queries import late_bodies
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


def subject_of(
    session: Session, message: OutboxMessage, question: DevelopmentQuestion | None, preview: bool = False
) -> LetterSubject:
    """What this message is about. A preview shows no code of a voucher: that is made when it is decided."""
    family = message.template.partition("/")[0]
    find = SUBJECTS.get(message.template) or SUBJECTS.get(family)
    if question is None or find is None:
        return LetterSubject()
    return find(AskedLetter(session, message, question, preview)) or LetterSubject()


def _decision(asked: AskedLetter) -> LetterSubject | None:
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
    bodies = [body_words(session, slug, version) for slug, version in applied.items()]
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
            "legal": legal_of(asked, decision, bodies=bodies, more=("7:11",) if objection is not None else ()),
            "awarded_cents": sum(one.cents for one in outcomes),
            "used_cents": _used_before(decision),
            "vouchers": [_Paper(session, voucher, asked.preview) for voucher in vouchers],
        },
        about=about,
        objectable=decision.kind not in NO_OBJECTION,
        decision=decision,
    )


def _used_before(decision: Decision) -> int:
    """What of the mix was used already of earlier vouchers, and stays as it is, in cents."""
    mix = decided_mix(decision)
    return sum(used_by_scheme(mix.shares).values()) if mix is not None else 0


def _objection(asked: AskedLetter) -> LetterSubject | None:
    """A step in an objection, against which one may not appeal yet."""
    named = (asked.message.details or {}).get("objection", asked.message.version)
    objection = objection_by_id(asked.session, objection_id=named)
    if objection is None:
        return None
    repairs = repairs_of(asked.session, objection=objection)
    delays = delays_of(asked.session, objection=objection)
    last = {"repair": repairs[-1] if repairs else None, "delay": delays[-1] if delays else None}
    return LetterSubject(context={"objection": objection} | last, about=[[_("Bezwaar"), objection.number]])


def _objection_decided(asked: AskedLetter) -> LetterSubject | None:
    """The decision on an objection, against which one may appeal."""
    found = _objection(asked)
    if found is None:
        return None
    objection = found.context["objection"]
    ground = None
    if objection.outcome is ObjectionOutcome.INADMISSIBLE:
        ground = ("6:7", "6:11") if objection.late else ("6:6",)
    against = decision_against(asked.session, objection=objection)
    legal = replace(legal_of(asked, against), signed=objection.decided_by_name or "")
    legal = replace(legal, articles=ground) if ground is not None else legal
    return replace(found, objectable=True, context=found.context | {"legal": legal}, decision=against)


def _late(asked: AskedLetter) -> LetterSubject | None:
    """A notice that a decision is late, or the decision on its penalty, against which one may object."""
    notice = notice_by_id(asked.session, notice_id=(asked.message.details or {}).get("notice", asked.message.version))
    if notice is None:
        return None
    settled = asked.message.template == "late/penalty"
    body = {"nl": notice.body_nl or "", "en": notice.body_en or ""}
    decision = decided_by(asked, notice.decision_id)
    of_bodies = _bodies_of(decision) or (body,)
    legal = replace(legal_of(asked, None, bodies=of_bodies), signed=notice.settled_by_name or "")
    context = {"notice": notice, "legal": legal, "number_of_bodies": len(late_bodies(asked.session, notice=notice))}
    return LetterSubject(
        context=context | {"to_another": notice.of_another}, objectable=settled, decision=decision if settled else None
    )


def _penalty_again(asked: AskedLetter) -> LetterSubject | None:
    """The decision on a penalty after a founded objection, against which one may appeal."""
    again = again_by_id(asked.session, again_id=asked.message.version)
    if again is None:
        return None
    decision = decided_by(asked, again.decision_id)
    of_bodies = _bodies_of(decision)
    legal = replace(legal_of(asked, None, bodies=of_bodies), signed=again.decided_by_name)
    context = {"again": again, "legal": legal, "number_of_bodies": len(of_bodies)}
    notice = notice_by_id(asked.session, notice_id=again.notice_id)
    to_another = notice is not None and notice.of_another
    return LetterSubject(context=context | {"to_another": to_another}, objectable=True, decision=decision)


def _own_interest(asked: AskedLetter) -> LetterSubject | None:
    """The decision on interest that the region owes, against which one may object, or appeal when it came of an objection."""
    made = own_interest_of_question(asked.session, question=asked.question, made_id=asked.message.version)
    if made is None:
        return None
    decision = decided_by(asked, made.decision_id)
    legal = replace(legal_of(asked, decision), signed=made.decided_by_name)
    context = {"made": made, "legal": legal, "number_of_bodies": len(legal.bodies)}
    return LetterSubject(context=context, objectable=True, decision=decision)


def _bodies_of(decision: Decision | None) -> tuple[Words, ...]:
    outcomes = decision.outcomes if decision is not None else []
    return tuple({"nl": one.deciding_body_nl, "en": one.deciding_body_en} for one in outcomes)


def _reduction(asked: AskedLetter) -> LetterSubject | None:
    """A decision that revokes or lowers an award."""
    decision = decision_on(asked.session, question=asked.question, decision_id=asked.message.version)
    if decision is None:
        return None
    found = of_scheme(asked, decision.outcomes[0].scheme, decision.outcomes[0].scheme_version, decision)
    article = (asked.message.details or {}).get("article")
    if article is None:
        return found
    legal = replace(found.context["legal"], articles=(str(article),))
    return replace(found, context=found.context | {"legal": legal})


def _top_up(asked: AskedLetter) -> LetterSubject | None:
    """A decision that adds to a voucher."""
    voucher = changed_voucher(asked.session, question=asked.question, change_id=asked.message.version)
    return _of_voucher(asked, voucher, change_by_id(asked.session, change_id=asked.message.version))


def _settlement(asked: AskedLetter) -> LetterSubject | None:
    """The settlement of a voucher."""
    voucher = settled_voucher(asked.session, question=asked.question, settlement_id=asked.message.version)
    return _of_voucher(asked, voucher, settlement_by_id(asked.session, settlement_id=asked.message.version))


def _settling_again(asked: AskedLetter) -> LetterSubject | None:
    """A new settlement in the place of the first."""
    voucher = voucher_settled_again(asked.session, question=asked.question, again_id=asked.message.version)
    return _of_voucher(asked, voucher, settling_again_by_id(asked.session, again_id=asked.message.version))


SUBJECTS: Mapping[str, Callable[[AskedLetter], LetterSubject | None]] = {
    "decision": _decision,
    "objection": _objection,
    "objection/decided": _objection_decided,
    "objection/of_another_decided": _objection_decided,
    "late": _late,
    "late/penalty_again": _penalty_again,
    "late/interest": _own_interest,
    "late/interest_again": _own_interest,
    "reduction": _reduction,
    "voucher/topped_up": _top_up,
    "settlement": _settlement,
    "settlement/again": _settling_again,
    **CLAIM_SUBJECTS,
}
"""What is asked of a letter, by its name; else by the family it is in, which is the part of its name before the stroke.

The version of each of these messages is the id of the row that it makes known. Any other letter says enough by itself.
"""


def _of_voucher(
    asked: AskedLetter, voucher: Voucher | None, made: VoucherChange | Settlement | SettlingAgain | None
) -> LetterSubject | None:
    if voucher is None or made is None:
        return None
    decision = decision_on(asked.session, question=asked.question, decision_id=made.decision_id or 0)
    return of_scheme(asked, voucher.scheme, voucher.scheme_version, decision)


class _ToldOutcome:
    """One outcome in the language of the moment it is asked."""

    def __init__(self, session: Session, outcome: DecisionOutcome) -> None:
        self.cents, self.reason = outcome.amount_cents, outcome.reason
        self._body = {"nl": outcome.deciding_body_nl, "en": outcome.deciding_body_en}
        self._title = title_words(session, outcome.scheme, outcome.scheme_version)

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
        self._title = title_words(session, voucher.scheme, voucher.scheme_version)

    @property
    def title(self) -> str:
        return localized(self._title)
