"""Deciding: approve as proposed, reject, refer; the decision with its letter; and what happens when the mix no longer fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matching.problem import Problem
from matching.problem.proposal import Mix, Share
from portal.awarding.answering import fresh_problem, not_applied
from portal.awarding.decision_receipts import KINDS as WITH_RECEIPT
from portal.awarding.decisions.actions import approve_proposal, refer_question, reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.queries import decision_of
from portal.awarding.decisions.requirements import Checks, MixNoLongerFits
from portal.awarding.proposals.actions import renew_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import latest_proposal, stored_proposal
from portal.awarding.shares_elsewhere.queries import shares_elsewhere
from portal.cases.applications.queries import application_of, missing_facts
from portal.cases.hearings.models import RefusalGround
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import schemes_in_force
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.second_look.objections.queries import objections_of
from portal.second_look.preparations.actions import prepare_decision
from portal.spending.vouchers.queries import vouchers_of_question
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, message_links, the_question
from portal.web.advisor.forms import CHECKS, ApproveForm, ReferForm, RejectForm
from portal.web.advisor.mix import CaseNames, lines_of, mix_of, names_of, payers_of
from portal.web.advisor.previewing import letter_preview, message_of_decision
from portal.web.advisor.stands import stands_of_case
from portal.web.edge import READING, decide_on, lock_first, note_refusal, page, require_seen, start_over
from portal.web.edge.policy import current_actor
from portal.web.forms import Form
from portal.web.intake.pieces import piece_views
from portal.words.decision_labels import OBJECTION_STATES, SHARE_OUTCOMES
from portal.words.labels import DECISION_KINDS, OUTCOMES, VOUCHER_STATES


def checks_of(form: Form) -> Checks:
    """What the advisor says to have checked."""
    return Checks(**{name: bool(form[name].data) for name in CHECKS})


@contextmanager
def refusals_of(*forms: Form) -> Iterator[None]:
    """As ``form.refusals``, at the form that has the field, else the first; but a mix that no longer fits goes on: nothing of
    this request may be kept."""
    try:
        yield
    except MixNoLongerFits as refusal:
        note_refusal(refusal)
        raise
    except Refusal as refusal:
        at_field = (form for form in forms if refusal.field is not None and refusal.field in form)
        next(at_field, forms[0]).refuse(refusal)


def renewed(question_id: str) -> ResponseReturnValue:
    """The mix no longer fits: undo everything, make a new proposal in a new transaction, and show what changed."""
    start_over()
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    proposal = renew_proposal(session, question=question, actor=actor, now=now())
    flash(_("De verdeling past niet meer. Er is niets vastgelegd. Bekijk het nieuwe voorstel."), "warning")
    return redirect(url_for("advisor.proposal", proposal_id=proposal.public_id, vervallen=1), code=303)


def still_missing(question: DevelopmentQuestion) -> list[str] | None:
    """What is known to be missing of an application that is not complete; None when it is complete or there is none."""
    session, actor = current_session(), current_actor()
    application = application_of(session, question=question, actor=actor)
    if application is None or application.completed_at is not None:
        return None
    names = names_of(session, question).names
    facts = missing_facts(session, question=question, application=application)
    pieces = piece_views(session, question=question, actor=actor, on=today())
    return [*(names.question(key) for key in facts), *(piece.text for piece in pieces if piece.missing)]


def proposal_to_decide(question: DevelopmentQuestion, names: CaseNames) -> ProposalRecord | None:
    """The newest proposal: the page shows it with the question, and what is decided is what was shown."""
    lock_first(question)
    record = latest_proposal(current_session(), question=question, actor=current_actor())
    decide_on(lambda: stands_of_case(question, record, names))
    return record


def carry_out(
    question: DevelopmentQuestion,
    record: ProposalRecord,
    shares: Sequence[Share] | None,
    approval: ApproveForm,
    form: Form,
    *,
    said: str,
) -> ResponseReturnValue | None:
    """Decide, lay it before a colleague, or show the letter first: the button that was used says which. None: refused."""
    session, actor, act = current_session(), current_actor(), request.form.get("act", "decide")
    question_id = question.public_id
    draft = Draft(record, approval.rationale.data, checks_of(approval), shares=shares, ground=approval.chosen_ground)
    wanted: dict[str, Any] = {"question": question, "draft": draft, "actor": actor, "now": now()}
    try:
        with refusals_of(form, approval):
            require_seen()
            if act == "prepare":
                prepare_decision(session, **wanted)
                flash(_("Het besluit ligt klaar voor een collega met mandaat."), "ok")
                return redirect(url_for("advisor.question", question_id=question_id), code=303)
            made = approve_proposal(session, **wanted)
            if act == "preview":
                return letter_preview(question, message_of_decision(made), submit=_("Goedkeuren en versturen"))
            flash(said, "ok")
            return redirect(url_for("advisor.decision", question_id=question_id), code=303)
    except MixNoLongerFits:
        return renewed(question_id)
    return None


@blueprint.route("/vraag/<question_id>/goedkeuren", methods=["GET", "POST"])
def approve(question_id: str) -> ResponseReturnValue:
    """Approve the newest proposal as it is: the reason and four checks."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    names = names_of(session, question)
    record = proposal_to_decide(question, names)
    if request.method in READING and (record is None or not question.is_open):
        return redirect(case_url(question))
    missing: list[str] = []
    if record is not None:
        problem = fresh_problem(session, question=question, today=today())
        shares = stored_proposal(record).shares
        missing = [
            names.title(slug) for slug in not_applied(session, question=question, problem=problem, shares=shares)
        ]
    form = ApproveForm()
    if form.validate_on_submit():
        if record is None:
            form.form_errors.append(_("Maak eerst een voorstel."))
        elif missing:
            form.form_errors.append(_("Er is nog geen aanvraag voor alle regelingen in dit voorstel."))
        else:
            answer = carry_out(
                question, record, None, form, form, said=_("De aanvraag is goedgekeurd. De vouchers zijn gemaakt.")
            )
            if answer is not None:
                return answer
    return page(
        "advisor/approve.html",
        form=form,
        question=question,
        record=record,
        mix=mix_of(session, record=record, question=question, names=names) if record is not None else None,
        missing=missing,
        incomplete=still_missing(question),
        application=application_of(session, question=question, actor=actor),
    )


