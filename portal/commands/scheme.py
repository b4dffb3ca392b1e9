"""``loket scheme``: look at definitions of schemes before anybody uses them. No database and no server.

FILE is a definition (YAML or JSON) in the folder `schemes` of a region, a definition that stands elsewhere (then --region says
whose facts and lists it uses), or the slug of a scheme of that region. Exit 0: good; 1: a case fails, the linter finds an
error, or two versions differ; 2: a file cannot be used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.commands.matching import DEFAULT_REGION, LANGUAGE, print_json, readable_errors, reference_day
from portal.platform.i18n import gettext as _
from portal.platform.i18n import ngettext, use_locale
from portal.words.findings import finding_sentence
from schemes.basics.findings import BadFile, Finding

if TYPE_CHECKING:
    from schemes.definition import SchemeDefinition
    from schemes.region.loading import LoadedRegion

REGION = click.option("--region", help="Folder of a region, or the name of one that ships with the software.")
DAY = click.option("--on", metavar="DATE", help="Reference date (YYYY-MM-DD); else today.")
JSON = click.option("--json", "as_json", is_flag=True, help="The result as JSON.")


@dataclass(frozen=True)
class Opened:
    """One definition with the region it belongs to."""

    definition: SchemeDefinition
    region: LoadedRegion
    file: str


@click.group(name="scheme")
def scheme_group() -> None:
    """Check, explain and compare definitions of schemes."""


def readable(command: Callable[..., Any]) -> Callable[..., Any]:
    """Speak the language of --lang, and list what is wrong with a file instead of a traceback."""

    @wraps(command)
    def run(*args: Any, lang: str, **options: Any) -> Any:
        with use_locale(lang), readable_errors():
            return command(*args, **options)

    return run


def open_scheme(target: str, region: str | None) -> Opened:
    """The definition that TARGET names, with its region. Raises BadFile with everything that is wrong."""
    from schemes.definition import SchemeDefinition
    from schemes.files.parsing import validate_document
    from schemes.files.reading import read_yaml_or_json
    from schemes.region.loading import load_region, with_scheme

    path = Path(target)
    if not path.suffix and not path.exists():
        loaded = _told(load_region(region or DEFAULT_REGION))
        if target not in loaded.schemes:
            raise BadFile([_no_scheme(target, loaded)])
        return Opened(loaded.schemes[target], loaded, loaded.files[f"scheme:{target}"])
    folder = path.resolve().parent.parent
    inside = path.resolve().parent.name == "schemes" and (folder / "region.yaml").is_file()
    document = read_yaml_or_json(path)
    definition = validate_document(SchemeDefinition, document)
    if inside and region is None:
        loaded = _told(load_region(_root(folder, definition.scheme)))
        return Opened(loaded.schemes[definition.scheme], loaded, str(path))
    loaded = with_scheme(_told(load_region(region or DEFAULT_REGION)), definition, file=str(path), document=document)
    return Opened(definition, loaded, str(path))


def _told(region: LoadedRegion) -> LoadedRegion:
    """The region, after a warning for each file in its folder that is not read."""
    for warning in region.warnings:
        if warning.code == "file_not_read":
            click.echo(finding_sentence(warning), err=True)
    return region


def _root(folder: Path, slug: str) -> Path | str:
    """The region in which a scheme of a shared folder is used: the demonstration for what ships with it, else the folder."""
    from schemes.region.loading import load_region, packaged_region, packaged_regions

    if folder.name in packaged_regions() and folder == packaged_region(folder.name).resolve():
        includes = load_region(DEFAULT_REGION).region.includes
        return DEFAULT_REGION if folder.name in includes else folder
    return folder


def _no_scheme(slug: str, region: LoadedRegion) -> Finding:
    from difflib import get_close_matches

    from schemes.files.parsing import nearest_remedy

    near = get_close_matches(slug, region.schemes, n=1)
    remedy = nearest_remedy(near[0] if near else None, sorted(region.schemes))
    params = {"name": slug, "nearest": near[0] if near else None}
    return Finding(region.region.region, "", "unknown_scheme", f"There is no scheme {slug!r}.", remedy, params)


@scheme_group.command()
@click.argument("target", metavar="FILE")
@REGION
@LANGUAGE
@readable
def validate(target: str, region: str | None) -> None:
    """Read FILE strictly and check it against the facts and lists of its region."""
    opened = open_scheme(target, region)
    for warning in opened.region.warnings:
        if warning.file == opened.file:
            click.echo(finding_sentence(warning), err=True)
    number = len(opened.definition.conditions)
    said = ngettext("%(num)s voorwaarde", "%(num)s voorwaarden", number)
    click.echo(
        _(
            "%(file)s klopt: %(title)s, %(conditions)s.",
            file=opened.file,
            title=opened.definition.title.nl,
            conditions=said,
        )
    )


@scheme_group.command()
@click.argument("target", metavar="[FILE]", required=False)
@REGION
@DAY
@JSON
@LANGUAGE
@readable
def lint(target: str | None, region: str | None, on: str | None, as_json: bool) -> None:
    """What is doubtful or wrong in FILE, or in every scheme of the region. Exit 1 when an error is found."""
    from matching.lint import lint_region
    from schemes.region.loading import load_region

    opened = None if target is None else open_scheme(target, region)
    loaded = load_region(region or DEFAULT_REGION) if opened is None else opened.region
    found = lint_region(loaded, scheme=None if opened is None else opened.definition.scheme, on=reference_day(on))
    errors = [one for one in found if one.severity == "error"]
    if as_json:
        print_json([one.as_dict() for one in found])
    else:
        for one in found:
            click.echo((_("FOUT") if one.severity == "error" else _("let op")) + f"  {finding_sentence(one)}")
        rest = len(found) - len(errors)
        parts = [
            ngettext("%(num)s fout", "%(num)s fouten", len(errors)),
            ngettext("%(num)s waarschuwing", "%(num)s waarschuwingen", rest),
        ]
        click.echo(", ".join(parts))
    sys.exit(1 if errors else 0)


@scheme_group.command()
@click.argument("target", metavar="[FILE]", required=False)
@REGION
@JSON
@LANGUAGE
@readable
def cases(target: str | None, region: str | None, as_json: bool) -> None:
    """Run the cases of FILE, or of every scheme of the region. Exit 1 when one does not come out as expected."""
    from schemes.region.loading import load_region

    if target is None:
        loaded = load_region(region or DEFAULT_REGION)
        chosen = [(slug, loaded.schemes[slug]) for slug in sorted(loaded.cases)]
    else:
        opened = open_scheme(target, region)
        loaded, chosen = opened.region, [(opened.definition.scheme, opened.definition)]
    results = {slug: _results(loaded, definition) for slug, definition in chosen}
    failed = sum(not one.passed for found in results.values() for one in found)
    if as_json:
        print_json({slug: [one.as_dict() for one in found] for slug, found in results.items()})
    else:
        _tell_cases(results)
        number = sum(map(len, results.values()))
        click.echo(_("%(number)s voorbeelden, %(failed)s komen niet uit", number=number, failed=failed))
    sys.exit(1 if failed else 0)


def _results(region: LoadedRegion, definition: SchemeDefinition) -> list[Any]:
    from matching.answering.cases import run_cases

    file = region.cases.get(definition.scheme)
    return [] if file is None else run_cases(file, definition, region)


def _tell_cases(results: dict[str, list[Any]]) -> None:
    from portal.commands.scheme_text import case_sentence

    for slug, found in results.items():
        click.echo(slug)
        if not found:
            click.echo("  " + _("Deze regeling heeft geen voorbeelden."))
        for one in found:
            click.echo(f"  {'+' if one.passed else 'X'} {one.name}")
            for key, (expected, came) in one.differences.items():
                click.echo("      " + case_sentence(key, expected, came))


@scheme_group.command()
@click.argument("target", metavar="FILE")
@REGION
@DAY
@click.option(
    "--question", type=click.Path(path_type=Path), help="A question file: what each condition says about that person."
)
@LANGUAGE
@readable
def explain(target: str, region: str | None, on: str | None, question: Path | None) -> None:
    """Say FILE in plain sentences: state, conditions, amounts, sources; with --question also what holds for that person."""
    from portal.commands.scheme_text import definition_text, verdict_text

    opened = open_scheme(target, region)
    day = reference_day(on)
    if question is None:
        click.echo(definition_text(opened.definition, opened.region, day))
    else:
        click.echo(verdict_text(opened.definition, opened.region, day if on else None, question))


@scheme_group.command()
@click.argument("old")
@click.argument("new")
@REGION
@DAY
@JSON
@LANGUAGE
@readable
def diff(old: str, new: str, region: str | None, on: str | None, as_json: bool) -> None:
    """What differs between two versions, in words. Exit 1 when something does."""
    from portal.commands.scheme_text import difference_text
    from schemes.definition.diff import changes

    before, after = open_scheme(old, region), open_scheme(new, region)
    found = changes(before.definition, after.definition)
    if as_json:
        print_json([one.as_dict() for one in found])
    else:
        click.echo(difference_text(before.definition, after.definition, after.region, reference_day(on)))
    sys.exit(1 if found else 0)


@scheme_group.command()
@click.option(
    "--annex", is_flag=True, help="The annex to the agreement with the funders: only money, roles and own schemes."
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The file to write; its name ends in .pdf or .json."
)
@REGION
@DAY
@LANGUAGE
@readable
def handbook(annex: bool, out: Path, region: str | None, on: str | None) -> None:
    """Make the handbook of a region, or the annex to its agreement, from its definitions."""
    import json
    from datetime import UTC, datetime, time

    from portal.papers.handbook import handbook as handbook_of
    from portal.platform.documents import pdf
    from schemes.region.loading import load_region

    if out.suffix not in (".pdf", ".json"):
        raise click.BadParameter(_("De naam eindigt op .pdf of .json."), param_hint="--out")
    day = reference_day(on)
    book = handbook_of(load_region(region or DEFAULT_REGION), day, "annex" if annex else "handbook")
    if out.suffix == ".json":
        content = json.dumps(book, ensure_ascii=False, indent=1).encode()
    else:
        content = pdf("handbook", book, made_at=datetime.combine(day, time(), UTC))
    try:
        out.write_bytes(content)
    except OSError as error:
        raise click.ClickException(
            _("%(file)s kan niet worden geschreven: %(why)s", file=out, why=error.strerror)
        ) from None
    click.echo(str(out))
