"""The words of the registers of the accounts: what they are called, what stands in their columns, and in which order."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

REGISTERS: Mapping[str, LazyString] = {
    "vouchers": _l("Vouchers"),
    "people": _l("Personen"),
    "employers": _l("Werkgevers"),
    "providers": _l("Opleiders"),
    "invoices": _l("Facturen"),
    "payments": _l("Betalingen"),
    "recoveries": _l("Terugvorderingen"),
    "bookings": _l("Boekingen"),
}
REGISTER_NOTES: Mapping[str, LazyString] = {
    "vouchers": _l("De dag is die van uitgifte. Bij een budgetregel staat wat die regel voor de voucher betaalt."),
    "people": _l("Iedereen met een voucher, zonder naam. Het nummer is dat van de eerste voucher."),
    "employers": _l("Werkgevers met een voucher voor een medewerker."),
    "providers": _l("Wat bij de opleider is gebruikt, na aftrek van creditnota's. De dag is die van het gebruik."),
    "invoices": _l(
        "De dag is die van ontvangst. Het bedrag is wat de voucher van de factuur betaalt. Wat is overgenomen uit een eerdere "
        "administratie telt mee op de dag van het gebruik."
    ),
    "payments": _l(
        "De dag is die waarop de betaling is klaargezet. Bij een budgetregel staat wat die regel betaalt. Wat is overgenomen uit "
        "een eerdere administratie telt mee op de dag waarop is betaald."
    ),
    "recoveries": _l("De dag is die waarop het geld is teruggevraagd."),
    "bookings": _l("De dag is de boekdag. Een budgetregel telt mee waar het geld vandaan komt of naartoe gaat."),
}
COLUMNS: Mapping[str, LazyString] = {
    "number": _l("Voucher"),
    "scheme": _l("Regeling"),
    "state": _l("Stand"),
    "issued_on": _l("Uitgegeven"),
    "valid_until": _l("Geldig tot en met"),
    "amount_cents": _l("Bedrag"),
    "reserved_cents": _l("Gereserveerd"),
    "spent_cents": _l("Besteed"),
    "cents": _l("Bedrag"),
    "municipality": _l("Gemeente"),
    "route": _l("Wie vraagt"),
    "vouchers": _l("Aantal vouchers"),
    "employer": _l("Werkgever"),
    "kvk_number": _l("KVK-nummer"),
    "provider": _l("Opleider"),
    "invoices": _l("Aantal facturen"),
    "invoice": _l("Factuur"),
    "invoice_date": _l("Factuurdatum"),
    "submitted_at": _l("Ontvangen"),
    "total_cents": _l("Hele factuur"),
    "payment": _l("Betaling"),
    "party": _l("Van of aan"),
    "made_at": _l("Klaargezet"),
    "executed_on": _l("Betaald op"),
    "recovery": _l("Nummer"),
    "claimed_at": _l("Teruggevraagd"),
    "received_cents": _l("Ontvangen"),
    "written_off_cents": _l("Afgeboekt"),
    "open_cents": _l("Nog open"),
    "booked_on": _l("Boekdag"),
    "kind": _l("Soort"),
    "from_line": _l("Van budget"),
    "from_account": _l("Van"),
    "to_line": _l("Naar budget"),
    "to_account": _l("Naar"),
}
OF_ONE: Mapping[tuple[str, str], LazyString] = {
    ("people", "number"): _l("Persoon"),
    ("vouchers", "cents"): _l("Samen"),
    ("people", "cents"): _l("Samen"),
    ("employers", "cents"): _l("Samen"),
    ("providers", "cents"): _l("Gebruikt"),
    ("recoveries", "cents"): _l("Terug te betalen"),
}
"""Columns that are called otherwise in one register."""
ACCOUNTS: Mapping[str, LazyString] = {
    "funder": _l("financier"),
    "available": _l("vrij"),
    "reserved": _l("gereserveerd"),
    "spent": _l("besteed"),
    "paid": _l("betaald"),
}
PARTIES: Mapping[str, LazyString] = {"holder": _l("houder"), "provider": _l("opleider")}
PROVIDER_STATES: Mapping[str, tuple[LazyString, str]] = {
    "registered": (_l("op de lijst"), "ok"),
    "withdrawn": (_l("van de lijst af"), "neutral"),
}
TAKEN_OVER_STATE: Mapping[str, tuple[LazyString, str]] = {"taken_over": (_l("overgenomen"), "neutral")}
"""Of an invoice or a payment from an administration from before the desk."""
REGISTER_ORDERS: Mapping[str, LazyString] = {
    "newest": _l("nieuwste eerst"),
    "oldest": _l("oudste eerst"),
    "most": _l("hoogste bedrag eerst"),
}


def column_label(register: str, key: str) -> LazyString:
    """What a column of a register is called."""
    return OF_ONE.get((register, key), COLUMNS[key])
