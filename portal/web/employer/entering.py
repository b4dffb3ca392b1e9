"""An employer comes in for all that it asked: a link by mail to an address that speaks for it. Nobody learns which those are."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.employers.actions import ask_employer_link
from portal.people.accounts.actions import LinkUnusable
from portal.people.accounts.models import WayIn
from portal.people.accounts.queries import usable_employer_link
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.employers import consume_employer_link
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import current_locale
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.models import WRONG_LINKS
from portal.web.edge import READING, page
from portal.web.edge.keeping import go_on
from portal.web.edge.limiting import count_wrong
from portal.web.edge.policy import current_actor
from portal.web.edge.session import enter_employer
from portal.web.employer.blueprint import blueprint
from portal.web.forms import EmailField, Form


class EmployerSignInForm(Form):
    """The address to which the link goes."""

    email = EmailField(_l("E-mailadres"), missing=_l("Vul uw e-mailadres in."))


@blueprint.route("/werkgever/inloggen", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for a link by mail. Who is in already goes on."""
    if request.method in READING and current_actor().employer_email:
        return redirect(url_for("employer.desk"))
    session, form = current_session(), EmployerSignInForm()
    if form.validate_on_submit():
        with form.refusals():
            ask_employer_link(session, email=form.email.data, actor=current_actor(), now=now(), locale=current_locale())
            return redirect(url_for("employer.sign_in_asked"), code=303)
    return page("employer/sign_in.html", form=form)


@blueprint.get("/werkgever/inloggen/gevraagd")
def sign_in_asked() -> ResponseReturnValue:
    """What happens next: the same for every address."""
    return page("access/sign_in_asked.html", back=url_for("employer.sign_in"))


@blueprint.route("/werkgever/inloggen/<token>", methods=["GET", "POST"])
def enter(token: str) -> ResponseReturnValue:
    """A link that lets the reader of an address in once. Looking at it, as mail scanners do, changes nothing."""
    session = current_session()
    if request.method in READING:
        return page("employer/enter.html") if usable_employer_link(session, token=token, now=now()) else _wrong()
    try:
        used = consume_employer_link(session, token=token, now=now())
    except LinkUnusable:
        return _wrong()
    enter_employer(used)
    actor = Actor(Audience.EMPLOYER, employer_email=used.email)
    record(
        session,
        actor=actor.at(current_actor().origin),
        action="session.opened",
        object_kind="employer_link",
        object_id=used.id,
        now=now(),
        fields=(WayIn.EMPLOYER_LINK.value,),
    )
    return redirect(go_on(actor) or url_for("employer.desk"), code=303)


def _wrong() -> ResponseReturnValue:
    """The same answer for a link that never was, was used, or is too old; counted against guessing."""
    count_wrong(WRONG_LINKS, current_actor().origin)
    return page("employer/wrong_link.html", status=404)
