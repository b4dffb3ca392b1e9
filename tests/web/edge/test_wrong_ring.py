"""While the desk runs with keys that do not fit, nothing is written, and its pages say so in words instead of failing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.people.actor import Audience
from portal.platform.field_keys import (
    RING_FILE,
    CannotOpenField,
    KeyRing,
    RingSource,
    field_keys,
    use_field_keys,
    write_ring,
)
from tests.factories import a_question
from tests.field_keys import FIELD_KEYS
from tests.portal.oversight.privacy.test_sealing import stands
from tests.web.browser import Browser
from tests.web.office import Office, office, still

__all__ = ["office", "still"]
OTHER = "0123456789abcdef" * 4
RING = KeyRing.read(FIELD_KEYS)
MISSING = KeyRing(RING.index, (("t1", b"\7" * 32),))


@pytest.fixture(autouse=True)
def same_keys_after() -> Iterator[None]:
    yield
    use_field_keys(RingSource(FIELD_KEYS, None, ""))


def _another(file: Path) -> None:
    write_ring(file, KeyRing.made_from(OTHER))


def _gone(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("change", [_another, _gone])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_ring_that_is_put_in_the_place_of_another_while_it_runs_seals_nothing_and_gives_a_page_in_words(
    office: Office, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    file = tmp_path / RING_FILE
    write_ring(file, RING)
    use_field_keys(RingSource("", file, OTHER))
    question = office.do(lambda s: a_question(s))
    me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    own = f"/mijn/{question.public_id}/gegevens"
    assert me.get(own).status_code == 200, "the control"
    newer = field_keys().with_new_key()
    write_ring(file, newer)
    assert me.get(own).status_code == 200, "a key that comes is no other ring"
    with Session(office.engine) as session:
        before = stands(session)
    change(file)
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = me.get(own)
    assert answer.status_code == 503 and "Retry-After" in answer.headers
    assert "Het loket is even niet bereikbaar" in answer.text and "loket doctor" in answer.text
    sent = me.post(own, {"name": "Sam Jansen", "way": "email", "email": "sam@voorbeeld.example"})
    assert sent.status_code == 503
    with pytest.raises(CannotOpenField, match="another ring"):
        field_keys()
    with Session(office.engine) as session:
        assert stands(session) == before
    write_ring(file, newer)
    assert "Het loket is even" not in me.get("/").text


def test_control_a_page_of_a_desk_that_began_with_a_wrong_ring_is_no_500(office: Office) -> None:
    question = office.do(lambda s: a_question(s))
    me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    use_field_keys(RingSource(MISSING.written(), None, ""))
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = me.get(f"/mijn/{question.public_id}/gegevens")
    assert answer.status_code == 503 and "Voor de beheerder" in answer.text
    use_field_keys(RingSource(FIELD_KEYS, None, ""))
    assert me.get(f"/mijn/{question.public_id}/gegevens").status_code == 200
