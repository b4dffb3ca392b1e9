"""The base of every form. The fields are in `fields` and `choices` beside it and can be imported from here.

CSRF is checked for every POST at the edge, so that no form can forget it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from wtforms import Form as PlainForm
from wtforms.fields import FieldList, FormField

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import TooMany
from portal.web.edge import READING, ChangedMeanwhile, note_refusal
from portal.web.forms.choices import ChoiceField, ChoicesField, YesNoField
from portal.web.forms.fields import (
    BirthDateField,
    ConfirmField,
    DutchDateField,
    EmailField,
    EuroField,
    IbanField,
    KvkField,
    NameField,
    OwnField,
    PhoneField,
    PostcodeField,
    SecretField,
    TextField,
    VoucherCodeField,
    WholeNumberField,
    YearField,
    no_control_characters,
)

__all__ = [
    "BirthDateField",
    "ChoiceField",
    "ChoicesField",
    "ConfirmField",
    "DutchDateField",
    "EmailField",
    "EuroField",
    "FieldList",
    "Form",
    "FormField",
    "IbanField",
    "KvkField",
    "NameField",
    "OwnField",
    "PhoneField",
    "PostcodeField",
    "SecretField",
    "SubForm",
    "TextField",
    "VoucherCodeField",
    "WholeNumberField",
    "YearField",
    "YesNoField",
    "add_error",
    "no_control_characters",
]


class _OnlyOurWords:
    """Where WTForms looks for translations: a built-in message, should one come up, becomes a plain sentence of ours."""

    def gettext(self, message: str) -> Any:
        return _l("Controleer dit antwoord en probeer het opnieuw.")

    def ngettext(self, singular: str, plural: str, number: int) -> Any:
        return self.gettext(singular)


class Form(FlaskForm):
    """A form that reads the request, shows every error in our own words and keeps what was typed."""

    refused_for_now: TooMany | None = None
    """Set when the form was sent too often; `portal.web.edge.page` then says when it may be sent again."""
    changed_meanwhile = False
    """Set when what it is for cannot be done any more; `portal.web.edge.page` then answers with a conflict."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def get_translations(self, form: Any) -> Any:
            return _OnlyOurWords()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent; on a page that shows again what was typed in this form before: that."""
            found = super().wrap_formdata(form, formdata)
            typed = g.get("typed_in_form") if found is None and request.method in READING else None
            named = {name.partition("-")[0] for name in typed or ()}
            return typed if named & form._fields.keys() else found

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether it was sent and is right. What comes back from a preview to be changed is shown again, as it was typed."""
        return request.form.get("act") != "edit" and bool(super().validate_on_submit(extra_validators))

    def sent_while(self, possible: object, otherwise: Any) -> bool:
        """Whether it was sent and is right, on a page of which what it is for can end while somebody has it open.

        When it is not ``possible`` any more, who sends the form is refused with ``otherwise``: what changed, and what they can do
        now. The page keeps all that was typed, also in fields that it does not show any more.
        """
        if possible:
            return self.validate_on_submit()
        if request.method not in READING and request.form.get("act") != "edit":
            self.changed_meanwhile = True
            self.refuse(ChangedMeanwhile(otherwise))
        return False

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """A `portal.platform.errors.Refusal` raised inside becomes an error of the field it names, or of the form as a whole."""
        try:
            yield
        except Refusal as refusal:
            self.refuse(refusal)

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, or at the form as a whole when it names no field of this form. The act was refused."""
        note_refusal(refusal)
        if isinstance(refusal, TooMany):
            self.refused_for_now = refusal
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            add_error(field, refusal.message)


class SubForm(PlainForm):
    """A group of fields inside a form, for ``FieldList(FormField(...))``."""

    class Meta(PlainForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return _OnlyOurWords()


def add_error(field: Any, message: Any) -> None:
    """Add an error message to a field."""
    field.errors = [*field.errors, message]
