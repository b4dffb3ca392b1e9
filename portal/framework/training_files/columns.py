"""One row of a list of trainings: its columns, what a row means, what is wrong in it, and a training as a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.framework.trainings.actions import MOST_STARTS, TrainingRules, wrong_terms
from portal.framework.trainings.models import PRICE_KINDS, PriceLine, TeachingForm, TrainingTerms
from portal.framework.trainings.queries import plain_words
from portal.platform.i18n import LOCALES, localized, use_locale
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.money import MoneyError, parse_euros


@dataclass(frozen=True)
class TrainingColumn:
    """One column: by which word programs know it, and its heading."""

    key: str
    heading: Any
    needed: bool = False


FORMS: Mapping[TeachingForm, Any] = {
    TeachingForm.CLASSROOM: _l("In een lokaal"),
    TeachingForm.ONLINE: _l("Online"),
    TeachingForm.BLENDED: _l("Deels online"),
}
TRAINING_COLUMNS = (
    TrainingColumn("reference", _l("Kenmerk")),
    TrainingColumn("name", _l("Opleiding"), needed=True),
    TrainingColumn("provider", _l("Opleider"), needed=True),
    TrainingColumn("kvk", _l("KVK-nummer van de opleider")),
    TrainingColumn("level", _l("Niveau (NLQF)")),
    TrainingColumn("crebo", _l("Crebo-nummer")),
    TrainingColumn("croho", _l("Croho-nummer")),
    TrainingColumn("sector", _l("Sector"), needed=True),
    TrainingColumn("shortage", _l("Beroep met tekort")),
    TrainingColumn("form", _l("Vorm"), needed=True),
    TrainingColumn("evening", _l("Avond of weekend")),
    TrainingColumn("municipality", _l("Gemeente")),
    TrainingColumn("starts", _l("Begint op")),
    TrainingColumn("any_time", _l("Begint elk moment")),
    TrainingColumn("weeks", _l("Duur in weken")),
    TrainingColumn("hours", _l("Aantal uren")),
    TrainingColumn("crkbo", _l("In het CRKBO (geen btw)")),
    TrainingColumn("tuition", _l("Lesgeld met btw")),
    TrainingColumn("tuition_vat", _l("Btw in lesgeld")),
    TrainingColumn("exam", _l("Examen met btw")),
    TrainingColumn("exam_vat", _l("Btw in examen")),
    TrainingColumn("books", _l("Boeken met btw")),
    TrainingColumn("books_vat", _l("Btw in boeken")),
    TrainingColumn("materials", _l("Materiaal met btw")),
    TrainingColumn("materials_vat", _l("Btw in materiaal")),
    TrainingColumn("assessment", _l("EVC of toets met btw")),
    TrainingColumn("assessment_vat", _l("Btw in EVC of toets")),
    TrainingColumn("other", _l("Andere kosten met btw")),
    TrainingColumn("other_vat", _l("Btw in andere kosten")),
    TrainingColumn("description", _l("Korte uitleg")),
    TrainingColumn("source", _l("Bron"), needed=True),
    TrainingColumn("as_of", _l("Stand van"), needed=True),
    TrainingColumn("retired", _l("Vervallen")),
)
_YES = {"ja", "j", "yes", "y", "true", "1", "waar"}
_NO = {"", "nee", "n", "no", "false", "0", "onwaar"}
_DAY = re.compile(
    r"(?:(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2}))|(?:(?P<d2>[0-9]{1,2})[-/.](?P<m2>[0-9]{1,2})[-/.](?P<y2>[0-9]{4}))"
)
MOST_SHOWN = 60


@dataclass
class TrainingRow:
    """What was written of one training, what it means, and what is wrong, by column."""

    number: int
    """The line of the file, counted as a spreadsheet does."""
    written: dict[str, str]
    errors: dict[str, Any] = field(default_factory=dict)
    terms: TrainingTerms | None = None

    def shown(self, key: str) -> str:
        """What was written, cut for a page."""
        text = self.written.get(key, "")
        return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"

    @staticmethod
    def headings() -> dict[str, Any]:
        """The heading of a column by its key."""
        return {column.key: column.heading for column in TRAINING_COLUMNS}


def headings() -> dict[str, str]:
    """The key of a column by what its heading may be: the key itself or the heading in any language, in small letters."""
    found: dict[str, str] = {}
    for column in TRAINING_COLUMNS:
        found[column.key] = column.key
        for language in LOCALES:
            with use_locale(language):
                found[str(column.heading).casefold()] = column.key
    return found


def read_training(number: int, written: Mapping[str, str], rules: TrainingRules) -> TrainingRow:
    """A training from texts by column. Everything that is wrong is said, each at its column."""
    row = TrainingRow(
        number, {column.key: " ".join(written.get(column.key, "").split()) for column in TRAINING_COLUMNS}
    )
    read = _RowReader(row)
    for column in TRAINING_COLUMNS:
        empty = not row.written[column.key]
        if empty and column.needed and not (column.key == "sector" and not rules.sectors):
            row.errors[column.key] = _l("Vul dit in.")
    terms = TrainingTerms(
        reference=row.written["reference"] or reference_of(row.written),
        name=row.written["name"],
        provider_name=row.written["provider"],
        provider_kvk=re.sub(r"[\s.]", "", row.written["kvk"]) or None,
        level=read.number("level"),
        crebo=row.written["crebo"] or None,
        croho=row.written["croho"] or None,
        sector=read.text("sector", lambda text: _sector(text, rules)),
        shortage=read.yes_no("shortage"),
        form=read.text("form", _form) or TeachingForm.CLASSROOM,
        evening=read.yes_no("evening"),
        municipality=read.text("municipality", lambda text: _municipality(text, rules)),
        starts=read.text("starts", _days) or (),
        any_time=read.yes_no("any_time"),
        weeks=read.number("weeks"),
        hours=read.number("hours"),
        crkbo=read.yes_no("crkbo"),
        description=row.written["description"] or None,
        prices=read.prices(),
        source=row.written["source"],
        as_of=read.text("as_of", day_of) or rules.today,
        retired=read.yes_no("retired"),
    )
    for wrong in wrong_terms(terms, rules):
        if (
            wrong.field != "reference" or row.written["reference"] or not row.errors
        ):  # else it follows from what is missing
            row.errors.setdefault(wrong.field or "name", wrong.message)
    row.terms = None if row.errors else terms
    return row


class _RowReader:
    """Reads the columns of a row; what cannot be read becomes an error of the row."""

    def __init__(self, row: TrainingRow) -> None:
        self.row = row

    def text(self, key: str, read: Callable[[str], Any]) -> Any:
        """What a text means; None when it is empty or wrong."""
        text = self.row.written[key]
        if not text:
            return None
        try:
            return read(text)
        except ValueError as wrong:
            self.row.errors[key] = wrong.args[0]
            return None

    def yes_no(self, key: str) -> bool:
        """Yes or no; empty is no."""
        return bool(self.text(key, _yes_no))

    def number(self, key: str) -> int | None:
        """A whole number."""
        found: int | None = self.text(key, _whole)
        return found

    def prices(self) -> tuple[PriceLine, ...]:
        """The costs of which an amount was written."""
        lines = []
        for kind in PRICE_KINDS:
            amount, vat = self.text(kind, _euros), self.text(f"{kind}_vat", _euros)
            if amount:
                lines.append(PriceLine(kind, amount, vat or 0))
            elif vat:
                self.row.errors.setdefault(f"{kind}_vat", _l("Vul ook het bedrag met btw in."))
        return tuple(lines)


def reference_of(written: Mapping[str, str]) -> str:
    """What a row is known by: its reference, or else provider, name and place."""
    if own := " ".join(written.get("reference", "").split()):
        return own
    parts = [" ".join(plain_words(written.get(key, "")))[:38] for key in ("provider", "name", "municipality")]
    return "/".join(part.replace(" ", "-") for part in parts if part)


def written_training(terms: TrainingTerms, rules: TrainingRules) -> dict[str, str]:
    """A training as somebody would write it in a row, in the language of the moment."""
    sector = rules.sectors.get(terms.sector or "")
    texts = {
        "reference": terms.reference,
        "name": terms.name,
        "provider": terms.provider_name,
        "kvk": terms.provider_kvk or "",
        "level": str(terms.level or ""),
        "crebo": terms.crebo or "",
        "croho": terms.croho or "",
        "sector": localized(sector) if sector is not None else terms.sector or "",
        "shortage": yes_no_text(terms.shortage),
        "form": str(FORMS[terms.form]),
        "evening": yes_no_text(terms.evening),
        "municipality": rules.municipalities.get(terms.municipality or "", terms.municipality or ""),
        "starts": ", ".join(f"{day:%d-%m-%Y}" for day in terms.starts),
        "any_time": yes_no_text(terms.any_time),
        "weeks": str(terms.weeks or ""),
        "hours": str(terms.hours or ""),
        "crkbo": yes_no_text(terms.crkbo),
        "description": terms.description or "",
        "source": terms.source,
        "as_of": f"{terms.as_of:%d-%m-%Y}",
        "retired": yes_no_text(terms.retired),
    }
    for line in terms.prices:
        texts[line.category] = amount_text(line.amount_cents)
        texts[f"{line.category}_vat"] = amount_text(line.vat_cents) if line.vat_cents else ""
    return {column.key: texts.get(column.key, "") for column in TRAINING_COLUMNS}


def amount_text(cents: int) -> str:
    """An amount in cents as ``1250,50``."""
    return f"{cents // 100},{cents % 100:02d}"


def yes_no_text(yes: bool) -> str:
    """Yes or no as somebody would write it in a row, in the language of the moment."""
    return str(_l("ja") if yes else _l("nee"))


def day_of(text: str) -> date:
    """A day as ``31-12-2026`` or ``2026-12-31``. Raises ``ValueError`` with the message for the person."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise ValueError(_l("Vul de datum in als dag, maand en jaar, bijvoorbeeld 31-12-2026."))
    year, month, number = (int(found[part] or found[f"{part}2"]) for part in "ymd")
    try:
        day = date(year, month, number)
    except ValueError as error:
        raise ValueError(_l("Deze dag bestaat niet. Controleer de dag en de maand.")) from error
    if not 2000 <= year <= 2100:
        raise ValueError(_l("Controleer het jaar. Vul een jaar in tussen 2000 en 2100."))
    return day


