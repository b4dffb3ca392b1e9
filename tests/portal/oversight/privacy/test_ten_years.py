"""Ten years of a desk: everything that is due is gone, nothing earlier, and the books and the log are right at every step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from portal.oversight.privacy.kinds import Kept, KeptFor, TermUnit
from portal.post.files.actions import Vault
from tests.factories import NOW
from tests.portal.oversight.privacy.lived import Desk, lay_down, live, proposed
from tests.portal.oversight.privacy.stories import tell
from tests.who_runs_what import PROOF

STARTS = (0, 200, 431) if PROOF else (0,)
MONTHS = 12 * 12
"""Two years more than the longest term: what began last is over too."""


def a_desk(engine: Engine, folder: Path, *, starts: tuple[int, ...] = STARTS) -> Desk:
    desk = Desk(engine, Vault.under(folder, "a secret of this desk, long enough"))
    for days in starts:
        tell(desk, NOW + timedelta(days=days))
    return desk


def test_in_ten_years_everything_due_is_gone_and_nothing_earlier(engine: Engine, tmp_path: Path) -> None:
    desk, terms = a_desk(engine, tmp_path), proposed()
    desk.do(lambda session: lay_down(session, terms))
    assert {thing.kind for thing in desk.things} == set(Kept)
    assert list(live(desk, months=MONTHS, terms=terms)) == []


SHIFTED = (
    tuple((kind, months) for kind in Kept for months in (1, -1)) if PROOF else ((Kept.UNAPPLIED, 1), (Kept.LOGS, -1))
)


@pytest.mark.parametrize(("kind", "months"), SHIFTED)
def test_a_term_that_is_a_month_off_is_noticed(engine: Engine, tmp_path: Path, kind: Kept, months: int) -> None:
    """The control: the desk erases by another term than was agreed."""
    desk, terms = a_desk(engine, tmp_path, starts=(0,)), proposed()
    shifted = {**terms, kind: a_month_off(terms[kind], months)}
    desk.do(lambda session: lay_down(session, shifted))
    short = terms[kind].number == 1 or terms[kind].unit is TermUnit.DAYS
    found = list(live(desk, months=18 if short else MONTHS, terms=terms))
    wanted = "is still there" if months > 0 else "is gone"
    assert found and all(wanted in one and kind.value in one for one in found)


def a_month_off(term: KeptFor, months: int) -> KeptFor:
    """The same term and a month more or less."""
    if term.unit is TermUnit.DAYS:
        return replace(term, number=max(1, term.number + 30 * months))
    return KeptFor(term.number * 12 + months, TermUnit.MONTHS)
