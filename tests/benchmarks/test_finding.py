"""What the figure of finding measures: every text that is typed finds something, but for what is nowhere."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.oversight.finding.keeping import rebuild
from tests.benchmarks.finding import fill, look, typed, whole_company, whole_person
from tests.factories import a_region

CASES = 60


def test_what_is_measured_is_found(session: Session) -> None:
    a_region(session)
    fill(session, CASES, often=5)
    rebuild(session)
    found = {words: look(session, words) for words in typed(50)}
    assert [words for words, number in found.items() if not number] == ["lasser verzorgende", "zzzzqqqq"]
    assert len(whole_person(session).questions) == 5 and len(whole_company(session).questions) == 1
