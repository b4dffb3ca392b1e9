"""The periods of the money behind a voucher: a day that it is used on must lie within those that bind its use."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.platform.errors import Refusal
from portal.platform.i18n import format_date
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.queries import extension_effect
from portal.spending.vouchers.models import Voucher


def require_within_periods(session: Session, voucher: Voucher, day: date, field: str) -> None:
    """Refuse a day on which money that is reserved for a voucher may not be used. Raises ``Refusal`` at the field."""
    late = [line for line in extension_effect(session, voucher=voucher, until=day) if not line.fits]
    if late:
        raise Refusal(
            "outside_period",
            _l(
                "Het geld uit %(line)s mag alleen worden gebruikt tot en met %(day)s. Wijs eerst ander geld aan.",
                line=late[0].title,
                day=format_date(late[0].period_to, "short"),
            ),
            field=field,
            params={"funding_line_id": late[0].funding_line_id},
        )
