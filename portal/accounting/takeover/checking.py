"""Looking at every row of an administration: each cell by itself, rows with each other, and both with what the desk knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from portal.accounting.takeover.columns import COLUMNS, SUM_KINDS, EndedHow, SumKind, TableKind
from portal.accounting.takeover.mapping import missing_fields
from portal.accounting.takeover.rows import (
    AWARDED,
    FUNDED,
    RELEASED,
    AdministrationPlan,
    CellFault,
    LineGround,
    OldBudget,
    OldInvoice,
    OldVoucher,
    Sums,
)
from portal.awarding.award_breaks import most_per_award
from portal.framework.catalogue.queries import SchemeInForce
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.plain import plain


@dataclass(frozen=True)
class DeskGrounds:
    """What the desk knows of what an administration names. Names are compared by letters and digits."""

    today: date
    lines: Mapping[str, LineGround]
    schemes: Mapping[str, str]
    version_on: Callable[[str, date], SchemeInForce | None]
    providers: Mapping[str, int | None]
    """None for a name that several have."""
    municipalities: Mapping[str, str]
    references: frozenset[str]
    """What was taken over before and stands."""


@dataclass
class _ReadRow:
    """One row with what each cell means; a cell that is wrong has no value, and its fault is known."""

    look: _Looking
    kind: TableKind
    row: int
    written: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    is_wrong: bool = False

    def wrong(self, key: str | None, message: Any) -> None:
        """Something is wrong in a cell, or in the row."""
        self.is_wrong = True
        self.look.faults.append(CellFault(self.kind, self.row, key, self.written.get(key or "", ""), message))

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)


class _Looking:
    """The work of looking, table by table."""

    def __init__(self, tables: Mapping[str, Any], mapping: Mapping[str, Any], desk: DeskGrounds) -> None:
        self.tables, self.mapping, self.desk = tables, mapping, desk
        self.faults: list[CellFault] = []

    def rows(self, kind: TableKind) -> Iterator[_ReadRow]:
        """The rows of a table, read; none while a column that is needed was not chosen."""
        table, chosen = self.tables.get(kind), self.mapping.get(kind, {})
        if table is None or missing_fields(kind, chosen):
            return
        for number, cells in table["rows"]:
            written = {key: cells[place].strip() if place < len(cells) else "" for key, place in chosen.items()}
            yield self._read(_ReadRow(self, kind, number, written))

    def _read(self, one: _ReadRow) -> _ReadRow:
        for column in COLUMNS[one.kind]:
            text = one.written.get(column.key, "")
            if not text:
                if column.needed:
                    one.wrong(column.key, _l("Deze cel is leeg. Vul haar in."))
                continue
            try:
                one.values[column.key] = column.read(text)
            except ValueError as wrong:
                one.wrong(column.key, wrong.args[0])
        return one

    def line(self, one: _ReadRow) -> LineGround | None:
        """The funding line of a row."""
        if one["line"] is None:
            return None
        found = self.desk.lines.get(plain(one["line"]))
        if found is None:
            one.wrong(
                "line", _l("Deze budgetregel is er niet. Schrijf haar naam over van dit loket, of voeg haar eerst toe.")
            )
        return found

    def not_later(self, one: _ReadRow, key: str, first: date | None = None, why: Any = None) -> None:
        """A day is over, and not before another one."""
        day = one[key]
        if day is None:
            return
        if day > self.desk.today:
            one.wrong(key, _l("Deze dag is nog niet geweest. Neem over wat is gebeurd."))
        elif first is not None and day < first:
            one.wrong(key, why)


def plan_of_administration(
    tables: Mapping[str, Any], mapping: Mapping[str, Any], desk: DeskGrounds
) -> AdministrationPlan:
    """What these tables would write, with everything that is wrong in them, in the order of the rows."""
    look = _Looking(tables, mapping, desk)
    budgets = tuple(_budgets(look))
    vouchers = _vouchers(look)
    invoices = _invoices(look, vouchers)
    _payments(look, invoices)
    whole = tuple(
        replace(one, invoices=tuple(sorted(mine, key=lambda bill: (bill.redeemed_on, bill.row))))
        for key, one in vouchers.items()
        for mine in [[bill for (reference, _number), bill in invoices.items() if reference == key]]
    )
    rows = {one.row: one for one in whole}
    for one in rows.values():
        _as_a_whole(look, one)
    sums = _sums(budgets, whole)
    if not look.faults:
        _never_below_nothing(look, budgets, whole)
        _as_they_say(look, sums)
    order = list(TableKind)
    faults = tuple(sorted(look.faults, key=lambda fault: (order.index(fault.kind), fault.row)))
    counts = {kind: len(tables[kind]["rows"]) for kind in TableKind if kind in tables}
    return AdministrationPlan(budgets, whole, faults, sums, counts)


def _budgets(look: _Looking) -> Iterator[OldBudget]:
    for one in look.rows(TableKind.BUDGETS):
        line = look.line(one)
        look.not_later(one, "on")
        if line is not None and not one.is_wrong:
            yield OldBudget(one.row, line, one["amount"], one["on"] or min(line.first, look.desk.today))


def _vouchers(look: _Looking) -> dict[str, OldVoucher]:
    """By the key of their reference."""
    found: dict[str, OldVoucher] = {}
    seen: set[str] = set()
    for one in look.rows(TableKind.VOUCHERS):
        key = plain(one["reference"] or "")
        if key and key in seen:
            one.wrong("reference", _l("Dit nummer staat er twee keer in. Geef elke voucher een eigen nummer."))
        elif key in look.desk.references:
            one.wrong("reference", _l("Deze voucher is al overgenomen. Haal de rij weg."))
        seen.add(key)
        line, scheme = look.line(one), _scheme(look, one)
        said = _said(look, one)
        _days(look, one, line)
        if line is None or scheme is None or one.is_wrong:
            continue
        if line.schemes and scheme.slug not in line.schemes:
            one.wrong("scheme", _l("Deze budgetregel betaalt deze regeling niet. Kies een andere budgetregel."))
        most = most_per_award(scheme.definition, one["awarded_on"])
        if most is not None and one["amount"] > most:
            limit = format_euros(most, exact=True)
            one.wrong("amount", _l("De regeling betaalde op die dag hoogstens %(most)s per toekenning.", most=limit))
        if not one.is_wrong:
            days = (one["awarded_on"], one["valid_until"], one["ended_on"], one["ended_how"] or EndedHow.LAPSED)
            found[key] = OldVoucher(one.row, one["reference"], line, scheme, one["amount"], *days, said)
    return found


def _scheme(look: _Looking, one: _ReadRow) -> SchemeInForce | None:
    if one["scheme"] is None:
        return None
    slug = look.desk.schemes.get(plain(one["scheme"]))
    if slug is None:
        one.wrong("scheme", _l("Deze regeling is er niet. Schrijf haar naam over van dit loket."))
        return None
    scheme = look.desk.version_on(slug, one["awarded_on"] or look.desk.today)
    if scheme is None or scheme.definition.voucher is None:
        one.wrong("scheme", _l("Deze regeling geeft geen vouchers."))
        return None
    return scheme


def _said(look: _Looking, one: _ReadRow) -> dict[str, Any]:
    """What is known of holder and training."""
    keys = ("name", "born", "postcode", "house_number", "employer", "kvk", "training")
    said = {key: one[key] for key in keys if one[key] is not None}
    if one["municipality"] is not None:
        said["municipality"] = look.desk.municipalities.get(plain(one["municipality"]))
        if said["municipality"] is None:
            one.wrong(
                "municipality", _l("Deze gemeente kennen wij niet. Schrijf haar naam of code, of laat de cel leeg.")
            )
    if one["kvk"] is not None and one["employer"] is None:
        one.wrong("employer", _l("Vul ook de naam van het bedrijf in."))
    if one["born"] is not None and one["born"] > look.desk.today:
        one.wrong("born", _l("Deze dag is nog niet geweest. Controleer de geboortedatum."))
    return said


def _days(look: _Looking, one: _ReadRow, line: LineGround | None) -> None:
    awarded = one["awarded_on"]
    look.not_later(one, "awarded_on")
    if awarded is None:
        return
    if line is not None and not line.first <= awarded <= line.last:
        first, last = format_date(line.first), format_date(line.last)
        message = _l("Deze dag valt buiten de budgetregel: van %(first)s tot en met %(last)s.", first=first, last=last)
        one.wrong("awarded_on", message)
    if one["valid_until"] is not None and one["valid_until"] < awarded:
        one.wrong("valid_until", _l("Deze dag ligt voor de dag van de toekenning."))
    look.not_later(one, "ended_on", awarded + timedelta(days=1), _l("Vul een dag in na de dag van de toekenning."))
    if one["ended_how"] is not None and one["ended_on"] is None:
        one.wrong("ended_on", _l("Vul ook in wanneer de rest vrijviel."))


def _invoices(look: _Looking, vouchers: Mapping[str, OldVoucher]) -> dict[tuple[str, str], OldInvoice]:
    """By the keys of the voucher and of the number of the invoice."""
    found: dict[tuple[str, str], OldInvoice] = {}
    for one in look.rows(TableKind.INVOICES):
        key = (plain(one["reference"] or ""), plain(one["number"] or ""))
        voucher = vouchers.get(key[0])
        if one["reference"] is not None and voucher is None:
            one.wrong("reference", _l("Deze voucher staat niet, of met een fout, op het blad Vouchers."))
        if key in found:
            one.wrong("number", _l("Deze factuur staat er twee keer in bij deze voucher. Voeg de rijen samen."))
        provider = _provider(look, one)
        before = _l("Deze dag ligt voor de dag van de toekenning.")
        look.not_later(one, "invoice_date")
        look.not_later(one, "redeemed_on", voucher.awarded_on if voucher is not None else None, before)
        used = one["redeemed_on"] or one["invoice_date"]
        if voucher is not None and used is not None and one["redeemed_on"] is None and used < voucher.awarded_on:
            one.wrong("invoice_date", _l("Deze dag ligt voor de toekenning. Vul in wanneer is verzilverd."))
        if voucher is not None and used is not None and voucher.ended_on is not None and used > voucher.ended_on:
            one.wrong("number", _l("Deze factuur is van na de dag waarop de voucher vrijviel."))
        if provider is not None and not one.is_wrong:
            found[key] = OldInvoice(one.row, provider, one["number"], one["invoice_date"], one["amount"], used)
    return found


def _provider(look: _Looking, one: _ReadRow) -> int | None:
    if one["provider"] is None:
        return None
    key = plain(one["provider"])
    names = [key, key.zfill(8)] if key.isdigit() else [key]  # a spreadsheet drops the zeros in front
    known = next((name for name in names if name in look.desk.providers), None)
    if known is None:
        one.wrong(
            "provider", _l("Deze opleider staat niet in de lijst. Voeg hem eerst toe, of schrijf zijn KVK-nummer.")
        )
        return None
    found = look.desk.providers[known]
    if found is None:
        one.wrong("provider", _l("Meer dan één opleider heet zo. Schrijf het KVK-nummer."))
    return found


def _payments(look: _Looking, invoices: dict[tuple[str, str], OldInvoice]) -> None:
    """Write on each invoice when it was paid."""
    for one in look.rows(TableKind.PAYMENTS):
        key = (plain(one["reference"] or ""), plain(one["number"] or ""))
        invoice = invoices.get(key)
        if invoice is None:
            if one["reference"] is not None and one["number"] is not None:
                one.wrong("number", _l("Deze factuur staat niet, of met een fout, op het blad Facturen."))
            continue
        look.not_later(one, "paid_on", invoice.redeemed_on, _l("Deze dag ligt voor de dag waarop is verzilverd."))
        if invoice.paid_on is not None:
            one.wrong("number", _l("Deze factuur is al betaald in een andere rij. Voeg de rijen samen."))
        if one["amount"] is not None and one["amount"] != invoice.cents:
            cents = format_euros(invoice.cents, exact=True)
            one.wrong("amount", _l("De factuur is %(cents)s. Een betaling is van de hele factuur.", cents=cents))
        if not one.is_wrong:
            invoices[key] = replace(invoice, paid_on=one["paid_on"])


def _as_a_whole(look: _Looking, one: OldVoucher) -> None:
    """A voucher with its invoices: not more used than awarded, and what is open can still be used."""
    used = one.used_cents

    def wrong(key: str, message: Any) -> None:
        look.faults.append(CellFault(TableKind.VOUCHERS, one.row, key, "", message))

    if used > one.cents:
        cents = format_euros(used, exact=True)
        wrong("amount", _l("De facturen zijn samen %(cents)s: meer dan de voucher.", cents=cents))
    elif used == one.cents and one.ended_on is not None:
        wrong("ended_on", _l("Deze voucher is helemaal gebruikt: er viel niets vrij. Maak deze cel leeg."))
    elif used < one.cents and one.ended_on is None and one.valid_until < look.desk.today:
        wrong("ended_on", _l("De laatste dag is voorbij. Vul in wanneer de rest vrijviel."))


def _sums(budgets: tuple[OldBudget, ...], vouchers: tuple[OldVoucher, ...]) -> Sums:
    """What the rows add up to, per funding line."""
    found: Sums = {}

    def add(line: LineGround, kind: SumKind, cents: int) -> None:
        mine = found.setdefault(line.slug, dict.fromkeys(SumKind, 0))
        mine[kind] += cents

    for budget in budgets:
        add(budget.line, SumKind.BUDGET, budget.cents)
    for one in vouchers:
        add(one.line, SumKind.AWARDED, one.cents)
        add(one.line, SumKind.REDEEMED, one.used_cents)
        add(one.line, SumKind.RELEASED, one.released_cents)
        add(one.line, SumKind.PAID, sum(bill.cents for bill in one.invoices if bill.paid_on is not None))
    return dict(sorted(found.items()))


def _never_below_nothing(look: _Looking, budgets: tuple[OldBudget, ...], vouchers: tuple[OldVoucher, ...]) -> None:
    """On no day was more awarded than a funding line had: told at the first row with which it is."""
    moved: list[tuple[date, int, int, LineGround, TableKind, int]] = []
    for budget in budgets:
        moved.append((budget.on, FUNDED, budget.row, budget.line, TableKind.BUDGETS, budget.cents))
    for one in vouchers:
        moved.append((one.awarded_on, AWARDED, one.row, one.line, TableKind.VOUCHERS, -one.cents))
        if one.ended_on is not None:
            moved.append((one.ended_on, RELEASED, one.row, one.line, TableKind.VOUCHERS, one.released_cents))
    free: dict[int, int] = {}
    told: set[int] = set()
    for day, _minute, row, line, kind, cents in sorted(moved, key=lambda one: one[:3]):
        free[line.id] = free.get(line.id, line.free_cents) + cents
        if free[line.id] < 0 and line.id not in told:
            told.add(line.id)
            message = _l(
                "Op %(day)s is in deze budgetregel %(short)s te weinig. Vul het budget aan, of controleer de dagen.",
                day=format_date(day),
                short=format_euros(-free[line.id], exact=True),
            )
            look.faults.append(CellFault(kind, row, "amount", "", message))


def _as_they_say(look: _Looking, sums: Sums) -> None:
    """The sums that the earlier administration names are those of its rows."""
    for one in look.rows(TableKind.TOTALS):
        line = look.line(one)
        if line is None or one.is_wrong:
            continue
        found = sums.get(line.slug, {}).get(one["kind"], 0)
        if found != one["amount"]:
            message = _l(
                "De rijen zijn samen %(found)s (%(kind)s). Controleer de rijen of dit bedrag.",
                found=format_euros(found, exact=True),
                kind=SUM_KINDS[one["kind"]],
            )
            one.wrong("amount", message)
