"""The forms that only residents get."""

from __future__ import annotations

from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import EmailField, Form, NameField
from portal.web.intake.fields import PostcodeDigitsField


class PostcodeForm(Form):
    """The digits of a postcode."""

    postcode = PostcodeDigitsField(
        _l("Wat is uw postcode?"), missing=_l("Vul de vier cijfers van uw postcode in, bijvoorbeeld 7411.")
    )


class AskEmployerForm(Form):
    """Whom to ask for a contribution."""

    employer_name = NameField(_l("Naam van uw werkgever"), missing=_l("Vul de naam van uw werkgever in."), maximum=200)
    employer_email = EmailField(
        _l("E-mailadres van uw werkgever"), missing=_l("Vul het e-mailadres van uw werkgever in.")
    )
