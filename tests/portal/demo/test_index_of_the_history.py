"""A whole history of acts: the index by which everything is found is what making it anew would give."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.oversight.finding.models import Findable, SearchTerm
from tests.portal.demo.conftest import FilledDesk
from tests.portal.oversight.finding.indexed import must_be, stands, variants_must_be, variants_stand


def test_after_all_acts_the_index_says_what_there_is(desk: FilledDesk) -> None:
    held, wanted = desk.read(stands), desk.read(must_be)
    assert {key: found for key, found in held.items() if wanted.get(key) != found} == {}
    assert held.keys() == wanted.keys()
    assert desk.read(variants_stand) == desk.read(variants_must_be)
    assert {kind.value for kind in Findable} - {kind for kind, _ in held} <= {Findable.REGISTRATION.value}


def test_a_word_that_is_lost_is_seen(copied_desk: FilledDesk) -> None:
    with Session(copied_desk.engine) as session:
        word = session.query(SearchTerm.word).first()
        session.execute(delete(SearchTerm).where(SearchTerm.word == word[0]))  # type: ignore[index]
        assert stands(session) != must_be(session)
