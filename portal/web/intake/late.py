"""A decision that is late, for who asked: give notice of default, and see how the penalty stands (Awb 4:17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.models import DecisionKind
from portal.awarding.decisions.queries import decisions_of
from portal.awarding.own_debts.models import OwnDebtKind
from portal.platform.clock import now
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.second_look.late_decisions.actions import give_notice
from portal.second_look.late_decisions.queries import late_since, notices_of, objection_of, penalty_of
from portal.second_look.objections.models import Objection
from portal.second_look.objections.queries import objections_of
from portal.second_look.penalties.models import DefaultNotice
from portal.second_look.penalties.queries import decided_on
from portal.web.edge import found, page
from portal.web.intake.decided import decision_views
from portal.web.intake.repaid import own_debts_seen
from portal.web.intake.state import Intake

APPLICATION = "application"


@dataclass(frozen=True)
class LateDecision:
    """Something that should have been decided by now."""

    key: str
    what: str
    due: str
    objection: Objection | None


def late_decisions(intake: Intake) -> list[LateDecision]:
    """What is late now and has no notice yet."""
    session, question = intake.session, intake.question
    noticed = {one.objection_id for one in notices_of(session, question=question, actor=intake.actor)}
    about: list[Objection | None] = [None, *objections_of(session, question=question, actor=intake.actor)]
    made = []
    for one in about:
        due = late_since(session, question=question, objection=one, today=intake.today)
        if due is not None and (one.id if one is not None else None) not in noticed:
            key = APPLICATION if one is None else one.public_id
            made.append(LateDecision(key, _about(one), format_date(due), one))
    return made


def has_late(intake: Intake) -> bool:
    """Whether there is something late, or a notice to follow."""
    known = notices_of(intake.session, question=intake.question, actor=intake.actor)
    return bool(known) or bool(late_decisions(intake))


def late_page(intake: Intake) -> ResponseReturnValue:
    """What is late, with a button to give notice, and how each penalty stands."""
    session, question = intake.session, intake.question
    late, here = late_decisions(intake), url_for(f"{intake.audience}.late", question_id=intake.id)
    if request.method == "POST":
        wanted = found(next((one for one in late if one.key == request.form.get("about")), None))
        give_notice(
            session,
            question=question,
            objection=wanted.objection,
            received_on=intake.today,
            actor=intake.actor,
            now=now(),
        )
        flash(_("Wij weten dat u op ons besluit wacht. U krijgt een bevestiging."), "ok")
        return redirect(here, code=303)
    notices = notices_of(session, question=question, actor=intake.actor)
    if not late and not notices:
        return redirect(url_for(f"{intake.audience}.status", question_id=intake.id), code=303)
    rows = [(_about(objection_of(session, notice=one)), _says(intake, one)) for one in notices]
    decisions = decisions_of(session, question=question, actor=intake.actor)
    objections = objections_of(session, question=question, actor=intake.actor)
    return page(
        "intake/late.html",
        question=question,
        late=late,
        rows=rows,
        decided=decision_views(intake, decisions, objections, (DecisionKind.PENALTY,)),
        own_debts=[one for one in own_debts_seen(intake) if one.kind is OwnDebtKind.PENALTY],
        account=url_for(f"{intake.audience}.repayment_account", question_id=intake.id),
        back=url_for(f"{intake.audience}.status", question_id=intake.id),
    )


def _about(objection: Objection | None) -> str:
    if objection is None:
        return _("Het besluit op uw aanvraag")
    return _("Het besluit op uw bezwaar %(number)s", number=objection.number)


def _says(intake: Intake, notice: DefaultNotice) -> list[str]:
    stand = penalty_of(intake.session, notice=notice, today=intake.today)
    given = _("U zei op %(day)s dat wij te laat zijn.", day=format_date(notice.received_on))
    decided = decided_on(intake.session, notice=notice)
    if decided is not None:
        if decided.cents:
            return [given, _("U krijgt een dwangsom van %(amount)s.", amount=format_euros(decided.cents))]
        return [given, _("U krijgt geen dwangsom. In onze brief staat waarom.")]
    if stand.sent_on is not None and stand.days == 0:
        return [given, _("Wij stuurden het besluit op tijd daarna. U krijgt geen dwangsom.")]
    if stand.days == 0:
        first = format_date(notice.first_on)
        return [given, _("Hebt u op %(day)s nog geen besluit? Dan krijgt u vanaf die dag geld.", day=first)]
    said = _("De dwangsom is nu %(amount)s, over %(days)s dagen.", amount=format_euros(stand.cents), days=stand.days)
    settle = stand.settle_by
    later = _("Hierover besluiten wij uiterlijk op %(day)s.", day=format_date(settle)) if settle is not None else ""
    return [text for text in (given, said, later, *_to_court(intake, settle)) if text]


def _to_court(intake: Intake, settle: date | None) -> tuple[str, ...]:
    """When nothing was decided on the penalty in time, the court can set it (Awb 8:55c): no objection is needed (7:1, f)."""
    if settle is None or intake.today <= settle:
        return ()
    return (
        _("Wij hadden dat al moeten doen. U kunt nu meteen naar de rechter gaan. Die kan zeggen hoeveel u krijgt."),
        _("Dat staat in de Algemene wet bestuursrecht, artikel 8:55c."),
    )
