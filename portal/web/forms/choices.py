"""Fields with a fixed set of answers: radio buttons, lists, checkboxes, yes or no. Any other value gets a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms.fields import SelectField, SelectMultipleField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from portal.platform.i18n import lazy_gettext as _l


class ChoiceField(SelectField):
    """One of several answers (radio buttons or a list). ``choices`` are pairs of value and label; the value is a str or None."""

    data: Any
    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()

    def __init__(
        self,
        label: Any = None,
        *,
        choices: Iterable[tuple[str, Any]] = (),
        missing: Any = None,
        optional: bool = False,
        **kwargs: Any,
    ) -> None:
        self.missing = None if optional else missing
        super().__init__(label, choices=None, **kwargs)
        self.choices = [(str(value), text) for value, text in choices]
        self.flags.required = self.missing is not None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0] if valuelist and isinstance(valuelist[0], str) and valuelist[0] else None

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            if self.missing is not None:
                raise StopValidation(self.missing)
            return
        if self.data not in {str(choice[0]) for choice in self.choices}:
            raise StopValidation(_l("Dit antwoord kennen wij niet. Kies een van de antwoorden uit de lijst."))


class YesNoField(ChoiceField):
    """A question with yes or no, and "I don't know" when ``unknown`` is given. The value is ``yes``, ``no`` or ``unknown``."""

    def __init__(self, label: Any = None, *, unknown: Any = False, **kwargs: Any) -> None:
        choices: list[tuple[str, Any]] = [("yes", _l("Ja")), ("no", _l("Nee"))]
        if unknown:
            choices.append(("unknown", _l("Weet ik niet") if unknown is True else unknown))
        super().__init__(label, choices=choices, **kwargs)

    def process_data(self, value: Any) -> None:
        super().process_data({True: "yes", False: "no"}.get(value, value) if value is not None else None)

    @property
    def value(self) -> bool | None:
        """The answer as True or False; None when unknown or not given."""
        return {"yes": True, "no": False}.get(self.data or "")


class ChoicesField(SelectMultipleField):
    """Any number of several answers (checkboxes); the value is a list without doubles, in the order of the choices."""

    data: Any
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self,
        label: Any = None,
        *,
        choices: Iterable[tuple[str, Any]] = (),
        missing: Any = None,
        optional: bool = False,
        **kwargs: Any,
    ) -> None:
        self.missing = None if optional else missing
        super().__init__(label, choices=None, **kwargs)
        self.choices = [(str(value), text) for value, text in choices]
        self.flags.required = self.missing is not None

    def process_data(self, value: Sequence[str] | None) -> None:
        self.data = [str(part) for part in value] if value else []

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(dict.fromkeys(part for part in valuelist if isinstance(part, str) and part))

    def pre_validate(self, form: Any) -> None:
        known = [str(choice[0]) for choice in self.choices]
        if any(part not in known for part in self.data):
            raise StopValidation(_l("Een van deze antwoorden kennen wij niet. Kies alleen antwoorden uit de lijst."))
        self.data = [value for value in known if value in self.data]
        if not self.data and self.missing is not None:
            raise StopValidation(self.missing)
