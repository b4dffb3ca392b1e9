"""A mix as the advisor sees it: who pays what per cost line, from which money, what bound it, and every scheme with its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

import matching
from matching.offers import PLEDGE
from matching.problem import Problem
from matching.problem.proposal import Share
from matching.reasons.explain import Used
from matching.spec import limits
from portal.awarding.answering import QuestionAnswer, compute_answer, fresh_problem
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import answer_of, stored_insight
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.catalogue.queries import catalogue, schemes_in_force
from portal.framework.funding.queries import funding_lines
from portal.platform.i18n import format_date, format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.web.intake.schemes import SchemeRow, rows_of
from portal.web.labels.insight import because_of
from portal.words.citations import citation
from portal.words.labels import CONFIDENCE, OUTCOME_STATUSES
from portal.words.names import Names
from portal.words.proof_words import step_name
from portal.words.wording import category_label, rule_sentence, uncovered_sentence, unknown_sentence, used_sentence
from portal.words.wording_mix import source_sentence
from schemes.definition import SchemeDefinition
from schemes.facts.outcome import Outcome

GROUPS = ("all_of",)


@dataclass(frozen=True)
class CaseNames:
    """How everything in a case is called."""

    names: Names
    lines: Mapping[str, str]
    """Cost lines by key."""

    def title(self, key: str) -> str:
        """The name of a scheme, pledge, cost line or funding line."""
        return self.names.title(key)

    def answer(self, fact: str, value: Any) -> str:
        """The answer to a question about a fact, as people read it; dates are stored as text."""
        known = self.names.facts.get(fact)
        if known is not None and known.type == "date" and isinstance(value, str):
            return format_date(date.fromisoformat(value))
        return self.names.answer(fact, value)


@dataclass(frozen=True)
class ConditionSaid:
    """One rule of a scheme with what it says about this person."""

    text: str
    status: str
    kind: str
    article: str | None
    note: str


@dataclass(frozen=True)
class SchemeView:
    """One scheme: the row with the reason, its rules one by one, its sources and how sure they are."""

    row: SchemeRow
    conditions: list[ConditionSaid]
    confidence: str
    confidence_kind: str
    sources: list[str]
    review: str | None
    """Why the definition itself needs a look; None when it does not."""


@dataclass(frozen=True)
class NotPossible:
    """Schemes that cannot pay, by the one reason that they share."""

    reason: str
    schemes: list[SchemeView]


@dataclass(frozen=True)
class FoldedSchemes:
    """Schemes as a page lists them: what can or may pay one by one, the rest folded to one line."""

    possible: list[SchemeView]
    impossible: list[NotPossible]
    """By reason, the reason of most schemes first."""


@dataclass(frozen=True)
class MixView:
    """Everything about one mix."""

    parts: list[dict[str, Any]]
    payers: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    bounds: list[dict[str, str]]
    funding: list[list[Any]]
    uncovered: list[str]
    schemes: list[SchemeView]
    status: str
    status_kind: str
    own_cents: int
    employer_cents: int
    repayable_cents: int
    total_cents: int
    outlook: str

    @property
    def folded(self) -> FoldedSchemes:
        """Its schemes as a page lists them."""
        return folded(self.schemes)


def folded(schemes: Sequence[SchemeView]) -> FoldedSchemes:
    """Schemes with those that cannot pay put together by their reason."""
    by_reason: dict[str, list[SchemeView]] = {}
    for view in schemes:
        if view.row.tag_kind == "no":
            by_reason.setdefault(view.row.reason, []).append(view)
    groups = [NotPossible(reason, some) for reason, some in by_reason.items()]
    possible = [view for view in schemes if view.row.tag_kind != "no"]
    return FoldedSchemes(possible, sorted(groups, key=lambda one: -len(one.schemes)))


def names_of(session: Session, question: DevelopmentQuestion) -> CaseNames:
    """The names of schemes, funding lines, facts, lists and the cost lines of this question."""
    known = catalogue(session)
    on = question.reference_date or question.changed_at.date()
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    titles: dict[str, Any] = {scheme.slug: scheme.definition.title for scheme in held}
    titles |= {line.slug: {"nl": line.title_nl, "en": line.title_en} for line in funding_lines(session)}
    lines = {line.line_key: line.description or category_label(line.category) for line in question.cost_lines}
    doubles = [text for text in lines.values() if [*lines.values()].count(text) > 1]
    lines = {key: f"{text} ({key[1:]})" if text in doubles else text for key, text in lines.items()}
    return CaseNames(Names({**titles, **lines}, known.facts, known.references), lines)


def mix_of(
    session: Session, *, record: ProposalRecord, question: DevelopmentQuestion, names: CaseNames
) -> MixView | None:
    """A stored proposal, word for word."""
    found = stored_insight(record)
    because = because_of(found.worths, names.names) if found is not None else {}
    return view_of(answer_of(session, record=record), question, names, because)


def computed_now(session: Session, *, question: DevelopmentQuestion, today: date) -> QuestionAnswer:
    """What the desk would propose now; not stored. Only money that the employer confirmed counts."""
    on = question.reference_date or today
    return compute_answer(session, question=question, on=on, confirmed_only=True, funding_on=today)


def view_of(
    answer: QuestionAnswer, question: DevelopmentQuestion, names: CaseNames, because: Mapping[str, str] | None = None
) -> MixView | None:
    """An answer as the page shows it; None without a mix. `because`: per scheme why it is in the mix, when that was found."""
    mix, why = answer.proposal, answer.explanation
    if mix is None or why is None:
        return None
    definitions = {slug: scheme.definition for slug, scheme in answer.schemes.items()}
    payers = payers_of(answer.problem, mix.shares, definitions, names, order=why.pays_first)
    rest = {left.line: left.cents for left in mix.rest}
    lines = lines_of(answer.problem, mix.shares, rest, names)
    keys = [payer["key"] for payer in payers]
    totals = {key: sum(line["shares"].get(key, 0) for line in lines) for key in keys}
    return MixView(
        parts=[
            {"label": payer["label"], "cents": totals[payer["key"]], "kind": payer["kind"]}
            for payer in payers
            if totals[payer["key"]] or payer["key"].startswith("rest.")
        ],
        payers=[payer for payer in payers if totals[payer["key"]]],
        lines=lines,
        bounds=[
            {
                "label": f"{names.title(one.offer)}: {format_euros(one.cents)}",
                "value": why_of(one, names, because or {}),
            }
            for one in why.used
        ],
        funding=money_rows(answer.problem, mix.shares, names),
        uncovered=[
            f"{names.title(one.line)}, {format_euros(one.cents)}: {uncovered_sentence(one, names.names)}"
            for one in why.uncovered
        ],
        schemes=scheme_rows(answer, names),
        status=_proven(mix),
        status_kind="ok" if mix.status == "proven" else "wait",
        own_cents=mix.own_contribution_cents,
        employer_cents=mix.employer_contribution_cents,
        repayable_cents=mix.repayable_cents,
        total_cents=question.total_cents,
        outlook=_outlook(mix, question),
    )


def own_mix_of(
    session: Session, *, shares: Sequence[Share], question: DevelopmentQuestion, names: CaseNames, today: date
) -> dict[str, list[dict[str, Any]]]:
    """An advisor's own mix as the page shows it: parts, payers and lines, with the costs of now."""
    problem = fresh_problem(session, question=question, today=today)
    held = schemes_in_force(session, on=question.reference_date or today, known_at=question.submitted_at)
    definitions = {scheme.slug: scheme.definition for scheme in held}
    paid = {line.id: sum(share.cents for share in shares if share.line == line.id) for line in problem.lines}
    rest = {line.id: line.amount_cents - paid[line.id] for line in problem.lines}
    lines = lines_of(problem, shares, rest, names)
    payers = payers_of(problem, shares, definitions, names)
    totals = {payer["key"]: sum(line["shares"].get(payer["key"], 0) for line in lines) for payer in payers}
    parts = [{"label": one["label"], "cents": totals[one["key"]], "kind": one["kind"]} for one in payers]
    return {"parts": parts, "payers": [one for one in payers if totals[one["key"]]], "lines": lines}


