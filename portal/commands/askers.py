"""Who asked for work, with the rights that they have now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.teams.queries import within_teams
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l


def asker(session: Session, reference: str | None) -> Actor:
    """Who asked, with the role they have now. Raises ``Refusal`` when that account is closed."""
    number = (reference or "").removeprefix("account:")
    account = session.scalar(select(Account).where(Account.id == int(number))) if number.isdigit() else None
    if account is None or account.disabled_at is not None:
        raise Refusal("asker_gone", _l("Wie dit vroeg, mag het niet meer. Laat een collega het opnieuw vragen."))
    return within_teams(session, actor_of_account(account))
