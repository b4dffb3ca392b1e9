"""What finds breaks must find them: without a lock the pairs that it guards do not come out right, and every difference is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.payments.models import Payment, PaymentBatch
from portal.platform.database import unit_of_work
from portal.spending.vouchers.models import Voucher
from tests.reliability.pairs.acts import Scene
from tests.reliability.pairs.desks import Desk, FileDesk, ServerDesk
from tests.reliability.pairs.fingerprint import Print, Reader, difference
from tests.reliability.pairs.running import DONE, Ended, Outcome, Table, attempt, not_serial
from tests.reliability.pairs.scenes import SCENES

BY_NAME = {scene.name: scene for scene in SCENES}


def table_of(name: str, acts: tuple[str, ...], file: FileDesk, server: ServerDesk) -> Table:
    """The table of these rows of a scene only."""
    whole = BY_NAME[name]
    rows = tuple(row for row in whole.rows if row.name in acts)
    assert len(rows) == len(acts), "the rows are called so"
    scene = Scene(whole.name, whole.make, rows)
    return Table(scene, file, server)


def only_locked(session: Session, batch: PaymentBatch, *_still: object, otherwise: object = None) -> None:
    """Lock, and do not look again."""
    session.execute(select(Payment.id).where(Payment.batch_id == batch.id).with_for_update())


#: The first act waits while the other is done.
LOCKS = [
    ("a voucher of which the amount changes", ("lower_award",), {"portal.awarding.reductions.hold_award": None}),
    (
        "a batch of payments that is to be released",
        ("release_batch", "leave_out"),
        {"portal.paying.payments.actions.hold_batch": only_locked},
    ),
    (
        "an application with a proposal",
        ("save_costs", "approve_proposal"),
        {"portal.cases.questions.actions.hold": None},
    ),
    (
        "a provider with another account number that waits, and one that wants to be on the list",
        ("decide_iban_change (confirmed)", "decide_iban_change (refused)"),
        {"portal.paying.account_numbers.actions.hold": None},
    ),
]


@pytest.mark.parametrize(("scene", "acts", "locks"), LOCKS, ids=[acts[0] for _, acts, _ in LOCKS])
def test_a_pair_breaks_without_its_lock_and_not_with_it(
    scene: str, acts: tuple[str, ...], locks: dict[str, object], file_desk: FileDesk, server_desk: ServerDesk
) -> None:
    table = table_of(scene, acts, file_desk, server_desk)
    names = [row.name for row in table.scene.rows]
    pair = (names.index(acts[0]), names.index(acts[-1]))
    assert list(table.wrong_when_late(*pair)) == []
    with ExitStack() as without:
        for name, instead in locks.items():
            without.enter_context(patch(name, instead) if instead else patch(name))
        found = list(table.wrong_when_late(*pair))
    assert any("is no order of the two" in line for line in found), found


# The oracle itself -------------------------------------------------------------------------------------------------------

WAS: Print = {"voucher": Counter({"700": 1})}
LOWER: Print = {"voucher": Counter({"200": 1})}
MOVED_ON = Outcome("voucher_moved_on", told=True)


@pytest.mark.parametrize(
    ("ended", "right"),
    [
        (Ended(Outcome(DONE), Outcome(DONE), LOWER), True),
        (Ended(Outcome(DONE), Outcome(DONE), WAS), False),
        (Ended(Outcome(DONE), MOVED_ON, WAS), True),
        (Ended(MOVED_ON, Outcome(DONE), WAS), False),
        (Ended(Outcome(DONE), Outcome("no_reason"), WAS), False),
        (Ended(MOVED_ON, MOVED_ON, WAS), False),
    ],
)
def test_only_an_order_of_the_two_or_one_alone_is_right(ended: Ended, right: bool) -> None:
    both = Ended(Outcome(DONE), Outcome(DONE), LOWER)
    alone = (WAS, {"voucher": Counter({"500": 1})})
    said = not_serial(ended, [both, both], alone)
    assert (said == []) is right
    if not right and ended.desk is WAS:
        assert "+ voucher 700" in said and "- voucher 200" in said, "it tells what differs"


def test_an_act_that_ends_in_an_error_is_told_with_its_name(file_desk: FileDesk, server_desk: ServerDesk) -> None:
    table = table_of("a voucher of which the amount changes", ("lower_award",), file_desk, server_desk)
    with patch("portal.awarding.reductions.hold_award", side_effect=ZeroDivisionError("too little")):
        found = list(table.wrong(0, 0))
    assert any("broken: ZeroDivisionError: too little" in line for line in found)


@pytest.fixture
def scene_on_both(file_desk: FileDesk, server_desk: ServerDesk) -> Iterator[tuple[Table, tuple[Desk, ...]]]:
    """A scene in which one voucher is lowered, on both databases."""
    table = table_of("a voucher of which the amount changes", ("lower_award",), file_desk, server_desk)
    yield table, (file_desk, server_desk)


def everything(reader: Reader, desk: Desk) -> Print:
    """What a desk comes to, every table of it read."""
    return reader.read(desk.engine, reader.tables)


def test_a_desk_is_put_back_to_the_last_row_and_the_same_act_leaves_the_same(
    scene_on_both: tuple[Table, tuple[Desk, ...]],
) -> None:
    table, desks = scene_on_both
    row, reader = table.scene.rows[0], table.reader
    after = []
    for desk in desks:
        for _ in range(2):
            desk.put_back()
            assert everything(reader, desk) == reader.whole
            assert attempt(desk.engine, row, 0).said == DONE
            after.append(everything(reader, desk))
            assert after[-1] == reader.read(desk.engine, desk.written), "what was written is known"
    assert all(one == after[0] for one in after), difference(after[-1], after[0])
    assert after[0] != reader.whole


def test_one_other_day_makes_another_desk(scene_on_both: tuple[Table, tuple[Desk, ...]]) -> None:
    table, (file, _) = scene_on_both
    file.put_back()

    def another_day(session: Session) -> None:
        session.scalars(select(Voucher)).one().valid_until = session.scalars(select(Voucher)).one().issued_on

    unit_of_work(file.engine, another_day)
    told = difference(table.reader.read(file.engine, file.written), table.reader.whole)
    assert [line[:9] for line in told] == ["+ voucher", "- voucher"]
