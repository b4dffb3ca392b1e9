"""What the desk can say about a question: verdicts, the best mix and its reasons, computed now and stored nowhere.

A draft's answer is never stored: a draft is the person's own. What was stored is read in ``portal.awarding.proposals``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy.orm import Session

import matching
from matching.offers import PossiblePayment, Prepared, Rules, make_ready, possible_payments
from matching.offers.question import Question
from matching.problem import Locks, Problem
from matching.problem.proposal import Proposal, Share, problem_hash
from matching.spec.score import totals
from matching.what_if.insight import Insight, insight
from matching.what_if.interval import Interval
from matching.what_if.override import OverridePrice, price, price_of_mix
from matching.what_if.unpromised import unpromised
from portal.awarding.divisions.queries import parts_of
from portal.awarding.earlier_awards import awards_that_count
from portal.awarding.held_money import used_cells, with_used
from portal.awarding.state_aid import facts_with_aid
from portal.cases.applications.queries import application_by_question
from portal.cases.contents import VAT_FACT
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import DECIDED_STATES, DevelopmentQuestion, Route
from portal.framework.catalogue.queries import Catalogue, SchemeInForce, catalogue, schemes_in_force
from portal.framework.funding.queries import matching_funding_lines
from portal.platform.brake import once
from portal.platform.idempotency import fingerprint
from schemes.basics.costs import RoundPart
from schemes.facts.outcome import FactValue
from schemes.region.loading import EMPTY_FUNDING, LoadedRegion

PARTS = 4
"""A whole answer takes the room of so many parts: it holds what every scheme says about every condition."""
Fixing = Callable[[Problem], Problem]
"""What is fixed in a problem before it is solved: amounts of an advisor, and what was used of earlier vouchers."""


@dataclass(frozen=True)
class QuestionAnswer:
    """What the desk can say about a question: verdicts always; a mix when there are costs, else what schemes could pay."""

    on: date
    question: Question
    facts: Mapping[str, FactValue]
    schemes: Mapping[str, SchemeInForce]
    verdicts: tuple[matching.Verdict, ...]
    problem: Problem
    proposal: Proposal | None
    explanation: matching.Explanation | None
    possible_payments: tuple[PossiblePayment, ...]
    known: Catalogue
    """The region with its facts and lists, as they were read."""

    def verdict(self, scheme: str) -> matching.Verdict | None:
        """The verdict on one scheme; None when it was not assessed."""
        return next((verdict for verdict in self.verdicts if verdict.scheme == scheme), None)

    def insight(self) -> Insight | None:
        """Other mixes, what is not certain and what would change it, each solved again; None without a mix. Takes a while."""
        if self.proposal is None:
            return None
        prepared = Prepared(self.on, self.facts, self.verdicts, self.problem)
        proposal, lines = self.proposal, self.problem.funding_lines
        return once(
            lambda: f"insight {self._follows_from}",
            lambda: insight(self.question, self._region(), prepared, proposal, funding_lines=lines, on=self.on),
        )

    def unpromised(self) -> Interval | None:
        """What the asker pays when the employer does not pay after all, solved again; None when nothing was promised."""
        if self.proposal is None or self.question.pledge is None:
            return None
        lines = self.problem.funding_lines
        return once(
            lambda: f"unpromised {self._follows_from}",
            lambda: unpromised(self.question, self._region(), funding_lines=lines, on=self.on),
        )

    def _region(self) -> LoadedRegion:
        """The region as it was read, with the versions of schemes that count."""
        known, schemes = self.known, {slug: scheme.definition for slug, scheme in self.schemes.items()}
        return LoadedRegion(
            known.region, Path(known.region.region), known.facts, known.references, schemes, EMPTY_FUNDING, {}
        )

    @cached_property
    def _follows_from(self) -> str:
        """A hash of all that an insight follows from."""
        asked = (self.on.isoformat(), self.question.model_dump_json(), problem_hash(self.problem))
        return fingerprint(*asked, *hashes_of(self.known, self.schemes.values()))


@dataclass(frozen=True)
class MixCheck:
    """Whether an advisor's own mix is allowed, and what it costs the asker compared with the best one."""

    problem: Problem
    shares: tuple[Share, ...]
    violations: tuple[matching.Violation, ...]
    not_applied: tuple[str, ...]
    """Schemes administered here that pay in this mix, but were not applied for."""
    own_contribution_cents: int
    employer_contribution_cents: int
    price: OverridePrice | None
    """The differences with the best mix; None without costs."""

    @property
    def fits(self) -> bool:
        """Whether the mix could be decided as it is."""
        return not self.violations and not self.not_applied


# The question as matching knows it --------------------------------------------------------------------------------------


