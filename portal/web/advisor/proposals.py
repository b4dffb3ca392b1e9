"""Proposals: compute, look back, change by hand, fix amounts and compute again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matching.problem.proposal import Share
from portal.awarding.answering import MixCheck, check_mix, fresh_problem, price_of_locks
from portal.awarding.decisions.queries import decision_of
from portal.awarding.proposals.actions import make_proposal, renew_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import (
    latest_proposal,
    proposal_by_public_id,
    proposals_of,
    stored_insight,
    stored_override,
    stored_proposal,
)
from portal.cases.applications.queries import application_of
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.catalogue.queries import schemes_in_force
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.cells import LOCK, OUT, Grid, make_grid, shares_of, show_clash, show_violations
from portal.web.advisor.deciding import carry_out, proposal_to_decide, still_missing
from portal.web.advisor.forms import ApproveForm
from portal.web.advisor.mix import CaseNames, mix_of, names_of
from portal.web.advisor.talks import of
from portal.web.edge import READING, found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import add_error
from portal.web.labels.insight import InsightView, Reader, insight_view
from portal.words.labels import PROPOSAL_KINDS
from portal.words.wording import violation_sentence
from portal.words.wording_mix import price_sentences


@blueprint.post("/vraag/<question_id>/voorstel")
def propose(question_id: str) -> ResponseReturnValue:
    """Compute a proposal with the rules, the money and the promises of this moment, and keep it."""
    question = the_question(question_id)
    first = latest_proposal(current_session(), question=question, actor=current_actor()) is None
    make = make_proposal if first else renew_proposal
    make(current_session(), question=question, actor=current_actor(), now=now())
    flash(_("Er is een nieuw voorstel."), "ok")
    return redirect(case_url(question), code=303)


@blueprint.get("/voorstel/<proposal_id>")
def proposal(proposal_id: str) -> ResponseReturnValue:
    """One proposal as it was made, and what changed since the one before."""
    session, actor = current_session(), current_actor()
    record = found(proposal_by_public_id(session, public_id=proposal_id, actor=actor))
    question = of(record.question_id)
    records = proposals_of(session, question=question, actor=actor)
    before = next((other for other in records if other.id < record.id), None)
    names = names_of(session, question)
    return page(
        "advisor/proposal.html",
        question=question,
        record=record,
        newest=records[0].id == record.id,
        mix=mix_of(session, record=record, question=question, names=names),
        before=before,
        changes=changes_of(before, record, question, names) if before is not None else [],
        broken=broken_now(before, question, names) if before is not None and "vervallen" in request.args else [],
        lapsed="vervallen" in request.args,
        proposal_kinds=PROPOSAL_KINDS,
        insight=insight_of(record, question, names),
        override=stored_override(record),
        price=price_sentences,
    )


def insight_of(record: ProposalRecord, question: DevelopmentQuestion, names: CaseNames) -> InsightView | None:
    """What explained a proposal further when it was made; None for one from before that was kept."""
    found = stored_insight(record)
    if found is None:
        return None
    reader = Reader(False, question.route is Route.EMPLOYER, question.borrow_up_to_cents > 0)
    return insight_view(found, names.names, reader)


def broken_now(record: ProposalRecord, question: DevelopmentQuestion, names: CaseNames) -> list[str]:
    """Why a stored mix is no longer allowed, with the money and the rules of now."""
    check = check_mix(current_session(), question=question, shares=stored_proposal(record).shares, today=today())
    return [violation_sentence(violation, names.names) for violation in check.violations]


def changes_of(
    before: ProposalRecord, after: ProposalRecord, question: DevelopmentQuestion, names: CaseNames
) -> list[list[Any]]:
    """Per payer what changed between two proposals; empty when nobody pays more or less."""
    old, new = stored_proposal(before), stored_proposal(after)
    rows = []
    for key in dict.fromkeys(share.offer for share in (*old.shares, *new.shares)):
        was, becomes = _paid(old.shares, key), _paid(new.shares, key)
        if was != becomes:
            rows.append([names.title(key), *_change(was, becomes)])
    if old.own_contribution_cents != new.own_contribution_cents:
        rows.append([_("inwoner zelf"), *_change(old.own_contribution_cents, new.own_contribution_cents)])
    return rows


def _paid(shares: tuple[Share, ...], key: str) -> int:
    return sum(share.cents for share in shares if share.offer == key)


def _change(was: int, becomes: int) -> list[str]:
    more = f"+ {format_euros(becomes - was)}" if becomes > was else f"− {format_euros(was - becomes)}"
    return [format_euros(was), format_euros(becomes), more]


# Changing a mix --------------------------------------------------------------------------------------------------------


@blueprint.route("/vraag/<question_id>/verdeling", methods=["GET", "POST"])
def amend(question_id: str) -> ResponseReturnValue:
    """Change who pays what, check it, fix amounts and compute again; or approve it, see its letter, or ask a colleague."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    names = names_of(session, question)
    record = proposal_to_decide(question, names)
    if request.method in READING and (record is None or not question.is_open):
        return redirect(case_url(question))
    problem = fresh_problem(session, question=question, today=today())
    on = question.reference_date or today()
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    definitions = {scheme.slug: scheme.definition for scheme in held}
    stored = stored_proposal(record).shares if record is not None else ()
    grid = make_grid(
        problem, stored, definitions, names, locked=request.form.getlist(LOCK), out=request.form.getlist(OUT)
    )
    approval, decides = ApproveForm(), "approve" in request.form or "act" in request.form
    check: MixCheck | None = None
    if grid.form.validate_on_submit():
        if "solve" in request.form:
            answer = _solve_again(question, grid, names)
        else:
            shares = shares_of(problem, grid.typed())
            check = check_mix(session, question=question, shares=shares, today=today())
            show_violations(grid, check.violations, shares, names)
            answer = _approve(question, record, grid, check, approval) if decides else None
        if answer is not None:
            return answer
    errors = grid.form.errors or (decides and approval.errors)
    return page(
        "advisor/amend.html",
        status=422 if errors else 200,
        form=grid.form,
        approval=approval,
        page_errors=bool(errors),
        question=question,
        grid=grid,
        cost=cost_of(check, question) if check is not None else None,
        names=names,
        lock_name=LOCK,
        out_name=OUT,
        incomplete=still_missing(question),
        not_applied=[names.title(slug) for slug in check.not_applied] if check is not None else [],
        application=application_of(session, question=question, actor=actor),
        decided=decision_of(session, question=question, actor=actor) is not None,
    )


