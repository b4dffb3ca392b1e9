"""Whether a receipt is right: its hash, and every conclusion in it computed again from the facts and rules it holds.

No solver, no database, no network. That no better mix exists is not proven again: the bounds are only compared with the values.
A receipt that was changed and given a new hash is found too, wherever what was changed has a consequence in the rest of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matching.answer import Prepared, prepare
from matching.check import Violation, violations
from matching.claims import claims
from matching.explain import explain
from matching.problem import Problem
from matching.proposal import Proposal, Share, problem_hash
from matching.question import Question
from matching.receipt import Content, Embedded, Receipt, constraint_names, hash_of, model_hash, plain
from schemes.canonical import canonical
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.findings import BadFile, Finding
from schemes.loading import EMPTY_FUNDING, LoadedRegion
from schemes.outcome import PAST_AWARDS
from schemes.parsing import validate
from schemes.references import ReferenceFile
from schemes.region import Region

REMEDY = "Do not use this receipt; ask the desk for it again."
_PARTS = ("reference_date", "circumstances", "lines", "pledges", "exclusion_groups", "joint_caps", "borrow_up_to_cents",
          "de_minimis_room_cents", "settings")  # fmt: skip
"""The parts of a problem that follow from the question and the definitions; offers and funding lines are compared apart."""


def check_receipt(receipt: Receipt, file: str = "") -> list[Finding]:
    """Everything that is wrong with a receipt, in the order of the file; empty when nothing is."""
    content = receipt.content
    found = list(_hashes(receipt, file))
    try:
        parts = _read(content, file)
    except BadFile as bad:
        return [*found, *bad.findings]
    found += _same_model(content, parts, file)
    try:
        prepared = prepare(
            parts.question,
            parts.region,
            on=content.reference_date,
            funding_lines=parts.problem.funding_lines,
            file=file,
        )
    except (BadFile, ValueError) as bad:
        message = "The facts do not fit their definitions."
        why = bad.findings if isinstance(bad, BadFile) else []
        return [*found, Finding(file, "facts", "facts_differ", message, REMEDY), *why]
    checks: tuple[Callable[..., Iterator[Finding]], ...] = (_facts, _verdicts, _problem, _proposal, _reasons)
    for check in checks:
        found += check(content, parts, prepared, file)
    found += _alternatives(content, parts, file)
    found += _decision(content, parts, file)
    return found


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
    parts, on = _read(receipt.content, file), receipt.content.reference_date
    prepared = prepare(parts.question, parts.region, on=on, funding_lines=parts.problem.funding_lines, file=file)
    return Rebuilt(parts.region, parts.question, parts.problem, parts.proposal, prepared, parts.shares)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The documents of a receipt as typed values."""

    region: LoadedRegion
    question: Question
    problem: Problem
    proposal: Proposal
    decided: Problem | None
    shares: tuple[Share, ...]


def _read(content: Content, file: str) -> _Parts:
    """Every document of the receipt. Raises BadFile with what is wrong in any of them, each under its own path."""
    wrong: list[Finding] = []

    def read(model: Any, data: Any, path: str) -> Any:
        try:
            return validate(model, data, file)
        except BadFile as bad:
            wrong.extend(_below(path, one) for one in bad.findings)
            return None

    used = content.region
    region = {
        "format": "ontwikkelloket/region/1", "region": used.region, "name": {"nl": used.name.nl, "en": used.name.en},
        "settings": used.settings,
    }  # fmt: skip
    facts = {fact.key: fact.value for fact in content.facts if fact.source != "derived"}
    decision = content.decision
    named: dict[str, dict[str, Any]] = {
        "schemes": _named(content.schemes, SchemeDefinition, "schemes", read),
        "facts": _named(content.fact_definitions, FactDefinition, "fact_definitions", read),
    }
    lists = {
        one.name: read(ReferenceFile, {"list": one.content}, f"lists[{n}]") for n, one in enumerate(content.lists)
    }  # fmt: skip
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
    )  # fmt: skip
    return _Parts(loaded, question, problem, proposal, decided, shares)


def _named(items: tuple[Embedded, ...], model: Any, path: str, read: Callable[..., Any]) -> dict[str, Any]:
    return {one.name: read(model, one.content, f"{path}[{n}].content") for n, one in enumerate(items)}