def _days(text: str) -> tuple[date, ...]:
    parts = [part for part in re.split(r"[,;\n]+", text) if part.strip()]
    return tuple(sorted({day_of(part) for part in parts[: MOST_STARTS + 1]}))


def _yes_no(text: str) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise ValueError(_l("Schrijf ja of nee."))


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII):
        raise ValueError(_l("Vul een getal in cijfers in, bijvoorbeeld 12."))
    return int(text)


def _euros(text: str) -> int:
    try:
        return int(parse_euros(text))
    except MoneyError as error:
        raise ValueError(_l("Vul een bedrag in cijfers in, bijvoorbeeld 1.250 of 1250,50.")) from error


def _form(text: str) -> TeachingForm:
    for form, label in FORMS.items():
        for language in LOCALES:  # a file may have been made in the other language
            with use_locale(language):
                if text.casefold() in (form.value, str(label).casefold()):
                    return form
    raise ValueError(_l("Schrijf In een lokaal, Online of Deels online."))


def _sector(text: str, rules: TrainingRules) -> str | None:
    if not rules.sectors:
        return None  # this region does not ask for it
    for key, label in rules.sectors.items():
        if text.casefold() in (key.casefold(), label.nl.casefold(), label.en.casefold()):
            return key
    raise ValueError(_l("Deze sector kennen wij niet. Kies een sector uit de lijst."))


def _municipality(text: str, rules: TrainingRules) -> str:
    if text in rules.municipalities:
        return text
    for code, name in rules.municipalities.items():
        if name.casefold() == text.casefold():
            return code
    raise ValueError(_l("Deze gemeente kennen wij niet. Vul de naam van een gemeente in, zoals Deventer."))