@blueprint.route("/vraag/<question_id>/afwijzen", methods=["GET", "POST"])
def reject(question_id: str) -> ResponseReturnValue:
    """Reject the application in full."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    form = RejectForm()
    decide_on(lambda: stands_of_case(question, None, names_of(session, question))[:2], question)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            made = reject_question(
                session,
                question=question,
                rationale=form.rationale.data,
                ground=RefusalGround(form.ground.data),
                actor=actor,
                now=now(),
            )
            if request.form.get("act") == "preview":
                return letter_preview(question, message_of_decision(made), submit=_("Afwijzen en versturen"))
            flash(_("De aanvraag is afgewezen. De aanvrager krijgt het besluit."), "ok")
            return redirect(url_for("advisor.decision", question_id=question_id), code=303)
    return page(
        "advisor/reject.html",
        form=form,
        question=question,
        application=application_of(session, question=question, actor=actor),
    )


@blueprint.route("/vraag/<question_id>/doorverwijzen", methods=["GET", "POST"])
def refer(question_id: str) -> ResponseReturnValue:
    """Send the person on to another body."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    form = ReferForm()
    decide_on(lambda: stands_of_case(question, None, names_of(session, question))[:2], question)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            refer_question(
                session,
                question=question,
                referred_to=form.referred_to.data,
                explanation=form.explanation.data,
                actor=actor,
                now=now(),
            )
            flash(_("De persoon is doorverwezen en krijgt bericht."), "ok")
            return redirect(case_url(question), code=303)
    return page(
        "advisor/refer.html",
        form=form,
        question=question,
        application=application_of(session, question=question, actor=actor),
    )


# The decision ----------------------------------------------------------------------------------------------------------


@blueprint.get("/vraag/<question_id>/besluit")
def decision(question_id: str) -> ResponseReturnValue:
    """The decision that stands: what, why, by whom, with the vouchers and the messages."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    decided = decision_of(session, question=question, actor=actor)
    if decided is None:
        return redirect(case_url(question))
    computed = latest_proposal(session, question=question, actor=actor)
    return page(
        "advisor/decision.html",
        messages=message_links(question),
        receipt=url_for("advisor.decision_receipt", question_id=question_id)
        if computed is not None and decided.kind.value in WITH_RECEIPT
        else None,
        shares=shares_elsewhere(session, question=question),
        share_outcomes=SHARE_OUTCOMES,
        objections=objections_of(session, question=question, actor=actor),
        objection_states=OBJECTION_STATES,
        **decision_context(question, decided),
    )


def decision_context(question: DevelopmentQuestion, decided: Decision) -> dict[str, Any]:
    """What pages about a decision show."""
    session, actor = current_session(), current_actor()
    names = names_of(session, question)
    context: dict[str, Any] = {
        "question": question,
        "decision": decided,
        "kind": DECISION_KINDS[decided.kind.value],
        "outcomes": OUTCOMES,
        "names": names,
        "vouchers": vouchers_of_question(session, question=question, actor=actor),
        "voucher_states": VOUCHER_STATES,
        "lines": [],
        "payers": [],
    }
    if decided.shares_json is not None and decided.problem_json is not None:
        problem = Problem.model_validate_json(decided.problem_json)
        shares = Mix.model_validate_json(decided.shares_json).shares
        paid = {line.id: sum(share.cents for share in shares if share.line == line.id) for line in problem.lines}
        rest = {line.id: line.amount_cents - paid[line.id] for line in problem.lines}
        lines = lines_of(problem, shares, rest, names)
        context["lines"] = lines
        context["payers"] = [
            payer
            for payer in payers_of(problem, shares, _definitions(question), names)
            if any(line["shares"].get(payer["key"]) for line in lines)
        ]
    return context


def _definitions(question: DevelopmentQuestion) -> dict[str, Any]:
    on = question.reference_date or today()
    held = schemes_in_force(current_session(), on=on, known_at=question.submitted_at)
    return {scheme.slug: scheme.definition for scheme in held}