def _below(path: str, finding: Finding) -> Finding:
    """A finding in a document of the receipt, with the path from the top of the file."""
    where = f"{path}.{finding.path}" if finding.path else path
    return Finding(finding.file, where[:200], finding.code, finding.message_en, finding.remedy_en, finding.params)


# Hashes and the way of computing ---------------------------------------------------------------------------------------


def _hashes(receipt: Receipt, file: str) -> Iterator[Finding]:
    if receipt.content_hash != hash_of(canonical(receipt.content)):
        message = "The content is not what its hash says: it was changed after the receipt was made."
        yield Finding(file, "content_hash", "hash_differs", message, REMEDY)
    for group in ("schemes", "fact_definitions", "lists"):
        for n, one in enumerate(getattr(receipt.content, group)):
            if one.content_hash != hash_of(one.content):
                message = f"{one.name} is not what its hash says: it is not the version that was published."
                yield Finding(file, f"{group}[{n}]", "embedded_hash_differs", message, REMEDY, {"name": one.name})


def _same_model(content: Content, parts: _Parts, file: str) -> Iterator[Finding]:
    used, proposal = content.model, parts.proposal
    settings = parts.problem.settings
    claimed = (used.solver, used.parameters, used.passes)
    if used.model_hash != model_hash(used, settings.model_dump(mode="json")) or claimed != (
        proposal.solver, proposal.parameters, settings.passes,
    ):  # fmt: skip
        message = "What it says about the way of computing does not fit the mix and the settings."
        yield Finding(file, "model", "model_differs", message, REMEDY)
    if used.constraints != constraint_names():
        message = "It was made by other software: that checked other constraints than this one does."
        remedy = "Verify it also with the version of the software that it names."
        params = {"name": used.version or ""}
        yield Finding(file, "model.constraints", "other_software", message, remedy, params, severity="warning")
    for n, one in enumerate(content.schemes):
        definition = parts.region.schemes[one.name]
        if (definition.scheme, definition.version) != (one.name, one.version):
            yield _misnamed(f"schemes[{n}]", one.name, file)
    for n, one in enumerate(content.fact_definitions):
        if parts.region.facts[one.name].key != one.name:
            yield _misnamed(f"fact_definitions[{n}]", one.name, file)
    for n, one in enumerate(content.lists):
        if parts.region.references[one.name].list != one.name:
            yield _misnamed(f"lists[{n}]", one.name, file)


def _misnamed(where: str, name: str, file: str) -> Finding:
    message = f"{name} is another definition, version or list than it says."
    return Finding(file, where, "embedded_name_differs", message, REMEDY, {"name": name})


# From facts to the mix -------------------------------------------------------------------------------------------------


