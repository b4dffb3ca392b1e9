"""The fields of every form: they accept sloppy input, keep what was typed, and say in plain words how to mend it.

Every message is our own, never one of WTForms. A field without `missing` is optional. ``field.raw_data`` always keeps what was
sent and ``field._value()`` gives it back to the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from wtforms.fields import Field
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, Input, TextArea

from portal.platform.clock import today
from portal.platform.i18n import current_locale, format_date, format_euros, format_number, format_phone
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import typed as reading

LONGEST_ANSWER = 200
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufffd\ufffe\uffff]")
_UNREADABLE_IN_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffd\ufffe\uffff]")

Bound = date | Callable[[], date] | None


def no_control_characters(text: str, *, multiline: bool = False) -> None:
    """Refuse characters that no keyboard types and that letters, databases or logs cannot hold.

    Raises ``ValueError`` with the message for the person.
    """
    if (_UNREADABLE if multiline else _UNREADABLE_IN_LINE).search(text):
        raise ValueError(
            _l(
                "In dit antwoord staat een teken dat wij niet kunnen lezen. Typ het antwoord opnieuw, zonder te plakken."
            )
        )


class OwnField(Field):
    """One line of text that `read` turns into a value."""

    data: Any
    widget = Input("text")
    multiline = False

    def __init__(self, label: Any = None, *, missing: Any = None, optional: bool = False, **kwargs: Any) -> None:
        self.missing = None if optional else missing
        super().__init__(label, **kwargs)
        self.flags.required = self.missing is not None

    def read(self, text: str) -> Any:
        """The value of a non-empty, stripped answer. Raises ``ValueError`` with the message for the person."""
        return text

    def show(self, value: Any) -> str:
        """A stored value as the text a person would type."""
        return str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0] if valuelist and isinstance(valuelist[0], str) else ""
        self.data = None
        no_control_characters(text, multiline=self.multiline)
        text = unicodedata.normalize("NFC", text).strip()
        if len(text) > self.longest:
            raise ValueError(
                _l(
                    "Dit antwoord is te lang: %(now)s tekens. Gebruik er hoogstens %(maximum)s.",
                    now=len(text),
                    maximum=self.longest,
                )
            )
        self.data = self.read(text) if text else None

    @property
    def longest(self) -> int:
        """The number of characters that may be typed."""
        return LONGEST_ANSWER

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation()
        if self.data is None and self.missing is not None:
            raise StopValidation(self.missing)

    def _value(self) -> str:
        if self.raw_data:
            return _showable(self.raw_data[0]) if isinstance(self.raw_data[0], str) else ""
        return "" if self.data is None else self.show(self.data)


def _showable(text: str) -> str:
    """What was typed, without the characters that a page cannot hold."""
    return _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class TextField(OwnField):
    """Free text, stripped and NFC-normalised; ``multiline`` keeps line breaks (as ``\\n``)."""

    def __init__(
        self,
        label: Any = None,
        *,
        missing: Any = None,
        optional: bool = False,
        minimum: int = 0,
        maximum: int = LONGEST_ANSWER,
        multiline: bool = False,
        **kwargs: Any,
    ) -> None:
        self.minimum, self.maximum, self.multiline = minimum, maximum, multiline
        if multiline:
            kwargs.setdefault("widget", TextArea())
        super().__init__(label, missing=missing, optional=optional, **kwargs)

    @property
    def longest(self) -> int:
        return self.maximum

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and isinstance(valuelist[0], str):
            valuelist = [valuelist[0].replace("\r\n", "\n").replace("\r", "\n")]
        super().process_formdata(valuelist)

    def read(self, text: str) -> str:
        if len(text) < self.minimum:
            raise ValueError(_l("Dit antwoord is te kort. Gebruik minstens %(minimum)s tekens.", minimum=self.minimum))
        return text


class NameField(TextField):
    """The name of a person, organisation, street or place: one line that holds at least one letter or digit."""

    def __init__(self, label: Any = None, *, maximum: int = 100, **kwargs: Any) -> None:
        super().__init__(label, maximum=maximum, **kwargs)

    def read(self, text: str) -> str:
        if not any(character.isalnum() for character in text):
            raise ValueError(_l("Typ hier letters. Alleen leestekens kunnen wij niet gebruiken."))
        return " ".join(super().read(text).split())


class SecretField(TextField):
    """A hidden value that the page itself put there."""

    widget = HiddenInput()


class EuroField(OwnField):
    """An amount of money as people write it; the value is in integer euro cents."""

    def __init__(self, label: Any = None, *, at_least: int = 0, at_most: int = 100_000_00, **kwargs: Any) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(label, **kwargs)

    def read(self, text: str) -> int:
        cents = reading.euros(text)
        if cents < self.at_least:
            raise ValueError(_l("Dit bedrag is te laag. Vul minstens %(amount)s in.", amount=_Euros(self.at_least)))
        if cents > self.at_most:
            raise ValueError(_l("Dit bedrag is te hoog. Vul hoogstens %(amount)s in.", amount=_Euros(self.at_most)))
        return cents

    def show(self, value: Any) -> str:
        return format_euros(int(value)).replace("€", "").strip()


class _Euros:
    """Cents that show themselves in the language of the moment, for use in a lazy message."""

    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __str__(self) -> str:
        return format_euros(self.cents)


class _Day:
    """A day that shows itself in the language of the moment."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __str__(self) -> str:
        return format_date(self.day)


