"""The other systems that this desk is set to tell something of people, what each gets and for what: as the settings say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.oversight.privacy.activities import Activity
from portal.platform.config import Settings
from portal.platform.i18n import current_locale
from portal.platform.i18n import gettext as _
from portal.platform.identity_services import load_identity_services


@dataclass(frozen=True)
class Connection:
    """One other system: its name, where it is, what it gets, and for which activities. No key or secret of it."""

    name: str
    place: str
    gets: str
    activities: tuple[Activity, ...]

    @property
    def said(self) -> str:
        """As the register says it."""
        where = f" ({self.place})" if self.place else ""
        return f"{self.name}{where}: {self.gets}"


def connections(settings: Settings) -> list[Connection]:
    """Every other system that gets something of people, in words of the language in use.

    Raises ``BadSettings`` for a file of identity services that cannot be read; with one the desk does not start.
    """
    return [*_post(settings), *_looked_up(settings), *_others(settings)]


def _post(settings: Settings) -> Iterator[Connection]:
    activities = (Activity.WRITE, Activity.PROTECT)
    if settings.notify_key.get_secret_value():
        gets = _("e-mailadressen of telefoonnummers, en de tekst van berichten")
        yield Connection("NotifyNL", _host(settings.notify_url), gets, activities)
    if settings.smtp_url and not settings.notify_template:
        gets = _("e-mailadressen en de tekst van berichten")
        yield Connection(_("Mailserver"), _host(settings.smtp_url), gets, activities)


def _looked_up(settings: Settings) -> Iterator[Connection]:
    if settings.pdok_url:
        gets, activities = _("postcode en huisnummer"), (Activity.ADVISE, Activity.DECIDE)
        yield Connection("PDOK", _host(settings.pdok_url), gets, activities)
    if settings.asks_trade_register:
        gets = _("KVK-nummers van opleiders")
        yield Connection(_("Handelsregister (KVK)"), _host(settings.kvk_api_url), gets, (Activity.PAY,))


def _others(settings: Settings) -> Iterator[Connection]:
    for service in load_identity_services(settings.identity_services):
        activity = Activity.PROTECT if service.audience == "staff" else Activity.DECIDE
        gets = _("wie wanneer inlogt of zich identificeert")
        yield Connection(service.title(current_locale()), _host(service.issuer), gets, (activity,))
    if settings.registers_decisions:
        gets = _("besluiten en brieven")
        activities = (Activity.DECIDE, Activity.WRITE)
        yield Connection(_("Archief van de gemeente"), _host(settings.zgw_documents_url), gets, activities)
    if settings.clamd:
        place = "" if settings.clamd.startswith("/") else settings.clamd.rpartition(":")[0]
        gets = _("bestanden die mensen insturen")
        yield Connection(_("Virusscanner"), place, gets, (Activity.DECIDE, Activity.PAY))


def _host(address: str) -> str:
    """The name of the machine alone: an address may hold a password."""
    return urlsplit(address).hostname or ""
