"""Two advisors who look after one refused share at the same moment: one of them does, and the other is told."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.awarding.shares_elsewhere.actions import follow_up
from portal.awarding.shares_elsewhere.models import Sequel, ShareElsewhere
from portal.awarding.shares_elsewhere.queries import shares_elsewhere
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, SECOND
from tests.portal.at_once import Act, at_once
from tests.portal.second_look.preparations.laying import NEXT, to_decide_again


def keeps(share_id: int, actor: Actor) -> Act:
    def read(session: Session) -> Callable[[], object]:
        share = session.get_one(ShareElsewhere, share_id)
        return lambda: follow_up(session, share=share, sequel=Sequel.KEPT, actor=actor, now=NEXT)

    return read


def test_of_two_who_keep_the_award_one_is_told_that_it_was_done(engine: Engine) -> None:
    def refused(session: Session) -> int:
        return shares_elsewhere(session, question=to_decide_again(session)["question"])[0].id

    share_id = unit_of_work(engine, refused)
    outcomes = at_once(engine, keeps(share_id, ADVISOR), keeps(share_id, SECOND))
    assert sorted(outcomes) == ["done", "nothing_to_follow_up"]
    with Session(engine) as session:
        share = session.get_one(ShareElsewhere, share_id)
        assert share.sequel_by == (ADVISOR, SECOND)[outcomes.index("done")].reference
