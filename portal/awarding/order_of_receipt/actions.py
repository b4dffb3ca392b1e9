"""Keeping the order of receipt when money is given away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.spec.order_of_receipt import Claim, first_that_loses
from portal.awarding.divisions.queries import promised
from portal.awarding.order_of_receipt.queries import divided_claims, earlier_claims, most_wanted_cents, rests
from portal.awarding.restorations.queries import RESTORED, claims_first, waiting_cents
from portal.cases.applications.models import Application
from portal.framework.funding.models import FundingLine
from portal.ledger.models import BudgetGuard
from portal.platform.clock import local_date
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext as _l


class EarlierApplicationFirst(Conflict):
    """Somebody who came earlier could lose this money. Nothing was booked: the earlier application goes first.

    With `rest` that one was decided, and waits for the rest that was refused at the ceiling (Awb 4:25). With `divided` a round
    divided the money to it, whoever was complete first.
    """

    def __init__(self, claim: Claim, *, rest: bool = False, divided: bool = False) -> None:
        first = _l(
            "Besluit eerst over aanvraag %(number)s. Die was eerder compleet en kan dit geld nog krijgen.",
            number=claim.id,
        )
        restored = _l(
            "Een voucher die na een bezwaar terugkomt, wacht op dit geld. Die gaat voor. Er is niets vastgelegd."
        )
        waits = _l(
            "Aanvraag %(number)s was eerder compleet en wacht op de rest, uit ditzelfde geld. Ken eerst die rest toe: maak de "
            "voucher hoger. Wacht de persoon niet meer? Haal die aanvraag dan van de wachtlijst.",
            number=claim.id,
        )
        in_round = _l(
            "Dit geld is in een ronde verdeeld aan aanvraag %(number)s. Besluit eerst over die aanvraag. Er is niets vastgelegd.",
            number=claim.id,
        )
        said = restored if claim.id == RESTORED else waits if rest else in_round if divided else first
        params = {"number": claim.id, "rest": rest, "divided": divided}
        super().__init__("earlier_application_first", said, params=params)
        self.number, self.rest, self.divided = claim.id, rest, divided


def keep_order_of_receipt(
    session: Session, *, application: Application, cents_by_funding_line: Mapping[int, int], now: datetime
) -> None:
    """Make sure that giving this money to this application takes nothing from a complete application that came earlier.

    That is one without a decision, or one that waits for the rest after it (Awb 4:25): freed money is offered to it first. A
    voucher that comes back after an objection and waits for money goes before all of them. What a round divided to somebody who
    waits for the decision is theirs too, whoever was complete first.

    To be called in the transaction of the award, right before ``ledger.reserve``. The guards of all lines at stake are locked in
    order of id before what decides is read, so that two awards at once, each harmless by itself, cannot take the euros of a third
    together. While there is plenty for everybody in front, only the lines that pay are locked; without anybody in front none is.
    Raises ``EarlierApplicationFirst``.
    """
    session.flush()
    others = {number: one for number, one in promised(session).items() if number != application.number}
    wanted = most_wanted_cents(session, application=application) + waiting_cents(session)
    wanted += sum(one.cents for one in others.values())
    if not wanted:
        return
    lock_money(session, funding_line_ids=cents_by_funding_line)
    left = _left(session)
    if all(left.get(line, 0) - cents >= wanted for line, cents in cents_by_funding_line.items()):
        return
    lock_money(session, funding_line_ids=left)
    of_rounds = divided_claims(session, others, today=local_date(now), before=application)
    divided = {claim.id for claim in of_rounds}
    earlier = [one for one in earlier_claims(session, application=application, now=now) if one.id not in divided]
    claims, left = [*claims_first(session), *of_rounds, *earlier], _left(session)
    slugs = {row.id: row.slug for row in session.execute(select(FundingLine.id, FundingLine.slug))}
    available = {slugs[line]: cents for line, cents in left.items()}
    taken = {slugs[line]: cents for line, cents in cents_by_funding_line.items()}
    loser = first_that_loses(claims, available, taken)
    if loser is not None:
        rest = loser.id in {one.number for one, _ in rests(session)}
        raise EarlierApplicationFirst(loser, rest=rest, divided=loser.id in divided)


def lock_money(session: Session, *, funding_line_ids: Iterable[int]) -> None:
    """Lock the guards of funding lines in order of id until the transaction ends; on SQLite a writer holds the only lock."""
    if session.get_bind().dialect.name == "postgresql":
        rows = select(BudgetGuard.funding_line_id).where(BudgetGuard.funding_line_id.in_(sorted(funding_line_ids)))
        session.execute(rows.order_by(BudgetGuard.funding_line_id).with_for_update()).all()


def _left(session: Session) -> dict[int, int]:
    """What every line has left, by its guard: the counter that the write checks, not a sum over all transfers."""
    rows = session.execute(
        select(
            BudgetGuard.funding_line_id,
            BudgetGuard.funded_cents - BudgetGuard.reserved_cents - BudgetGuard.spent_cents,
        )
    )
    return {row[0]: max(0, int(row[1])) for row in rows}
