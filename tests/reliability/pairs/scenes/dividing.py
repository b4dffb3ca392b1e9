"""A round: two people open, rank, divide or drop it at the same moment."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound, RoundMethod
from portal.awarding.rounds.actions import drop_round, give_points, keep_division, open_round
from tests.factories import NOW
from tests.portal.awarding.divided import AFTER, UNTIL, a_division, divided_by, open_already
from tests.reliability.pairs.acts import REGIONS, Scene, made, row, the

ROUND = the(AwardRound)


def _none_yet(session: Session) -> None:
    with tempfile.TemporaryDirectory() as folder:
        divided_by(session, Path(folder) / "proefland", "lottery")


def _open(session: Session) -> None:
    _none_yet(session)
    open_already(session, method=RoundMethod.RANKING, received_until=NOW.date())


NEW = Scene(
    "a scheme that is divided by lot",
    _none_yet,
    (row(open_round, scheme="leervoucher", received_until=UNTIL, actor=REGIONS),),
)
RUNS = Scene(
    "a round that is over",
    _open,
    (
        row(give_points, award_round=ROUND, points={"AV-2026-0001": 5}, actor=REGIONS, now=AFTER),
        row(keep_division, award_round=ROUND, division=made(a_division), actor=REGIONS, now=AFTER),
        row(drop_round, award_round=ROUND, actor=REGIONS, now=AFTER),
    ),
)

SCENES = (NEW, RUNS)
