"""The tables of an administration and their columns: how each is called, which headings are known for it, and how it is read."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.platform.i18n import LOCALES, LazyString, use_locale
from portal.platform.i18n import lazy_gettext as _l
from portal.words.amount_faults import amount_fault
from portal.words.written_days import day
from schemes.basics.money import MoneyError, parse_euros
from schemes.basics.plain import plain

LONGEST_CELL = 200
LONGEST_REFERENCE = 60


class TableKind(enum.StrEnum):
    """What a table of an administration holds."""

    BUDGETS = "budgets"
    VOUCHERS = "vouchers"
    INVOICES = "invoices"
    PAYMENTS = "payments"
    TOTALS = "totals"
    """What the earlier administration itself says the sums are."""


class EndedHow(enum.StrEnum):
    """Why nothing can be used of a voucher any more."""

    LAPSED = "lapsed"
    REVOKED = "revoked"


class SumKind(enum.StrEnum):
    """The sums that must be the same in the file and in the books, per funding line."""

    BUDGET = "budget"
    AWARDED = "awarded"
    REDEEMED = "redeemed"
    RELEASED = "released"
    PAID = "paid"


@dataclass(frozen=True)
class ImportColumn:
    """One column of a table: its field, its heading in the template, what it is for, and how a cell is read."""

    key: str
    heading: LazyString
    meaning: LazyString
    needed: bool = False
    read: Callable[[str], Any] = str
    known_as: tuple[str, ...] = ()
    """Other headings by which it is recognised."""


def _amount(text: str) -> int:
    try:
        cents = int(parse_euros(text))
    except MoneyError as error:
        raise ValueError(amount_fault(error.code)) from error
    if not cents:
        raise ValueError(_l("Vul een bedrag in van meer dan nul euro."))
    return cents


def _total(text: str) -> int:
    try:
        return int(parse_euros(text))
    except MoneyError as error:
        raise ValueError(amount_fault(error.code)) from error


def _text(text: str) -> str:
    said = " ".join(text.split())
    if len(said) > LONGEST_CELL or not said.isprintable():
        raise ValueError(_l("Gebruik hoogstens %(most)s gewone tekens.", most=LONGEST_CELL))
    return said


def _reference(text: str) -> str:
    said = _text(text)
    if len(said) > LONGEST_REFERENCE or not plain(said):
        raise ValueError(_l("Gebruik hoogstens %(most)s tekens, met een letter of cijfer.", most=LONGEST_REFERENCE))
    return said


def _kvk(text: str) -> str:
    bare = "".join(text.split())
    if len(bare) < 8 and bare.isdigit():
        bare = bare.zfill(8)  # a spreadsheet drops the zeros in front
    if len(bare) != 8 or not bare.isascii() or not bare.isdigit() or bare == "0" * 8:
        raise ValueError(_l("Een KVK-nummer heeft acht cijfers, bijvoorbeeld 12345678. U vindt het op kvk.nl."))
    return bare


ENDINGS: Mapping[EndedHow, LazyString] = {EndedHow.LAPSED: _l("verlopen"), EndedHow.REVOKED: _l("ingetrokken")}
SUM_KINDS: Mapping[SumKind, LazyString] = {
    SumKind.BUDGET: _l("budget"),
    SumKind.AWARDED: _l("toegekend"),
    SumKind.REDEEMED: _l("verzilverd"),
    SumKind.RELEASED: _l("vrijgevallen"),
    SumKind.PAID: _l("betaald"),
}
TABLES: Mapping[TableKind, LazyString] = {
    TableKind.BUDGETS: _l("Budgetten"),
    TableKind.VOUCHERS: _l("Vouchers"),
    TableKind.INVOICES: _l("Facturen"),
    TableKind.PAYMENTS: _l("Betalingen"),
    TableKind.TOTALS: _l("Controle"),
}
"""Per table how its sheet is called."""


def _one_of(words: Mapping[Any, LazyString], message: LazyString) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        for key, word in words.items():
            if plain(text) in {plain(one) for one in (key.value, *in_every_language(word))}:
                return key
        raise ValueError(message)

    return read


def in_every_language(word: LazyString) -> list[str]:
    """A word as it is in each language: a file may have been made in the other one."""
    found = []
    for language in LOCALES:
        with use_locale(language):
            found.append(str(word))
    return found


_LINE = ImportColumn(
    "line",
    _l("Budgetregel"),
    _l("De naam of de korte naam van een budgetregel van dit loket."),
    needed=True,
    read=_text,
    known_as=("budget", "funding line", "regel", "begrotingsregel", "geldstroom"),
)
_REFERENCE = ImportColumn(
    "reference",
    _l("Vouchernummer"),
    _l("Het nummer van de voucher in de oude administratie. Elk nummer staat er één keer in."),
    needed=True,
    read=_reference,
    known_as=(
        "voucher",
        "vouchernr",
        "kenmerk",
        "referentie",
        "reference",
        "voucher number",
        "dossier",
        "dossiernummer",
    ),
)
_INVOICE = ImportColumn(
    "number",
    _l("Factuurnummer"),
    _l("Het nummer op de factuur."),
    needed=True,
    read=_reference,
    known_as=("factuur", "factuurnr", "invoice", "invoice number"),
)


def _amount_column(meaning: LazyString, *known_as: str) -> ImportColumn:
    others = ("bedrag in euro", "amount", "euro", "bedrag incl btw", *known_as)
    return ImportColumn("amount", _l("Bedrag"), meaning, needed=True, read=_amount, known_as=others)


def _day_column(key: str, heading: LazyString, meaning: LazyString, *known_as: str, needed: bool) -> ImportColumn:
    return ImportColumn(key, heading, meaning, needed=needed, read=day, known_as=known_as)


COLUMNS: Mapping[TableKind, tuple[ImportColumn, ...]] = {
    TableKind.BUDGETS: (
        _LINE,
        _amount_column(_l("Wat bij het budget komt. Laat budget weg dat hier al staat."), "budget bedrag"),
        _day_column("on", _l("Datum"), _l("Leeg: de eerste dag van de budgetregel."), "date", "dag", needed=False),
    ),
    TableKind.VOUCHERS: (
        _REFERENCE,
        _LINE,
        ImportColumn(
            "scheme", _l("Regeling"), _l("De naam van een regeling van dit loket."), needed=True, read=_text,
            known_as=("scheme", "soort voucher", "regelingnaam"),
        ),
        _amount_column(_l("Wat is toegekend."), "toegekend", "toegekend bedrag", "voucherbedrag"),
        _day_column(
            "awarded_on", _l("Toegekend op"), _l("De dag van het besluit."), "awarded on", "datum toekenning",
            "besluitdatum", "toekenningsdatum", "datum", needed=True,
        ),
        _day_column(
            "valid_until", _l("Geldig tot en met"), _l("De laatste dag waarop de voucher gebruikt kan worden."),
            "valid until", "geldig tot", "einddatum", needed=True,
        ),
        ImportColumn(
            "name", _l("Naam"), _l("De naam van de houder. Mag leeg zijn."), read=_text,
            known_as=("naam houder", "name", "houder", "deelnemer"),
        ),
        _day_column(
            "born", _l("Geboortedatum"), _l("Alleen om te tellen wat iemand al had. Wordt niet bewaard."), "born",
            "birth date", "geboren", needed=False,
        ),
        ImportColumn(
            "postcode", _l("Postcode"), _l("Alleen om te tellen wat iemand al had. Wordt niet bewaard."), read=_text,
            known_as=("postal code",),
        ),
        ImportColumn(
            "house_number", _l("Huisnummer"), _l("Alleen om te tellen wat iemand al had. Wordt niet bewaard."),
            read=_text, known_as=("house number", "nr"),
        ),
        ImportColumn(
            "employer", _l("Werkgever"), _l("De naam van het bedrijf dat aanvroeg."), read=_text,
            known_as=("bedrijf", "employer", "organisatie", "bedrijfsnaam"),
        ),
        ImportColumn(
            "kvk", _l("KVK-nummer"), _l("Van het bedrijf dat aanvroeg. Leeg: een inwoner vroeg aan."), read=_kvk,
            known_as=("kvk", "kvk nummer", "chamber of commerce number"),
        ),
        ImportColumn(
            "training", _l("Opleiding"), _l("De naam van de opleiding."), read=_text,
            known_as=("training", "cursus", "naam opleiding"),
        ),
        ImportColumn(
            "municipality", _l("Gemeente"), _l("De naam of code van de gemeente."), read=_text,
            known_as=("municipality", "woonplaats", "gemeentenaam"),
        ),
        _day_column(
            "ended_on", _l("Vrijgevallen op"), _l("De dag waarop de rest vrijviel. Leeg: de rest kan nog gebruikt worden."),
            "released on", "verlopen op", "vrijval", "datum vrijval", needed=False,
        ),
        ImportColumn(
            "ended_how", _l("Hoe vrijgevallen"), _l("verlopen of ingetrokken. Leeg: verlopen."),
            read=_one_of(ENDINGS, _l("Schrijf verlopen of ingetrokken.")), known_as=("reden vrijval", "why released"),
        ),
    ),
    TableKind.INVOICES: (
        _REFERENCE,
        ImportColumn(
            "provider", _l("Opleider"), _l("De naam of het KVK-nummer van een opleider van dit loket."), needed=True,
            read=_text, known_as=("provider", "aanbieder", "leverancier", "kvk opleider", "crediteur"),
        ),
        _INVOICE,
        _day_column(
            "invoice_date", _l("Factuurdatum"), _l("De datum op de factuur."), "invoice date", "datum factuur",
            "datum", needed=True,
        ),
        _amount_column(_l("Wat van de voucher is gebruikt."), "verzilverd", "factuurbedrag"),
        _day_column(
            "redeemed_on", _l("Verzilverd op"), _l("Leeg: de factuurdatum."), "redeemed on", "datum verzilverd",
            needed=False,
        ),
    ),
    TableKind.PAYMENTS: (
        _REFERENCE,
        _INVOICE,
        _amount_column(_l("Wat is betaald: de hele factuur in één keer."), "betaald", "betaald bedrag"),
        _day_column(
            "paid_on", _l("Betaald op"), _l("De dag van de betaling."), "paid on", "betaaldatum", "datum", needed=True
        ),
    ),
    TableKind.TOTALS: (
        _LINE,
        ImportColumn(
            "kind", _l("Soort"), _l("budget, toegekend, verzilverd, vrijgevallen of betaald."), needed=True,
            read=_one_of(SUM_KINDS, _l("Schrijf budget, toegekend, verzilverd, vrijgevallen of betaald.")),
            known_as=("kind", "wat"),
        ),
        ImportColumn(
            "amount", _l("Bedrag"), _l("Wat de oude administratie zelf als som zegt."), needed=True, read=_total,
            known_as=("totaal", "total", "som", "amount"),
        ),
    ),
}  # fmt: skip
