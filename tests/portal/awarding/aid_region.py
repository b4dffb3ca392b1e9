"""Proefland in which what the company voucher pays is de-minimis aid, and the learning voucher to who is self-employed."""

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
FACTS = f"""
  - key: {USED}
    type: money
    question: {{nl: "Hoeveel steun?", en: "How much aid?"}}
    why: {{nl: Voor het maximum., en: For the most.}}
  - key: work_situation
    type: choice
    question: {{nl: "Wat doet u?", en: "What do you do?"}}
    why: {{nl: Voor het maximum., en: For the most.}}
    values:
      - {{key: self_employed, label: {{nl: Eigen zaak, en: Own business}}}}
      - {{key: employed, label: {{nl: In dienst, en: Employed}}}}
"""


def with_aid(session: Session, folder: Path) -> None:
    """Load Proefland from a copy in `folder`, in which both vouchers are aid to an undertaking."""
    shutil.copytree(PROEFLAND, folder)
    facts = folder / "facts.yaml"
    facts.write_text(facts.read_text().rstrip() + FACTS)
    for slug in ("bedrijfsvoucher", "leervoucher"):
        scheme = folder / "schemes" / f"{slug}.yaml"
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
