"""Pages for everybody: what the desk is, where to start, the schemes, how it is calculated, privacy, accessibility, contact."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.awarding.divisions.models import RoundMethod
from portal.awarding.divisions.queries import latest_round
from portal.cases.origins.actions import note_begun
from portal.cases.origins.models import NO_CAMPAIGN
from portal.cases.questions.actions import start_question
from portal.cases.questions.models import Route
from portal.cases.questions.queries import question_by_id
from portal.framework.catalogue.queries import catalogue, has_region, scheme_in_force, schemes_in_force
from portal.oversight.privacy.retention.queries import draft_days
from portal.people.actor import Audience
from portal.planning.forecasts.queries import meter_of
from portal.platform.clock import local_time, now, today
from portal.platform.database import current_session
from portal.platform.i18n import current_locale, localized
from portal.platform.limits.actions import take
from portal.platform.limits.models import DRAFTS
from portal.web.edge import found, page
from portal.web.edge.keeping import waiting_draft
from portal.web.edge.policy import current_actor
from portal.web.edge.same_page import not_to_keep, same_for_strangers
from portal.web.edge.session import enter_question
from portal.web.intake.channel import along, campaign_of_address
from portal.web.intake.overview import FindSchemeForm, SchemeGroup, overview_of, sheet_of
from portal.web.resident.blueprint import blueprint
from portal.web.resident.door import count_visit
from portal.web.resident.money_left import money_sentence
from schemes.facts.references import municipality_on


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What the desk is and for whom, with a door for residents and one for employers."""
    via: list[str] = []

    def made() -> Response:
        session, code = current_session(), campaign_of_address()
        via.append(code)
        known = catalogue(session) if has_region(session) else None
        if known is None:
            not_to_keep()
        region, names = (known.region, _municipality_names()) if known is not None else (None, [])
        return page("resident/home.html", region=region, municipalities=names, own=_own_draft(), along=along(code))

    return count_visit(same_for_strangers(made), via[-1] if via else NO_CAMPAIGN)


def _municipality_names() -> list[str]:
    known = catalogue(current_session())
    items = [municipality_on(known.references, code, today()) for code in known.region.municipalities]
    return sorted(item.name for item in items if item is not None)


def _own_draft() -> str | None:
    """Where somebody who has a question open here can go on; None for everybody else."""
    actor = current_actor()
    if actor.audience in (Audience.RESIDENT, Audience.EMPLOYER):
        return url_for(f"{actor.audience.value}.mine")
    return url_for("access.unlock") if waiting_draft() is not None else None


@blueprint.route("/vraag", methods=["GET", "POST"])
def start() -> ResponseReturnValue:
    """What a resident needs for the questions; the button starts a draft that only this browser can open."""
    session, actor = current_session(), current_actor()
    if request.method == "POST":
        found(catalogue(session) if has_region(session) else None)
        take(session, limit=DRAFTS, who=actor.origin, now=now())
        question = start_question(session, route=Route.INDIVIDUAL, language=current_locale(), actor=actor, now=now())
        note_begun(session, question=question, code=campaign_of_address(), actor=actor, now=now())
        enter_question(question_id=question.id, audience=Audience.RESIDENT)
        return redirect(url_for("resident.wish", question_id=question.public_id), code=303)
    own = question_by_id(session, question_id=actor.question_id, actor=actor) if actor.question_id is not None else None
    going = url_for("resident.mine") if own is not None and actor.audience is Audience.RESIDENT else None
    if actor.audience is Audience.ANYONE and waiting_draft() is not None:
        going = url_for("access.unlock")
    begin = url_for("resident.start", **along(campaign_of_address()))
    return page(
        "resident/start.html",
        ready=has_region(session),
        going=going,
        days=draft_days(current_session(), today=today()),
        begin=begin,
    )


@blueprint.get("/alle-regelingen")
def schemes() -> ResponseReturnValue:
    """Every scheme this desk knows, open ones first; with words and choices in the address only those that fit."""
    session = current_session()
    known = schemes_in_force(session, on=today()) if has_region(session) else []
    form = FindSchemeForm(formdata=request.args)
    form.validate()
    every = overview_of(known, today(), local_time(now()))
    found_now = [SchemeGroup(group.title, [row for row in group.rows if form.finds(row)]) for group in every]
    groups = [group for group in found_now if group.rows]
    number = sum(len(group.rows) for group in groups)
    return page("resident/schemes.html", form=form, known=bool(known), groups=groups, number=number, on=today())


@blueprint.get("/alle-regelingen/<scheme>")
def scheme(scheme: str) -> ResponseReturnValue:
    """One scheme: for whom, what it pays, its conditions, its sources and how sure they are."""
    session = current_session()
    known = found(scheme_in_force(session, slug=scheme, on=today()) if has_region(session) else None)
    sheet = sheet_of(session, known, today())
    return page(
        "resident/scheme.html",
        sheet=sheet,
        title=localized(known.definition.title),
        meter=meter_of(session, scheme=scheme, on=today()) if sheet.here else None,
        say=money_sentence,
        lots=lots_of(session, scheme) if sheet.here else None,
    )


def lots_of(session: Session, scheme: str) -> dict[str, Any] | None:
    """What everybody may know of the newest draw of a scheme: the print of the seed, and the seed once the money is divided."""
    one = latest_round(session, scheme=scheme)
    if one is None or one.method is RoundMethod.RANKING:
        return None
    return {
        "until": one.received_until,
        "print": one.seed_print,
        "seed": one.seed if one.divided_at else "",
        "all_drawn": one.method is RoundMethod.LOTTERY,
    }


@blueprint.get("/zo-rekenen-wij")
def method() -> ResponseReturnValue:
    """How the best mix is found and how we know that it is the best."""
    return page("resident/method.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept, why, how long, and who sees it."""
    return page("resident/privacy.html", days=draft_days(current_session(), today=today()))


@blueprint.get("/toegankelijkheid")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, with its honest status."""
    return page("resident/accessibility.html")


@blueprint.get("/contact")
def contact() -> ResponseReturnValue:
    """How to reach the people of the desk."""
    session = current_session()
    region = catalogue(session).region if has_region(session) else None
    return page("resident/contact.html", region=region)
