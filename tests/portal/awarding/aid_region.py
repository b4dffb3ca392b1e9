"""Proefland in which what the company voucher pays is de-minimis aid."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from portal.framework.loading import load_region
from tests.factories import ADVISOR, NOW, PROEFLAND, SECOND, SYSTEM, a_mandate
from tests.snapshots import begin_with

USED = "de_minimis_used_cents"
MOST = 30_000_000
"""€ 300,000 in any three years."""
FACT = (
    f'  - {{key: {USED}, type: money, question: {{nl: "Hoeveel steun?", en: "How much aid?"}}, '
    "why: {nl: Voor het maximum., en: For the most.}}\n"
)


def with_aid(session: Session, folder: Path) -> None:
    """Load Proefland from a copy in `folder`, in which the bedrijfsvoucher is aid to the employer."""
    shutil.copytree(PROEFLAND, folder)
    facts, scheme = folder / "facts.yaml", folder / "schemes" / "bedrijfsvoucher.yaml"
    facts.write_text(facts.read_text().rstrip() + "\n" + FACT)
    scheme.write_text(
        scheme.read_text()
        .replace("public_money: true", "public_money: true\nstate_aid: de_minimis")
        .replace("amount_cents: 300000, period: calendar_year", "amount_cents: 3000000, period: calendar_year")
    )
    begin_with(session, "proefland with aid", lambda empty: _open(empty, folder))


def _open(session: Session, folder: Path) -> None:
    load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
    for person in (ADVISOR, SECOND):
        a_mandate(session, person)
