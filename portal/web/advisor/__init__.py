"""Screens of the advisor: worklist, the case, the mix, the decision, vouchers, providers and messages."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

blueprint = Blueprint("advisor", __name__, url_prefix="/adviseur")

SCREENS = (
    "elsewhere", "hearing_first", "late_binding", "objecting", "post", "previewing", "second_look",
    "applying", "case", "caseload", "deciding", "invoices", "messages", "proposals", "providers", "receipts",
    "recoveries", "repaying", "representing", "supervising", "talks", "voucher_acts", "vouchers", "waiting", "worklist",
)  # fmt: skip

for _name in SCREENS:
    import_module(f"{__name__}.{_name}")
