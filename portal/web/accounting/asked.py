"""Which day or up to which day a page of the accounts is asked for."""

from __future__ import annotations

from datetime import date

from flask import request

from portal.accounting.agreements.actions import LAST_YEAR
from portal.platform.clock import today
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import DutchDateField, Form


class AsOfForm(Form):
    """As of which day."""

    op = DutchDateField(_l("Stand op"), latest=today, earliest=date(2000, 1, 1))


class UntilForm(Form):
    """Up to which day."""

    tot = DutchDateField(_l("Tot en met"), latest=date(LAST_YEAR, 12, 31), earliest=date(2000, 1, 1))


def asked_day() -> tuple[AsOfForm, date]:
    """The form with the day in the address, and that day; today without one."""
    form = AsOfForm(formdata=request.args)
    return form, (form.op.data if form.validate() else None) or today()


def asked_until(otherwise: date) -> tuple[UntilForm, date]:
    """The form with the last day in the address, and that day."""
    form = UntilForm(formdata=request.args)
    return form, (form.tot.data if form.validate() else None) or otherwise


def in_address(day: date) -> str:
    """A day as it stands in an address."""
    return f"{day:%d-%m-%Y}"
