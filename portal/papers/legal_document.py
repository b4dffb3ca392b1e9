"""The table of decisions as it is read: a part of the handbook, and ``docs/decisions.md``.

``python -m portal.papers.legal_document > docs/decisions.md`` writes the document anew; a test keeps it equal to the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.papers.legal_table import DECISIONS, RECOURSE, DecisionRow
from portal.papers.legal_words import in_order
from portal.papers.no_decisions import NO_DECISION, NO_DECISION_BY, NO_DECISION_IN, NOT_TAKEN_HERE
from portal.papers.registered_letters import REGISTERED
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import use_locale

BODY = _l("Het bestuur dat de regeling noemt; wie tekent, doet dat met mandaat (10:1, 10:10)")

HEADS = ("decision", "kind", "power", "act", "letter", "ground", "heard first", "who does not agree", "after that",
         "in the archive (ZGW)", "shown by")  # fmt: skip


def decisions_for_readers() -> list[list[str]]:
    """A row per decision: what it is, its ground, who is heard first, what who does not agree can do, and what comes of that."""
    return [
        [str(row.what), ground_of(row), str(row.hearing), str(RECOURSE[row.recourse]), str(row.remedy)]
        for row in DECISIONS
    ]


def ground_of(row: DecisionRow) -> str:
    """The articles of the Awb on which a decision rests; a dash without."""
    return ", ".join(in_order(row.ground)) or "–"


def decisions_document() -> str:
    """The whole table in Markdown, in English, with the act, the letters and the tests of every decision."""
    with use_locale("en"):
        return "\n".join(_document()) + "\n"


def registered_as(row: DecisionRow) -> str:
    """As what its letters are registered in the archive of the municipality."""
    as_decision = all(REGISTERED[name] for name in row.letters)
    return str(_l("document en besluit") if as_decision else _l("document"))


def _document() -> Iterator[str]:
    yield "# Every decision that the desk can take"
    yield ""
    yield "Made from `portal/papers/legal_table.py` by `python -m portal.papers.legal_document`; a test keeps it equal."
    yield "Articles are of the General Administrative Law Act (Algemene wet bestuursrecht, Awb)."
    yield ""
    yield f"Who decides in every row: {BODY}."
    yield ""
    yield f"| {' | '.join(HEADS)} |"
    yield f"|{'---|' * len(HEADS)}"
    for row in DECISIONS:
        cells = [
            str(row.what),
            row.kind.value if row.kind is not None else "–",
            row.power.value if row.power is not None else "–",
            f"`{row.act.removeprefix('portal.')}`",
            ", ".join(f"`{name}`" for name in row.letters),
            ground_of(row),
            str(row.hearing),
            str(RECOURSE[row.recourse]),
            str(row.remedy),
            registered_as(row),
            ", ".join(f"`{test.removeprefix('tests/')}`" for test in row.tests),
        ]
        yield f"| {' | '.join(cells)} |"
    yield from _list("Decisions of others", {kind.value: str(why) for kind, why in NOT_TAKEN_HERE.items()})
    powers = {power.value: str(why) for power, why in NO_DECISION.items()}
    yield from _list("Powers by which nothing is decided about somebody's right", powers)
    families = {family: str(why) for family, why in NO_DECISION_IN.items()}
    yield from _list("Letters that make no decision known, by family", families)
    letters = {name: str(why) for name, why in NO_DECISION_BY.items()}
    yield from _list("Letters on paper that make no decision known", letters)


def _list(title: str, rows: dict[str, str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from (f"- `{name}`: {why}" for name, why in rows.items())


if __name__ == "__main__":
    print(decisions_document(), end="")
