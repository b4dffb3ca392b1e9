"""The advisor changes how somebody is reached who cannot do that alone: after making sure who it is."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.identifying.models import IdentityPaper
from portal.cases.own_contact.actions import change_contact_at_desk
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.models import MessageTopic
from portal.post.messages.queries import consents_of
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, NameField
from portal.web.intake.people import ContactForm
from portal.words.identity_labels import IDENTITY_PAPERS
from portal.words.labels import CONTACT_WAYS, MORE_BY_MAIL, choices, label

CALLED_BACK = "called_back"


class DeskContactForm(ContactForm):
    """How to be reached, and how the advisor knows who this is."""

    name = NameField(_l("Naam"), missing=_l("Vul de naam in."))
    way = ChoiceField(
        _l("Wil bericht per"), choices=choices(CONTACT_WAYS), missing=_l("Kies hoe de persoon bericht wil.")
    )
    by_mail = ChoicesField(_l("Mag ook per e-mail, zegt de persoon"), optional=True, choices=choices(MORE_BY_MAIL))
    known_by = ChoiceField(
        _l("Hoe weet u zeker wie dit is?"),
        choices=[
            *(
                (value, _l("Ik zag dit geldige document: %(paper)s", paper=text))
                for value, text in choices(IDENTITY_PAPERS)
            ),
            (CALLED_BACK, _l("Ik belde terug op het nummer dat wij al hadden")),
        ],
        missing=_l("Kies hoe u weet wie dit is."),
    )

    @property
    def paper(self) -> IdentityPaper | None:
        """The document that was seen; None for who was called back."""
        return None if self.known_by.data == CALLED_BACK else IdentityPaper(self.known_by.data)


@blueprint.route("/vraag/<question_id>/contact", methods=["GET", "POST"])
def contact(question_id: str) -> ResponseReturnValue:
    """How who asked is reached, to be changed for who cannot do it alone. The old address is told."""
    session, question = current_session(), the_question(question_id)
    known = found(question.contact)
    agreed = [one.topic for one in consents_of(session, question_id=question.id)]
    names = ("name", "email", "phone", "street", "house_number", "postcode", "city")
    data = {name: getattr(known, name) for name in names} | {"way": known.way.value}
    form = DeskContactForm(data={**data, "by_mail": [one.value for one in agreed if one is not MessageTopic.CASE]})
    said = " ".join(str(value) for value in data.values() if value)
    decide_on(lambda: [Stand("reach", _("Contact"), said, label(CONTACT_WAYS, known.way))], question)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            change_contact_at_desk(
                session,
                question=question,
                contact=form.details(),
                paper=form.paper,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De contactgegevens zijn veranderd. Is er een oud adres, dan zeggen wij het ook daar."), "ok")
            return redirect(url_for("advisor.question", question_id=question_id), code=303)
    return page("advisor/contact.html", form=form, question=question)
