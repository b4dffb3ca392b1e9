"""Acts that hear the holder before something of a voucher is taken: invite, and refuse who forgets to hear (Awb 4:8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.awarding.hearing_first.models import DecisionHearing, LeftOut
from portal.awarding.hearing_first.queries import decided_upon, unused_hearings
from portal.cases.hearings.actions import SHORTEST_TERM
from portal.cases.hearings.models import Hearing, IntendedAct
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import format_date
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import not_live
from portal.spending.vouchers.models import Voucher, VoucherState

WITH_AMOUNT = (IntendedAct.LOWER, IntendedAct.SETTLE_LOWER, IntendedAct.LOWER_SETTLED)


@dataclass(frozen=True)
class Intent:
    """What the desk thinks of doing with a voucher, and why."""

    act: IntendedAct
    facts: str
    amount_cents: int | None = None
    """By how much it is lowered, at which amount it is settled, or to which amount that is lowered."""


def invite_holder(
    session: Session, *, voucher: Voucher, intent: Intent, answer_by: date, actor: Actor, now: datetime
) -> Hearing:
    """Tell the holder what the desk thinks of doing with the voucher and why, and ask for a view before a day (Awb 4:8, 4:9).

    Raises ``Refusal`` at the field that is wrong, ``Conflict`` when the holder was asked already or the voucher ended.
    """
    advisor_only(actor)
    hold(session, voucher)
    _check(voucher, intent)
    if answer_by < local_date(now) + SHORTEST_TERM:
        raise Refusal("term_too_short", _l("Geef de houder minstens een week."), field="answer_by")
    if any(one.way is None for one in unused_hearings(session, voucher=voucher, act=intent.act)):
        raise Conflict("hearing_open", _l("De houder is al gevraagd om een reactie."))
    hearing = Hearing(
        question_id=voucher.question_id,
        act=intent.act,
        voucher_id=voucher.id,
        amount_cents=intent.amount_cents,
        facts=intent.facts.strip(),
        answer_by=answer_by,
        invited_at=now,
        invited_by=actor.reference,
    )
    session.add(hearing)
    session.flush()
    details = {
        "act": intent.act.value,
        "amount_cents": intent.amount_cents,
        "facts": hearing.facts,
        "answer_by": answer_by.isoformat(),
    }
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    template = "hearing/about_voucher"
    tell_asker(
        session, question=question, template=template, now=now, version=hearing.id, in_writing=True, details=details
    )
    record(session, actor=actor, action="hearing.invited", object_kind="question", object_id=question.id, now=now)
    return hearing


def drop_intent(session: Session, *, hearing: Hearing, actor: Actor, now: datetime) -> None:
    """The desk leaves the voucher as it is after all, and tells the holder so. Raises ``Conflict`` when it did or decided."""
    advisor_only(actor)
    hold(session, hearing)
    if hearing.voucher_id is None:
        raise Refusal("about_no_voucher", _l("Dit gaat niet over een voucher. Neem een besluit op de aanvraag."))
    if hearing.dropped_at is not None:
        raise Conflict("intent_dropped", _l("De houder weet al dat dit niet doorgaat."))
    if decided_upon(session, hearing=hearing):
        raise Conflict("decided_upon", _l("Hierover is al besloten."))
    hearing.dropped_at, hearing.dropped_by = now, actor.reference
    session.flush()
    question = session.get_one(DevelopmentQuestion, hearing.question_id)
    tell_asker(session, question=question, template="hearing/dropped", now=now, version=hearing.id, in_writing=True)
    record(session, actor=actor, action="hearing.dropped", object_kind="question", object_id=question.id, now=now)


def _check(voucher: Voucher, intent: Intent) -> None:
    if not intent.facts.strip():
        raise Refusal("facts_missing", _l("Schrijf op waarom u dit van plan bent."), field="facts")
    if intent.act is IntendedAct.REFUSE:
        raise Refusal("act_unknown", _l("Kies wat u met de voucher van plan bent."), field="act")
    if intent.act is IntendedAct.SETTLE_LOWER:
        if voucher.state is VoucherState.SETTLED:
            raise Conflict("voucher_settled", _l("Deze voucher is al vastgesteld."))
        most = voucher.used_cents - 1
    elif intent.act is IntendedAct.LOWER_SETTLED:
        if voucher.settled_cents is None:
            raise Conflict("not_settled", _l("Deze voucher is nog niet vastgesteld."))
        most = voucher.settled_cents - 1
    else:
        if not voucher.is_live:
            raise not_live()
        most = voucher.open_cents - 1
    cents = intent.amount_cents
    if (intent.act in WITH_AMOUNT) != (cents is not None):
        raise Refusal("amount_missing", _l("Vul het bedrag in als u de voucher lager maakt."), field="amount")
    least = 1 if intent.act is IntendedAct.LOWER else 0
    if cents is not None and not least <= cents <= most:
        message = _l("Vul een bedrag in dat past bij wat er op de voucher staat, of wat is gebruikt.")
        raise Refusal("amount_out_of_range", message, field="amount")


def require_heard(
    session: Session, *, voucher: Voucher, act: IntendedAct, cents: int | None = None, left_out: LeftOut | None
) -> Hearing | None:
    """The hearing that goes before this act; None when it is left out for a reason of the law.

    A view was recorded or the term for one passed, on this act and no smaller change than this one, and nothing was decided on it
    yet. Raises ``Refusal`` without either.
    """
    if left_out is not None:
        if not left_out.reason.strip():
            message = _l("Schrijf op waarom u de houder niet hoort.")
            raise Refusal("left_out_reason_missing", message, field="left_out_reason")
        return None
    hearings = unused_hearings(session, voucher=voucher, act=act)
    heard = next((one for one in hearings if one.way is not None and _covers(one, cents)), None)
    if heard is not None:
        return heard
    waiting = next((one for one in hearings if one.way is None), None)
    if waiting is not None:
        message = _l(
            "De houder kan nog reageren, tot en met %(day)s. Leg daarna de reactie vast.",
            day=format_date(waiting.answer_by),
        )
        raise Refusal("not_heard", message, field="left_out")
    if hearings:
        message = _l("U doet nu meer dan waarover de houder is gehoord. Vraag eerst opnieuw om een reactie.")
        raise Refusal("not_heard", message, field="left_out")
    message = _l("Vraag de houder eerst om een reactie, of kies waarom dat niet hoeft.")
    raise Refusal("not_heard", message, field="left_out")


def _covers(hearing: Hearing, cents: int | None) -> bool:
    """Whether the holder was heard about at least so much: no more lower, no lower settled."""
    if cents is None or hearing.amount_cents is None:
        return True
    if hearing.act is IntendedAct.LOWER:
        return cents <= hearing.amount_cents
    return cents >= hearing.amount_cents


def keep_heard(
    session: Session, *, decision_id: int, hearing: Hearing | None, left_out: LeftOut | None
) -> DecisionHearing:
    """Keep with a decision how the holder was heard before it, or why not. A part of the act that decides."""
    kept = DecisionHearing(
        decision_id=decision_id,
        hearing_id=hearing.id if hearing is not None else None,
        left_out=left_out.why if hearing is None and left_out is not None else None,
        left_out_reason=left_out.reason.strip() if hearing is None and left_out is not None else None,
    )
    session.add(kept)
    session.flush()
    return kept
