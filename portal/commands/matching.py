"""``loket match``, ``solve``, ``verify`` and ``schema``: the main job without a database or a server.

Results go to standard output, everything else to standard error. Exit 0: done, also when nothing matches; 1: ``verify``
found violations; 2: the input cannot be used. Only ``match`` and ``solve`` load the solver, and only to solve.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.platform.i18n import LOCALES, use_locale
from portal.words.findings import finding_sentence
from schemes.basics.findings import BadFile, Finding

if TYPE_CHECKING:
    from matching.answering.bundle import Bundle
    from matching.offers.question import Question
    from matching.problem import Problem
    from schemes.region.loading import LoadedRegion

FILE = click.Path(path_type=Path)
LANGUAGE = click.option(
    "--lang", type=click.Choice(list(LOCALES)), default="nl", help="Language of the answer: nl or en."
)
DEFAULT_REGION = "stedendriehoek"
ANSWERS = ("ontwikkelloket/answer/", "ontwikkelloket/bundle-answer/")


@contextmanager
def readable_errors() -> Iterator[None]:
    """Show every finding of bad input and exit 2; never a traceback for what somebody wrote."""
    try:
        yield
    except BadFile as bad:
        _refuse(bad.findings)


def _refuse(findings: Any) -> None:
    for finding in findings:
        click.echo(finding_sentence(finding), err=True)
    sys.exit(2)


def _finding(file: object, path: str, code: str, message: str, remedy: str, **params: Any) -> Finding:
    return Finding(str(file), path, code, message, remedy, params)


@contextmanager
def solving(file: object) -> Iterator[None]:
    """Turn what the solver refuses into findings."""
    from matching.solver.rows import ProblemTooLarge
    from matching.solver.solve import LimitReached, LockConflict

    try:
        yield
    except ProblemTooLarge as large:
        message, remedy = f"{large}.".capitalize(), "Use smaller amounts or simpler fractions."
        _refuse([_finding(file, large.part, "too_large", message, remedy)])
    except LockConflict as conflict:
        names = ", ".join(sorted({lock.offer for lock in conflict.locks.shares} | set(conflict.locks.forbidden)))
        message = f"The locks cannot all be kept: {names}."
        from portal.words.wording import violation_sentence

        breaks = " ".join(violation_sentence(one) for one in conflict.violations)
        remedy = f"Change one of them. {breaks}".rstrip()
        _refuse([_finding(file, "locks", "lock_conflict", message, remedy, names=names, breaks=breaks.rstrip("."))])
    except LimitReached:
        message, remedy = "No mix that keeps the locks was found in time.", "Raise settings.deterministic_limit_ms."
        _refuse([_finding(file, "settings.deterministic_limit_ms", "limit_reached", message, remedy)])


def print_json(data: Any) -> None:
    """Write a result as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def _reference_date(question: Question | Bundle, on: str | None) -> date:
    """The day of --on, else of the file, else today."""
    return question.reference_date or reference_day(None) if on is None else reference_day(on)


def reference_day(on: str | None) -> date:
    """The day of --on, else today. Raises BadFile when it is no day."""
    from portal.platform import clock

    if on is None:
        return clock.today()
    from pydantic import TypeAdapter, ValidationError

    from schemes.basics.values import Day

    try:
        day: date = TypeAdapter(Day).validate_python(on)
    except ValidationError:
        message, remedy = (
            f"{on[:40]!r} is not a day between 1900 and 2200.",
            "Write year-month-day, such as 2026-03-01.",
        )
        raise BadFile([_finding("--on", "", "not_a_date", message, remedy, value=on[:40])]) from None
    return day


def _region(region: str | None, funding: Path | None, *, with_cases: bool = False) -> LoadedRegion:
    from schemes.region.loading import load_region

    loaded = load_region(region or DEFAULT_REGION, funding=funding, with_cases=with_cases)
    for warning in loaded.warnings:
        click.echo(finding_sentence(warning), err=True)
    return loaded


def _question(path: Path) -> Question:
    from matching.offers.question import Question
    from schemes.files.parsing import load

    return load(Question, path)