def question_for_matching(
    session: Session, *, question: DevelopmentQuestion, on: date, confirmed_only: bool, own_too: bool | None = None
) -> Question:
    """The record as the question that matching knows: no names, no addresses.

    With `confirmed_only` an employer's money counts only when the employer itself gave it; otherwise also what the asker expects.
    What was had before, also as state aid, is looked up under the applicant's pseudonym as soon as there is an application;
    without `own_too` what was awarded on this very question is left out. When that is not said it is left out of a question that
    was decided: what is asked about it then takes the place of those awards.
    """
    own_too = question.state not in DECIDED_STATES if own_too is None else own_too
    pledge = pledge_by_question(session, question=question) if question.route is Route.INDIVIDUAL else None
    return question_with(session, question=question, on=on, pledge=promised(pledge, confirmed_only), own_too=own_too)


def question_with(
    session: Session, *, question: DevelopmentQuestion, on: date, pledge: dict[str, object] | None, own_too: bool = True
) -> Question:
    """The record with a promise of the employer as the question that matching knows; also a record that is in no session."""
    had_before = awards_that_count(session, question=question, on=on, own_too=own_too)
    asked = as_question(question, on=on, pledge=pledge, had_before=had_before)
    application = application_by_question(session, question=question)
    facts = facts_with_aid(session, question=question, application=application, on=on, own_too=own_too)
    counted = {key: value for key, value in facts.items() if key in asked.facts}
    parts = () if application is None else parts_of(session, application=application)
    divided = tuple(RoundPart(scheme=part.scheme, amount_cents=part.cents) for part in parts)
    return asked.model_copy(update={"facts": counted, "divided": divided})


def as_question(
    question: DevelopmentQuestion,
    *,
    on: date,
    pledge: dict[str, object] | None,
    had_before: Sequence[Mapping[str, object]],
) -> Question:
    """The record with what was promised and had before, as matching knows it.

    For who reclaims VAT what a line costs is the amount without it, where that is known.
    """
    reclaims = question.facts.get(VAT_FACT) is True
    costs = [
        {
            "id": line.line_key,
            "category": line.category,
            "amount_cents": line.amount_cents,
            "amount_without_vat_cents": line.amount_without_vat_cents,
            "vat_reclaimable": reclaims and line.amount_without_vat_cents is not None,
            "due_on": line.due_on,
            "bearer": line.bearer.value,
        }
        for line in question.cost_lines
    ]
    facts = {key: value for key, value in question.facts.items() if value != "unknown"}
    return Question.model_validate(
        {
            "format": "ontwikkelloket/question/1",
            "route": question.route.value,
            "reference_date": on,
            "wish": {"goals": tuple(question.goals)},
            "facts": facts,
            "costs": tuple(costs),
            "pledge": pledge,
            "borrow_up_to_cents": question.borrow_up_to_cents,
            "had_before": tuple(had_before),
        }
    )


def promised(pledge: Pledge | None, confirmed_only: bool) -> dict[str, object] | None:
    """What an employer promised, as a question holds it; None when that does not count."""
    if pledge is None or pledge.state is PledgeState.DECLINED or pledge.kind is None:
        return None
    if confirmed_only and not pledge.counts:
        return None
    categories = tuple(pledge.categories) if pledge.categories else None
    return {"kind": pledge.kind.value, "amount_cents": pledge.amount_cents, "categories": categories}


# Computing -------------------------------------------------------------------------------------------------------------


def indicative_answer(session: Session, *, question: DevelopmentQuestion, on: date) -> QuestionAnswer:
    """What the desk can say now, without storing anything. Expected money of the employer counts."""
    return compute_answer(session, question=question, on=on, confirmed_only=False)


def compute_answer(
    session: Session,
    *,
    question: DevelopmentQuestion,
    on: date,
    confirmed_only: bool,
    funding_on: date | None = None,
    solve: bool = True,
    fixing: Fixing | None = None,
) -> QuestionAnswer:
    """Verdicts, problem and (with `solve`) mix and reasons. `funding_on` is the day of award when that is not `on`.

    With something fixed, what was awarded on this question does not count as had before: what of it stays is fixed in the mix.
    """
    own_too = None if fixing is None else False
    asked = question_for_matching(session, question=question, on=on, confirmed_only=confirmed_only, own_too=own_too)
    sent_at = question.submitted_at
    return answer_to(session, asked, on=on, sent_at=sent_at, funding_on=funding_on, solve=solve, fixing=fixing)


