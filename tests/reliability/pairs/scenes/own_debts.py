"""What the region itself owes: a penalty that is decided anew or paid, damage that lapses, and interest."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.reductions import Ending, end_award
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.late_interest.actions import determine_own_interest, determine_own_interest_again
from portal.paying.late_interest.models import OwnInterest
from portal.paying.own_payments import give_account_for_debt, let_damage_lapse
from portal.paying.payments.actions import make_batch
from portal.paying.payments.models import Repayment
from portal.second_look.late_decisions.actions import PenaltyDraft, settle_penalty
from portal.second_look.penalties.actions import settle_penalty_again
from portal.second_look.penalties.models import DefaultNotice, NoPenalty
from tests.factories import ADVISOR, MOVED, NOW, SECOND, a_voucher
from tests.portal.paying.collecting.owed_late import at
from tests.portal.paying.late_interest.paid_late import PAID_ON, determined, paid_back
from tests.reliability.pairs.acts import REGIONS, Scene, by, row, the
from tests.reliability.pairs.scenes.second_look import DAY, JUDGES, LONG_AFTER, noticed


def _penalty_settled(session: Session) -> None:
    noticed(session)
    notice = session.scalars(select(DefaultNotice)).one()
    draft = PenaltyDraft("Te laat.", NoPenalty.MANIFEST)
    settle_penalty(session, notice=notice, draft=draft, actor=ADVISOR, now=LONG_AFTER + 80 * DAY)


PENALTY_SETTLED = Scene(
    "a penalty that was refused, and to which one objected",
    _penalty_settled,
    (
        row(
            settle_penalty_again,
            notice=the(DefaultNotice),
            days=20,
            reason="Toch.",
            actor=by(SECOND),
            now=LONG_AFTER + 90 * DAY,
        ),
    ),
)


def _penalty_owed(session: Session) -> None:
    noticed(session)
    notice = session.scalars(select(DefaultNotice)).one()
    settle_penalty(session, notice=notice, draft=PenaltyDraft("Te laat."), actor=ADVISOR, now=LONG_AFTER + 80 * DAY)
    _account(session, LONG_AFTER + 81 * DAY)


def _account(session: Session, now: datetime) -> None:
    question = session.scalars(select(DevelopmentQuestion)).one()
    said = {"payee_name": "Sam", "iban": "NL39RABO0300065264", "actor": ADVISOR}
    give_account_for_debt(session, question=question, **said, now=now)


owed = partial(row, now=LONG_AFTER + 82 * DAY)
PENALTY_OWED = Scene(
    "a penalty that the region owes",
    _penalty_owed,
    (
        owed(
            give_account_for_debt,
            question=the(DevelopmentQuestion),
            payee_name="Sam de Vries",
            iban="NL91ABNA0417164300",
            actor=JUDGES,
        ),
        owed(make_batch, actor=REGIONS),
    ),
)


def _damage_owed(session: Session) -> None:
    ending = Ending(NOW.date() + timedelta(days=60), 12_500, "Boeken.")
    end_award(
        session, voucher=a_voucher(session), ending=ending, basis=MOVED, reason="Verhuisd.", actor=ADVISOR, now=NOW
    )
    _account(session, NOW)


DAMAGE_OWED = Scene(
    "damage that the region owes",
    _damage_owed,
    (
        row(let_damage_lapse, decision=the(Decision, kind=DecisionKind.REVOKED), actor=by(SECOND)),
        row(make_batch, actor=REGIONS),
    ),
)


LATE_PAID = Scene(
    "what went back to a holder too late",
    paid_back,
    (row(determine_own_interest, owed=the(Repayment), reason="Te laat.", actor=by(ADVISOR), now=at(PAID_ON)),),
)
INTEREST_DECIDED = Scene(
    "interest of the region to which one objected",
    determined,
    (
        row(
            determine_own_interest_again,
            made=the(OwnInterest),
            amount_cents=30_00,
            reason="Toch.",
            actor=by(SECOND),
            now=at(PAID_ON) + DAY,
        ),
        row(
            give_account_for_debt,
            question=the(DevelopmentQuestion),
            payee_name="Sam de Vries",
            iban="NL91ABNA0417164300",
            actor=by(ADVISOR),
            now=at(PAID_ON) + DAY,
        ),
    ),
)


SCENES = (PENALTY_SETTLED, PENALTY_OWED, DAMAGE_OWED, LATE_PAID, INTEREST_DECIDED)
