"""The one guarded write: of two people at once one gets through, on both databases alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.oversight.flags.models import Flag, FlagKind
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict
from portal.platform.guarded import hold, write_guarded, write_new
from tests.factories import NOW
from tests.portal.at_once import at_once


def a_flag(session: Session) -> Flag:
    flag = Flag(
        kind=FlagKind.PROVIDER_BURST, subject="somebody", period="2026-03", number=1, threshold=1, raised_at=NOW
    )
    session.add(flag)
    session.flush()
    return flag


def too_late() -> Conflict:
    return Conflict("flag_closed", "closed")


def close(session: Session, flag: Flag, by: str = "account:1") -> bool:
    still = Flag.closed_at.is_(None)
    return write_guarded(
        session, flag, still, otherwise=too_late(), closed_at=NOW, closed_by=by, close_reason="Looked at it."
    )


def closed_by_another(session: Session, flag: Flag) -> None:
    """Somebody else closes it, and this session has not seen that."""
    session.execute(
        update(Flag)
        .where(Flag.id == flag.id)
        .values(closed_at=NOW, closed_by="account:9", close_reason="First.")
        .execution_options(synchronize_session=False)
    )


def test_what_still_is_as_it_was_seen_is_written_and_read_anew(session: Session) -> None:
    flag = a_flag(session)
    assert close(session, flag)
    assert (flag.closed_by, flag.close_reason) == ("account:1", "Looked at it.")


def test_what_was_changed_meanwhile_is_refused_and_shown_as_it_is_now(session: Session) -> None:
    flag = a_flag(session)
    closed_by_another(session, flag)
    assert flag.closed_by is None, "what was loaded before is a hint"
    with pytest.raises(Conflict) as refused:
        close(session, flag)
    assert refused.value.code == "flag_closed"
    assert (flag.closed_by, flag.close_reason) == ("account:9", "First.")


def test_without_a_refusal_to_raise_the_answer_says_whether_it_was_written(session: Session) -> None:
    flag = a_flag(session)
    still = Flag.number == 1
    assert write_guarded(session, flag, still, otherwise=None, number=Flag.number + 4)
    assert flag.number == 5, "the database counts"
    assert not write_guarded(session, flag, still, otherwise=None, number=Flag.number + 4)
    assert flag.number == 5


def test_a_record_that_is_gone_is_refused(session: Session) -> None:
    flag = a_flag(session)
    session.execute(delete(Flag).where(Flag.id == flag.id).execution_options(synchronize_session=False))
    with pytest.raises(Conflict):
        close(session, flag)
    with pytest.raises(Conflict):
        hold(session, flag, otherwise=too_late())


def test_only_the_record_itself_is_written(session: Session) -> None:
    flag, other = (
        a_flag(session),
        Flag(kind=FlagKind.PROVIDER_BURST, subject="other", period="2026-03", number=1, threshold=1, raised_at=NOW),
    )
    session.add(other)
    close(session, flag)
    session.refresh(other)
    assert other.closed_at is None


def test_what_was_changed_on_records_before_is_written_first(session: Session) -> None:
    flag = a_flag(session)
    flag.number = 7
    assert write_guarded(session, flag, Flag.number == 7, otherwise=too_late(), threshold=3)
    assert (flag.number, flag.threshold) == (7, 3)


def test_a_check_of_the_database_is_not_hidden(session: Session) -> None:
    flag = a_flag(session)
    with pytest.raises(IntegrityError):
        write_guarded(session, flag, otherwise=too_late(), closed_at=NOW)


def test_a_record_is_held_while_it_is_as_it_was_seen(session: Session) -> None:
    flag = a_flag(session)
    still = Flag.closed_at.is_(None)
    assert hold(session, flag, still)
    closed_by_another(session, flag)
    assert not hold(session, flag, still)
    assert flag.closed_by == "account:9", "it was read anew"
    with pytest.raises(Conflict):
        hold(session, flag, still, otherwise=too_late())


def act(
    write: Callable[[Session, Flag, str], object], number: int, by: str
) -> Callable[[Session], Callable[[], object]]:
    def look(session: Session) -> Callable[[], object]:
        flag = session.get_one(Flag, number)
        return lambda: write(session, flag, by)

    return look


def held_and_closed(session: Session, flag: Flag, by: str) -> None:
    hold(session, flag, Flag.closed_at.is_(None), otherwise=too_late())
    flag.closed_at, flag.closed_by, flag.close_reason = NOW, by, "Looked at it."
    session.flush()


@pytest.mark.parametrize("write", [close, held_and_closed])
def test_of_two_at_once_one_gets_through(engine: Engine, write: Callable[[Session, Flag, str], object]) -> None:
    number = unit_of_work(engine, lambda session: a_flag(session).id)
    outcomes = at_once(engine, act(write, number, "account:1"), act(write, number, "account:2"))
    assert sorted(outcomes) == ["done", "flag_closed"]
    with Session(engine) as session:
        assert session.scalars(select(Flag.closed_by)).one() == f"account:{outcomes.index('done') + 1}"


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_who_only_looks_before_writing_writes_over_the_first(engine: Engine) -> None:
    number = unit_of_work(engine, lambda session: a_flag(session).id)

    def look_and_write(session: Session, flag: Flag, by: str) -> None:
        if flag.closed_at is not None:
            raise too_late()
        flag.closed_at, flag.closed_by, flag.close_reason = NOW, by, "Looked at it."
        session.flush()

    outcomes = at_once(engine, act(look_and_write, number, "account:1"), act(look_and_write, number, "account:2"))
    assert outcomes == ["done", "done"], "the first one was written over, and nobody knows"


# What can be there only once ---------------------------------------------------------------------------------------------


def a_new_flag(**more: object) -> Flag:
    given = {"kind": FlagKind.PROVIDER_BURST, "subject": "somebody", "period": "2026-03", "number": 1, "threshold": 1}
    return Flag(raised_at=NOW, **(given | more))


def test_what_can_be_there_once_is_written_once_and_what_came_before_it_stays(session: Session) -> None:
    assert write_new(session, a_new_flag(), otherwise=too_late())
    session.add(a_new_flag(subject="another"))
    assert write_new(session, a_new_flag(), otherwise=None) is False
    with pytest.raises(Conflict):
        write_new(session, a_new_flag(), otherwise=too_late())
    assert write_new(session, a_new_flag(period="2026-04"), otherwise=too_late()), "the control"
    assert len(session.scalars(select(Flag.id)).all()) == 3


def test_another_violation_than_that_of_a_key_is_not_hidden(session: Session) -> None:
    with pytest.raises(IntegrityError):
        write_new(session, a_new_flag(closed_at=NOW), otherwise=None)
