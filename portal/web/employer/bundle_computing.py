"""The outcome of many trainings together takes longer than a page may: it is computed apart.

The page says how far it is, may be left, and is found again.
"""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.earlier_awards import had_for_trainings
from portal.cases.bundles.answering import BundleAsked, bundle_asked
from portal.cases.bundles.queries import keys_of, trainings_of
from portal.platform.apart import WorkApart
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


def under_way(intake: Intake, number: int) -> WorkApart | None:
    """The outcome of this list that is being computed; None when none is."""
    asked = asked_of(intake) if number > AT_ONCE else None
    return None if asked is None else works_apart().find(asked.key)


@blueprint.get("/werkgever/vraag/<question_id>/samen/berekenen")
def bundle_computing(question_id: str) -> ResponseReturnValue:
    """How far the computing is; as soon as it is done, or when it takes no time, the outcome."""
    intake = seen(question_id)
    asked = asked_of(intake)
    if asked is None or asked.trainings <= AT_ONCE or is_computed(asked.key):
        return redirect(url_for("employer.bundle_outcome", question_id=question_id), code=303)
    stop_reading(intake.session)
    work = computed_apart(asked.key, asked.trainings, asked.answer)
    if work.is_over(PATIENCE) and not work.failed:
        return redirect(url_for("employer.bundle_outcome", question_id=question_id), code=303)
    failed = work.failed
    answer = page("employer/bundle/computing.html", work=work, ahead=works_apart().ahead_of(work), intake=intake)
    if failed:
        works_apart().told(work)
    else:
        answer.headers["Refresh"] = LOOK_AGAIN
    return answer
