"""The documents of a receipt as typed values, and the findings that several checks of a receipt give."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matching.answering.answer import prepare
from matching.offers import Prepared
from matching.offers.question import Question
from matching.problem import Problem
from matching.problem.proposal import Proposal, Share
from matching.receipt.content import Embedded, Receipt, ReceiptContent
from matching.spec.check import Violation
from schemes.basics.findings import BadFile, Finding
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.references import ReferenceFile
from schemes.files.parsing import validate
from schemes.region import Region
from schemes.region.loading import EMPTY_FUNDING, LoadedRegion

REMEDY = "Do not use this receipt; ask the desk for it again."
FOLLOWING = tuple(sorted(Problem.model_fields.keys() - {"format", "offers", "funding_lines", "locks"}))
"""The parts of a problem that follow from the question and the definitions as they are; offers are compared one by one."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A receipt as typed values, with the facts and verdicts computed again: what is needed to say it in words."""

    region: LoadedRegion
    """The region with the definitions, facts and lists of then, and without its money."""
    question: Question
    problem: Problem
    proposal: Proposal
    prepared: Prepared
    decided: tuple[Share, ...]


def rebuild(receipt: Receipt, file: str = "") -> Rebuilt:
    """The content of a receipt as typed values, whether or not it is right. Raises BadFile when it cannot be read."""
    parts, on = read_parts(receipt.content, file), receipt.content.reference_date
    prepared = prepare(parts.question, parts.region, on=on, funding_lines=parts.problem.funding_lines, file=file)
    return Rebuilt(parts.region, parts.question, parts.problem, parts.proposal, prepared, parts.shares)


@dataclass(frozen=True, slots=True)
class Parts:
    """The documents of a receipt as typed values."""

    region: LoadedRegion
    question: Question
    problem: Problem
    proposal: Proposal
    decided: Problem | None
    shares: tuple[Share, ...]


def read_parts(content: ReceiptContent, file: str) -> Parts:
    """Every document of a receipt. Raises BadFile with what is wrong in any of them, each under its own path."""
    wrong: list[Finding] = []

    def read(model: Any, data: Any, path: str) -> Any:
        try:
            return validate(model, data, file)
        except BadFile as bad:
            wrong.extend(below(path, one) for one in bad.findings)
            return None

    used = content.region
    region = {
        "format": "ontwikkelloket/region/1",
        "region": used.region,
        "name": {"nl": used.name.nl, "en": used.name.en},
        "settings": used.settings,
    }
    facts = {fact.key: fact.value for fact in content.facts if fact.source != "derived"}
    decision = content.decision
    named: dict[str, dict[str, Any]] = {
        "schemes": _named(content.schemes, SchemeDefinition, "schemes", read),
        "facts": _named(content.fact_definitions, FactDefinition, "fact_definitions", read),
    }
    lists = {one.name: read(ReferenceFile, {"list": one.content}, f"lists[{n}]") for n, one in enumerate(content.lists)}
    loaded_region = read(Region, region, "region")
    question = read(Question, {**content.question, "facts": facts}, "question")
    problem, proposal = read(Problem, content.problem, "problem"), read(Proposal, content.proposal, "proposal")
    decided = None
    if decision is not None and decision.problem is not None:
        decided = read(Problem, decision.problem, "decision.problem")
    given = () if decision is None else decision.shares
    shares = tuple(read(Share, one, f"decision.shares[{n}]") for n, one in enumerate(given))
    if wrong:
        raise BadFile(wrong)
    references = {name: one.list for name, one in lists.items()}
    loaded = LoadedRegion(
        loaded_region, Path(used.region), named["facts"], references, named["schemes"], EMPTY_FUNDING, {}
    )
    return Parts(loaded, question, problem, proposal, decided, shares)


def _named(items: tuple[Embedded, ...], model: Any, path: str, read: Callable[..., Any]) -> dict[str, Any]:
    return {one.name: read(model, one.content, f"{path}[{n}].content") for n, one in enumerate(items)}


def below(path: str, finding: Finding) -> Finding:
    """A finding in a document of the receipt, with the path from the top of the file."""
    where = f"{path}.{finding.path}" if finding.path else path
    return Finding(finding.file, where[:200], finding.code, finding.message_en, finding.remedy_en, finding.params)


# Findings ---------------------------------------------------------------------------------------------------------------


def in_any_order(value: Any) -> Any:
    """A part of a problem without its order, which means nothing."""
    return sorted(value, key=repr) if isinstance(value, tuple) else value


def part_differs(file: str, where: str, part: str) -> Finding:
    message = f"The part {part} of the problem does not follow from the question and the definitions."
    return Finding(file, f"{where}.{part}", "problem_differs", message, REMEDY, {"name": part})


def broken_rule(one: Violation, where: str, file: str) -> Finding:
    by = f" by € {one.cents // 100}.{one.cents % 100:02d}" if one.cents else ""
    who = "".join(f" {kind} {name}" for kind, name in (("offer", one.offer), ("line", one.line)) if name)
    message = f"The mix breaks rule {one.constraint} of the model{by}{':' if who else ''}{who}."
    params = {"code": one.code, "constraint": one.constraint, "cents": one.cents, "offer": one.offer, "line": one.line}
    return Finding(file, where, "constraint_broken", message, REMEDY, params)
