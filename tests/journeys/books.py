"""The figures of the region on the screens, held against the ledger."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from portal.ledger.queries import Figure, Figures
from portal.oversight.allocation import allocation
from portal.people.actor import Actor, Audience
from portal.platform.clock import today
from portal.platform.database import unit_of_work
from tests.journeys.people import Journey, Person

SHOWN: tuple[Figure, ...] = ("funded", "reserved", "spent", "paid", "available")


def figures_shown(journey: Journey, region: Person) -> Figures:
    """The figures on the page of the region, which are those of the ledger: in total and per budget."""
    page = region.go("/regio/")
    total = Figures(*[cents(text) for text in page.locator("main .figures dd a").all_inner_texts()])
    assert total == journey.booked()
    report = unit_of_work(
        journey.desk.engine,
        lambda session: allocation(session, actor=Actor(Audience.REGION), today=today()),
        read_only=True,
    )
    assert report is not None
    page = region.go("/regio/?per=budget")
    rows = page.locator("main table.data tbody tr").all()
    lines = [row for funder in report.funders for row in funder.lines]
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        expect(row.locator("th")).to_contain_text(line.line.title_nl)
        assert Figures(*[cents(text) for text in row.locator("td a").all_inner_texts()]) == line.figures
    return total


def figures_open(region: Person, figures: Figures, scheme: str) -> None:
    """Every figure opens to transfers that add up to it; so do those of the scheme that paid."""
    for name in SHOWN:
        page = region.go("/regio/")
        page.locator("main .figures dd a").nth(SHOWN.index(name)).click()
        assert sum_of_transfers(region) == getattr(figures, f"{name}_cents"), name
    for name in ("reserved", "spent"):
        page = region.go("/regio/?per=regeling")
        page.locator(f'main table.data a[href*="cijfer={name}"][href*="regeling={scheme}"]').click()
        assert sum_of_transfers(region) == getattr(figures, f"{name}_cents"), name


def sum_of_transfers(region: Person) -> int:
    """What the transfers on this page add up to, which is what the page says."""
    page = region.look()
    shown = cents(page.locator("main .figures dd").first.inner_text())
    amounts = page.locator("main table.data tbody tr td:last-child").all_inner_texts()
    assert sum(map(cents, amounts)) == shown
    return shown


def cents(text: str) -> int:
    """The first amount in a text, in cents."""
    found = re.search(r"([-\u2212]?)\s*€\s*([-\u2212]?)\s*([\d.]+)(?:,(\d\d))?", text)
    assert found, text
    amount = int(found[3].replace(".", "")) * 100 + int(found[4] or 0)
    return -amount if found[1] or found[2] else amount


def moved(**cents: int) -> Figures:
    """What figures change by."""
    return Figures(**{f"{name}_cents": amount for name, amount in cents.items()})
