"""Who may see a question is said twice: of one that was read, and as a condition on all. The two say the same of everybody."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.cases.questions.queries import acted_for, may_see, question_by_public_id, seen_by
from portal.cases.teams.actions import found_team
from portal.people.actor import BY_LINK, Actor, Audience, CaseSight
from tests.factories import NOW, a_draft, a_question
from tests.web.browser import SYSTEM


def questions(session: Session) -> list[DevelopmentQuestion]:
    """Drafts and what was sent, of both doors, of a team and of none."""
    team = found_team(session, name="Noord", actor=SYSTEM, now=NOW)
    made = [make(session, route=route) for make, route in itertools.product((a_draft, a_question), Route)]
    made += [a_question(session), a_question(session)]
    made[-1].team_id = team.id
    session.flush()
    return made


def askers(session: Session, known: list[DevelopmentQuestion]) -> Iterator[Actor]:
    """Everybody, with no case, with one of each, with several, and with a sight of the own teams."""
    for audience in Audience:
        yield Actor(audience)
        yield Actor(audience, sight=CaseSight(frozenset(), frozenset()))
        yield Actor(audience, sight=CaseSight(frozenset({known[-1].team_id or 0}), frozenset()))
        yield Actor(audience, sight=CaseSight(frozenset(), frozenset({known[-1].id})))
        yield Actor(audience, questions=frozenset(one.id for one in known[::2]))
        yield from (Actor(audience, question_id=one.id) for one in known)


def test_the_condition_finds_exactly_what_somebody_may_see(session: Session) -> None:
    known = questions(session)
    seen_at_all = 0
    for actor in askers(session, known):
        wanted = {one.id for one in known if may_see(one, actor)}
        seen_at_all += bool(wanted)
        assert set(session.scalars(select(DevelopmentQuestion.id).where(seen_by(actor)))) == wanted, actor
        acted = set(session.scalars(select(DevelopmentQuestion.id).where(acted_for(actor))))
        assert acted == {one.id for one in known if actor.may_act_for(one.id)}, actor
        for one in known:
            found = question_by_public_id(session, public_id=one.public_id, actor=actor)
            assert (found is one) is (one.id in wanted)
    assert seen_at_all > len(BY_LINK), "the control: some see something"
