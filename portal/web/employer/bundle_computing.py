"""The outcome of many trainings together takes longer than a page may: it is computed apart.

The page says how far it is, may be left, and is found again.
"""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.earlier_awards import had_for_trainings
from portal.cases.bundles.answering import BundleAsked, bundle_asked
from portal.cases.bundles.queries import keys_of, trainings_of
from portal.platform.apart.computing import WorkApart
from portal.platform.apart.models import ComputedApart
from portal.platform.apart.queries import content_of, under_way
from portal.platform.clock import now
from portal.platform.database import stop_reading
from portal.web.edge import page
from portal.web.edge.braking import computed_apart, is_computed, works_apart
from portal.web.employer.blueprint import blueprint
from portal.web.intake.flow import seen
from portal.web.intake.state import Intake

AT_ONCE = 10
"""So many trainings are computed while the page is made; more than these are computed apart."""
PATIENCE = 0.6
"""Seconds that the page waits for what is computed apart: what is done by then is shown at once."""
LOOK_AGAIN = "10"
"""After so many seconds the page looks again by itself."""


def asked_of(intake: Intake) -> BundleAsked | None:
    """The list as it is now, to be answered; None when it is empty."""
    trainings = trainings_of(intake.session, question=intake.question)
    keys = filter(None, keys_of(intake.session, trainings).values())
    had = had_for_trainings(intake.session, keys=keys, on=intake.on)
    return bundle_asked(intake.session, question=intake.question, on=intake.on, had=had)


def outcome_url(intake: Intake, number: int) -> str:
    """Where the outcome of so many trainings is found."""
    name = "bundle_outcome" if number <= AT_ONCE else "bundle_computing"
    return url_for(f"employer.{name}", question_id=intake.id)


def goes_on(intake: Intake, number: int) -> ComputedApart | WorkApart | None:
    """The outcome of this list that is being computed, by whatever process; None when none is."""
    asked = asked_of(intake) if number > AT_ONCE else None
    if asked is None:
        return None
    work = under_way(intake.session, key=asked.key, at=now()) or works_apart().find(asked.key)
    return None if work is None or work.failed else work


def takes_long(intake: Intake, asked: BundleAsked) -> bool:
    """Whether the outcome of this list has to be computed apart: of so many trainings, and not computed yet."""
    return asked.trainings > AT_ONCE and not is_computed(intake.session, asked.key)


def kept_of(intake: Intake, asked: BundleAsked) -> str | None:
    """What was kept of the outcome of this list; None when it takes no time."""
    return content_of(intake.session, key=asked.key) if asked.trainings > AT_ONCE else None


@blueprint.get("/werkgever/vraag/<question_id>/samen/berekenen")
def bundle_computing(question_id: str) -> ResponseReturnValue:
    """How far the computing is; as soon as it is done, or when it takes no time, the outcome."""
    intake = seen(question_id)
    asked = asked_of(intake)
    if asked is None or not takes_long(intake, asked):
        return redirect(url_for("employer.bundle_outcome", question_id=question_id), code=303)
    going = under_way(intake.session, key=asked.key, at=now())
    stop_reading(intake.session)
    if going:
        here = works_apart().find(asked.key)
    else:
        here = computed_apart(asked.key, asked.trainings, asked.to_keep, about=intake.id)
    if here is not None and here.is_over(PATIENCE) and not here.failed:
        return redirect(url_for("employer.bundle_outcome", question_id=question_id), code=303)
    known = [one for one in (here, going) if one is not None]
    if any(one.failed for one in known):
        works_apart().told(asked.key)
        return page("employer/bundle/computing.html", work=None, intake=intake)
    work = max(known, key=lambda one: one.done)  # what the table says is some seconds old
    ahead = 0 if going else works_apart().ahead_of(here)
    answer = page("employer/bundle/computing.html", work=work, ahead=ahead, intake=intake)
    answer.headers["Refresh"] = LOOK_AGAIN
    return answer
