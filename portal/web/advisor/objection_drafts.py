"""The form of a decision on an objection, by what it is against, and what was filled in as a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.top_ups import TopUpDraft, lines_for_top_up
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.queries import funding_line_by_slug
from portal.paying.collecting.decided import claim_of_decision
from portal.paying.recoveries import Term, monthly_terms
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_euros, localized
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.objections.models import ObjectionOutcome
from portal.second_look.objections.queries import voucher_raised_by
from portal.second_look.objections.remedies import ObjectionDraft
from portal.web.advisor.deciding import checks_of
from portal.web.advisor.objection_forms import (
    DecideObjectionForm,
    DecideOnOwnInterestForm,
    DecideOnPenaltyForm,
    DecideOnPutOffForm,
    DecideOnSettlementForm,
    DecideOnTopUpForm,
    DecideOnVoucherForm,
    DecideOnWaivingForm,
)
from portal.web.edge import found
from portal.words.labels import label
from portal.words.sentences import CATEGORIES

COMES_BACK = (DecisionKind.REVOKED, DecisionKind.LOWERED, DecisionKind.INTEREST, DecisionKind.SET_OFF)
"""Decisions of which a founded objection undoes what was taken, without anything more to fill in."""
FORMS: Mapping[DecisionKind, Callable[[], Any]] = {
    **dict.fromkeys(COMES_BACK, DecideOnVoucherForm),
    DecisionKind.PENALTY: DecideOnPenaltyForm,
    DecisionKind.OWN_INTEREST: DecideOnOwnInterestForm,
    DecisionKind.PUT_OFF: DecideOnPutOffForm,
    DecisionKind.WAIVED: DecideOnWaivingForm,
}


def form_for(against: Decision, question: DevelopmentQuestion) -> Any:
    """The form that fits the decision that is objected to."""
    if against.kind in (DecisionKind.SETTLED, DecisionKind.SETTLED_LESS):
        return DecideOnSettlementForm()
    if against.kind in FORMS:
        return FORMS[against.kind]()
    if against.kind is not DecisionKind.TOPPED_UP:
        return DecideObjectionForm()
    form, session = DecideOnTopUpForm(), current_session()
    voucher = found(voucher_raised_by(session, decision=against))
    lines = lines_for_top_up(session, voucher=voucher, today=today())
    form.funding_line.choices = [(one.slug, localized({"nl": one.title_nl, "en": one.title_en})) for one in lines]
    form.line.choices = [
        (one.line_key, f"{label(CATEGORIES, one.category)}: {format_euros(one.amount_cents)}")
        for one in question.cost_lines
    ]
    return form


def draft_of(
    form: Any, against: Decision, outcome: ObjectionOutcome, rationale: str, record: ProposalRecord | None
) -> ObjectionDraft:
    """What was filled in; only a founded objection has something that comes in the place of the decision."""
    if outcome is not ObjectionOutcome.FOUNDED:
        return ObjectionDraft(outcome, rationale)
    if isinstance(form, DecideOnSettlementForm):
        return ObjectionDraft(outcome, rationale, amount_cents=form.amount.data)
    if isinstance(form, DecideOnPenaltyForm):
        return ObjectionDraft(outcome, rationale, days=form.days.data)
    if isinstance(form, DecideOnWaivingForm | DecideOnOwnInterestForm):
        return ObjectionDraft(outcome, rationale, amount_cents=form.amount.data)
    if isinstance(form, DecideOnPutOffForm):
        return ObjectionDraft(outcome, rationale, terms=_terms(form, against))
    if isinstance(form, DecideOnTopUpForm):
        return ObjectionDraft(outcome, rationale, more=_more(form, rationale))
    if isinstance(form, DecideObjectionForm) and record is not None:
        new = Draft(record, rationale, checks_of(form), ground=form.chosen_ground)
        return ObjectionDraft(outcome, rationale, new)
    return ObjectionDraft(outcome, rationale)


def _terms(form: DecideOnPutOffForm, against: Decision) -> tuple[Term, ...]:
    """Equal monthly instalments of what is open now. Raises ``Refusal`` at the field that is missing."""
    recovery = claim_of_decision(current_session(), decision=against)
    open_cents = recovery.open_cents if recovery is not None else 0
    number, first_on = form.number.data, form.first_on.data
    if not number or number > open_cents:
        raise Refusal("number_of_instalments", _l("Kies een aantal van 1 tot en met 60 termijnen."), field="number")
    if first_on is None:
        raise Refusal("day_missing", _l("Vul de dag in."), field="first_on")
    return tuple(monthly_terms(amount_cents=open_cents, number=number, first_on=first_on))


def _more(form: DecideOnTopUpForm, rationale: str) -> TopUpDraft:
    line = funding_line_by_slug(current_session(), slug=form.funding_line.data or "")
    if line is None:
        raise Refusal("line_missing", _l("Kies het budget."), field="funding_line")
    if form.line.data is None:
        raise Refusal("line_missing", _l("Kies de kosten."), field="line")
    if not form.amount.data:
        message = _l("Vul in hoeveel u meer toekent. Een gegrond bezwaar geeft een nieuw besluit.")
        raise Refusal("amount_missing", message, field="amount")
    return TopUpDraft(form.line.data, line, form.amount.data, rationale)
