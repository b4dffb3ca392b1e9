"""Bad answers, made up by kind of field: what cannot be a day, an amount, an address, a choice; and for all what no text can hold."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

from wtforms.fields import Field, FieldList, FormField

from portal.web.forms import (
    ChoiceField,
    ChoicesField,
    ConfirmField,
    DutchDateField,
    EmailField,
    EuroField,
    Form,
    IbanField,
    KvkField,
    NameField,
    OwnField,
    PhoneField,
    PostcodeField,
    WholeNumberField,
    YearField,
)
from portal.web.forms.fields import SecretField, VoucherCodeField
from portal.web.forms.times import TimeField
from portal.web.forms.uploads import UploadField

Spoiler = Callable[[Random], str]
A_WHOLE_FILE = 50_000
"""In a field that takes more than this a file is pasted: a longer one is too large for the form."""
CONTROL = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x1b\x1f\x7f\x80\x85\x9f\ufffe\uffff"
NOT_SPOILED = (ConfirmField, SecretField, UploadField)
"""A tick is set or not; a hidden value is not typed; files are in tests/portal/post/files."""


def word(rng: Random, size: int = 8) -> str:
    return "".join(rng.choice(string.ascii_lowercase) for _ in range(size))


def figures(rng: Random, size: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(size))


def unreadable(rng: Random) -> str:
    """A word with a character in it that no keyboard types."""
    text = word(rng)
    place = rng.randrange(1, len(text))
    return f"{text[:place]}{rng.choice(CONTROL)}{text[place:]}"


def no_day(rng: Random) -> str:
    year = rng.randrange(2020, 2040)
    return rng.choice(
        (
            f"{rng.randrange(32, 99)}-{rng.randrange(1, 13)}-{year}",
            f"{rng.randrange(1, 29)}-{rng.randrange(13, 99)}-{year}",
            f"{rng.choice((30, 31))}-02-{year}",
            f"31-{rng.choice((4, 6, 9, 11))}-{year}",
            f"{year}-00-{rng.randrange(1, 29)}",
            word(rng),
            figures(rng, 11),
        )
    )


def no_number(rng: Random) -> str:
    return rng.choice(
        (
            word(rng),
            f"-{rng.randrange(1, 999)}",
            f"{rng.randrange(9)}{word(rng, 3)}{rng.randrange(9)}",
            f"9{figures(rng, 14)}",
        )
    )


def no_mail(rng: Random) -> str:
    one, other = word(rng), word(rng)
    return rng.choice(
        (
            one,
            f"@{one}.nl",
            f"{one}@",
            f"{one}@@{other}.nl",
            f"{one} x@{other}.nl",
            f"{one}@{other}.nl, {other}@{one}.nl",
        )
    )


def no_account(rng: Random) -> str:
    return rng.choice((word(rng), f"NL00BANK{figures(rng, 10)}", f"NL{figures(rng, 4)}", f"XX{figures(rng, 16)}"))


OF_A_KIND: Mapping[type[Field], Spoiler] = {
    DutchDateField: no_day,
    EuroField: no_number,
    YearField: lambda rng: rng.choice((figures(rng, 3), word(rng), f"9{figures(rng, 4)}", f"-{figures(rng, 4)}")),
    WholeNumberField: no_number,
    PostcodeField: lambda rng: rng.choice(
        (word(rng), figures(rng, 6), f"{figures(rng, 2)} AB", f"0{figures(rng, 3)} AB")
    ),
    KvkField: lambda rng: rng.choice((word(rng), figures(rng, 5), figures(rng, 14))),
    EmailField: no_mail,
    PhoneField: lambda rng: rng.choice((word(rng), figures(rng, 3), figures(rng, 25))),
    IbanField: no_account,
    VoucherCodeField: lambda rng: rng.choice((word(rng), figures(rng, 12), "A" * 13)),
    TimeField: lambda rng: rng.choice((word(rng), f"{rng.randrange(24, 99)}.00", f"9.{rng.randrange(60, 99)}")),
    ChoiceField: word,
    ChoicesField: word,
    NameField: lambda rng: rng.choice("-.!?*") * rng.randrange(1, 9),
}
"""Per kind of field what it can never take."""


def spoilers_of(field: Field) -> list[Spoiler]:
    """The ways in which an answer to a field can be bad; none for what is not typed or chosen."""
    if isinstance(field, NOT_SPOILED):
        return []
    own = next((OF_A_KIND[kind] for kind in type(field).__mro__ if kind in OF_A_KIND), None)
    found = [own, own] if own is not None else []
    if isinstance(field, OwnField):
        longest = field.longest
        found += [
            unreadable,
            *([lambda rng: word(rng, longest + rng.randrange(1, 2000))] if longest < A_WHOLE_FILE else []),
        ]
    return found


def fields_of(form: Any) -> Iterator[Field]:
    """The fields of a form, also those in its rows and groups."""
    for field in form:
        if isinstance(field, FormField):
            yield from fields_of(field.form)
        elif isinstance(field, FieldList):
            yield from fields_of(field.entries)
        else:
            yield field


@contextmanager
def forms_made() -> Iterator[list[Form]]:
    """The forms that are made inside."""
    made: list[Form] = []
    real = Form.__init__

    def init(self: Form, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        made.append(self)

    with patch.object(Form, "__init__", init):
        yield made
