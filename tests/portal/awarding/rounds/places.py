"""The four places where money is reserved for a voucher, each up to the act that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.divisions.models import AwardRound, RoundState
from portal.awarding.divisions.queries import DIVISION, DividedRow, Division
from portal.awarding.reductions import revoke_award
from portal.awarding.restoring import restore_award
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import Recovery, Settlement, SettlementGround
from portal.paying.settling_again.actions import HigherDraft, settle_again
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ASKED, NOW, SECOND, UNHEARD, a_voucher, an_application, approve
from tests.portal.awarding.divided import AFTER
from tests.portal.paying.settling_again.owing import OWED, used_and_paid
from tests.web.planned import a_round

MORE = 30_000


@dataclass(frozen=True)
class Place:
    """One place: what is there before, the act that reserves, and what the application has after it, in cents."""

    name: str
    module: str
    prepare: Callable[[Session], object]
    act: Callable[[Session], object]
    total_cents: int


def _dearer(session: Session) -> None:
    voucher = a_voucher(session)
    session.get_one(DevelopmentQuestion, voucher.question_id).cost_lines[0].amount_cents += MORE
    session.flush()


def _raise(session: Session) -> None:
    voucher = session.scalars(select(Voucher)).one()
    part = voucher.award.parts[0]
    line = session.get_one(FundingLine, part.funding_line_id)
    top_up(session, voucher=voucher, draft=TopUpDraft(part.line_key, line, MORE, "Duurder."), actor=ADVISOR, now=NOW)


def _revoked(session: Session) -> None:
    revoke_award(session, voucher=used_and_paid(session), basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=NOW)


def _restore(session: Session) -> None:
    voucher = session.scalars(select(Voucher)).one()
    taken_by = session.scalars(select(Decision).where(Decision.kind == DecisionKind.REVOKED)).one()
    restore_award(session, voucher=voucher, taken_by=taken_by, reason="Gegrond.", actor=SECOND, now=NOW)


def _paid_back(session: Session) -> None:
    draft = SettlementDraft(0, SettlementGround.NOT_DONE, "Niet af.", UNHEARD)
    settle_voucher(session, voucher=used_and_paid(session), draft=draft, actor=ADVISOR, now=NOW)
    back = {"amount_cents": OWED, "received_on": NOW.date(), "reference": "R1"}
    receive_instalment(session, recovery=session.scalars(select(Recovery)).one(), actor=ADVISOR, now=NOW, **back)


def _settle(session: Session) -> None:
    settlement, draft = session.scalars(select(Settlement)).one(), HigherDraft(OWED, "Wel af.", "BZ")
    settle_again(session, settlement=settlement, draft=draft, actor=SECOND, now=NOW)


def _approve(session: Session) -> None:
    approve(session, session.scalars(select(DevelopmentQuestion)).one())


PLACES = (
    Place("a decision", "portal.awarding.decisions.reserving", an_application, _approve, 120_000),
    Place("a supplement", "portal.awarding.top_ups", _dearer, _raise, 150_000),
    Place("an award that comes back", "portal.awarding.restoring", _revoked, _restore, 120_000),
    Place("a higher settlement", "portal.paying.settling_again.actions", _paid_back, _settle, OWED),
)


def an_open_round(session: Session) -> AwardRound:
    """One in which everybody takes part who was complete by the end of today."""
    made = a_round(session)
    made.received_until = NOW.date()
    session.flush()
    return made


def a_divided_round(session: Session, cents: int, *, number: str | None = None) -> AwardRound:
    """A round that is over and gave so much to the only application there is, or to another number."""
    made = an_open_round(session)
    mine = session.scalars(select(Application.number)).one()
    row = DividedRow(number or mine, cents, cents, (("rijk-leren", cents),), 0, "ab" * 32)
    made.state, made.divided_at, made.divided_by, made.divided_by_name = RoundState.DIVIDED, AFTER, "tests", "Tests"
    made.result_json = DIVISION.dump_json(Division(AFTER.date(), (row,), cents, 100.0)).decode()
    session.flush()
    return made


late = partial(a_divided_round, number="AV-2026-9999")
"""A round in which somebody else took part."""
