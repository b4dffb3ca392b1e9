"""What the screens of the accounts say about states, kinds and titles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.accounting.work_packages.models import WorkPackage
from portal.framework.funding.models import Agreement, FundingLine
from portal.people.actor import Audience
from portal.platform.i18n import LazyString, format_date, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l

EXPENSE_STATES: Mapping[str, tuple[LazyString, str]] = {
    "laid_down": (_l("wacht op een tweede persoon"), "wait"),
    "approved": (_l("goedgekeurd"), "ok"),
    "sent_back": (_l("teruggegeven"), "no"),
}
COFINANCING_STATES: Mapping[str, tuple[LazyString, str]] = {
    "claimed": (_l("nog niet bewezen"), "wait"),
    "proven": (_l("bewezen"), "ok"),
    "refused": (_l("telt niet mee"), "no"),
}
SECTORS: Mapping[str, LazyString] = {"public": _l("Publiek"), "private": _l("Privaat")}
COFINANCING_FORMS: Mapping[str, LazyString] = {"cash": _l("Geld"), "in_kind": _l("Uren")}


def package_title(package: WorkPackage) -> str:
    """The number and the title of a work package."""
    return f"{package.number} {localized({'nl': package.title_nl, 'en': package.title_en})}"


def title_of(row: FundingLine | Agreement) -> str:
    """The title of a funding line or an agreement."""
    return localized({"nl": row.title_nl, "en": row.title_en})


def signed(reference: str, name: str) -> str:
    """Who did something, by the `reference` and the name that were kept: the desk, where a job did it by itself."""
    return _("het loket zelf") if reference == Audience.SYSTEM.value else name


def period_text(first: date, last: date) -> str:
    """From the first to the last day."""
    return f"{format_date(first, 'short')} – {format_date(last, 'short')}"
