"""What an installation adds to every letter: the texts of its region, the account on which is paid back, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal.paying.payments.pain001 import PayingAccount
from portal.platform.config import Settings

EXAMPLE = PayingAccount("Voorbeeldregio", "NL91ABNA0417164300")
"""The account of a demonstration."""


@dataclass(frozen=True)
class Stationery:
    """The folder of the region, whose own texts of letters go first, and the account; without them a letter says to call."""

    texts: Path | None = None
    account: PayingAccount | None = None
    address: str = ""
    """Where the desk is found, so that who reads a letter on paper gets to the own page."""

    @property
    def spaced_iban(self) -> str:
        """The account number in fours, as people read it; empty without an account."""
        return in_fours(self.account.iban) if self.account is not None else ""


def stationery_of(settings: Settings) -> Stationery:
    """What the settings of this desk say of it."""
    return Stationery(settings.region_dir, paying_account_of(settings), settings.address)


def paying_account_of(settings: Settings) -> PayingAccount | None:
    """The account from which the desk pays, as it is set up; None when it is not. A demonstration has an example."""
    if settings.is_demo and not settings.payer_iban:
        return EXAMPLE
    return (
        PayingAccount(settings.payer_name, settings.payer_iban) if settings.payer_name and settings.payer_iban else None
    )


def in_fours(iban: str) -> str:
    """An account number with a space after every four characters."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
