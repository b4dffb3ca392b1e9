"""The fields: what people type is understood; what cannot be understood gets a sentence of ours that says how to mend it."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import wtforms
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm

import portal.web
from portal.platform.i18n import LazyString, use_locale
from portal.web.forms import FieldList, FormField, SubForm, choices, fields, forms

TODAY = date(2026, 3, 2)


class Everything(SubForm):
    """One of each field."""

    text = forms.TextField("Tekst", missing="Vul dit in.", minimum=2, maximum=10)
    story = forms.TextField("Verhaal", multiline=True, maximum=100)
    name = forms.NameField("Naam")
    amount = forms.EuroField("Bedrag", at_least=100, at_most=1_000_000)
    day = forms.DutchDateField("Dag", earliest=date(2020, 1, 1), latest=lambda: TODAY)
    start = forms.DutchDateField("Begin", nearest="next", month_alone=True)
    born = forms.BirthDateField("Geboren")
    hours = forms.WholeNumberField("Uren", at_least=1, at_most=60)
    year = forms.YearField("Jaar", earliest=1920, latest=lambda: 2012)
    postcode = forms.PostcodeField("Postcode")
    kvk = forms.KvkField("KVK-nummer")
    email = forms.EmailField("E-mail")
    phone = forms.PhoneField("Telefoon")
    iban = forms.IbanField("IBAN")
    code = forms.VoucherCodeField("Code")
    choice = forms.ChoiceField("Keuze", choices=[("a", "A"), ("b", "B")])
    answer = forms.YesNoField("Vraag", unknown=True)
    choices = forms.ChoicesField("Keuzes", choices=[("a", "A"), ("b", "B"), ("c", "C")])
    agreed = forms.ConfirmField("Akkoord")
    secret = forms.SecretField("")


def fill(**answers: str | list[str]) -> Everything:
    form = Everything(MultiDict({"text": "goed", **answers}))
    form.validate()
    return form


def errors_of(form: PlainForm) -> dict[str, list[str]]:
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("amount", "1.250", 125_000),
        ("amount", "1250,00", 125_000),
        ("amount", "€ 1.250,50", 125_050),
        ("amount", "1250.50", 125_050),
        ("amount", "1\N{NO-BREAK SPACE}250", 125_000),
        ("day", "31-12-2025", date(2025, 12, 31)),
        ("day", "1/3/2026", date(2026, 3, 1)),
        ("day", "1 maart 2026", date(2026, 3, 1)),
        ("day", "1 March 2026", date(2026, 3, 1)),
        ("day", "2026-03-01", date(2026, 3, 1)),
        ("day", "01032026", date(2026, 3, 1)),
        ("day", " 29-2-2024 ", date(2024, 2, 29)),
        ("day", "1-3-26", date(2026, 3, 1)),
        ("start", "februari 2027", date(2027, 2, 1)),
        ("start", "1-2-27", date(2027, 2, 1)),
        ("born", "31-3-85", date(1985, 3, 31)),
        ("hours", "36", 36),
        ("year", "1985", 1985),
        ("year", "31-3-1985", 1985),
        ("postcode", "7411ab", "7411 AB"),
        ("postcode", "NL-7411ab", "7411 AB"),
        ("postcode", "nl 7411 AB", "7411 AB"),
        ("postcode", "NL7411AB", "7411 AB"),
        ("postcode", "Nederland, 7411-AB", "7411 AB"),
        ("postcode", " 7411 AB ", "7411 AB"),
        ("postcode", "7411 AB NL", "7411 AB"),
        ("postcode", "7411AB, Nederland", "7411 AB"),
        ("postcode", "7411ab.", "7411 AB"),
        ("postcode", "7411 AB Deventer", "7411 AB"),
        ("postcode", "2511 CV 's-Gravenhage", "2511 CV"),
        ("kvk", "1234 5678", "12345678"),
        ("kvk", "12.34.56.78", "12345678"),
        ("kvk", "Kvk-nummer: 12345678", "12345678"),
        ("email", "Fatima@Voorbeeld.NL", "fatima@voorbeeld.nl"),
        ("phone", "0570 12 34 56", "+31570123456"),
        ("phone", "06-12345678", "+31612345678"),
        ("phone", "+49 30 901820", "+4930901820"),
        ("phone", "0031 6 12345678", "+31612345678"),
        ("iban", "NL91 ABNA 0417 1643 00", "NL91ABNA0417164300"),
        ("code", "abcd-efgh jklm", "ABCDEFGHJKLM"),
        ("text", "  goed  ", "goed"),
        ("text", "e\u0301e\u0301n", "\u00e9\u00e9n"),
        ("story", "een\r\ntwee\rdrie", "een\ntwee\ndrie"),
        ("name", "  Fatima   el  Amrani ", "Fatima el Amrani"),
        ("choice", "a", "a"),
        ("answer", "unknown", "unknown"),
        ("choices", ["c", "a", "a"], ["a", "c"]),
        ("agreed", "yes", True),
    ],
)
def test_sloppy_input_is_understood(field: str, typed: str | list[str], value: Any) -> None:
    form = fill(**{field: typed})
    assert errors_of(form) == {}
    assert form[field].data == value


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("text", "", "Vul dit in."),
        ("text", "   ", "Vul dit in."),
        ("text", "x", "te kort"),
        ("text", "x" * 11, "te lang"),
        ("name", "---", "Typ hier letters"),
        ("amount", "-5", "niet lager zijn dan € 0"),
        ("amount", "1,2345", "twee cijfers achter de komma"),
        ("amount", "veel", "bedrag in cijfers"),
        ("amount", "0,50", "Vul minstens €\u00a01 in"),
        ("amount", "10001", "Vul hoogstens €\u00a010.000 in"),
        ("amount", "9" * 60, "te hoog"),
        ("amount", "1e9", "bedrag in cijfers"),
        ("amount", "NaN", "bedrag in cijfers"),
        ("day", "31-2-2025", "bestaat niet"),
        ("day", "1-3-19", "vanaf 1 januari 2020"),
        ("day", "1 maart", "Vul ook het jaar in"),
        ("day", "maart 2026", "Vul ook de dag in"),
        ("born", "1-1-2025", "te laat"),
        ("born", "1-1-1900", "te vroeg"),
        ("born", "1 maart", "Vul ook het jaar in"),
        ("day", "gisteren", "bijvoorbeeld 31-12-2026"),
        ("day", "1 brumaire 2026", "bijvoorbeeld 31-12-2026"),
        ("day", "1-1-0001", "tussen 1900 en 2200"),
        ("day", "31-12-2019", "vanaf 1 januari 2020"),
        ("day", "3-3-2026", "tot en met 2 maart 2026"),
        ("hours", "0", "te laag"),
        ("hours", "61", "te hoog"),
        ("hours", "12,5", "heel getal"),
        ("hours", "9" * 30, "te lang"),
        ("hours", "9" * 5000, "te lang"),
        ("hours", "-4", "te laag"),
        ("hours", "\N{ARABIC-INDIC DIGIT THREE}", "getal in cijfers"),
        ("year", "85", "vier cijfers"),
        ("year", "1919", "te laag"),
        ("year", "2013", "te hoog"),
        ("postcode", "0999 AB", "vier cijfers en twee letters"),
        ("postcode", "7411 SS", "vier cijfers en twee letters"),
        ("postcode", "BE-9000", "vier cijfers en twee letters"),
        ("postcode", "Deventer", "vier cijfers en twee letters"),
        ("kvk", "1234567", "acht cijfers"),
        ("kvk", "00000000", "acht cijfers"),
        ("kvk", "kvk 123456789012", "acht cijfers"),
        ("email", "fatima", "apenstaartje"),
        ("email", "a@b", "apenstaartje"),
        ("email", "a@b.nl\r\nBcc: c@d.nl", "niet kunnen lezen"),
        ("phone", "12", "telefoonnummer"),
        ("phone", "bel mij", "telefoonnummer"),
        ("phone", "0000000000", "bestaat niet"),
        ("phone", "06 00000000", "bestaat niet"),
        ("phone", "0999 123456", "bestaat niet"),
        ("iban", "NL91 ABNA 0417 1643 01", "klopt niet"),
        ("code", "???", "Vul de code over"),
        ("choice", "z", "kennen wij niet"),
        ("answer", "misschien", "kennen wij niet"),
        ("choices", ["a", "z"], "kennen wij niet"),
        ("secret", "\x00", "niet kunnen lezen"),
    ],
)
def test_what_cannot_be_understood_says_how_to_mend_it(field: str, typed: str | list[str], words: str) -> None:
    errors = errors_of(fill(**{field: typed}))
    assert list(errors) == [field]
    assert len(errors[field]) == 1
    assert words in errors[field][0]
    assert errors[field][0].endswith(".")


def test_what_was_typed_is_kept_with_its_error() -> None:
    form = fill(amount="veel geld", day="gisteren", hours="twaalf")
    assert form.amount._value() == "veel geld"
    assert form.day._value() == "gisteren"
    assert form.hours._value() == "twaalf"


def test_a_stored_value_is_shown_as_a_person_would_type_it() -> None:
    form = Everything(
        None, data={"amount": 125_050, "day": date(2026, 3, 1), "hours": 36, "answer": True, "kvk": "12345678"}
    )
    assert form.amount._value() == "1.250,50"
    assert form.day._value() == "01-03-2026"
    assert form.hours._value() == "36"
    assert form.answer.data == "yes"
    assert form.answer.value is True
    assert form.kvk._value() == "12345678"


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_a_stored_amount_is_read_back_as_the_same_cents_in_each_language(locale: str) -> None:
    with use_locale(locale):
        for cents in (0, 5, 100, 125_000, 125_050, 99_999_999):
            shown = Everything(None, data={"amount": cents}).amount._value()
            read = forms.EuroField.read
            field = Everything(MultiDict({"amount": shown})).amount
            assert field.data == cents or cents < 100 or cents > 1_000_000, (shown, field.errors)
            assert callable(read)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("amount", "1,250", 125_000),
        ("amount", "1,250.50", 125_050),
        ("amount", "\u20ac1,250.5", 125_050),
        ("amount", "1250,50", 125_050),
        ("day", "March 1, 2026", date(2026, 3, 1)),
        ("start", "February 2027", date(2027, 2, 1)),
        ("hours", "36", 36),
    ],
)
def test_on_an_english_page_english_notation_is_understood_and_shown(field: str, typed: str, value: Any) -> None:
    with use_locale("en"):
        form = fill(**{field: typed})
        assert (errors_of(form), form[field].data) == ({}, value)
        shown = Everything(None, data={field: value})[field]._value()
        assert fill(**{field: shown})[field].data == value
    assert shown in ("1,250", "1,250.50", "1 March 2026", "1 February 2027", "36")


def test_three_fields_make_one_date() -> None:
    form = fill(**{"day-day": "1", "day-month": "3", "day-year": "2026"})
    assert form.day.data == date(2026, 3, 1)
    wrong = fill(**{"day-day": "1", "day-month": "", "day-year": "2026"})
    assert "bijvoorbeeld 31-12-2026" in errors_of(wrong)["day"][0]


def test_a_field_that_was_not_sent_counts_as_empty_and_an_optional_one_may_be_empty() -> None:
    form = Everything(MultiDict({}))
    assert not form.validate()
    assert errors_of(form) == {"text": ["Vul dit in."]}


def test_every_required_kind_of_field_uses_the_message_it_was_given() -> None:
    class Required(SubForm):
        amount = forms.EuroField("b", missing="m1")
        day = forms.DutchDateField("d", missing="m2")
        choice = forms.ChoiceField("c", choices=[("a", "A")], missing="m3")
        choices = forms.ChoicesField("c", choices=[("a", "A")], missing="m4")
        agreed = forms.ConfirmField("a", missing="m5")
        answer = forms.YesNoField("a", missing="m6")

    form = Required(MultiDict({}))
    form.validate()
    assert [errors[0] for errors in errors_of(form).values()] == ["m1", "m2", "m3", "m4", "m5", "m6"]


def test_cost_lines_keep_their_own_errors() -> None:
    class Line(SubForm):
        amount = forms.EuroField("Bedrag", missing="Vul een bedrag in.")

    class Costs(SubForm):
        lines = FieldList(FormField(Line), min_entries=1)

    form = Costs(MultiDict({"lines-0-amount": "12", "lines-1-amount": "veel"}))
    assert not form.validate()
    assert form.lines.entries[0].form.amount.errors == []
    assert "cijfers" in str(form.lines.entries[1].form.amount.errors[0])


ANYTHING = st.text(max_size=60) | st.text(alphabet="0123456789-/.,€ abc\x00\x1f\ud800²٣", max_size=30)


@given(typed=ANYTHING, field=st.sampled_from([name for name in dir(Everything) if not name.startswith("_")]))
def test_any_text_in_any_field_gives_a_value_or_a_sentence_of_ours(typed: str, field: str) -> None:
    if field in ("data", "errors", "Meta", "populate_obj", "process", "validate", "post_process"):
        return
    form = fill(**{field: typed})
    for errors in form.errors.values():
        for error in errors:
            assert isinstance(error, LazyString) or error == "Vul dit in."
            assert str(error).endswith(".")


def built_in_messages() -> set[str]:
    """Every message in the sources of WTForms that a person could get to see."""
    import ast

    found: set[str] = set()
    for path in Path(wtforms.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            if called in ("gettext", "ngettext") and isinstance(node, ast.Call):
                found |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


def test_the_search_for_built_in_messages_finds_them() -> None:
    """The control of the next test."""
    assert "This field is required." in built_in_messages()
    assert "Not a valid choice." in built_in_messages()


def test_a_built_in_message_would_become_a_sentence_of_ours() -> None:
    class Careless(SubForm):
        number = wtforms.IntegerField(validators=[wtforms.validators.InputRequired()])
        choice = wtforms.SelectField(choices=[wtforms.SelectChoice("a", "A")])

    form = Careless(MultiDict({"number": "x", "choice": "z"}))
    form.validate()
    shown = {str(error) for errors in form.errors.values() for error in errors}
    assert shown == {"Controleer dit antwoord en probeer het opnieuw."}
    assert not shown & built_in_messages()


def forms_of_the_portal() -> Iterator[type[PlainForm]]:
    for module in pkgutil.walk_packages(portal.web.__path__, "portal.web."):
        for _name, thing in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(thing, PlainForm) and thing.__module__ == module.name:
                yield thing


def test_every_form_of_the_portal_is_built_from_our_own_fields() -> None:
    own = (fields.OwnField, choices.ChoiceField, choices.ChoicesField, FieldList, FormField)
    for form in {form.__qualname__: form for form in forms_of_the_portal()}.values():
        if form in (forms.Form, forms.SubForm):
            continue
        assert issubclass(form, forms.Form | forms.SubForm), f"{form}: derive from Form or SubForm"
        for name, unbound in inspect.getmembers(form, lambda thing: hasattr(thing, "field_class")):
            assert issubclass(unbound.field_class, own), f"{form.__qualname__}.{name}: use a field of portal.web.forms"
