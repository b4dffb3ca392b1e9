"""The chapter about the source as tables of words, the same for the page and the document."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounting.source_report.contradictions import KIND_WORDS
from portal.accounting.source_report.queries import SourceChapter
from portal.platform.i18n import gettext as _

NUMBER = 10
"""After the nine chapters of the report."""
FIGURES, FINDINGS, ASSUMED = "source_figures", "source_findings", "source_assumptions"
"""The keys of the tables."""


@dataclass(frozen=True)
class SourceTable:
    """A table: its key, what it is called, the names of its columns, and its rows."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def source_title() -> str:
    """What the chapter is called."""
    return f"{NUMBER}. " + _("Waar de bron zichzelf tegenspreekt")


def source_intro() -> str:
    """What the chapter is about."""
    return _(
        "Dit loket is gevuld met de historie van het Ontwikkelfonds, voor zover het eindrapport cijfers geeft. Wat daar niet "
        "staat, is een aanname. De aannames staan hieronder."
    )


def source_tables(chapter: SourceChapter) -> tuple[SourceTable, ...]:
    """What the source says beside the books, what its own figures say about it, and what was assumed."""
    figures = tuple(
        (
            str(one.figure.label),
            one.figure.words or _("afgeleid: %(how)s", how=one.figure.place),
            one.figure.place if one.figure.words else "–",
            one.source_words,
            one.books_words,
            one.equal_words,
        )
        for one in chapter.compared
    )
    head = (_("Cijfer"), _("Zo staat het er"), _("Paragraaf"), _("Bron"), _("Boeken"), _("Vergeleken"))
    findings = tuple((one.code, str(KIND_WORDS[one.kind]), one.place, one.sentence) for one in chapter.findings)
    numbered = tuple((str(number), said) for number, said in enumerate(chapter.assumptions, start=1))
    return (
        SourceTable(FIGURES, _("De cijfers van de bron en die van de boeken"), head, figures),
        SourceTable(
            FINDINGS,
            _("Wat niet klopt of niet in de bron staat"),
            (_("Code"), _("Soort"), _("Paragraaf"), _("Wat er is")),
            findings,
        ),
        SourceTable(ASSUMED, _("Aannames bij deze historie"), (_("Nummer"), _("Aanname")), numbered),
    )
