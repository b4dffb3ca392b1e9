"""Revision 0092: what was awarded on top before it is taken out of the part that it raised, with its own day; both ways the sums stay."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, Engine, text

from portal.awarding.top_ups import TopUpDraft, top_up
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, NOW, a_voucher, somebody

COSTS = [CostInput("tuition", 5_000), CostInput("books", 2_001)]
LATER = NOW + timedelta(days=30)
PARTS = "SELECT line_key, amount_cents{more} FROM award_part WHERE award_id = :award ORDER BY id"


def parts(connection: Connection, award: int, more: str = "") -> list[tuple]:
    return [tuple(row) for row in connection.execute(text(PARTS.format(more=more)), {"award": award})]


def test_what_was_awarded_on_top_gets_its_own_day_and_nothing_is_lost(migrated: Engine) -> None:
    def make(session) -> tuple[int, int, int]:
        vouchers = [a_voucher(session, applicant=somebody(number), costs=COSTS) for number in range(3)]
        for number, place, now in ((0, 1, LATER), (0, 1, LATER + timedelta(days=9)), (1, 1, NOW)):
            award = vouchers[number].award
            question = session.get_one(DevelopmentQuestion, award.question_id)
            question.cost_lines[place].amount_cents += 700
            session.flush()
            line = session.get_one(FundingLine, award.parts[place].funding_line_id)
            draft = TopUpDraft(f"k{place + 1}", line, 700, "Duurder.")
            top_up(session, voucher=vouchers[number], draft=draft, actor=ADVISOR, now=now)
        return tuple(one.award_id for one in vouchers)

    raised, same_day, never = unit_of_work(migrated, make)
    with migrated.connect() as connection:
        new = {award: parts(connection, award, ", awarded_on, category") for award in (raised, same_day, never)}
    assert [len(one) for one in new.values()] == [4, 2, 2]
    downgrade(migrated, revision="0091")
    with migrated.connect() as connection:
        assert parts(connection, raised) == [("k1", 5_000), ("k2", 2_001 + 1_400)]
        assert parts(connection, same_day) == [("k1", 5_000), ("k2", 2_701)]
        assert parts(connection, never) == [("k1", 5_000), ("k2", 2_001)]
    upgrade(migrated)
    with migrated.connect() as connection:
        found = {award: parts(connection, award, ", awarded_on, category") for award in new}
    assert {award: sorted(map(str, one)) for award, one in found.items()} == {
        award: sorted(map(str, one)) for award, one in new.items()
    }
    assert unit_of_work(migrated, ledger_breaks, read_only=True) == []
