"""What the region itself owes: a penalty that is decided anew or paid, and damage that lapses."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.reductions import Ending, end_award
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.own_payments import give_account_for_debt, let_damage_lapse
from portal.paying.payments.actions import make_batch
from portal.second_look.late_decisions.actions import PenaltyDraft, settle_penalty
from portal.second_look.penalties.actions import settle_penalty_again
from portal.second_look.penalties.models import DefaultNotice, NoPenalty
from tests.factories import ADVISOR, MOVED, NOW, SECOND, a_voucher
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


SCENES = (PENALTY_SETTLED, PENALTY_OWED, DAMAGE_OWED)
