"""Revision 0015 keeps decisions that reduce an award: one step back as a decision that refers to it, and forward as they were."""

from __future__ import annotations

from sqlalchemy import Engine, text

from portal.ledger.invariants import verify
from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from tests.factories import a_voucher
from tests.portal.awarding.reductions.test_reductions import lower, revoke


def kinds(engine: Engine) -> list[tuple[str, str | None]]:
    with engine.connect() as connection:
        return [
            (row[0], row[1]) for row in connection.execute(text("SELECT kind, referred_to FROM decision ORDER BY id"))
        ]


def test_a_decision_that_reduces_is_kept_both_ways(migrated: Engine) -> None:
    unit_of_work(migrated, lambda session: (revoke(session, a_voucher(session)), lower(session, a_voucher(session))))
    before = kinds(migrated)
    assert [kind for kind, _ in before] == ["approved", "revoked", "approved", "lowered"]
    downgrade(migrated, revision="0014")
    assert kinds(migrated)[1::2] == [("referred", "revoked"), ("referred", "lowered")]
    upgrade(migrated)
    assert kinds(migrated) == before and unit_of_work(migrated, verify, read_only=True) == []
