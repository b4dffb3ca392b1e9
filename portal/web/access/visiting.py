"""Going to an identity service and coming back: to sign in, to prove again that it is you, or to identify who asked a question.

Nothing is asked of the service while a transaction is open: these two pages stand outside the unit of work of other pages, and
open short ones of their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

from flask import Response, abort, current_app, flash, g, redirect, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.cases.applications.queries import level_for_award
from portal.cases.identifying.actions import SaidByService, identify_by_service
from portal.cases.own_proof.actions import prove_at_service
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.outside_staff import account_from_service
from portal.people.accounts.models import Door, WayIn
from portal.people.actor import BY_LINK, Actor
from portal.people.sessions import note_proof, way_in_of
from portal.people.visits.actions import VisitToBegin, begin_visit, end_visit, give_up_visit
from portal.people.visits.models import ServiceVisit, VisitPurpose
from portal.people.visits.queries import account_at_service, services_of, subject_hash
from portal.platform.clock import now
from portal.platform.database import current_session, unit_of_work
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.identity_services import IdentityService, Level
from portal.platform.openid import OpenIdClient, ServiceTrouble
from portal.web.access.blueprint import blueprint
from portal.web.access.coming_in import come_in
from portal.web.edge.keeping import local_address
from portal.web.edge.policy import current_actor
from portal.web.edge.refusing import log_refusal, note_refusal
from portal.web.edge.session import adopt_entered, this_session

HERE = "service_visit"
"""Under this name the session keeps what only the browser has that went to a service."""
ANEW = timedelta(minutes=5)

Done = TypeVar("Done")


def services_for(audience: str) -> list[IdentityService]:
    """The services for staff, or by which a resident or an employer identifies."""
    known: tuple[IdentityService, ...] = current_app.extensions["identity_services"]
    return [one for one in known if one.audience == audience]


def service_of_session() -> str | None:
    """The service by which who is in came in here; None for every other way."""
    account_id, hashed = current_actor().account_id, this_session().hashed
    if account_id is None or hashed is None or way_in_of(current_session(), hashed=hashed) is not WayIn.SERVICE:
        return None
    known = services_of(current_session(), account_id=account_id)
    return next((one.name for one in services_for("staff") if one.name in known), None)


@blueprint.get("/inloggen/via/<service>")
def begin_at_service(service: str) -> ResponseReturnValue:
    """Go to a service. Who asked a question identifies there; who is in proves it again; everybody else signs in."""
    said, actor = _service(service), current_actor()
    identifies = said.audience != "staff"
    if identifies and (actor.audience not in BY_LINK or actor.is_helping or actor.audience.value != said.audience):
        abort(404)
    proving = actor.account_id is not None
    purpose = VisitPurpose.IDENTIFY if identifies else VisitPurpose.PROVE if proving else VisitPurpose.SIGN_IN
    question_id = _own_question(actor) if identifies else None
    if identifies and question_id is None:
        abort(404)
    back = local_address(request.args.get("naar", "")) or "/"
    level = _unit(lambda session: _level_for(session, actor)) if identifies else Level.NONE
    try:  # who identifies does so anew: on a computer that more people use, the one before may still be signed in there
        visit = _client(said).visit(anew=purpose is not VisitPurpose.SIGN_IN, level=level)
    except ServiceTrouble as trouble:
        return _back_with(_trouble(trouble), purpose, back)
    browser = flask_session[HERE] = secrets.token_urlsafe(32)
    begun = VisitToBegin(
        service=said.name,
        purpose=purpose,
        state=visit.state,
        nonce=visit.nonce,
        verifier=visit.verifier,
        back=back,
        question_id=question_id,
        door=Door(actor.audience.value) if identifies else None,
        representative_id=actor.representative_id,
    )
    _unit(lambda session: begin_visit(session, visit=begun, browser=browser, actor=actor, now=now()))
    return redirect(visit.address)


@blueprint.get("/uitloggen/<service>")
def leave_service(service: str) -> ResponseReturnValue:
    """Who signed out here ends the session at the service too, where it can be ended."""
    said = _service(service)
    try:
        address = _client(said).goodbye(back=_address("access.sign_in"))
    except ServiceTrouble as trouble:
        return _back_with(_trouble(trouble), VisitPurpose.SIGN_IN, "/")
    if address is None:
        return _back_with(_("Log uit bij de inlogdienst zelf: dat kan vanaf hier niet."), VisitPurpose.SIGN_IN, "/")
    return redirect(address)


@blueprint.get("/inloggen/terug")
def back_from_service() -> ResponseReturnValue:
    """Somebody comes back: what the service says is asked and looked at, and counts for what they went for."""
    browser, state = flask_session.pop(HERE, ""), request.args.get("state", "")
    try:
        visit = _unit(lambda session: _ended(session, state, browser))
    except Refusal as refusal:
        note_refusal(refusal)
        return _refused(refusal, VisitPurpose.SIGN_IN, "/")
    said = _service(visit.service)
    code, issuer = request.args.get("code", ""), request.args.get("iss")
    if not code or "error" in request.args or (issuer is not None and issuer.rstrip("/") != said.issuer):
        return _back_with(
            _("U bent niet ingelogd bij de inlogdienst. Probeer het nog eens."), visit.purpose, visit.back
        )
    try:
        claims = _client(said).said(code=code, nonce=visit.nonce, verifier=visit.verifier, now=now())
    except ServiceTrouble as trouble:
        return _back_with(_trouble(trouble), visit.purpose, visit.back)
    try:
        answer = _unit(lambda session: _counts(session, visit, said, claims))
    except Refusal as refusal:
        note_refusal(refusal)
        return _refused(refusal, visit.purpose, visit.back)
    adopt_entered()
    return answer


def _counts(
    session: Session, visit: ServiceVisit, said: IdentityService, claims: Mapping[str, Any]
) -> ResponseReturnValue:
    """What the service says, for what they went for. Raises ``Refusal``."""
    g.entered = None
    subject = subject_hash(str(current_app.secret_key), issuer=said.issuer, subject=str(claims["sub"]))
    if visit.purpose is VisitPurpose.IDENTIFY:
        return _identified(session, visit, said, subject, claims)
    if visit.purpose is VisitPurpose.PROVE:
        return _proved(session, visit, said, subject, claims)
    account = account_from_service(session, service=said, claims=claims, subject=subject, now=now())
    return come_in(account, way_in=WayIn.SERVICE, strong=said.took_two_steps(claims))


def _identified(
    session: Session, visit: ServiceVisit, said: IdentityService, subject: str, claims: Mapping[str, Any]
) -> ResponseReturnValue:
    actor, question = current_actor(), session.get(DevelopmentQuestion, visit.question_id)
    if question is None or not actor.may_act_for(question.id) or actor.representative_id != visit.representative_id:
        raise Refusal("not_yours", _l("U bent intussen uitgelogd. Open uw vraag opnieuw en identificeer u dan."))
    what = SaidByService(said.name, subject, said.level_of(claims))
    identify_by_service(session, question=question, said=what, actor=actor, now=now())
    here = this_session().hashed
    proved = prove_at_service(session, question=question, subject=subject, here=here, actor=actor, now=now())
    if proved and visit.back != url_for(f"{actor.audience}.identify", question_id=question.public_id):
        flash(_("Bevestigd. Controleer wat u invulde en verstuur het nog een keer."), "ok")
        return redirect(visit.back, code=303)
    needed = level_for_award(session, question=question, actor=actor)
    if what.level.rank < needed.rank:
        flash(
            _("U bent geïdentificeerd, maar uw aanvraag vraagt een hoger niveau. Hieronder staat wat u kunt doen."),
            "error",
        )
    else:
        flash(_("U bent geïdentificeerd."), "ok")
    return redirect(visit.back, code=303)


def _proved(
    session: Session, visit: ServiceVisit, said: IdentityService, subject: str, claims: Mapping[str, Any]
) -> ResponseReturnValue:
    account, at = account_at_service(session, service=said.name, subject=subject), claims.get("auth_time")
    just_now = isinstance(at, int | float) and abs(now().timestamp() - at) < ANEW.total_seconds()
    if account is None or account.id != current_actor().account_id or not just_now or not said.took_two_steps(claims):
        raise Refusal(
            "not_proved", _l("De inlogdienst bevestigt niet dat u net in twee stappen inlogde. Probeer het nog eens.")
        )
    note_proof(session, hashed=this_session().hashed or "", now=now())
    return redirect(visit.back, code=303)


def _ended(session: Session, state: str, browser: str) -> ServiceVisit:
    visit = None
    if "error" in request.args and not state:
        visit = give_up_visit(session, browser=browser, now=now())
    if visit is None:
        visit = end_visit(session, state=state, browser=browser, now=now())
    session.flush()
    session.expunge(visit)
    return visit


def _level_for(session: Session, actor: Actor) -> Level:
    question = session.get(DevelopmentQuestion, actor.question_id) if actor.question_id is not None else None
    return level_for_award(session, question=question, actor=actor) if question is not None else Level.NONE


def _own_question(actor: Actor) -> int | None:
    return actor.question_id


def _service(name: str) -> IdentityService:
    known: tuple[IdentityService, ...] = current_app.extensions["identity_services"]
    found = next((one for one in known if one.name == name), None)
    if found is None:
        abort(404)
    return found


def _client(said: IdentityService) -> OpenIdClient:
    return OpenIdClient(said, _address("access.back_from_service"))


def _address(endpoint: str) -> str:
    return f"{current_app.extensions['settings'].address}{url_for(endpoint)}"


def _unit(work: Any) -> Any:
    return unit_of_work(current_app.extensions["engine"], work)


def _trouble(trouble: ServiceTrouble) -> str:
    current_app.logger.warning("identity_service_trouble", extra={"reason": trouble.code})
    return _("De inlogdienst doet het nu niet, of zegt iets wat wij niet kunnen geloven. Probeer het later nog eens.")


def _refused(refusal: Refusal, purpose: VisitPurpose, back: str) -> Response:
    g.refused = refusal.code  # coming back is a GET, and what is refused of it is logged all the same
    log_refusal()
    return _back_with(str(refusal.message), purpose, back)


def _back_with(message: str, purpose: VisitPurpose, back: str) -> Response:
    """Back to where somebody can try again, or take another way."""
    flash(message, "error")
    if purpose is VisitPurpose.PROVE:
        return current_app.make_response(redirect(url_for("access.prove", naar=back), code=303))
    place = back if purpose is VisitPurpose.IDENTIFY else url_for("access.sign_in")
    return current_app.make_response(redirect(place, code=303))
