"""An amount that two people would read differently is asked back at every field for money, and never guessed."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms.fields.core import UnboundField

import portal.web
from portal.platform.i18n import use_locale
from portal.web.forms import EuroField, SubForm
from portal.web.forms.typed import euros
from portal.web.owner.editor.leaves import parse

ASKED = "op twee manieren"


def every_money_field() -> Iterator[tuple[str, UnboundField]]:
    """(name, field) of every field for money on every form of every screen."""
    for found in pkgutil.walk_packages(portal.web.__path__, "portal.web."):
        for kind in vars(import_module(found.name)).values():
            if not (isinstance(kind, type) and issubclass(kind, PlainForm)) or kind.__module__ != found.name:
                continue
            for name in dir(kind):
                field = getattr(kind, name)
                if isinstance(field, UnboundField) and issubclass(field.field_class, EuroField):
                    yield f"{found.name}.{kind.__name__}.{name}", field


MONEY_FIELDS = dict(every_money_field())


def filled(field: UnboundField, typed: str) -> Any:
    """A form with only this field, filled in."""
    form = type("One", (SubForm,), {"amount": field})(MultiDict({"amount": typed}))
    form.validate()
    return form.amount


def test_there_are_fields_for_money_on_the_screens_of_everybody() -> None:
    audiences = {name.split(".")[2] for name in MONEY_FIELDS}
    assert {"advisor", "region", "provider", "intake"} <= audiences and len(MONEY_FIELDS) >= 18


@pytest.mark.parametrize("name", sorted(MONEY_FIELDS))
@pytest.mark.parametrize("typed", ["1,500", "970,555", "€ 1,000", "12,345 euro"])
def test_a_comma_with_three_figures_is_asked_back_at_the_field_with_what_was_typed(name: str, typed: str) -> None:
    field = filled(MONEY_FIELDS[name], typed)
    assert field.data is None and [ASKED in str(error) for error in field.errors] == [True]
    assert field._value() == typed


@given(st.integers(1, 999), st.integers(0, 999))
def test_whatever_the_figures_a_comma_with_three_of_them_is_never_guessed(whole: int, rest: int) -> None:
    typed = f"{whole},{rest:03d}"
    with pytest.raises(ValueError, match=ASKED):
        euros(typed)
    assert parse("cents", typed) == typed, "the editor of schemes shows it as it was typed, with an error"


@given(st.integers(1, 999), st.integers(0, 999))
def test_control_thousands_with_a_point_and_cents_in_two_figures_are_read(whole: int, rest: int) -> None:
    assert euros(f"{whole}.{rest:03d}") == (whole * 1000 + rest) * 100
    assert euros(f"{whole},{rest % 100:02d}") == whole * 100 + rest % 100


@pytest.mark.parametrize("language", ["nl", "en"])
@given(cents=st.integers(0, 10**9))
def test_what_the_desk_shows_in_a_field_is_read_back_to_the_cent_in_both_languages(language: str, cents: int) -> None:
    with use_locale(language):
        form = type("One", (SubForm,), {"amount": EuroField("b", at_most=10**9)})
        shown = form(data={"amount": cents}).amount._value()
        again = form(MultiDict({"amount": shown}))
        assert again.validate() and again.amount.data == cents, shown
