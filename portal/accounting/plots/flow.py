"""Where the money of vouchers comes from and goes to: from a funder by a scheme and a route to a sector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Subquery, func, select, union_all
from sqlalchemy.orm import Session

from portal.accounting.plots.plot import Measure, Plot, PlotColumn, PlotName, share
from portal.accounting.registers.dimensions import UNKNOWN, Dimension, placed, told_by
from portal.accounting.small_groups import Place, hide_small, hide_small_in_table
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.catalogue.queries import scheme_titles
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funders
from portal.framework.trainings.models import RegionTraining
from portal.framework.trainings.queries import sectors
from portal.ledger.models import AccountKind, LedgerAccount, Transfer
from portal.people.actor import Actor
from portal.platform.i18n import format_euros, localized
from portal.platform.i18n import gettext as _
from portal.spending.vouchers.models import Voucher

_COMMITTED = (AccountKind.RESERVED, AccountKind.SPENT, AccountKind.PAID)
Way = tuple[int, str, Route]
"""A funder, a scheme and a route."""


@dataclass(frozen=True)
class MoneyFlow:
    """What is reserved and spent of one funder for one scheme in one route and one sector, in cents.

    `sector` is None for sectors together that are not told apart, and `UNKNOWN` when the sector is not known. `people` is of how
    many people these vouchers are.
    """

    funder_id: int
    scheme: str
    route: Route
    sector: str | None
    cents: int
    people: int

    @property
    def way(self) -> Way:
        """Where it came along, before it came to the sector."""
        return self.funder_id, self.scheme, self.route


def flows(session: Session) -> list[MoneyFlow]:
    """What is reserved and spent per funder, scheme, route and sector: all of it, small groups too.

    People count who have a voucher on which money of the funder stands now.
    """
    each = _on_vouchers()
    sector = placed(Dimension.SECTOR, told_by(Dimension.SECTOR))
    keys = (each.c.funder_id, Voucher.scheme, DevelopmentQuestion.route, sector)
    rows = (
        select(*keys, func.sum(each.c.cents), func.count(func.distinct(Voucher.beneficiary_key)))
        .select_from(each)
        .join(Voucher, Voucher.id == each.c.voucher_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Voucher.question_id)
        .outerjoin(RegionTraining, RegionTraining.id == DevelopmentQuestion.training_id)
        .group_by(*keys)
    )
    found = [MoneyFlow(row[0], row[1], row[2], row[3], int(row[4]), int(row[5])) for row in session.execute(rows)]
    return in_order(found)


def _on_vouchers() -> Subquery:
    """What is reserved and spent on every voucher of the money of a funder, where that is anything."""
    sides = (
        select(Transfer.voucher_id, LedgerAccount.funding_line_id, (sign * Transfer.amount_cents).label("cents"))
        .join(LedgerAccount, LedgerAccount.id == account)
        .where(LedgerAccount.kind.in_(_COMMITTED), Transfer.voucher_id.is_not(None))
        for sign, account in ((1, Transfer.credit_account_id), (-1, Transfer.debit_account_id))
    )
    postings = union_all(*sides).subquery()
    total = func.sum(postings.c.cents)
    return (
        select(postings.c.voucher_id, FundingLine.funder_id, total.label("cents"))
        .join(FundingLine, FundingLine.id == postings.c.funding_line_id)
        .group_by(postings.c.voucher_id, FundingLine.funder_id)
        .having(total != 0)
        .subquery()
    )


def in_order(found: Sequence[MoneyFlow]) -> list[MoneyFlow]:
    """The way with the most money first, and on each way the sector with the most; what is not told apart comes last."""
    ways = along(found)
    return sorted(
        found,
        key=lambda one: (-ways[one.way], *map(str, one.way), one.sector is None, -one.cents, one.sector or ""),
    )


def along(found: Sequence[MoneyFlow]) -> Mapping[Way, int]:
    """What goes along every way, over all sectors, in cents."""
    ways: defaultdict[Way, int] = defaultdict(int)
    for one in found:
        ways[one.way] += one.cents
    return ways


def told_apart(found: Sequence[MoneyFlow]) -> list[MoneyFlow]:
    """The same money, with sectors about few people together: the rule for small groups over all ways and sectors.

    What goes along a way stays what it is; only in how far its sectors are told apart differs.
    """
    hidden = _small(found)
    shown = [one for one in found if (_named(one), one.sector) not in hidden]
    together: defaultdict[Way, list[MoneyFlow]] = defaultdict(list)
    for one in found:
        if (_named(one), one.sector) in hidden:
            together[one.way].append(one)
    for way, some in together.items():
        # whoever stands in two sectors counts in both: it is told nowhere
        whole = sum(one.cents for one in some), sum(one.people for one in some)
        shown.append(MoneyFlow(*way, None, *whole))
    return in_order(shown)


def _small(found: Sequence[MoneyFlow]) -> frozenset[Place]:
    """Which sectors of which ways do not stand apart.

    What goes along a way is told in any case, so that the sectors that are hidden on it may not be one alone.
    """
    people: defaultdict[Place, int] = defaultdict(int)
    lines: defaultdict[tuple[int, str | None], dict[Place, int]] = defaultdict(dict)
    for one in found:
        cell = _named(one), one.sector
        for place in (cell, (cell[0], None), (None, cell[1]), (None, None)):
            people[place] += one.people
        for line in enumerate(cell):
            lines[line][cell] = one.people
    hidden, before = {place for place in hide_small_in_table(people) if None not in place}, set[Place]()
    while hidden != before:
        before = set(hidden)
        for cells in lines.values():
            hidden |= hide_small(cells, hidden=hidden & cells.keys()).cells
    return frozenset(hidden)


def _named(one: MoneyFlow) -> str:
    return "\n".join(map(str, one.way))


def money_flow(session: Session, actor: Actor, today: date) -> Plot:
    """From whom by which scheme and for whom to which sector the money of vouchers goes."""
    who = {one.id: localized({"nl": one.name_nl, "en": one.name_en}) for one in funders(session)}
    what = scheme_titles(session, on=today)
    where = {key: localized(text) for key, text in sectors(session).items()} | {UNKNOWN: _("Niet bekend")}
    routes = {Route.INDIVIDUAL: _("inwoner"), Route.EMPLOYER: _("werkgever")}
    found = told_apart(flows(session))
    apart = {one.way for one in found if one.sector is not None}

    def sector(one: MoneyFlow) -> str:
        if one.sector is None:
            return _("andere sectoren") if one.way in apart else _("alle sectoren")
        return where.get(one.sector, one.sector)

    rows = tuple(
        (who.get(one.funder_id, ""), what.get(one.scheme, one.scheme), routes[one.route], sector(one), one.cents)
        for one in found
    )
    columns = (
        PlotColumn(_("Financier")),
        PlotColumn(_("Regeling")),
        PlotColumn(_("Wie vraagt")),
        PlotColumn(_("Sector")),
        PlotColumn(_("Besteed en gereserveerd"), Measure.CENTS),
    )
    named = next((at for at, one in enumerate(found) if one.way == found[0].way and one.sector), None)
    sentence = _sentence(rows, along(found)[found[0].way] if found else 0, named)
    return Plot(PlotName.FLOW, _("Waar het geld voor vouchers vandaan komt en naartoe gaat"), sentence, columns, rows)


def _sentence(rows: tuple[tuple[str, str, str, str, int], ...], most: int, named: int | None) -> str:
    """Along which way the most money goes, which stands first, and to which sector most of that, of those told apart."""
    total = sum(row[4] for row in rows)
    if total <= 0:
        return _("Er is nog niets besteed of gereserveerd aan vouchers.")
    funder, scheme, route = rows[0][:3]
    said = _(
        "Het meeste geld voor vouchers gaat van %(funder)s naar %(scheme)s (%(route)s): %(amount)s, %(percent)s%% daarvan.",
        funder=funder,
        scheme=scheme,
        route=route,
        amount=format_euros(most),
        percent=share(most, total),
    )
    if named is None:
        return said
    _funder, _scheme, _route, sector, cents = rows[named]
    most_of = _(
        "Daarvan ging %(amount)s naar de sector %(sector)s; geen sector die hier apart staat kreeg meer.",
        amount=format_euros(cents),
        sector=sector,
    )
    return f"{said} {most_of}"
