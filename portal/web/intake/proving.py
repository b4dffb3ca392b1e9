"""Who asked proves again who they are, before something changes of how to reach them or where money goes.

The code goes to the address or number that is known. Who cannot read it there any more is known again at the desk.
"""

from __future__ import annotations

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.own_proof.actions import LETTER_LASTS, ask_own_code, prove_own_code
from portal.cases.own_proof.queries import (
    how_to_prove,
    is_proved,
    known_at_service,
    leads_elsewhere,
    proof_of,
    was_sent_here,
)
from portal.cases.questions.models import ContactDetails
from portal.platform.clock import now
from portal.platform.i18n import current_locale
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.identity_services import IdentityService
from portal.post.messages.actions import CODE_LASTS
from portal.post.messages.models import MessageKind
from portal.web.edge import page
from portal.web.edge.again import here
from portal.web.edge.keeping import local_address
from portal.web.edge.session import this_session
from portal.web.forms import Form, TextField
from portal.web.intake.state import Intake

ASK, PROVE = "ask", "prove"


class OwnCodeForm(Form):
    """The code that was sent; the button that asks for one needs nothing."""

    code = TextField(_l("Code"), optional=True, maximum=20)


def must_prove(intake: Intake, contact: ContactDetails | None = None) -> bool:
    """Whether who asked proves first who they are: for another account, and for details by which links go elsewhere."""
    question, hashed = intake.question, this_session().hashed
    if is_proved(intake.session, question=question, here=hashed, now=now()):
        return False
    if contact is None:
        return True
    mended = was_sent_here(intake.session, question=question, here=hashed, now=now())
    return leads_elsewhere(question, contact) and not mended


def ask_proof(intake: Intake) -> ResponseReturnValue:
    """To the page on which it is proved; what was typed waits on its own page."""
    g.not_done = True
    return redirect(url_for(f"{intake.audience}.prove", question_id=intake.id, naar=here()), code=303)


def prove_page(intake: Intake) -> ResponseReturnValue:
    """Ask for a code, and type it; then go on where one was."""
    own = url_for(f"{intake.audience}.own_details", question_id=intake.id)
    back = local_address(request.args.get("naar", "")) or own
    form, kind = OwnCodeForm(), how_to_prove(intake.session, question=intake.question)
    if form.validate_on_submit():
        with form.refusals():
            return redirect(back if _done(intake, form.code.data or "") else here(), code=303)
    known = proof_of(intake.session, question_id=intake.question.id)
    asked_in = None if kind is MessageKind.LETTER else this_session().hashed
    return page(
        "intake/prove.html",
        form=form,
        intake=intake,
        back=back,
        kind=None if kind is None else kind.value,
        to=_masked(intake, kind),
        asked=known is not None and known.proved_at is None and known.asked_in == asked_in,
        minutes=int(CODE_LASTS.total_seconds() // 60),
        weeks=LETTER_LASTS.days // 7,
        ways=_ways(intake, back),
    )


def _done(intake: Intake, code: str) -> bool:
    """Do what the button says; whether it is proved now."""
    session, question, actor, hashed = intake.session, intake.question, intake.actor, this_session().hashed
    if request.form.get("do", PROVE) == ASK:
        flash(_sent(ask_own_code(session, question=question, here=hashed, actor=actor, now=now())), "ok")
        return False
    right = prove_own_code(session, question=question, code=code, here=hashed, actor=actor, now=now())
    if right:
        flash(_("Bevestigd. Controleer wat u invulde en verstuur het nog een keer."), "ok")
    else:
        flash(_("Deze code klopt niet of is te oud. Kijk in het laatste bericht, of vraag een nieuwe."), "warning")
    return right


def _sent(kind: MessageKind) -> str:
    said = {
        MessageKind.EMAIL: _("Wij mailen u een code. Dat duurt een paar minuten."),
        MessageKind.SMS: _("Wij sturen u een sms met een code. Dat duurt een paar minuten."),
        MessageKind.LETTER: _("Wij sturen u een brief met een code. Dat duurt een paar werkdagen."),
    }
    return said[kind]


def _masked(intake: Intake, kind: MessageKind | None) -> str:
    """Where the code goes, recognisable for who knows it."""
    contact = intake.question.contact
    if contact is None or kind is None:
        return ""
    if kind is MessageKind.EMAIL:
        name, _at, host = (contact.email or "").partition("@")
        return f"{name[:1]}…@{host}"
    return f"…{(contact.phone or '')[-2:]}" if kind is MessageKind.SMS else f"{contact.postcode} {contact.city}"


def _ways(intake: Intake, back: str) -> list[tuple[str, str]]:
    """The services at which who asked was identified before: there they are known again."""
    question, by = intake.question, intake.actor.representative_id
    first = known_at_service(intake.session, question=question, representative_id=by)
    services: tuple[IdentityService, ...] = current_app.extensions["identity_services"]
    same = [one for one in services if first is not None and one.name == first.means]
    return [
        (one.title(current_locale()), url_for("access.begin_at_service", service=one.name, naar=back)) for one in same
    ]
