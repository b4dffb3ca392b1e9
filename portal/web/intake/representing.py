"""The page on which who asked sees who acts for them, and ends that."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.representatives.actions import end_representation
from portal.cases.representatives.models import Representative
from portal.cases.representatives.queries import named_for, representatives_of
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.forms import Form
from portal.web.intake.state import Intake
from portal.words.labels import REPRESENTATIVE_KINDS


class EndRepresentationForm(Form):
    """Say that somebody may not act; there is nothing to fill in."""


def representative_page(intake: Intake) -> ResponseReturnValue:
    """Who acts, acted or wants to; end it, after seeing who it is. Who acts for the person has no such page."""
    found(True if intake.actor.representative_id is None else None)
    question = intake.question
    decide_on(lambda: [_stand(named_for(intake.session, question=question))], question)
    named, form = named_for(intake.session, question=question), EndRepresentationForm()
    if form.sent_while(named is not None, _l("Niemand handelt voor u, of wacht daarop.")):
        with form.refusals():
            require_seen()
            assert named is not None, "somebody is named"
            end_representation(intake.session, question=question, somebody=named, actor=intake.actor, now=now())
            flash(
                _("%(name)s mag niet voor u handelen. Een link van deze persoon werkt niet meer.", name=named.name),
                "ok",
            )
            return redirect(url_for(f"{intake.audience}.status", question_id=intake.id), code=303)
    everybody = representatives_of(intake.session, question=question, actor=intake.actor)
    return page(
        "intake/representative.html",
        form=form,
        intake=intake,
        question=question,
        named=named,
        before=[one for one in everybody if one.ended_at is not None],
        kinds=REPRESENTATIVE_KINDS,
    )


def _stand(named: Representative | None) -> Stand:
    """Who is named, and whether that was confirmed."""
    said = named.name if named is not None else _("niemand")
    told = f"{named.public_id} {named.is_acting}" if named is not None else None
    return Stand("named", _("Wie voor u handelt of wacht"), told, said)