def cost_of(check: MixCheck, question: DevelopmentQuestion) -> dict[str, Any]:
    """What a mix costs compared with the best one: who asks, what is covered, public money, applications."""
    if question.route is Route.EMPLOYER:
        who, own = _("De werkgever"), check.employer_contribution_cents
    else:
        who, own = _("De inwoner"), check.own_contribution_cents
    if own < 0:
        text = _("Er wordt meer betaald dan de kosten zijn.")
        return {"sentence": text, "price": [], "fits": False}
    allowed = not check.violations
    price = price_sentences(check.price) if allowed and check.price is not None else []
    return {
        "sentence": _("%(who)s betaalt zo %(own)s.", who=who, own=format_euros(own)),
        "price": price,
        "fits": allowed,
    }


def _solve_again(question: DevelopmentQuestion, grid: Grid, names: CaseNames) -> ResponseReturnValue | None:
    from matching.solver.solve import LimitReached, LockConflict

    locks, session = grid.locks(), current_session()
    if not locks.shares and not locks.forbidden:
        grid.form.form_errors.append(_("Zet eerst een of meer bedragen vast, of laat een regeling weg."))
        return None
    try:
        reason = grid.form.reason
        if reason.data is None:
            grid.price = price_sentences(price_of_locks(session, question=question, locks=locks, today=today()))
            add_error(reason, _("Schrijf op waarom u van de beste verdeling afwijkt."))
            return None
        with grid.form.refusals():
            made = make_proposal(
                session, question=question, actor=current_actor(), now=now(), locks=locks, reason=reason.data
            )
            flash(_("Dit is de beste verdeling met de bedragen die u vastzette."), "ok")
            return redirect(url_for("advisor.proposal", proposal_id=made.public_id), code=303)
    except LockConflict as clash:
        show_clash(grid, clash.locks, clash.violations, names)
    except LimitReached:
        grid.form.form_errors.append(
            _("Met deze vaste bedragen vonden wij op tijd geen verdeling. Maak een bedrag los.")
        )
    return None


def _approve(
    question: DevelopmentQuestion, record: ProposalRecord | None, grid: Grid, check: MixCheck, approval: ApproveForm
) -> ResponseReturnValue | None:
    if record is None:
        grid.form.form_errors.append(_("Maak eerst een voorstel."))
        return None
    if not approval.validate() or not check.fits:
        return None
    said = _("De aanvraag is goedgekeurd met uw verdeling.")
    return carry_out(question, record, check.shares, approval, grid.form, said=said)