def _proven(mix: matching.Proposal) -> str:
    if mix.status == "proven":
        return _("bewezen beste mix")
    step = next(step_name(one.name) for one in mix.passes if one.status != "proven")
    return _(
        "niet bewezen: hoogstens %(gap)s beter voor de aanvrager; open stap: %(step)s",
        gap=format_euros(mix.own_money_gap_cents),
        step=step,
    )


def why_of(used: Used, names: CaseNames, because: Mapping[str, str]) -> str:
    """Why this scheme, why this amount, and why from this money."""
    money = [
        _("%(money)s: %(why)s", money=names.title(one.funding_line), why=source_sentence(one, names.names))
        for one in used.sources
    ]
    return " ".join(text for text in (because.get(used.offer, ""), used_sentence(used, names.names), *money) if text)


def _outlook(mix: matching.Proposal, question: DevelopmentQuestion) -> str:
    best = mix.best_if_possible
    own = mix.employer_contribution_cents if question.route is Route.EMPLOYER else mix.own_contribution_cents
    if best is None or best.rest_cents >= own:
        return ""
    return _("Als alle mogelijke regelingen doorgaan, blijft er %(own)s over.", own=format_euros(best.rest_cents))


def payers_of(
    problem: Problem,
    shares: Sequence[Share],
    definitions: Mapping[str, SchemeDefinition],
    names: CaseNames,
    *,
    order: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Who pays, in the order in which they are asked, and who bears the rest."""
    paying = list(order) or list(dict.fromkeys(share.offer for share in shares))
    payers = [{"key": key, "label": names.title(key), "kind": kind_of(key, definitions)} for key in paying]
    bearers = {problem.bearer(line) for line in problem.lines}
    if problem.circumstances.route == "employer":
        return [*payers, {"key": "rest.employer", "label": _("werkgever zelf"), "kind": "own"}]
    if "employer" in bearers:
        payers.append({"key": "rest.employer", "label": _("werkgever, eigen kosten"), "kind": "employer"})
    return [*payers, {"key": "rest.resident", "label": _("inwoner zelf"), "kind": "own"}]


def kind_of(key: str, definitions: Mapping[str, SchemeDefinition]) -> str:
    """The look of a payer."""
    if key == PLEDGE or key not in definitions:
        return "employer"
    definition = definitions[key]
    return "loan" if definition.repayable else "sector" if definition.sector_fund else "scheme"


def lines_of(
    problem: Problem, shares: Sequence[Share], rest: Mapping[str, int], names: CaseNames
) -> list[dict[str, Any]]:
    """What each payer pays of each cost line."""
    rows = []
    for line in problem.lines:
        paid: dict[str, int] = {}
        for share in shares:
            if share.line == line.id:
                paid[share.offer] = paid.get(share.offer, 0) + share.cents
        paid[f"rest.{problem.bearer(line)}"] = rest.get(line.id, 0)
        rows.append({"label": names.title(line.id), "cents": line.amount_cents, "shares": paid})
    return rows


def money_rows(problem: Problem, shares: Sequence[Share], names: CaseNames) -> list[list[Any]]:
    """The funding lines that could pay something of this, with what they pay, have available, and their price."""
    here = [offer for offer in problem.offers if offer.administered == "here"]
    rows: list[list[Any]] = []
    for money in problem.funding_lines:
        paid = sum(share.cents for share in shares if share.funding_line == money.id)
        admitted = [
            offer.id
            for offer in here
            if any(limits.refusal_of(problem, money, offer, line) is None for line in problem.lines)
        ]
        if not admitted and not paid:
            continue
        note = format_list(names.title(slug) for slug in admitted)
        price = limits.funding_price(problem, money)
        rows.append(
            [
                {"text": names.title(money.id), "note": note},
                format_euros(paid) if paid else None,
                format_euros(money.available_cents),
                {"text": f"{price / 1000:.2f}".replace(".", ",")},
            ]
        )
    return rows


# Schemes with their rules ----------------------------------------------------------------------------------------------


def scheme_rows(answer: QuestionAnswer, names: CaseNames) -> list[SchemeView]:
    """Every scheme of this route with its reason and its rules."""
    definitions = {slug: scheme.definition for slug, scheme in answer.schemes.items()}
    return [
        _scheme_view(row, answer.verdict(row.scheme), definitions[row.scheme], answer.on, names)
        for row in rows_of(answer, definitions, names.names)
    ]


def _scheme_view(
    row: SchemeRow, verdict: matching.Verdict | None, definition: SchemeDefinition, on: date, names: CaseNames
) -> SchemeView:
    text, kind = CONFIDENCE[definition.confidence]
    late = definition.review_on < on
    return SchemeView(
        row=row,
        conditions=conditions_of(verdict.outcomes, names) if verdict is not None else [],
        confidence=str(text),
        confidence_kind=kind,
        sources=[source_line(source) for source in definition.sources],
        review=_("Deze regeling moest op %(day)s opnieuw worden nagekeken.", day=format_date(definition.review_on))
        if late
        else None,
    )


def source_line(source: Any) -> str:
    """A source in one line: title, article, place and day."""
    parts = [source.title, *(citation(part) for part in (source.article, source.reference) if part)]
    if source.as_of is not None:
        parts.append(_("stand van %(day)s", day=format_date(source.as_of)))
    return ", ".join(part for part in parts if part)


def conditions_of(outcome: Outcome, names: CaseNames) -> list[ConditionSaid]:
    """The rules one by one; a group of "all of these" is taken apart, any other group is one rule."""
    if outcome.code in GROUPS and outcome.text is None and outcome.children:
        return [condition for child in outcome.children for condition in conditions_of(child, names)]
    if outcome.code in GROUPS and not outcome.children:
        return []
    text, kind = OUTCOME_STATUSES[outcome.status]
    sentence = rule_sentence(outcome, names.names)
    if outcome.text is None and outcome.children:
        parts = "; ".join(rule_sentence(child, names.names).rstrip(".") for child in outcome.children)
        sentence = f"{sentence} ({parts})"
    if outcome.status == "unknown":
        note = unknown_sentence(outcome, names.names)
    else:
        note = names.answer(outcome.fact, outcome.value) if outcome.fact and outcome.value is not None else ""
    return [ConditionSaid(sentence, str(text), kind, outcome.article and citation(outcome.article), note)]
