"""Acts on late decisions: a notice of default, and the decision on the penalty. Source: Awb 4:17 to 4:19, text per 2026-01-01."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.on_penalties import decide_on_penalty
from portal.awarding.own_debts.actions import owe_of_own
from portal.awarding.own_debts.models import OwnDebtKind
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import format_date
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import penalty_from
from portal.second_look.late_decisions.queries import late_bodies, late_since, penalty_of
from portal.second_look.objections.models import Objection
from portal.second_look.penalties.actions import tell_of_penalty
from portal.second_look.penalties.models import DefaultNotice, NoPenalty


@dataclass(frozen=True)
class PenaltyDraft:
    """What is decided on a penalty: why, and when nothing is due on which ground. The days and the amount follow from the law."""

    rationale: str
    none_because: NoPenalty | None = None


def give_notice(
    session: Session,
    *,
    question: DevelopmentQuestion,
    objection: Objection | None,
    received_on: date,
    actor: Actor,
    now: datetime,
) -> DefaultNotice:
    """Record, for the desk or for who asked, that somebody wrote that a decision is late: on the application, or on an objection.
    Two weeks later the penalty begins (Awb 4:17). It is confirmed in writing.

    A notice before the term has passed is none. Raises ``Refusal`` then, ``Conflict`` when there is one already.
    """
    own = is_asker(question, actor) and (objection is None or not objection.of_another)
    if not own:
        advisor_only(actor)
    hold(session, question)
    today = local_date(now)
    due = late_since(session, question=question, objection=objection, today=today)
    if due is None:
        raise Refusal(
            "not_late", _l("Er is nog niets te laat. De termijn om te besluiten loopt nog, of er is al besloten.")
        )
    if not due < received_on <= today:
        message = _l(
            "Kies een dag na %(day)s, de laatste dag om te besluiten, en niet in de toekomst.", day=format_date(due)
        )
        raise Refusal("day_out_of_range", message, field="received_on")
    notice = DefaultNotice(
        question_id=question.id,
        objection_id=objection.id if objection is not None else None,
        of_another=objection is not None and objection.of_another,
        due_on=due,
        received_on=received_on,
        free_until=penalty_from(due, received_on) - timedelta(days=1),
        first_on=penalty_from(due, received_on),
        recorded_at=now,
        recorded_by=actor.reference,
    )
    message = _l("Er is hiervoor al een ingebrekestelling.")
    write_new(session, notice, otherwise=Conflict("notice_given_before", message))
    tell_of_penalty(session, notice, "late/notice_received", notice.id, now)
    _record(session, notice, "received", actor, now)
    return notice


def settle_penalty(
    session: Session, *, notice: DefaultNotice, draft: PenaltyDraft, actor: Actor, now: datetime
) -> DefaultNotice:
    """Decide on the penalty, once its days do not go up any more, in the name of every body that was late (Awb 4:18). It is told
    in a letter and owed by the region itself; who does not agree can object (4:19).

    Raises ``Refusal`` while it runs, without mandate, or when the ground for nothing does not fit; ``Conflict`` the second time.
    """
    advisor_only(actor)
    hold(session, notice, DefaultNotice.settled_at.is_(None), otherwise=_settled())
    if not draft.rationale.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    stand = penalty_of(session, notice=notice, today=local_date(now))
    if not stand.is_over:
        raise Refusal("penalty_runs", _l("De dwangsom loopt nog. Neem en verstuur eerst het besluit dat te laat is."))
    reason = draft.none_because
    if stand.days == 0 and reason is None:
        reason = NoPenalty.IN_TIME
    if stand.days > 0 and reason is NoPenalty.IN_TIME:
        message = _l("Het besluit kwam niet binnen de twee weken. Kies een andere reden, of geen.")
        raise Refusal("not_in_time", message, field="none_because")
    by, bodies = Decider(actor, now), late_bodies(session, notice=notice)
    cents = 0 if reason is not None else stand.cents
    decision = decide_on_penalty(
        session,
        question_id=notice.question_id,
        bodies=bodies,
        each_cents=cents // len(bodies),
        reason=draft.rationale,
        by=by,
    )
    write_guarded(
        session,
        notice,
        DefaultNotice.settled_at.is_(None),
        otherwise=_settled(),
        settled_at=now,
        settled_by=actor.reference,
        settled_by_name=actor.signature,
        penalty_days=stand.days,
        amount_cents=cents,
        none_because=reason,
        rationale=draft.rationale.strip(),
        body_nl=", ".join(one.nl for one in bodies),
        body_en=", ".join(one.en for one in bodies),
        decision_id=decision.id,
    )
    kind = OwnDebtKind.PENALTY
    owe_of_own(session, decision=decision, kind=kind, cents=cents, to_another=notice.of_another, now=now)
    tell_of_penalty(session, notice, "late/penalty", notice.id, now)
    _record(session, notice, "settled", actor, now)
    return notice


def _settled() -> Conflict:
    return Conflict("penalty_settled", _l("Over deze dwangsom is al besloten."))


def _record(session: Session, notice: DefaultNotice, act: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=f"default_notice.{act}",
        object_kind="question",
        object_id=notice.question_id,
        now=now,
    )
