"""``loket receipt``: look at a decision receipt without the desk that made it. No database, no server and no solver.

FILE is a receipt (JSON). Exit 0: it holds; 1: ``verify`` found something that does not follow from the rest; 2: FILE cannot be
read. Only ``make`` loads the solver.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.commands.matching import DEFAULT_REGION, FILE, LANGUAGE, print_json, reference_day, solving
from portal.commands.scheme import DAY, JSON, REGION, readable
from portal.platform.i18n import gettext as _
from portal.words.findings import finding_sentence

if TYPE_CHECKING:
    from matching.receipt import Receipt

WIDTH = 110


@click.group(name="receipt")
def receipt_group() -> None:
    """Make a decision receipt, verify it offline, or say it in plain words."""


def _read(file: Path) -> Receipt:
    """The receipt in a file, read strictly. Raises BadFile."""
    from matching.receipt import Receipt
    from schemes.files.parsing import load

    return load(Receipt, file)


@receipt_group.command()
@click.argument("question", type=FILE)
@click.option("--out", type=FILE, required=True, help="The receipt to write; its name ends in .json.")
@REGION
@DAY
@LANGUAGE
@readable
def make(question: Path, out: Path, region: str | None, on: str | None) -> None:
    """Answer the question in QUESTION with the whole budgets of a region, and write the receipt of that answer."""
    from matching.answering.answer import answer
    from matching.offers.question import Question
    from matching.receipt import receipt_text
    from matching.receipt.making import receipt_of_answer
    from portal.platform import clock
    from schemes.files.parsing import load
    from schemes.region.loading import load_region

    asked, loaded = load(Question, question), load_region(region or DEFAULT_REGION)
    day = asked.reference_date or clock.today() if on is None else reference_day(on)
    if not asked.costs:
        raise click.ClickException(_("De vraag heeft geen kosten, dus er is geen verdeling."))
    with solving(question):
        found = answer(asked, loaded, on=day, file=str(question))
    try:
        out.write_text(receipt_text(receipt_of_answer(found, asked, loaded, clock.now())), encoding="utf-8")
    except OSError as error:
        why = error.strerror
        raise click.ClickException(_("%(file)s kan niet worden geschreven: %(why)s", file=out, why=why)) from None
    click.echo(str(out))


@receipt_group.command()
@click.argument("file", type=FILE)
@JSON
@LANGUAGE
@readable
def verify(file: Path, as_json: bool) -> None:
    """Compute everything in FILE again: hashes, verdicts, problem, mix, sums, reasons and decision."""
    from matching.receipt import verify as verified

    receipt = _read(file)
    found = verified(receipt, str(file))
    errors = [one for one in found if one.severity == "error"]
    if as_json:
        findings = [one.as_dict() for one in found]
        print_json({"valid": not errors, "content_hash": receipt.content_hash, "findings": findings})
    else:
        for one in found:
            click.echo((_("FOUT") if one.severity == "error" else _("let op")) + f"  {finding_sentence(one)}")
        if not errors:
            click.echo(_("Dit bewijs klopt: alles volgt uit de gegevens en de regels die erin staan."))
            click.echo(_("Controlecode: %(hash)s", hash=receipt.content_hash))
    sys.exit(1 if errors else 0)


@receipt_group.command()
@click.argument("file", type=FILE)
@click.option("--pdf", "out", type=FILE, help="Write it as a PDF to this file instead.")
@JSON
@LANGUAGE
@readable
def show(file: Path, out: Path | None, as_json: bool) -> None:
    """Say FILE in plain words: who pays what, why, with which facts and which rules. It is not verified: use verify."""
    from portal.papers.receipt import made_at, receipt_document

    receipt = _read(file)
    document = receipt_document(receipt)
    if out is not None:
        from portal.platform.documents import pdf

        try:
            out.write_bytes(pdf("receipt", document, made_at=made_at(receipt)))
        except OSError as error:
            why = error.strerror
            raise click.ClickException(_("%(file)s kan niet worden geschreven: %(why)s", file=out, why=why)) from None
        click.echo(str(out))
    elif as_json:
        print_json(document)
    else:
        click.echo("\n".join(document_text(document)))


def document_text(document: dict[str, Any]) -> Iterator[str]:
    """The receipt as lines of text, in the order of the page."""
    words = document["labels"]
    yield document["title"]
    yield from _wrapped(document["intro"])
    yield from _part(words["about"], _pairs(document["about"]))
    rows = [[cost, payer, amount, money] for cost, payer, money, amount in document["costs"]]
    yield from _part(words["result"], [*_columns(rows), "", *_pairs(document["totals"])])
    yield from _part(words["decision"], (" · ".join(filter(None, row)) for row in document["outcomes"]))
    yield from _part(words["rationale"], document["rationale"])
    for key in ("checked", "overrides"):
        yield from _part(words[key], (f"- {line}" for line in document[key]))
    why = [f"- {one['title']}, {one['amount']}: {one['text']} {one['money']}".rstrip() for one in document["why"]]
    yield from _part(words["why"], [*document["why_note"], *why])
    for key in ("rest", "alternatives"):
        yield from _part(words[key], (f"- {line}" for line in document[key]))
    yield from _part(words["proof"], document["proof"])
    facts = [f"{row[0]} {row[1]} ({', '.join(filter(None, row[2:]))})" for row in document["facts"]]
    yield from _part(words["facts"], facts)
    yield from _part(words["asked"], _pairs(document["asked"]))
    yield from _part(words["unused"], (f"- {title}: {why}" for title, why in document["unused"]))
    yield from _part(words["sources"], _sources(document, words))
    yield from _part(words["laws"], (f"- {law['title']}. {law['what']} {law['url']}" for law in document["laws"]))
    yield from _part(words["check"], [*document["how"], *_pairs(document["check"])])


def _sources(document: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    for scheme in document["sources"]:
        yield f"{scheme['scheme']}, {words['version'].lower()} {scheme['version']}, {scheme['hash']}"
        for source in scheme["sources"]:
            yield "- " + ". ".join(
                filter(None, (source["title"], source["where"], source["confidence"], source["url"]))
            )
        yield from (f"- {words['assumptions']}: {text}" for text in scheme["assumptions"])


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with its lines; nothing when there are none."""
    shown = list(lines)
    if shown:
        yield from ("", title, *_wrapped(shown))


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        kept = len(line) <= WIDTH or "  " in line.strip()
        yield from (
            ["  " + line] if kept else textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
        )


def _pairs(rows: Iterable[list[str]]) -> list[str]:
    return [f"{label}: {value}" for label, value in rows]


def _columns(rows: list[list[str]]) -> Iterator[str]:
    widths = [max((len(row[n]) for row in rows), default=0) for n in range(4)]
    for cost, payer, amount, money in rows:
        yield f"{cost.ljust(widths[0])}  {payer.ljust(widths[1])}  {amount.rjust(widths[2])}  {money}".rstrip()