@click.command()
@click.argument("question", type=FILE)
@click.option("--region", help="Folder of a region, or the name of one that ships with the software.")
@click.option("--funding", type=FILE, help="Budgets: a funding.yaml instead of the region's own.")
@click.option("--on", metavar="DATE", help="Reference date (YYYY-MM-DD); else that of the file, else today.")
@click.option("--all", "everything", is_flag=True, help="Also each scheme that does not fit, with the reason.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@LANGUAGE
def match(
    question: Path, region: str | None, funding: Path | None, on: str | None, everything: bool, as_json: bool, lang: str
) -> None:
    """Which schemes pay for the question or bundle in QUESTION (YAML or JSON), and how much each."""
    with use_locale(lang), readable_errors():
        from matching.answering.answer import answer
        from portal.commands.tables import answer_text

        if _is_bundle(question):
            _match_bundle(question, region, funding, on, None if as_json else everything)
            return
        asked = _question(question)
        day = _reference_date(asked, on)
        loaded = _region(region, funding)
        if asked.costs:
            with solving(question):
                result = answer(asked, loaded, on=day, file=str(question))
        else:
            result = answer(asked, loaded, on=day, file=str(question))
        if as_json:
            print_json({"region": loaded.region.region, **result.as_dict()})
        else:
            click.echo(answer_text(result, loaded, everything=everything))


def _is_bundle(path: Path) -> bool:
    """Whether a file says that it holds several trainings of one employer."""
    from schemes.files.reading import read_yaml_or_json

    data = read_yaml_or_json(path).data
    return isinstance(data, dict) and str(data.get("format", "")).startswith("ontwikkelloket/bundle/")


def _match_bundle(
    path: Path, region: str | None, funding: Path | None, on: str | None, everything: bool | None
) -> None:
    """The answer to a bundle; as JSON when `everything` is None."""
    from matching.answering.bundle import Bundle
    from matching.answering.bundle_answer import answer_bundle
    from portal.commands.bundle_text import bundle_text
    from schemes.files.parsing import load

    bundle = load(Bundle, path)
    loaded = _region(region, funding)
    with solving(path):
        result = answer_bundle(bundle, loaded, on=_reference_date(bundle, on), file=str(path))
    if everything is None:
        print_json({"region": loaded.region.region, **result.as_dict()})
    else:
        click.echo(bundle_text(result, loaded, everything=everything))


@click.command()
@click.argument("problem", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="The proposal as JSON: a mix file for loket verify.")
@LANGUAGE
def solve(problem: Path, as_json: bool, lang: str) -> None:
    """The best mix of the problem in PROBLEM (JSON or YAML): cost lines, offers, pledges, budgets."""
    with use_locale(lang), readable_errors():
        from matching import explain, propose
        from matching.problem import Problem
        from portal.commands.tables import proposal_text
        from schemes.files.parsing import load

        read = load(Problem, problem)
        with solving(problem):
            proposal = propose(read)
        if as_json:
            click.echo(proposal.model_dump_json(indent=2))
        else:
            click.echo(proposal_text(read, proposal, explain(read, proposal)))


@click.command()
@click.argument("subject", type=FILE)
@click.argument("mix", type=FILE)
@click.option("--region", help="For a question file: folder or name of the region.")
@click.option("--funding", type=FILE, help="For a question file: a funding.yaml instead of the region's own.")
@click.option("--on", metavar="DATE", help="For a question file: the reference date.")
@click.option("--json", "as_json", is_flag=True, help="The violations as JSON.")
@LANGUAGE
def verify(
    subject: Path, mix: Path, region: str | None, funding: Path | None, on: str | None, as_json: bool, lang: str
) -> None:
    """Check the mix in MIX against the problem or question in SUBJECT. No solver: exit 0 valid, 1 not, 2 bad input."""
    with use_locale(lang), readable_errors():
        from matching.problem.proposal import Proposal
        from matching.spec.claims import claims
        from portal.words.wording import claim_sentence, violation_sentence

        problem = _problem_of(subject, region, funding, on)
        given = _mix(mix)
        from matching.spec.check import violations

        broken = violations(problem, given.shares)
        wrong = claims(problem, given) if isinstance(given, Proposal) and not broken else []
        if as_json:
            print_json(
                {
                    "valid": not broken and not wrong,
                    "violations": [one.as_dict() for one in broken],
                    "claims": [one.as_dict() for one in wrong],
                }
            )
        else:
            _say(broken, violation_sentence)
            _say(wrong, claim_sentence)
            if not broken and not wrong:
                from portal.platform.i18n import gettext as _

                click.echo(_("De mix voldoet aan alle regels."))
        sys.exit(1 if broken or wrong else 0)


def _say(things: list[Any], sentence: Callable[[Any], str]) -> None:
    for one in things:
        click.echo(sentence(one))


def _problem_of(path: Path, region: str | None, funding: Path | None, on: str | None) -> Problem:
    """The problem of a problem file, or of a question file in its region."""
    from matching.offers.question import Question
    from matching.problem import Problem
    from schemes.files.parsing import validate_document
    from schemes.files.reading import read_yaml_or_json

    document = read_yaml_or_json(path)
    kind = str(document.data.get("format", "")) if isinstance(document.data, dict) else ""
    if kind.startswith("ontwikkelloket/bundle/"):
        return _problem_of_bundle(document, path, region, funding, on)
    if kind.startswith(ANSWERS):
        document = type(document)(document.data.get("problem"), document.file, document.lines)
        return validate_document(Problem, document)
    if not kind.startswith("ontwikkelloket/question/"):
        return validate_document(Problem, document)
    from matching.answering.answer import prepare

    question = validate_document(Question, document)
    return prepare(question, _region(region, funding), on=_reference_date(question, on), file=str(path)).problem


def _problem_of_bundle(document: Any, path: Path, region: str | None, funding: Path | None, on: str | None) -> Problem:
    from matching.answering.answer import prepare
    from matching.answering.bundle import Bundle, prepare_bundle
    from schemes.files.parsing import validate_document

    bundle, loaded = validate_document(Bundle, document), _region(region, funding)
    day, schemes = _reference_date(bundle, on), loaded.schemes.values()
    made = prepare_bundle(
        bundle, lambda one: prepare(one, loaded, on=day, file=str(path)), schemes, loaded.references, on=day
    )
    if made.problem is None:
        message, remedy = "This bundle has no costs, so there is no mix to check.", "Add costs and match again."
        raise BadFile([_finding(path, "trainings", "no_mix", message, remedy)])
    return made.problem


def _mix(path: Path) -> Any:
    """The mix of a mix file (whole proposal or only shares) or of an answer of loket match --json."""
    from matching.problem.proposal import Mix, Proposal
    from schemes.files.parsing import validate_document
    from schemes.files.reading import Document, read_yaml_or_json

    document = read_yaml_or_json(path)
    data = document.data
    if isinstance(data, dict) and str(data.get("format", "")).startswith(ANSWERS):
        if data.get("proposal") is None:
            message, remedy = "This answer holds no mix: the question had no costs.", "Add costs and match again."
            raise BadFile([_finding(path, "proposal", "no_mix", message, remedy)])
        document = Document(data["proposal"], document.file)
    whole = isinstance(document.data, dict) and "status" in document.data
    return validate_document(Proposal if whole else Mix, document)


OF_ITS_OWN = {
    "problem": "matching.problem:Problem",
    "mix": "matching.problem.proposal:MixFile",
    "plan": "matching.plan.choices:ChoicePlan",
    "round": "matching.plan.round_file:RoundFile",
    "scenario": "matching.what_if.scenario.changes:ScenarioFile",
}
"""Files that name nothing of a region, with what reads them: imported only when asked for."""
KINDS = ("question", "bundle", "region", "scheme", "cases", "funding", "facts", "reference", *OF_ITS_OWN)


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--region", help="Folder or name of the region whose facts, lists and examples the schema names.")
def schema(kind: str, region: str | None) -> None:
    """Print the JSON Schema (draft 2020-12) of a kind of file. Question, scheme and other region files name a region's facts."""
    with readable_errors():
        from schemes.region.schemas import facts_schema, json_schema, schema_of

        if kind in OF_ITS_OWN:
            module, _colon, name = OF_ITS_OWN[kind].partition(":")
            print_json(json_schema(getattr(importlib.import_module(module), name), kind))
            return
        loaded = _region(region, None, with_cases=True)
        if kind not in ("question", "bundle"):
            print_json(schema_of(kind, loaded))
            return
        from matching.answering.bundle import Bundle
        from matching.offers.question import Question

        described = json_schema({"question": Question, "bundle": Bundle}[kind], kind)
        facts = described["properties"]["facts"]
        described["properties"]["facts"] = {**facts_schema(loaded.facts), "default": {}}
        described["properties"]["facts"]["description"] = facts["description"]
        print_json(described)
