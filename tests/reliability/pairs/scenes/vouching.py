"""Who vouches for what is promised beyond a budget: laid down, begun, set anew and ended, while the voucher itself changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.framework.funding.queries import funders
from portal.planning.expected_use.actions import (
    SuretyTerms,
    ask_surety_room,
    begin_surety,
    end_surety,
    keep_surety_room,
    lay_down_surety,
)
from portal.planning.expected_use.models import Surety
from portal.planning.expected_use.queries import judged, room_input
from portal.platform.clock import local_date
from tests.factories import NOW, REGION, a_voucher
from tests.portal.planning.sureties import WHY, a_surety_laid_down
from tests.reliability.pairs.acts import REGIONS, SECOND_REGION, Found, Scene, by, row, the
from tests.reliability.pairs.scenes.spending import the_line

SURETY = the(Surety)
TERMS = Found(lambda session, _who: SuretyTerms(funders(session)[-1], 10, 100_000))


def _nothing(session: Session) -> None:
    a_voucher(session)


def _waits(session: Session) -> None:
    a_surety_laid_down(session, actor=SECOND_REGION)


def _stands(session: Session) -> None:
    begin_surety(session, surety=a_surety_laid_down(session, actor=SECOND_REGION), actor=REGION, now=NOW)


JUDGED = Found(
    lambda session, _who: judged(room_input(session, surety=session.query(Surety).one(), on=local_date(NOW)))
)
OPEN = Scene(
    "a budget for which nobody vouches",
    _nothing,
    (
        row(
            lay_down_surety,
            line=the_line("rijk-leren"),
            terms=TERMS,
            reason=WHY,
            actor=REGIONS,
        ),
    ),
)
WAITS = Scene(
    "a surety that waits for a second person",
    _waits,
    (row(begin_surety, surety=SURETY, actor=by(REGION)), row(end_surety, surety=SURETY, actor=REGIONS)),
)
STANDS = Scene(
    "a surety in force",
    _stands,
    (
        row(ask_surety_room, surety=SURETY, actor=REGIONS),
        row(keep_surety_room, surety=SURETY, judged=JUDGED, actor=REGIONS),
        row(end_surety, surety=SURETY, actor=REGIONS),
    ),
)

SCENES = (OPEN, WAITS, STANDS)
