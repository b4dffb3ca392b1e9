"""Whether a receipt is right: its hash, and every conclusion in it computed again from the facts and rules it holds.

No solver, no database, no network. That no better mix exists is not proven again: the bounds are only compared with the values.
A receipt that was changed and given a new hash is found too, wherever what was changed has a consequence in the rest of it.
"""

from collections.abc import Callable, Iterator

from matching.answering.answer import prepare
from matching.offers import Prepared
from matching.reasons.explain import explain
from matching.receipt.content import Receipt, ReceiptContent, constraint_names, hash_of, model_hash, plain
from matching.receipt.decided import check_alternatives, check_decision
from matching.receipt.reading import FOLLOWING, REMEDY, Parts, broken_rule, in_any_order, part_differs, read_parts
from matching.spec.check import violations
from matching.spec.claims import claims
from schemes.basics.findings import BadFile, Finding
from schemes.facts.outcome import PAST_AWARDS
from schemes.files.canonical import canonical


def check_receipt(receipt: Receipt, file: str = "") -> list[Finding]:
    """Everything that is wrong with a receipt, in the order of the file; empty when nothing is."""
    content = receipt.content
    found = list(_hashes(receipt, file))
    try:
        parts = read_parts(content, file)
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
    found += check_alternatives(content, parts, file)
    found += check_decision(content, parts, file)
    return found


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


def _same_model(content: ReceiptContent, parts: Parts, file: str) -> Iterator[Finding]:
    used, proposal = content.model, parts.proposal
    settings = parts.problem.settings
    claimed = (used.solver, used.parameters, used.passes)
    if used.model_hash != model_hash(used, settings.model_dump(mode="json")) or claimed != (
        proposal.solver,
        proposal.parameters,
        settings.passes,
    ):
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


def _facts(content: ReceiptContent, parts: Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    written = {fact.key: fact for fact in content.facts}
    known = {key: plain(value) for key, value in prepared.facts.items() if key != PAST_AWARDS}
    for key in sorted(written.keys() | known.keys()):
        fact, definition = written.get(key), parts.region.facts.get(key)
        right = fact is not None and key in known and fact.value == known[key]
        if (
            not right
            or definition is None
            or (fact is not None and fact.source == "derived") != (definition.derived is not None)
        ):
            message = f"The fact {key} does not follow from the others."
            yield Finding(file, f"facts.{key}", "fact_differs", message, REMEDY, {"name": key})
    if len(written) != len(content.facts):
        message = "A fact stands twice."
        yield Finding(file, "facts", "fact_twice", message, REMEDY)


def _verdicts(content: ReceiptContent, parts: Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    written = {str(one.get("scheme")): one for one in content.verdicts}
    found = {one.scheme: plain(one.as_dict()) for one in prepared.verdicts}
    for scheme in sorted(written.keys() | found.keys()):
        if written.get(scheme) != found.get(scheme):
            message = f"What {scheme} says about these facts is something else."
            yield Finding(file, f"verdicts.{scheme}", "verdict_differs", message, REMEDY, {"name": scheme})


def _problem(content: ReceiptContent, parts: Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    rebuilt, written = prepared.problem, parts.problem
    for name in FOLLOWING:
        if in_any_order(getattr(rebuilt, name)) != in_any_order(getattr(written, name)):
            yield part_differs(file, "problem", name)
    ours, theirs = ({one.id: one for one in each.offers} for each in (rebuilt, written))
    for offer in sorted(ours.keys() | theirs.keys()):
        if ours.get(offer) != theirs.get(offer):
            yield part_differs(file, "problem", f"offers.{offer}")
    if len(theirs) != len(written.offers):
        yield part_differs(file, "problem", "offers")


def _proposal(content: ReceiptContent, parts: Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    problem, proposal = parts.problem, parts.proposal
    broken = violations(problem, proposal.shares)
    yield from (broken_rule(one, "proposal", file) for one in broken)
    if any(one.constraint == 0 for one in broken):
        return
    for claim in claims(problem, proposal):
        what = claim.code.replace("_", " ")
        message = f"What the mix says of itself is wrong: {what}."
        yield Finding(file, "proposal", "claim_differs", message, REMEDY, {"code": claim.code})
    proven = all(result.status == "proven" for result in proposal.passes)
    names = tuple(result.name for result in proposal.passes)
    if parts.question.reference_date != content.reference_date:
        yield part_differs(file, "question", "reference_date")
    if names != problem.settings.passes or (proposal.status == "proven") != proven:
        message = "The passes are not those of the settings, or they do not prove what is said."
        yield Finding(file, "proposal.passes", "passes_differ", message, REMEDY)


def _reasons(content: ReceiptContent, parts: Parts, prepared: Prepared, file: str) -> Iterator[Finding]:
    if any(one.constraint == 0 for one in violations(parts.problem, parts.proposal.shares)):
        return
    if claims(parts.problem, parts.proposal):
        return
    found = plain(explain(parts.problem, parts.proposal, prepared.verdicts, parts.region.schemes.values()).as_dict())
    for name in sorted(found.keys() | content.reasons.keys()):
        if found.get(name) != content.reasons.get(name):
            message = f"The reasons ({name}) are not those of this mix."
            yield Finding(file, f"reasons.{name}", "reasons_differ", message, REMEDY, {"name": name})
