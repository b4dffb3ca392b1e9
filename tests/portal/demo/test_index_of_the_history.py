"""A whole history of acts: the index by which everything is found is what making it anew would give."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.oversight.finding.keeping import follow, is_behind
from portal.oversight.finding.models import Findable, SearchTerm
from tests.portal.demo.conftest import FilledDesk
from tests.portal.oversight.finding.indexed import must_be, stands, variants_must_be, variants_stand


def test_after_all_acts_the_index_says_what_there_is(copied_desk: FilledDesk) -> None:
    with Session(copied_desk.engine) as session:
        assert follow(session, most=1_000_000) > 200
        assert not is_behind(session)
        held, wanted = stands(session), must_be(session)
        variants, right = variants_stand(session), variants_must_be(session)
        session.execute(delete(SearchTerm).where(SearchTerm.word == next(iter(variants))[1]))
        assert stands(session) != wanted, "the control"
    assert {key: found for key, found in held.items() if wanted.get(key) != found} == {}
    assert held.keys() == wanted.keys()
    assert variants == right
    assert {kind.value for kind in Findable} - {kind for kind, _ in held} <= {Findable.REGISTRATION.value}
