"""What must be right before a decision: who decides, what was checked, and that the mix still fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

import matching
from matching.problem import Problem
from matching.problem.proposal import Share
from portal.awarding.answering import fresh_problem, not_applied
from portal.awarding.held_money import HELD
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.queries import unread_answers
from portal.cases.evidence.queries import waiting_evidence
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce
from portal.framework.funding.queries import funding_lines
from portal.framework.mandates.actions import require_mandate
from portal.framework.mandates.models import Mandate
from portal.people.actor import Actor
from portal.people.second_person import require_none_of
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import VoucherPart


@dataclass(frozen=True)
class Checks:
    """What an advisor has checked. All four are needed to award."""

    identity: bool = False
    """Identity, and residence or establishment."""
    purpose: bool = False
    """The training strengthens the person's position on the labour market."""
    costs: bool = False
    """The costs are shown by an offer or quotation."""
    nothing_paid_twice: bool = False
    """No cost is paid twice, and schemes that come first were asked first."""


def require_checks(rationale: str, checks: Checks) -> None:
    """Refuse a decision without a reason or with something that was not checked."""
    if not rationale.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    for name, done in vars(checks).items():
        if not done:
            raise Refusal("not_checked", _l("Controleer dit eerst, en zet daarna het vinkje."), field=name)


@dataclass(frozen=True)
class Misfit:
    """One reason why a mix no longer fits: a code of ``matching.violations``, or of the guards, with its figures."""

    code: str
    scheme: str | None = None
    line: str | None = None
    funding_line: str | None = None
    cents: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)


class MixNoLongerFits(Conflict):
    """The mix cannot be decided as it is: rules, money or facts changed. Nothing was written; make a new proposal."""

    def __init__(self, reasons: Sequence[Misfit]) -> None:
        super().__init__(
            "mix_no_longer_fits",
            _l("De mix past niet meer. Er is niets vastgelegd. Bekijk het nieuwe voorstel."),
            params={"codes": [reason.code for reason in reasons]},
        )
        self.reasons = tuple(reasons)


def application_to_decide(session: Session, question: DevelopmentQuestion) -> Application:
    """The application that a decision is about. Raises ``Refusal`` without one."""
    application = application_by_question(session, question=question)
    if application is None:
        raise Refusal("not_applied", _l("Er is nog geen aanvraag. Zonder aanvraag kunt u geen besluit nemen."))
    return application


def require_complete(session: Session, application: Application) -> None:
    """Before money is awarded an application is complete (Awb 4:2): who decides says first that everything is in.

    Raises ``Refusal`` while it is not; `missing_facts` and `missing_evidence` say what is known to be missing.
    """
    hold(session, application)
    if application.completed_at is None:
        message = _l(
            "Deze aanvraag is nog niet compleet. Kijk wat er ontbreekt, en noem de aanvraag daarna eerst compleet."
        )
        raise Refusal("incomplete", message)


def require_looked_at(session: Session, question: DevelopmentQuestion) -> None:
    """Before a decision somebody looks at all that was handed in or answered (Awb 3:2). Raises ``Conflict`` while that waits."""
    hold(session, question)
    if waiting_evidence(session, question=question) or unread_answers(session, question=question):
        message = _l("Er zijn stukken of antwoorden die nog niemand heeft bekeken. Bekijk die eerst.")
        raise Conflict("evidence_waits", message)


def fitting_problem(
    session: Session, question: DevelopmentQuestion, proposal: ProposalRecord, shares: tuple[Share, ...], today: date
) -> Problem:
    """The problem as it is now, with the mix checked against it, the question read anew. Raises ``MixNoLongerFits``."""
    session.flush()
    session.refresh(question)
    if proposal.question_revision != question.revision:
        raise MixNoLongerFits([Misfit("question_changed")])
    problem = fresh_problem(session, question=question, today=today)
    reasons = [
        Misfit(found.code, found.offer, found.line, found.funding_line, found.cents, found.params)
        for found in matching.violations(problem, shares)
    ]
    reasons += [
        Misfit("not_applied", slug) for slug in not_applied(session, question=question, problem=problem, shares=shares)
    ]
    if reasons:
        raise MixNoLongerFits(reasons)
    return problem


def parts_of_mix(session: Session, problem: Problem, shares: Sequence[Share]) -> dict[str, list[VoucherPart]]:
    """Per scheme administered here what it pays anew, per cost line and funding line, in a fixed order.

    What was used of an earlier voucher is in the mix too, but is no part: it was awarded before.
    """
    here = {offer.id: offer.scheme for offer in problem.offers if offer.administered == "here"}
    ids = {line.slug: line.id for line in funding_lines(session)}
    parts: dict[str, list[VoucherPart]] = {}
    for share in sorted(shares, key=lambda share: (share.offer, share.line, share.funding_line or "")):
        if share.offer in here and share.funding_line not in (None, HELD):
            parts.setdefault(here[share.offer], []).append(
                VoucherPart(share.line, ids[share.funding_line], share.cents)
            )
    return parts


def canonical(shares: Sequence[Share]) -> list[dict[str, Any]]:
    """The shares as plain data in a fixed order."""
    plain = [share.model_dump(mode="json") for share in shares]
    return sorted(plain, key=lambda share: (share["line"], share["offer"], share["funding_line"] or ""))


def require_authority(
    session: Session, *, scheme: SchemeInForce, cents: int, actor: Actor, prepared_by: str | None, on: date
) -> Mandate:
    """The mandate by which the actor decides about so many cents of a scheme (Awb 10:1-10:12).

    After the first decision the cents are the whole of what the decision is about, not the difference: an award cannot be raised
    in slices that stay under the limit. Raises ``Refusal`` for who decides alone above the amount from which the scheme wants two
    people (`four_eyes_above_cents`), who decides what they prepared themselves, or who has no mandate for it.
    """
    if prepared_by is not None:
        own = Refusal("own_preparation", _l("U hebt dit besluit voorbereid. Een collega met mandaat besluit."))
        require_none_of(actor, earlier=(prepared_by,), own=own)
    limit = scheme.definition.four_eyes_above_cents
    if prepared_by is None and limit is not None and cents > limit:
        raise Refusal("second_person_needed", _l("Boven dit bedrag besluit een tweede persoon. Leg het besluit voor."))
    return mandate_for(session, scheme=scheme, cents=cents, actor=actor, on=on)


def mandate_for(session: Session, *, scheme: SchemeInForce, cents: int, actor: Actor, on: date) -> Mandate:
    """The mandate of the actor to decide about so many cents in the name of the body of a scheme. Raises ``Refusal`` without."""
    body = scheme.definition.deciding_body
    named = body.nl if body is not None else ""
    return require_mandate(session, actor=actor, body=named, scheme=scheme.slug, cents=cents, on=on)
