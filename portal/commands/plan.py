"""``loket plan solve`` and ``loket plan check``: many choices within capacities, without a database or a server.

The answer goes to standard output as JSON, one sentence about it to standard error. Exit 0: choices were found (``check``: the
answer is right); 1: none were found, or none exist (``check``: it is not right); 2: the input cannot be used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.commands.matching import FILE, LANGUAGE, print_json, readable_errors
from portal.platform.i18n import gettext as _
from portal.platform.i18n import use_locale
from schemes.basics.findings import BadFile, Finding

if TYPE_CHECKING:
    from matching.plan.choices import ChoicePlan, PlanAnswer

MOST_BYTES = 200_000_000
"""A plan holds many numbers: JSON of this size is read, other files as every file."""


@click.group("plan")
def plan_group() -> None:
    """The best plan of many choices within capacities. `loket schema plan` prints the format."""


@plan_group.command("solve")
@click.argument("plan", type=FILE)
@click.option("--seconds", type=click.FloatRange(1, 3600), default=20.0, show_default=True, help="How long at most.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Threads of the solver.")
@click.option("--seed", type=click.IntRange(1, 2**31 - 1), default=1, show_default=True, help="Of the neighbourhoods.")
@LANGUAGE
def solve_plan(plan: Path, seconds: float, workers: int, seed: int, lang: str) -> None:
    """Choose of every class in PLAN (JSON) one choice within all capacities, for the highest profit."""
    with use_locale(lang), readable_errors():
        from matching.plan.check import loads_of, priced_bound
        from matching.plan.choices import ChoicePlan
        from matching.plan.choosing import choose

        read: ChoicePlan = _read(ChoicePlan, plan)
        try:
            answer = choose(read, seconds=seconds, workers=workers, seed=seed)
        except OverflowError:
            message, remedy = "The sums of this plan are too large.", "Use smaller numbers."
            raise BadFile([Finding(str(plan), "", "too_large", message, remedy)]) from None
        relaxed = float(priced_bound(read, answer.prices, answer.price_scale)) if answer.prices else None
        shown = answer.model_dump(mode="json")
        shown |= {"lp_bound": relaxed, "gap_percent": None, "loads": []}
        if answer.value is not None:
            assert answer.bound is not None
            shown["gap_percent"] = answer.gap_percent(answer.bound)
            shown["gap_to_lp_percent"] = answer.gap_percent(relaxed if relaxed is not None else answer.bound)
            shown["loads"] = loads_of(read, answer.picks)
        print_json(shown)
        click.echo(_sentence(answer), err=True)
        sys.exit(0 if answer.value is not None else 1)


@plan_group.command("divide")
@click.argument("round", type=FILE)
@LANGUAGE
def divide_round(round: Path, lang: str) -> None:
    """Divide money over all applications in ROUND (JSON) at once: by ranking, by lot or in proportion."""
    with use_locale(lang), readable_errors():
        from matching.plan.round_file import RoundFile, answer_of

        try:
            answer = answer_of(_read(RoundFile, round))
        except ValueError as wrong:
            raise BadFile([Finding(str(round), "", "round", str(wrong), "Correct the file.")]) from None
        print_json(answer)


@plan_group.command("check")
@click.argument("plan", type=FILE)
@click.argument("answer", type=FILE)
@LANGUAGE
def check_plan(plan: Path, answer: Path, lang: str) -> None:
    """Check the choices, the value and the bound in ANSWER against PLAN, in whole numbers and without a solver."""
    with use_locale(lang), readable_errors():
        from matching.plan.check import claim_faults
        from matching.plan.choices import ChoicePlan, PlanAnswer

        faults = claim_faults(_read(ChoicePlan, plan), _read(PlanAnswer, answer, only=set(PlanAnswer.model_fields)))
        for fault in faults:
            place = f" [{fault.place}]" if fault.place is not None else ""
            click.echo(f"{fault.code}{place}: {fault.found} / {fault.allowed}")
        click.echo(_("Het plan klopt.") if not faults else _("Het plan klopt niet."), err=True)
        sys.exit(1 if faults else 0)


def _sentence(answer: PlanAnswer) -> str:
    if answer.status == "infeasible":
        return _("Geen enkel plan past binnen de grenzen.")
    if answer.value is None:
        return _("In deze tijd is geen plan gevonden dat past.")
    if answer.status == "proven":
        return _("Beter dan %(value)s kan niet: dat is bewezen.", value=answer.value)
    assert answer.bound is not None
    gap = f"{answer.gap_percent(answer.bound):.4f}"
    return _("%(value)s; meer dan %(bound)s kan niet (%(gap)s %%).", value=answer.value, bound=answer.bound, gap=gap)


def _read(model: Any, path: Path, only: set[str] | None = None) -> Any:
    """The content of a file as a typed value: JSON up to `MOST_BYTES`; of other keys than `only` nothing is read."""
    from schemes.files.parsing import validate_document
    from schemes.files.reading import Document, read_yaml_or_json

    if path.suffix.lower() != ".json" or not path.is_file() or path.stat().st_size > MOST_BYTES:
        document = read_yaml_or_json(path)
    else:
        try:
            document = Document(json.loads(path.read_bytes()), str(path))
        except (ValueError, RecursionError):
            message, remedy = "This is not JSON.", "Correct the file."
            raise BadFile([Finding(str(path), "", "not_json", message, remedy)]) from None
    if only is not None and isinstance(document.data, dict):
        document = Document({key: value for key, value in document.data.items() if key in only}, document.file)
    return validate_document(model, document)