class DutchDateField(OwnField):
    """A day in one text field, as people write it: ``31-12-2026``, ``31/12/26``, ``31 december 2026`` or ``2026-12-31``.

    Three fields ``<name>-day``, ``<name>-month`` and ``<name>-year`` are read too. The bounds are days, or functions that give
    one (for "not after today"). With `nearest` a day without a year is the next or the last one, with `month_alone` a month is
    its first day; otherwise what is missing is asked.
    """

    long_ago = False

    def __init__(
        self,
        label: Any = None,
        *,
        earliest: Bound = None,
        latest: Bound = None,
        nearest: Literal["next", "last"] | None = None,
        month_alone: bool = False,
        **kwargs: Any,
    ) -> None:
        self.earliest, self.latest = earliest, latest
        self.nearest, self.month_alone = nearest, month_alone
        super().__init__(label, **kwargs)

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        if formdata is not None and self.name not in formdata:
            parts = [formdata.get(f"{self.name}-{part}", "") for part in ("day", "month", "year")]
            if any(parts) and all(isinstance(part, str) for part in parts):
                formdata = _OneValue(self.name, "-".join(part.strip() for part in parts))
        super().process(formdata, *args, **kwargs)

    def read(self, text: str) -> date:
        day = reading.day(text, reading.Around(today(), self.nearest, self.month_alone, self.long_ago))
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if earliest is not None and day < earliest:
            raise ValueError(_l("Deze datum is te vroeg. Vul een datum in vanaf %(day)s.", day=_Day(earliest)))
        if latest is not None and day > latest:
            raise ValueError(_l("Deze datum is te laat. Vul een datum in tot en met %(day)s.", day=_Day(latest)))
        return day

    def show(self, value: Any) -> str:
        return format_date(value) if current_locale() == "en" else f"{value:%d-%m-%Y}"


YOUNGEST, OLDEST = 12, 110
"""The ages, in years, that somebody can have who learns with the money of this desk."""


def born_latest() -> date:
    """The last birthday that can be."""
    return _years_ago(YOUNGEST)


def born_earliest() -> date:
    """The first birthday that can be."""
    return _years_ago(OLDEST)


def _years_ago(years: int) -> date:
    on = today()
    return date(on.year - years, on.month, min(on.day, 28))


class BirthDateField(DutchDateField):
    """The day on which somebody was born who learns: not younger or older than can be. A year of two figures lies behind."""

    long_ago = True

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, earliest=born_earliest, latest=born_latest, **kwargs)


class _OneValue(dict[str, str]):
    """The three parts of a date, as if they had been sent as one field."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__({name: value})

    def getlist(self, name: str) -> list[str]:
        return [self[name]]


class WholeNumberField(OwnField):
    """A whole number without unit; the value is an int."""

    def __init__(self, label: Any = None, *, at_least: int = 0, at_most: int = 1_000_000, **kwargs: Any) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(label, **kwargs)

    def read(self, text: str) -> int:
        number = reading.whole_number(text)
        if number < self.at_least:
            raise ValueError(
                _l("Dit getal is te laag. Vul %(number)s of meer in.", number=self.in_words(self.at_least))
            )
        if number > self.at_most:
            raise ValueError(
                _l("Dit getal is te hoog. Vul %(number)s of minder in.", number=self.in_words(self.at_most))
            )
        return number

    def in_words(self, number: int) -> str:
        """The number as it stands in a message."""
        return format_number(number)


class YearField(WholeNumberField):
    """A year in four digits, or a whole date with one."""

    def __init__(
        self,
        label: Any = None,
        *,
        earliest: int = 1900,
        latest: int | Callable[[], int] = 2100,
        **kwargs: Any,
    ) -> None:
        self.latest_year = latest
        super().__init__(label, at_least=earliest, at_most=2100, **kwargs)

    def read(self, text: str) -> int:
        if re.search(r"[0-9]\D+[0-9]{4}$", text):
            text = str(reading.day(text).year)
        if not re.fullmatch(r"[0-9]{4}", text):
            raise ValueError(_l("Vul het jaar in met vier cijfers, bijvoorbeeld 1985."))
        self.at_most = self.latest_year() if callable(self.latest_year) else self.latest_year
        return super().read(text)

    def in_words(self, number: int) -> str:
        return str(number)


class PostcodeField(OwnField):
    """A Dutch postcode; the value is ``7411 AB``."""

    def read(self, text: str) -> str:
        return reading.postcode(text)


class KvkField(OwnField):
    """A KVK number; the value is eight digits."""

    def read(self, text: str) -> str:
        return reading.kvk_number(text)


class EmailField(OwnField):
    """An e-mail address; the value is in lower case."""

    def read(self, text: str) -> str:
        return reading.email(text)


class PhoneField(OwnField):
    """A telephone number; the value is E.164, ``+31570123456``."""

    def read(self, text: str) -> str:
        return reading.phone(text)

    def show(self, value: Any) -> str:
        return format_phone(str(value))


class IbanField(OwnField):
    """A bank account number; the value has no spaces."""

    def read(self, text: str) -> str:
        return reading.iban(text)


class VoucherCodeField(OwnField):
    """A voucher code; the value has capitals and no spaces or dashes."""

    def read(self, text: str) -> str:
        return reading.voucher_code(text)


class ConfirmField(OwnField):
    """A statement to tick; the value is a bool. With `missing` it has to be ticked."""

    widget = CheckboxInput()

    def process_data(self, value: Any) -> None:
        self.data = bool(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist) and valuelist[0] not in ("", "0", "false", "no")

    def pre_validate(self, form: Any) -> None:
        if not self.data and self.missing is not None:
            raise StopValidation(self.missing)

    def _value(self) -> str:
        return "yes"