def answer_to(
    session: Session,
    asked: Question,
    *,
    on: date,
    sent_at: datetime | None,
    funding_on: date | None = None,
    solve: bool = True,
    fixing: Fixing | None = None,
) -> QuestionAnswer:
    """The answer to a question as matching knows it, with the schemes that counted when it was sent, and what is fixed."""
    held = schemes_in_force(session, on=on, known_at=sent_at)
    known = catalogue(session)
    lines = matching_funding_lines(session, on=funding_on or on)

    def inputs() -> str:
        told = (on.isoformat(), str(solve), asked.model_dump_json(), *(line.model_dump_json() for line in lines))
        return fingerprint("answer", *told, *hashes_of(known, held))

    def compute() -> QuestionAnswer:
        schemes = {scheme.slug: scheme for scheme in held}
        made = make_ready(asked, rules_of(known, schemes, on), lines)
        if fixing is not None:
            made = replace(made, problem=fixing(made.problem))
        proposal = None
        if solve and made.problem.lines:
            proposal = once(lambda: ("mix", problem_hash(made.problem)), lambda: matching.propose(made.problem))
        return explained(asked, made, proposal, schemes, known)

    return once(inputs, compute, size=PARTS) if fixing is None else compute()


def hashes_of(known: Catalogue, schemes: Iterable[SchemeInForce]) -> tuple[str, ...]:
    """What says which region and which versions of schemes something was computed with."""
    return (known.content_hash, *(f"{scheme.version_id} {scheme.content_hash}" for scheme in schemes))


def rules_of(known: Catalogue, schemes: Mapping[str, SchemeInForce], on: date) -> Rules:
    """What a question is read with on a day: the region and these versions of schemes."""
    return Rules(on, known, tuple(scheme.definition for scheme in schemes.values()))


def explained(
    asked: Question,
    made: Prepared,
    proposal: Proposal | None,
    schemes: Mapping[str, SchemeInForce],
    known: Catalogue,
) -> QuestionAnswer:
    """A question that was made ready, with its mix when there is one, and with the reasons."""
    problem, definitions = made.problem, [scheme.definition for scheme in schemes.values()]
    reasons = matching.explain(problem, proposal, made.verdicts, definitions) if proposal is not None else None
    payments = tuple(possible_payments(problem)) if not problem.lines else ()
    return QuestionAnswer(
        made.on, asked, made.facts, schemes, made.verdicts, problem, proposal, reasons, payments, known
    )


def fresh_problem(
    session: Session, *, question: DevelopmentQuestion, today: date, own_too: bool | None = None
) -> Problem:
    """The problem as it is at this moment: rules of the reference date, money of today, confirmed pledges only.

    Without `own_too` as if nothing was awarded on this question yet: for who looks at its mix with those awards in it. When that
    is not said, a mix for a question that was decided takes the place of those awards (see `question_for_matching`): then what
    was used of them is fixed in it.
    """
    on = question.reference_date or today
    asked = question_for_matching(session, question=question, on=on, confirmed_only=True, own_too=own_too)
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    rules = rules_of(catalogue(session), {scheme.slug: scheme for scheme in held}, on)
    problem = make_ready(asked, rules, matching_funding_lines(session, on=today)).problem
    if own_too is None and question.state in DECIDED_STATES:
        return with_used(problem, used_cells(session, question=question))
    return problem


def check_mix(session: Session, *, question: DevelopmentQuestion, shares: Sequence[Share], today: date) -> MixCheck:
    """Whether a mix made by hand is allowed now, and what it costs compared with the best mix. Writes nothing."""
    problem = fresh_problem(session, question=question, today=today)
    known = (
        {line.id for line in problem.lines},
        {offer.id for offer in problem.offers} | {p.id for p in problem.pledges},
    )
    counted = [share for share in shares if share.line in known[0] and share.offer in known[1]]
    sums = totals(problem, counted)
    return MixCheck(
        problem,
        tuple(shares),
        tuple(matching.violations(problem, shares)),
        not_applied(session, question=question, problem=problem, shares=shares),
        sums["own_contribution_cents"],
        sums["employer_contribution_cents"],
        price_of_mix(problem, counted) if problem.lines else None,
    )


def price_of_locks(session: Session, *, question: DevelopmentQuestion, locks: Locks, today: date) -> OverridePrice:
    """What it costs now when an advisor fixes amounts or leaves schemes out. Raises as ``matching.solver.solve.propose`` does."""
    return price(fresh_problem(session, question=question, today=today), locks)


def not_applied(
    session: Session, *, question: DevelopmentQuestion, problem: Problem, shares: Sequence[Share]
) -> tuple[str, ...]:
    """The schemes administered here that pay in a mix without an application for them."""
    application = application_by_question(session, question=question)
    asked = set(application.schemes) if application is not None else set()
    here = {offer.id for offer in problem.offers if offer.administered == "here"}
    return tuple(sorted({share.offer for share in shares if share.offer in here} - asked))
