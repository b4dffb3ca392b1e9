"""What is kept sealed opens for its own browser, for a short time, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.platform.sealed_forms import (
    LIFE_OF_NOBODYS,
    LIVES,
    MOST_BYTES,
    MOST_PER_BROWSER,
    BrowserSeal,
    SealedForm,
    SealedKind,
    ToSeal,
    forget_sent,
    forget_shown,
    keep_sealed,
    new_browser,
    sealed_at,
    sealed_waiting,
)
from tests.factories import NOW

SEAL = BrowserSeal("the secret of the desk", new_browser())
TEXT = "Wil lasser worden"
NOTE = ToSeal(SealedKind.WAITING, "/vraag/1/notitie?op=2", "/vraag/1/notitie", "sam", {"fields": [["text", TEXT]]})


def test_it_opens_for_its_browser_and_nobody_elses(session: Session) -> None:
    assert keep_sealed(session, seal=SEAL, what=NOTE, now=NOW)
    assert [one.content for one in sealed_at(session, seal=SEAL, path="/vraag/1/notitie", now=NOW)] == [NOTE.content]
    waiting = sealed_waiting(session, seal=SEAL, whose="sam", now=NOW)
    assert waiting is not None and waiting.content == NOTE.content
    assert sealed_waiting(session, seal=SEAL, whose="kim", now=NOW) is None
    for other in (replace(SEAL, browser=new_browser()), replace(SEAL, desk="another")):
        assert sealed_at(session, seal=other, path="/vraag/1/notitie", now=NOW) == []
    row = session.scalars(select(SealedForm)).one()
    assert TEXT.encode() not in row.content and "notitie" not in row.page


def test_a_row_that_is_given_to_somebody_else_opens_for_nobody(session: Session) -> None:
    keep_sealed(session, seal=SEAL, what=NOTE, now=NOW)
    session.execute(update(SealedForm).values(whose="kim"))
    assert sealed_at(session, seal=SEAL, path=NOTE.page, now=NOW) == []
    session.execute(update(SealedForm).values(whose="sam"))
    assert len(sealed_at(session, seal=SEAL, path=NOTE.page, now=NOW)) == 1, "the control: put back it opens"


def test_it_lives_as_long_as_its_kind_and_shorter_when_it_is_nobodys(session: Session) -> None:
    for kind, life in LIVES.items():
        keep_sealed(session, seal=SEAL, what=replace(NOTE, kind=kind, page=f"/{kind}", action=f"/{kind}"), now=NOW)
        almost, over = NOW + life - timedelta(seconds=1), NOW + life
        assert len(sealed_at(session, seal=SEAL, path=f"/{kind}", now=almost)) == 1
        assert sealed_at(session, seal=SEAL, path=f"/{kind}", now=over) == []
    nobodys = replace(NOTE, kind=SealedKind.TYPED, whose="", page="/open", action="/open")
    keep_sealed(session, seal=SEAL, what=nobodys, now=NOW)
    assert sealed_at(session, seal=SEAL, path="/open", now=NOW + LIFE_OF_NOBODYS) == []
    keep_sealed(session, seal=SEAL, what=NOTE, now=NOW + timedelta(days=3))
    assert len(session.scalars(select(SealedForm)).all()) == 1, "what is past its time goes in passing"


def test_a_form_that_is_sent_again_takes_the_place_of_the_last_one(session: Session) -> None:
    keep_sealed(session, seal=SEAL, what=NOTE, now=NOW)
    keep_sealed(session, seal=SEAL, what=replace(NOTE, kind=SealedKind.TYPED, content={"fields": []}), now=NOW)
    [only] = sealed_at(session, seal=SEAL, path=NOTE.page, now=NOW)
    assert only.kind is SealedKind.TYPED and only.content == {"fields": []}


def test_of_one_browser_so_many_are_kept_and_nothing_too_large(session: Session) -> None:
    for number in range(MOST_PER_BROWSER + 3):
        keep_sealed(session, seal=SEAL, what=replace(NOTE, page=f"/{number}", action=f"/{number}"), now=NOW)
    assert len(session.scalars(select(SealedForm)).all()) == MOST_PER_BROWSER
    assert sealed_at(session, seal=SEAL, path="/0", now=NOW) == []
    large = replace(NOTE, content={"fields": [["text", "x" * MOST_BYTES]]})
    assert not keep_sealed(session, seal=SEAL, what=large, now=NOW)


def test_what_was_sent_or_shown_is_forgotten(session: Session) -> None:
    keep_sealed(session, seal=SEAL, what=NOTE, now=NOW)
    keep_sealed(session, seal=SEAL, what=replace(NOTE, kind=SealedKind.SHOWN, content={"html": "x"}), now=NOW)
    forget_shown(session, seal=SEAL, path=NOTE.page)
    assert [one.kind for one in sealed_at(session, seal=SEAL, path=NOTE.page, now=NOW)] == [SealedKind.WAITING]
    assert forget_sent(session, seal=SEAL, path=NOTE.action, whose="kim"), "of somebody else nothing goes"
    assert not forget_sent(session, seal=SEAL, path=NOTE.action, whose="sam")


@pytest.mark.parametrize("wrong", [{"expires_at": NOW}, {"whose": "", "kind": SealedKind.WAITING}])
def test_constraints(session: Session, wrong: dict[str, object]) -> None:
    right = {"browser": "b", "kind": SealedKind.TYPED, "page": "p", "action": "a", "whose": "sam", "content": b"x"}
    values = {**right, "created_at": NOW, "expires_at": NOW + timedelta(minutes=1)}
    session.add(SealedForm(**values))
    session.flush()
    session.add(SealedForm(**{**values, **wrong}))
    with pytest.raises(IntegrityError):
        session.flush()