def _facts(content: Content, parts: _Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    written = {fact.key: fact for fact in content.facts}
    known = {key: plain(value) for key, value in prepared.facts.items() if key != PAST_AWARDS}
    for key in sorted(written.keys() | known.keys()):
        fact, definition = written.get(key), parts.region.facts.get(key)
        right = fact is not None and key in known and fact.value == known[key]
        if not right or definition is None or (fact is not None and fact.source == "derived") != (
            definition.derived is not None
        ):  # fmt: skip
            message = f"The fact {key} does not follow from the others."
            yield Finding(file, f"facts.{key}", "fact_differs", message, REMEDY, {"name": key})
    if len(written) != len(content.facts):
        message = "A fact stands twice."
        yield Finding(file, "facts", "fact_twice", message, REMEDY)


def _verdicts(content: Content, parts: _Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    written = {str(one.get("scheme")): one for one in content.verdicts}
    found = {one.scheme: plain(one.as_dict()) for one in prepared.verdicts}
    for scheme in sorted(written.keys() | found.keys()):
        if written.get(scheme) != found.get(scheme):
            message = f"What {scheme} says about these facts is something else."
            yield Finding(file, f"verdicts.{scheme}", "verdict_differs", message, REMEDY, {"name": scheme})


def _problem(content: Content, parts: _Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    rebuilt, written = prepared.problem, parts.problem
    for name in _PARTS:
        if _sorted(getattr(rebuilt, name)) != _sorted(getattr(written, name)):
            yield _problem_finding(file, "problem", name)
    ours, theirs = ({one.id: one for one in each.offers} for each in (rebuilt, written))
    for offer in sorted(ours.keys() | theirs.keys()):
        if ours.get(offer) != theirs.get(offer):
            yield _problem_finding(file, "problem", f"offers.{offer}")
    if len(theirs) != len(written.offers):
        yield _problem_finding(file, "problem", "offers")


def _sorted(value: Any) -> Any:
    """A part of a problem without its order, which means nothing."""
    return sorted(value, key=repr) if isinstance(value, tuple) else value


def _problem_finding(file: str, where: str, part: str) -> Finding:
    message = f"The part {part} of the problem does not follow from the question and the definitions."
    return Finding(file, f"{where}.{part}", "problem_differs", message, REMEDY, {"name": part})


def _proposal(content: Content, parts: _Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    problem, proposal = parts.problem, parts.proposal
    broken = violations(problem, proposal.shares)
    yield from (_violation(one, "proposal", file) for one in broken)
    if any(one.constraint == 0 for one in broken):
        return
    for claim in claims(problem, proposal):
        message = f"A sum of the mix is wrong ({claim.code})."
        yield Finding(file, "proposal", "claim_differs", message, REMEDY, {"name": claim.code, **claim.params})
    proven = all(result.status == "proven" for result in proposal.passes)
    names = tuple(result.name for result in proposal.passes)
    if parts.question.reference_date != content.reference_date:
        yield _problem_finding(file, "question", "reference_date")
    if names != problem.settings.passes or (proposal.status == "proven") != proven:
        message = "The passes are not those of the settings, or they do not prove what is said."
        yield Finding(file, "proposal.passes", "passes_differ", message, REMEDY)


def _violation(one: Violation, where: str, file: str) -> Finding:
    message = f"The mix breaks constraint {one.constraint} ({one.code}, {one.cents} cents)."
    params = {"name": one.code, "constraint": one.constraint, "cents": one.cents, "offer": one.offer, "line": one.line}
    return Finding(file, where, "constraint_broken", message, REMEDY, params)


def _reasons(content: Content, parts: _Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    if any(one.constraint == 0 for one in violations(parts.problem, parts.proposal.shares)):
        return
    if claims(parts.problem, parts.proposal):
        return
    found = plain(explain(parts.problem, parts.proposal, prepared.verdicts, parts.region.schemes.values()).as_dict())
    for name in sorted(found.keys() | content.reasons.keys()):
        if found.get(name) != content.reasons.get(name):
            message = f"The reasons ({name}) are not those of this mix."
            yield Finding(file, f"reasons.{name}", "reasons_differ", message, REMEDY, {"name": name})


# Alternatives and the decision -----------------------------------------------------------------------------------------


def _alternatives(content: Content, parts: _Parts, file: str) -> Iterator[Finding]:
    """Each alternative is a mix that is allowed, with the differences that it claims."""
    for n, one in enumerate(content.alternatives):
        where = f"alternatives[{n}]"
        try:
            mix: Proposal = validate(Proposal, one.get("proposal"), file)
        except BadFile as bad:
            yield from (_below(f"{where}.proposal", finding) for finding in bad.findings)
            continue
        broken = violations(parts.problem, mix.shares)
        yield from (_violation(violation, where, file) for violation in broken)
        if any(violation.constraint == 0 for violation in broken):
            continue
        for name, before, after in _differences(parts.proposal, mix):
            if name in one and one[name] != after - before:
                message = f"The difference {name} of an alternative is wrong."
                yield Finding(file, f"{where}.{name}", "alternative_differs", message, REMEDY, {"name": name})


def _differences(best: Proposal, other: Proposal) -> Iterator[tuple[str, int, int]]:
    yield "own_difference_cents", best.value_of("own_money"), other.value_of("own_money")
    yield "repayable_difference_cents", best.repayable_cents, other.repayable_cents
    yield "employer_difference_cents", best.employer_contribution_cents, other.employer_contribution_cents
    yield "schemes_difference", best.value_of("schemes"), other.value_of("schemes")


def _decision(content: Content, parts: _Parts, file: str) -> Iterator[Finding]:
    decision, decided, where = content.decision, parts.decided, "decision"
    if decision is None:
        yield from _overrides(content, parts, file)
        return
    awards = decision.kind in ("approved", "partly")
    if not awards == bool(parts.shares) == (decided is not None) == (decision.problem_hash is not None):
        yield Finding(file, where, "decision_differs", "A decided mix and its problem belong together.", REMEDY)
    if decided is not None:
        if decision.problem_hash != problem_hash(decided):
            message = "The problem of the decision is not what its hash says."
            yield Finding(file, f"{where}.problem_hash", "decision_differs", message, REMEDY)
        yield from (_violation(one, where, file) for one in violations(decided, parts.shares))
        for name in _PARTS:
            if name != "pledges" and _sorted(getattr(decided, name)) != _sorted(getattr(parts.problem, name)):
                yield _problem_finding(file, f"{where}.problem", name)
    yield from _sums(content, parts, file)
    yield from _overrides(content, parts, file)


def _sums(content: Content, parts: _Parts, file: str) -> Iterator[Finding]:
    """What was awarded is what the decided mix pays from here; every scheme that pays from here was decided on."""
    decision = content.decision
    assert decision is not None
    schemes = {offer.id: offer.scheme for offer in parts.problem.offers if offer.administered == "here"}
    if parts.decided is not None:
        schemes |= {offer.id: offer.scheme for offer in parts.decided.offers if offer.administered == "here"}
    paid: dict[str, int] = {}
    for share in parts.shares:
        if share.offer in schemes:
            paid[schemes[share.offer]] = paid.get(schemes[share.offer], 0) + share.cents
    versions = {one.name: one.version for one in content.schemes}
    for n, one in enumerate(decision.outcomes):
        cents = paid.pop(one.scheme, 0)
        right = one.amount_cents == cents and (one.outcome == "awarded") == (cents > 0)
        if not right or versions.get(one.scheme) != one.version:
            message = f"What was decided on {one.scheme} is not what the mix pays."
            yield Finding(file, f"decision.outcomes[{n}]", "outcome_differs", message, REMEDY, {"name": one.scheme})
    for scheme in sorted(paid):
        message = f"{scheme} pays without a decision."
        yield Finding(file, "decision.outcomes", "outcome_missing", message, REMEDY, {"name": scheme})


def _overrides(content: Content, parts: _Parts, file: str) -> Iterator[Finding]:
    """The overrides are the locks of the problem, and what was decided otherwise than proposed."""
    written = sorted(repr(_figures(one.model_dump())) for one in content.overrides)
    expected = sorted(repr(_figures(one)) for one in overrides_of(parts.problem, parts.proposal.shares, parts.shares))
    if written != expected or (content.decision is not None and content.decision.amended != _differ(parts)):
        message = "What it says was decided otherwise is not the difference between the mixes."
        yield Finding(file, "overrides", "overrides_differ", message, REMEDY)


def _figures(override: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(override.get(name) for name in ("kind", "offer", "line", "funding_line", "cents", "proposed_cents"))


def _differ(parts: _Parts) -> bool:
    return bool(parts.shares) and set(parts.shares) != set(parts.proposal.shares)


def overrides_of(
    problem: Problem, proposed: tuple[Share, ...], decided: tuple[Share, ...]
) -> list[dict[str, Any]]:  # fmt: skip
    """What an advisor wanted otherwise: the locks of a problem, and per offer what was decided otherwise than proposed.

    `decided` is empty when nothing was awarded: then there is nothing to compare.
    """
    found: list[dict[str, Any]] = [
        {"kind": "locked", "offer": one.offer, "line": one.line, "funding_line": one.funding_line, "cents": one.cents}
        for one in problem.locks.shares
    ]
    found += [{"kind": "forbidden", "offer": name, "cents": 0} for name in problem.locks.forbidden]
    before, after = ({(s.offer, s.line, s.funding_line): s.cents for s in each} for each in (proposed, decided))
    for cell in sorted(before.keys() | after.keys(), key=str) if decided else ():
        if before.get(cell, 0) != after.get(cell, 0):
            offer, line, money = cell
            cents = {"cents": after.get(cell, 0), "proposed_cents": before.get(cell, 0)}
            found.append({"kind": "own_mix", "offer": offer, "line": line, "funding_line": money, **cents})
    return found
