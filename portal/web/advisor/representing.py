"""Who may act for the person of a case."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import asker_audience
from portal.cases.representatives.actions import (
    Authorisation,
    acting_now,
    authorise_representative,
    confirm_representative,
    end_representation,
)
from portal.cases.representatives.models import Representative
from portal.cases.representatives.queries import named_for, representatives_of
from portal.people.accounts.actions import grant_access_link
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Conflict
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.case_forms import RepresentativeForm
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms.uploads import attachment, takes_file, vault
from portal.words.labels import REPRESENTATIVE_KINDS

LINK = "representative_link"


@blueprint.route("/vraag/<question_id>/vertegenwoordiger", methods=["GET", "POST"])
@takes_file
def represent(question_id: str) -> ResponseReturnValue:
    """Name somebody who acts for the person, on a proof; confirm it as the second advisor; or see who does."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    decide_on(lambda: _stands(named_for(session, question=question)), question)
    named, form = named_for(session, question=question), RepresentativeForm()
    if request.method == "POST":
        with form.refusals():
            require_seen()
            if "confirm" in request.form:
                confirm_representative(session, question=question, somebody=found(named), actor=actor, now=now())
                flash(_("Deze persoon mag nu handelen voor de aanvrager. De aanvrager krijgt bericht."), "ok")
                return redirect(url_for("advisor.represent", question_id=question_id), code=303)
            if form.validate():
                _authorised(question, form)
                flash(_("Een collega bevestigt dit. De aanvrager krijgt bericht."), "ok")
                return redirect(url_for("advisor.represent", question_id=question_id), code=303)
    shown = browser_session.pop(LINK, None)
    return page(
        "advisor/represent.html",
        form=form,
        question=question,
        named=named,
        own=named is not None and named.authorised_by == actor.reference,
        everybody=representatives_of(session, question=question, actor=actor),
        kinds=REPRESENTATIVE_KINDS,
        link=shown["address"] if shown and shown["question"] == question_id else None,
    )


def _authorised(question: DevelopmentQuestion, form: RepresentativeForm) -> None:
    sent = form.file.data
    given = Authorisation(
        form.kind.data,
        form.name.data,
        form.proof.data,
        form.proof_on.data,
        seen=bool(form.on_paper.data),
        content=sent.content if sent is not None else None,
        file_name=sent.name if sent is not None else "",
    )
    authorise_representative(
        current_session(), question=question, given=given, vault=vault(), actor=current_actor(), now=now()
    )


def _stands(named: Representative | None) -> list[Stand]:
    """Who is named, and on what proof."""
    said = f"{named.name}, {named.proof}" if named is not None else _("niemand")
    return [Stand("named", _("Wie handelt of wacht"), named.public_id if named is not None else None, said)]


@blueprint.get("/vraag/<question_id>/vertegenwoordiger/bewijs")
def representative_proof(question_id: str) -> ResponseReturnValue:
    """The proof as it was handed in, to save; without one the page that says who acts."""
    named = named_for(current_session(), question=the_question(question_id))
    if named is None or named.proof_file is None:
        return redirect(url_for("advisor.represent", question_id=question_id), code=303)
    return attachment(named.proof_file, name=f"bewijs-{named.id}")


@blueprint.post("/vraag/<question_id>/vertegenwoordiger/link")
def representative_link(question_id: str) -> ResponseReturnValue:
    """Make the link with which the representative comes in. The next page shows it, once."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    somebody = acting_now(session, question=question)
    token = grant_access_link(
        session,
        question_id=question.id,
        audience=asker_audience(question),
        actor=actor,
        now=now(),
        representative_id=somebody.id,
    )
    address = f"{current_app.extensions['settings'].address}{url_for('access.grant', token=token)}"
    browser_session[LINK] = {"question": question_id, "address": address}
    return redirect(url_for("advisor.represent", question_id=question_id), code=303)


@blueprint.post("/vraag/<question_id>/vertegenwoordiger/beeindigen")
def end_representative(question_id: str) -> ResponseReturnValue:
    """From now on this person may not act any more, or it is not confirmed."""
    session = current_session()
    question = the_question(question_id)
    somebody = named_for(session, question=question)
    if somebody is None:
        raise Conflict("not_represented", _("Niemand handelt voor deze persoon, of wacht daarop."))
    end_representation(session, question=question, somebody=somebody, actor=current_actor(), now=now())
    flash(_("Deze persoon mag niet handelen. Een link werkt niet meer. De aanvrager krijgt bericht."), "ok")
    return redirect(case_url(question), code=303)
