"""Why work failed stands on it in words, in both languages and for every kind; in the log stands that it failed, and the code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.doing import Doing, do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.oversight.long_work.reasons import OF_THE_DESK, trouble_of_error
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import Busy, Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from tests.factories import NOW

SYSTEM = Actor.system("test")


class OutOfNowhere(Exception):
    """What nobody thought of."""


def failed(engine: Engine, kind: WorkKind, error: BaseException) -> LongWork:
    def do(_doing: Doing) -> None:
        raise error

    work = unit_of_work(engine, lambda s: begin_work(s, kind=kind, about="1", actor=SYSTEM, now=NOW))
    assert do_waiting(engine, kinds={kind: do}, clock=lambda: NOW) == 0
    return unit_of_work(engine, lambda s: s.get_one(LongWork, work.id))


@pytest.mark.parametrize("kind", WorkKind)
def test_of_every_kind_stands_why_it_failed_and_it_is_logged(engine: Engine, kind: WorkKind) -> None:
    refused = failed(engine, kind, Refusal("not_yours", _l("Dit kan alleen de beheerder doen.")))
    assert (refused.state, refused.trouble) == (WorkState.FAILED, "not_yours")
    assert refused.trouble_nl == "Dit kan alleen de beheerder doen."
    assert refused.trouble_en and refused.trouble_en != refused.trouble_nl
    logged = unit_of_work(
        engine, lambda s: s.scalars(select(AuditEvent).where(AuditEvent.action == "work.failed")).one()
    )
    assert (logged.object_id, logged.result, logged.fields) == (str(refused.id), "refused", ["not_yours"])
    unknown = failed(engine, kind, OutOfNowhere("secret of Jan Jansen"))
    assert unknown.trouble == "OutOfNowhere" and "OutOfNowhere" in str(unknown.trouble_nl)
    assert "Jan" not in f"{unknown.trouble_nl}{unknown.trouble_en}", "what an error says of itself is not kept"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: Busy("x"), "Busy"),
        (lambda: MemoryError(), "MemoryError"),
        (lambda: Conflict("gone", _l("Dit staat er intussen anders voor.")), "gone"),
        (lambda: ZeroDivisionError("x"), "ZeroDivisionError"),
    ],
)
def test_what_goes_wrong_with_the_desk_says_what_can_be_done(made: Callable[[], BaseException], code: str) -> None:
    trouble = trouble_of_error(made())
    assert trouble.code == code and trouble.dutch and trouble.english
    assert code not in OF_THE_DESK or trouble.dutch == str(OF_THE_DESK[code])
    assert trouble.logged == trouble.logged.lower()


def test_a_long_reason_is_cut_to_what_fits() -> None:
    assert len(trouble_of_error(Refusal("x", "a" * 2_000)).dutch) == 500


def test_what_is_done_has_no_reason(engine: Engine) -> None:
    unit_of_work(engine, lambda s: begin_work(s, kind=WorkKind.SEARCH, about="search", actor=SYSTEM, now=NOW))
    assert do_waiting(engine, kinds={WorkKind.SEARCH: lambda _doing: None}, clock=lambda: NOW) == 1
    work = unit_of_work(engine, lambda s: s.scalars(select(LongWork)).one())
    assert (work.state, work.trouble, work.trouble_nl, work.trouble_en) == (WorkState.DONE, None, None, None)
