"""Who asked sees how they are reached, and changes it. The old address is told."""

from __future__ import annotations

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from portal.cases.own_contact.actions import change_own_contact
from portal.cases.questions.models import ContactDetails, ContactWay
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.post.messages.models import MessageTopic
from portal.post.messages.queries import consents_of
from portal.web.edge import found, page
from portal.web.edge.session import this_session
from portal.web.intake.drafting import LINK, count_mail, new_link, shown_once
from portal.web.intake.people import ContactForm
from portal.web.intake.proving import ask_proof, must_prove
from portal.web.intake.repaid import asks_account, may_give_account
from portal.web.intake.state import Intake
from portal.web.intake.texts import is_offered


def details_page(intake: Intake) -> ResponseReturnValue:
    """How to be reached, to be changed. Who acts for the person has no such page."""
    contact = found(intake.question.contact if intake.actor.representative_id is None else None)
    agreed = [consent.topic for consent in consents_of(intake.session, question_id=intake.question.id)]
    known = {name: getattr(contact, name) for name in ("name", "email", "phone", "street", "house_number")}
    known |= {"way": contact.way.value, "postcode": contact.postcode, "city": contact.city}
    form = ContactForm(data={**known, "by_mail": [topic.value for topic in agreed if topic is not MessageTopic.CASE]})
    has_old_address = bool(contact.email or contact.street)  # who is called has none
    if form.validate_on_submit():
        with form.refusals():
            changed = form.details()
            if must_prove(intake, changed):
                return ask_proof(intake)
            if _is_new(changed, contact.email):
                count_mail(changed)
            told = change_own_contact(
                intake.session,
                question=intake.question,
                contact=changed,
                here=this_session().hashed,
                actor=intake.actor,
                now=now(),
            )
            if "email" in told and changed.way is not ContactWay.EMAIL:
                session[LINK] = new_link(intake)
            flash(_says_so(has_old_address and told != ("by_mail",)), "ok")
            return redirect(url_for(f"{intake.audience}.own_details", question_id=intake.id), code=303)
    account = url_for(f"{intake.audience}.repayment_account", question_id=intake.id)
    link = shown_once()
    return page(
        "intake/details.html",
        form=form,
        intake=intake,
        question=intake.question,
        account=account if may_give_account(intake) else None,
        asks_account=asks_account(intake),
        has_old_address=has_old_address,
        link=link,
        texts=is_offered(intake),
    )


def _says_so(at_the_old_address: bool) -> str:
    if at_the_old_address:
        return _("Uw gegevens zijn veranderd. Wij zeggen dat ook op uw oude adres.")
    return _("Uw gegevens zijn veranderd.")


def _is_new(changed: ContactDetails, email: str | None) -> bool:
    return changed.way is ContactWay.EMAIL and changed.email != email
