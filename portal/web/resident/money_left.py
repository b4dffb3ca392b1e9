"""Until when there is money for a scheme, in a sentence for everybody."""

from __future__ import annotations

from datetime import date

from portal.planning.forecasts.queries import Meter
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _


def money_sentence(meter: Meter) -> str:
    """What may be said of a scheme: until about when there is money, that there is enough, or that nobody can say."""
    if meter.vague:
        return _("Het is nog niet te zeggen tot wanneer er geld is.")
    if meter.until is None:
        return _("Er is naar verwachting genoeg geld tot %(day)s.", day=format_date(meter.last))
    if meter.until <= meter.made_on:
        return _("Het geld is naar verwachting bijna op.")
    return _("Er is naar verwachting geld tot %(when)s.", when=about(meter.until))


def about(day: date) -> str:
    """A day in words that promise no more than a third of a month: the beginning, the middle or the end of May."""
    month = format_date(day, "month")
    if day.day <= 10:
        return _("begin %(month)s", month=month)
    return _("half %(month)s", month=month) if day.day <= 20 else _("eind %(month)s", month=month)
