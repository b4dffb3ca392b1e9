"""A scenario that was worked out, and prices that wait for a click, as rows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from matching.what_if.scenario.changes import CHANGES
from portal.awarding.divisions.models import AwardRound, RoundMethod
from portal.framework.funding.queries import funding_lines
from portal.planning.prices.models import LinePrice, LinePrices
from portal.planning.scenarios.models import Scenario
from portal.planning.year_ahead import RESULT
from tests.portal.planning.years import MORE, a_result
from tests.web.asked import NOW


def a_kept_scenario(session: Session) -> Scenario:
    """One that gives a budget more, with what that came to."""
    made = Scenario(
        name="Meer geld voor leren",
        changes_json=CHANGES.dump_json(MORE).decode(),
        made_at=NOW,
        made_by="account:990",
        made_by_name="Cor Collega",
        result_json=RESULT.dump_json(a_result()).decode(),
        computed_at=NOW,
        computed_on=a_result().on,
    )
    session.add(made)
    session.flush()
    return made


def a_round(session: Session) -> AwardRound:
    """One by lot that is open; the schemes of the catalogue need not have any."""
    made = AwardRound(
        scheme="leervoucher",
        method=RoundMethod.LOTTERY,
        received_until=NOW.date(),
        seed="0" * 32,
        seed_print="1" * 64,
        opened_at=NOW,
        opened_by="account:990",
        opened_by_name="Cor Collega",
    )
    session.add(made)
    session.flush()
    return made


def some_prices(session: Session) -> LinePrices:
    """Every budget 500."""
    made = LinePrices(
        number=1,
        on=NOW.date(),
        years=60,
        hindsight_permille=990,
        fixed_permille=950,
        worked_out_at=NOW,
        worked_out_by="account:990",
        worked_out_by_name="Cor Collega",
    )
    session.add(made)
    session.flush()
    for line in funding_lines(session):
        row = {"funding_line_id": line.id, "written_permille": line.price_permille}
        session.add(LinePrice(prices_id=made.id, scarce_permille=500, price_permille=500, **row))
    session.flush()
    return made
