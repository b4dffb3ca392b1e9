"""What the case page says about the case itself: who has it, its place in the order, where the term stood still, who acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.awarding.order_of_receipt.models import PlaceState
from portal.awarding.order_of_receipt.queries import place_in_order
from portal.awarding.waiting_list.queries import PlaceInLine, places_of, rest_claim, schemes_with_waiting_list
from portal.cases.applications.doubles import joined_applications
from portal.cases.applications.models import Application
from portal.cases.applications.queries import possible_doubles
from portal.cases.conversations.queries import delay_of, requests_of
from portal.cases.owners.queries import owner_names, owner_of
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.cases.representatives.models import Representative
from portal.cases.representatives.queries import named_for
from portal.cases.teams.models import TeamMove
from portal.cases.teams.queries import moves_of
from portal.framework.teams.queries import team_by_id, teams
from portal.oversight.worklist.queries import standing
from portal.platform.clock import local_date, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.legal_calendar import days_within, stop_of_term
from portal.web.edge.policy import current_actor
from portal.web.intake.round_words import round_sentences
from portal.words.labels import STANDINGS


@dataclass(frozen=True)
class StandingOfCase:
    """How a case stands, for its page."""

    text: Any
    kind: str
    owner: str | None
    team: str | None
    moves: list[str]
    """From which team it came, and why, in sentences."""
    has_teams: bool
    mine: bool
    place: int | None
    complete: bool
    rounds: list[str]
    """What the rounds of its schemes mean for it, in sentences."""
    waits: list[PlaceInLine]
    has_list: bool
    rest: bool
    """A part was refused at the ceiling of a scheme with a waiting list: one can wait for the rest."""
    stops: list[list[str]]
    doubles: int
    joined: int
    """How many other applications count together with this one, because an advisor confirmed one person."""
    acting: Representative | None
    set_aside: bool
    delayed_on: date | None
    """When the applicant was told that the decision comes later (Awb 4:14)."""
    can_delay: bool


def standing_of(
    question: DevelopmentQuestion, application: Application | None, *, title: Callable[[str], str]
) -> StandingOfCase:
    """Everything about the case itself."""
    session, actor = current_session(), current_actor()
    owner = owner_of(session, question=question)
    names = owner_names(session, question_ids=[question.id])
    undecided = application is not None and question.is_open
    places = places_of(session, question=question, actor=actor) if application is not None else []
    lists = schemes_with_waiting_list(session, question=question, application=application) if application else []
    rests = (
        rest_claim(session, question=question, application=application, scheme=one.slug, today=today())
        for one in (lists if question.state is QuestionState.DECIDED and not places else ())
        if application is not None
    )
    told = delay_of(session, question=question) if application is not None else None
    text, kind = STANDINGS[standing(session, question=question).value]
    return StandingOfCase(
        text=text,
        kind=kind,
        owner=names.get(question.id),
        **_teams(question),
        mine=owner is not None and owner.account_id == actor.account_id,
        place=place_in_order(session, application=application) if application and undecided else None,
        complete=application is not None and application.completed_at is not None,
        rounds=round_sentences(session, application=application, title=title) if application is not None else [],
        waits=places,
        has_list=bool(lists),
        rest=any(rests),
        stops=stops_of(question, application, places),
        doubles=len(possible_doubles(session, application=application)) if application is not None else 0,
        joined=len(joined_applications(session, application=application)) if application is not None else 0,
        acting=named_for(session, question=question),
        set_aside=question.state is QuestionState.SET_ASIDE,
        delayed_on=local_date(told.at) if told is not None else None,
        can_delay=undecided and told is None,
    )


def _teams(question: DevelopmentQuestion) -> dict[str, Any]:
    """Of which team the case is, and from which it came and why; nothing where there are no teams."""
    session = current_session()
    here = teams(session)
    if not here and question.team_id is None:
        return {"team": None, "moves": [], "has_teams": False}
    moves = moves_of(session, question=question, actor=current_actor())
    names = {one.id: one.name for one in here}
    team = team_by_id(session, team_id=question.team_id)
    return {
        "team": team.name if team else None,
        "moves": [_moved(one, names) for one in moves],
        "has_teams": bool(here),
    }


def _moved(one: TeamMove, names: dict[int, str]) -> str:
    told = {"day": format_date(local_date(one.at)), "name": one.by_name, "reason": one.reason}
    team = names.get(one.from_team_id or 0) or _("geen team")
    return _("Op %(day)s gekomen van %(team)s, door %(name)s: %(reason)s", team=team, **told)


def stops_of(
    question: DevelopmentQuestion, application: Application | None, places: list[PlaceInLine]
) -> list[list[str]]:
    """Each time the term to decide stood still: why, from which day, until when, and how many days (Awb 4:15)."""
    if application is None:
        return []
    rows, stops = [], []
    for asked in requests_of(current_session(), question=question, actor=current_actor()):
        if asked.asked_at >= application.applied_at:
            stop = stop_of_term(asked.asked_on, asked.answered_on, asked.answer_by, today())
            until = asked.answered_on or (None if asked.is_open and asked.answer_by >= today() else asked.answer_by)
            rows.append(
                [_("Gevraagd om aan te vullen"), format_date(asked.asked_on), _until(until), _days(days_within([stop]))]
            )
            stops.append(stop)
    for place in (one for one in places if not one.rest):
        one = place.record
        ended = local_date(one.offered_at) if one.offered_at is not None else None
        going = one.state is PlaceState.WAITING
        stop = stop_of_term(one.agreed_on, None, today() if going or ended is None else ended, today())
        rows.append([_("Wacht op geld"), format_date(one.agreed_on), _until(ended), _days(days_within([stop]))])
        stops.append(stop)
    if len(rows) > 1:
        rows.append([_("Samen; een dag telt één keer"), "", "", _days(days_within(stops))])
    return rows


def _until(day: Any) -> str:
    return format_date(day) if day is not None else _("staat nog stil")


def _days(number: int) -> str:
    return ngettext("%(num)s dag", "%(num)s dagen", number)
