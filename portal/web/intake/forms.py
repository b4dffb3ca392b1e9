"""Forms that residents and employers share: the training, an answer to the advisor, taking the question back."""

from __future__ import annotations

from typing import Any

from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import ChoiceField, Form, NameField, TextField, add_error


class TrainingForm(Form):
    """Whether the training is known, and if so which."""

    known = ChoiceField(
        _l("Weet u al welke opleiding?"),
        choices=[("yes", _l("Ja")), ("no", _l("Ik weet het nog niet"))],
        missing=_l("Kies of u al weet welke opleiding het is."),
    )
    name = NameField(_l("Naam van de opleiding"), optional=True, maximum=200)
    provider = NameField(_l("Naam van de opleider"), optional=True, maximum=200)

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when the name is there for a training that is known; otherwise the fields below are not looked at."""
        super().validate(extra_validators)
        if self.known.data != "yes":
            self.name.errors, self.provider.errors = [], []
        elif self.name.data is None and not self.name.errors:
            add_error(self.name, _l("Vul de naam van de opleiding in. Of kies dat u het nog niet weet."))
        return not self.errors

    def training(self) -> tuple[str | None, str | None]:
        """Name and provider; None and None when the training is not known yet."""
        return (self.name.data, self.provider.data) if self.known.data == "yes" else (None, None)


class AnswerForm(Form):
    """The answer to what the advisor asked."""

    answer = TextField(_l("Uw antwoord"), missing=_l("Schrijf eerst een antwoord."), maximum=4000, multiline=True)


class WithdrawForm(Form):
    """Taking the question back."""

    reason = TextField(_l("Waarom trekt u uw vraag in?"), optional=True, maximum=500, multiline=True)
