"""Proefland with a waiting list for its vouchers, and no money left."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from portal.framework.loading import load_region
from tests.factories import ADVISOR, NOW, PROEFLAND, SECOND, SYSTEM, a_mandate
from tests.portal.awarding.order_of_receipt.money import leave
from tests.snapshots import begin_with

LIST = "\nbudget: {distribution: order_of_receipt, waiting_list: true}\n"


def with_waiting_list(session: Session, folder: Path, *, cents: int = 0) -> None:
    """Load Proefland from a copy in `folder`, with a waiting list for leervoucher and bedrijfsvoucher and so many cents left."""
    load_with_list(session, folder)
    leave(session, {"rijk-leren": cents, "provincie-breed": 0})


def load_with_list(session: Session, folder: Path) -> None:
    """The same, with all its money."""
    shutil.copytree(PROEFLAND, folder)
    for slug in ("leervoucher", "bedrijfsvoucher"):
        scheme = folder / "schemes" / f"{slug}.yaml"
        scheme.write_text(scheme.read_text().rstrip() + LIST)
    begin_with(session, "proefland with a waiting list", lambda empty: _open(empty, folder))


def _open(session: Session, folder: Path) -> None:
    load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
    for person in (ADVISOR, SECOND):
        a_mandate(session, person)
