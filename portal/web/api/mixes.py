"""The main job: which schemes pay for a question, how much each, why, and the proof; and the check of a mix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from flask import Response
from pydantic import Field

from matching.answering.answer import Answer, answer, prepare
from matching.problem.proposal import Share
from matching.solver.patience import NobodyWaits
from matching.spec.check import violations
from portal.framework.funding.queries import funding_lines, matching_funding_lines
from portal.platform.brake import once
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.idempotency import fingerprint
from portal.web.api.blueprint import Body, Value, given, operation
from portal.web.api.question_body import QuestionBody, region_on
from portal.web.api.reading import bad_findings
from portal.web.edge.programs import problem
from portal.words import wording
from portal.words.names import Names
from portal.words.proof_words import open_steps
from portal.words.standing import worth_of
from schemes.basics.costs import Id
from schemes.basics.findings import BadFile
from schemes.basics.money import MAX_CENTS
from schemes.basics.values import Items

if TYPE_CHECKING:
    from matching.offers.question import Question
    from matching.problem import AvailableFundingLine
    from matching.problem.proposal import Proposal
    from matching.reasons.explain import Explanation
    from schemes.region.loading import LoadedRegion

PARTS = 2
"""A whole answer takes the room of so many parts of what is kept."""


class ShareValue(Value):
    """Cents of one cost line that one scheme or pledge pays."""

    line: str
    offer: str
    funding_line: str | None
    """From which money; null for schemes of others."""
    cents: int


class ReasonValue(Value):
    """Something, how much of it in cents, and why, as a code and in words."""

    about: str
    """A scheme, a pledge or a cost line."""
    title: str
    cents: int | None
    code: str
    text: str


class StepValue(Value):
    """One step of the proof: what was reached, and what cannot be beaten."""

    name: str
    value: int
    bound: int
    status: Literal["proven", "not_proven"]


class MixValue(Value):
    """The best mix, with its proof and its reasons."""

    status: Literal["proven", "not_proven"]
    """proven: no mix is better in the order of the steps."""
    shares: list[ShareValue]
    own_contribution_cents: int
    employer_contribution_cents: int
    repayable_cents: int
    used: list[ReasonValue]
    """What pays, and what bound its amount."""
    uncovered: list[ReasonValue]
    """What is left of each cost line, and why."""
    unused: list[ReasonValue]
    """What pays nothing, and why; `cents` is what it could pay at most by itself."""
    pays_first: list[str]
    """In this order they are asked."""
    notes: list[str]
    steps: list[StepValue]
    open_steps: list[str]
    """What was not proven, in words. Empty when all was."""
    solver: str
    problem_hash: str


class VerdictValue(Value):
    """What one scheme says about this person."""

    scheme: str
    version: int
    title: str
    status: Literal["eligible", "not_eligible", "unknown"]
    can_be_offered: bool
    reason: str | None
    """The one condition that decided, when it is not eligible or not known."""
    availability: str
    """Whether the scheme can be asked for."""
    missing_facts: list[str]
    """What would have to be known, by keys of `GET /facts`."""


class PossibleValue(Value):
    """What a scheme could pay while costs are not known."""

    scheme: str
    title: str
    certainty: Literal["firm", "possible"]
    up_to_cents: int | None
    """Null: no limit, or not known."""
    repayable: bool


class NextStepValue(Value):
    """What to do next."""

    code: str
    text: str


class MixAnswer(Value):
    """The whole answer to a question. It is information, no decision."""

    reference_date: date
    region: str
    mix: MixValue | None
    """Null without costs."""
    possible: list[PossibleValue]
    verdicts: list[VerdictValue]
    next_steps: list[NextStepValue]


class ShareBody(Body):
    """Cents of one cost line that one scheme or pledge pays."""

    line: Id
    offer: Id
    funding_line: Id | None = None
    cents: int = Field(ge=1, le=MAX_CENTS)


class VerificationBody(Body):
    """A question, and a mix of whoever made it."""

    question: QuestionBody
    shares: Items[ShareBody] = Field(max_length=2000)


class ViolationValue(Value):
    """One rule that the mix breaks."""

    constraint: int
    code: str
    cents: int
    """By how many cents."""
    offer: str | None
    line: str | None
    funding_line: str | None
    text: str


class VerificationAnswer(Value):
    """Whether a mix keeps every rule."""

    valid: bool
    violations: list[ViolationValue]


@operation("/mixes", method="POST", answer=MixAnswer, tag="mixes", computes=True)
def make_mix(body: QuestionBody) -> Response:
    """The best mix for a question: which schemes pay how much of which costs, proven and explained. Nothing is kept of it."""
    from matching.solver.rows import ProblemTooLarge
    from matching.solver.solve import LimitReached

    session, day = current_session(), body.reference_date or today()
    region, lines = region_on(session, day), matching_funding_lines(session, on=day)
    try:
        asked = body.question()
        made = _computed(asked, region, lines, day)
    except BadFile as bad:
        return bad_findings(bad.findings)
    except ProblemTooLarge:
        return problem(409, code="too_large", detail=_("Deze bedragen zijn te groot om mee te rekenen."))
    except LimitReached:
        raise NobodyWaits("no mix in time") from None
    return given(_answer(made, region))


def _computed(asked: Question, region: LoadedRegion, lines: list[AvailableFundingLine], day: date) -> Answer:
    """The answer; the same question about the same region and the same money is computed once."""

    def inputs() -> str:
        schemes = (f"{one.scheme} {one.version}" for one in region.schemes.values())
        money = (line.model_dump_json() for line in lines)
        return "api " + fingerprint(day.isoformat(), asked.model_dump_json(), *schemes, *money)

    return once(inputs, lambda: answer(asked, region, on=day, funding_lines=lines, outlook=False), size=PARTS)


@operation("/verifications", method="POST", answer=VerificationAnswer, tag="mixes", computes=True)
def check_mix(body: VerificationBody) -> Response:
    """Check a mix against every rule, without solving anything: valid, or each rule that it breaks."""
    session, day = current_session(), body.question.reference_date or today()
    region, lines = region_on(session, day), matching_funding_lines(session, on=day)
    try:
        prepared = prepare(body.question.question(), region, on=day, funding_lines=lines)
    except BadFile as bad:
        return bad_findings(bad.findings, under="/question")
    broken = violations(prepared.problem, [Share(**one.model_dump()) for one in body.shares])
    names = _names(region, prepared.problem)
    said = [ViolationValue(**_plain(one), text=wording.violation_sentence(one, names)) for one in broken]
    return given(VerificationAnswer(valid=not broken, violations=said))


def _plain(violation: object) -> dict[str, object]:
    return {name: getattr(violation, name) for name in ("constraint", "code", "cents", "offer", "line", "funding_line")}


def _names(region: LoadedRegion, asked: object) -> Names:
    lines: Mapping[str, str] = {line.id: wording.category_label(line.category) for line in getattr(asked, "lines", ())}
    names = Names.of_region(region, lines)
    money = {one.slug: {"nl": one.title_nl, "en": one.title_en} for one in funding_lines(current_session())}
    return replace(names, titles={**money, **names.titles})


def _answer(made: Answer, region: LoadedRegion) -> MixAnswer:
    names = _names(region, made.prepared.problem)
    mix = None
    if made.proposal is not None and made.explanation is not None:
        mix = _mix(made, made.proposal, made.explanation, names)
    return MixAnswer(
        reference_date=made.prepared.on,
        region=region.region.region,
        mix=mix,
        possible=[
            PossibleValue(
                scheme=one.scheme,
                title=names.title(one.scheme),
                certainty=one.certainty,
                up_to_cents=one.up_to_cents,
                repayable=one.repayable,
            )
            for one in made.possible
        ],
        verdicts=[
            VerdictValue(
                scheme=one.scheme,
                version=one.version,
                title=names.title(one.scheme),
                status=one.status,
                can_be_offered=one.can_be_offered,
                reason=None if one.reason is None else wording.rule_sentence(one.reason, names),
                availability=wording.availability_sentence(one.availability),
                missing_facts=list(one.missing_facts),
            )
            for one in made.prepared.verdicts
        ],
        next_steps=[NextStepValue(code=one, text=wording.next_step_sentence(one)) for one in made.next_steps],
    )


def _mix(made: Answer, proposal: Proposal, reasons: Explanation, names: Names) -> MixValue:
    why = {verdict.scheme: verdict.reason for verdict in made.prepared.verdicts}

    def reason(about: str, cents: int | None, code: str, text: str) -> ReasonValue:
        return ReasonValue(about=about, title=names.title(about), cents=cents, code=code, text=text)

    return MixValue(
        status=proposal.status,
        shares=[ShareValue(**one.model_dump()) for one in proposal.shares],
        own_contribution_cents=proposal.own_contribution_cents,
        employer_contribution_cents=proposal.employer_contribution_cents,
        repayable_cents=proposal.repayable_cents,
        used=[reason(one.offer, one.cents, one.code, wording.used_sentence(one, names)) for one in reasons.used],
        uncovered=[
            reason(one.line, one.cents, one.code, wording.uncovered_sentence(one, names)) for one in reasons.uncovered
        ],
        unused=[
            reason(one.scheme, worth_of(one), one.code, wording.unused_sentence(one, names, why.get(one.scheme)))
            for one in reasons.unused
        ],
        pays_first=list(reasons.pays_first),
        notes=[wording.note_sentence(one, names) for one in reasons.notes],
        steps=[
            StepValue(name=one.name, value=one.value, bound=one.bound, status=one.status) for one in proposal.passes
        ],
        open_steps=open_steps(proposal.passes),
        solver=proposal.solver,
        problem_hash=proposal.problem_hash,
    )
