"""What an act of two people says to the second one: every thing that it will do, as it stands now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from portal.framework.catalogue.queries import as_loaded_region
from portal.framework.funding.queries import funders
from portal.ledger.queries import line_figures
from portal.platform.clock import today
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonKind
from portal.second_look.two_person_acts.queries import (
    account_of,
    bill_of_set_off,
    invoice_of,
    line_of,
    organisation_of,
    provider_of_fee,
    recovery_of,
    voucher_of,
)
from portal.spending.invoices.queries import findings_of
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.web.edge import Stand
from portal.web.labels.paying_words import FINDINGS, INVOICE_STATES
from portal.words.definition_words import limits_of_money
from portal.words.labels import ROLES, VOUCHER_STATES, label
from portal.words.names import Names
from portal.words.voucher_labels import RECOVERY_STATES, SET_OFF_GROUNDS

Facts = list[tuple[str, str]]
"""Label and value, in the order of the page."""


def _euros(cents: int | None) -> str:
    return format_euros(cents or 0, exact=True)


def _of_voucher(voucher: Voucher) -> Facts:
    return [
        (_("Voucher"), format_code(voucher.code)),
        (_("Stand van de voucher"), label(VOUCHER_STATES, voucher.state)),
        (_("Nog open"), _euros(voucher.open_cents)),
    ]


def _invoice(session: Session, laid: TwoPersonAct) -> Facts:
    invoice = invoice_of(session, laid=laid)
    looks = [str(FINDINGS[one]) for one in findings_of(session, invoice=invoice, today=today())]
    return [
        (_("Factuur"), invoice.number),
        (_("Opleider"), invoice.provider.name),
        (_("Bedrag uit deze voucher"), _euros(invoice.amount_cents)),
        (_("Stand van de factuur"), label(INVOICE_STATES, invoice.state)),
        (_("Wat de controles vinden"), " ".join(looks) or _("niets")),
        *_of_voucher(invoice.voucher),
    ]


def _fee(session: Session, laid: TwoPersonAct) -> Facts:
    provider = provider_of_fee(session, laid=laid)
    return [
        (_("Annuleringskosten"), _euros(laid.amount_cents)),
        (_("Opleider"), provider.name),
        (_("Nummer van de factuur"), laid.details["number"]),
        (_("Datum factuur"), format_date(date.fromisoformat(laid.details["invoice_date"]))),
        *_of_voucher(voucher_of(session, laid=laid)),
    ]


def _write_off(session: Session, laid: TwoPersonAct) -> Facts:
    claim = recovery_of(session, laid=laid)
    return [
        (_("Afboeken"), _euros(laid.amount_cents)),
        (_("Teruggevorderd"), _euros(claim.amount_cents)),
        (_("Nog open"), _euros(claim.open_cents)),
        (_("Stand van de terugvordering"), label(RECOVERY_STATES, claim.state)),
    ]


def _set_off(session: Session, laid: TwoPersonAct) -> Facts:
    claim, bill = recovery_of(session, laid=laid), bill_of_set_off(session, laid=laid)
    article = laid.details["article"]
    return [
        (_("Inhouden"), _euros(laid.amount_cents)),
        (_("Op de rekening"), bill.invoice_number),
        (_("Grond"), label(SET_OFF_GROUNDS, laid.details["ground"])),
        *([(_("Artikel van de regeling"), article)] if article else []),
        (_("Teruggevorderd"), _euros(claim.amount_cents)),
        (_("Nog open"), _euros(claim.open_cents)),
    ]


def _budget(session: Session, laid: TwoPersonAct) -> Facts:
    line = line_of(session, laid=laid)
    figures = line_figures(session, funding_line_ids=[line.id])[line.id]
    more = laid.kind is TwoPersonKind.RAISE_BUDGET
    after = figures.funded_cents + (laid.amount_cents or 0) * (1 if more else -1)
    return [
        (_("Budget"), localized({"nl": line.title_nl, "en": line.title_en})),
        (_("Verhogen met") if more else _("Verlagen met"), _euros(laid.amount_cents)),
        (_("Nu in de boeken"), _euros(figures.funded_cents)),
        (_("Daarna"), _euros(after)),
    ]


def _new_budget(session: Session, laid: TwoPersonAct) -> Facts:
    told = laid.details["definition"]
    period = told["period"]
    only = limits_of_money(told.get("earmark", {}), Names.of_region(as_loaded_region(session, on=today())))
    called = {one.slug: localized({"nl": one.name_nl, "en": one.name_en}) for one in funders(session)}
    first, last = (format_date(date.fromisoformat(period[key])) for key in ("from", "to"))
    return [
        (_("Budget"), localized(told["title"])),
        (_("Geldgever"), called.get(told["funder"], told["funder"])),
        (_("Bedrag"), _euros(told.get("amount_cents", 0))),
        (_("Periode"), _("%(first)s tot en met %(last)s", first=first, last=last)),
        (_("Alleen voor"), only or _("alle regelingen van dit loket")),
    ]


def _stop(_session: Session, laid: TwoPersonAct) -> Facts:
    return [
        (_("Regeling"), laid.details["title"]),
        (_("Laatste dag"), format_date(date.fromisoformat(laid.details["last_day"]))),
    ]


def _new_account(session: Session, laid: TwoPersonAct) -> Facts:
    told, place = laid.details, organisation_of(session, laid=laid)
    return [
        (_("Naam"), told["display_name"]),
        (_("E-mailadres"), told["email"]),
        (_("Rol"), label(ROLES, told["role"])),
        (_("Organisatie"), place.name if place is not None else _("Geen")),
    ]


def _account(session: Session, laid: TwoPersonAct) -> Facts:
    account = account_of(session, laid=laid)
    found = [
        (_("Naam"), account.display_name),
        (_("E-mailadres"), account.email),
        (_("Rol nu"), label(ROLES, account.role)),
        (_("Account"), _("staat uit") if account.disabled_at else _("mag inloggen")),
    ]
    if laid.kind is TwoPersonKind.CHANGE_ROLE:
        found.append((_("Nieuwe rol"), label(ROLES, laid.details["role"])))
    return found


_FACTS: dict[TwoPersonKind, Callable[[Session, TwoPersonAct], Facts]] = {
    TwoPersonKind.OVERRIDE_INVOICE: _invoice,
    TwoPersonKind.CANCELLATION_FEE: _fee,
    TwoPersonKind.WRITE_OFF: _write_off,
    TwoPersonKind.SET_OFF: _set_off,
    TwoPersonKind.RAISE_BUDGET: _budget,
    TwoPersonKind.LOWER_BUDGET: _budget,
    TwoPersonKind.NEW_BUDGET: _new_budget,
    TwoPersonKind.STOP_SCHEME: _stop,
    TwoPersonKind.NEW_ACCOUNT: _new_account,
    TwoPersonKind.CHANGE_ROLE: _account,
    TwoPersonKind.OPEN_ACCOUNT: _account,
}


def facts_of(session: Session, laid: TwoPersonAct) -> Facts:
    """What it is about and what it will do, in words."""
    return _FACTS[laid.kind](session, laid)


def stands_of(session: Session, laid: TwoPersonAct) -> list[Stand]:
    """The same, to compare with what somebody saw."""
    return [
        Stand("state", _("Stand"), laid.state.value, laid.state.value),
        *(Stand(f"fact-{number}", name, said, said) for number, (name, said) in enumerate(facts_of(session, laid))),
    ]


def address_of(session: Session, laid: TwoPersonAct) -> str | None:
    """The page of what it is about; None where there is none for who looks."""
    kind = laid.kind
    if kind is TwoPersonKind.OVERRIDE_INVOICE:
        return url_for("advisor.invoice", invoice_id=invoice_of(session, laid=laid).public_id)
    if kind is TwoPersonKind.CANCELLATION_FEE:
        return url_for("advisor.voucher", voucher_id=voucher_of(session, laid=laid).public_id)
    if kind is TwoPersonKind.WRITE_OFF:
        return url_for("advisor.recovery", recovery_id=recovery_of(session, laid=laid).public_id)
    if kind is TwoPersonKind.SET_OFF:
        return url_for("region.claim", recovery_id=recovery_of(session, laid=laid).public_id)
    if kind in (TwoPersonKind.RAISE_BUDGET, TwoPersonKind.LOWER_BUDGET):
        return url_for("region.budget", line_id=line_of(session, laid=laid).slug)
    if kind in (TwoPersonKind.CHANGE_ROLE, TwoPersonKind.OPEN_ACCOUNT):
        return url_for("admin.account", account_id=account_of(session, laid=laid).public_id)
    return None


def shown(facts: Facts) -> list[dict[str, Any]]:
    """As the list of facts on a page takes them."""
    return [{"label": name, "value": said} for name, said in facts]
