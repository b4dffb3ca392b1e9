"""Everything of the accounts that a page can be about, for the world of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Audience
from portal.post.files.actions import Vault
from tests.web.accounted import accounted
from tests.web.agreed import agreed
from tests.web.audited import audited


def the_accounts(session: Session, *, people: Mapping[Audience, Account], vault: Vault) -> dict[str, str]:
    """Expenses and co-financing, agreements with what belongs to them, and a sample; their names and public ids."""
    return {
        **accounted(session, vault=vault),
        **agreed(session, region=people[Audience.REGION], vault=vault),
        **audited(session, auditor=actor_of_account(people[Audience.AUDITOR])),
    }
