"""Links that are there when links begin to end: they go on, a year at most, and what is undone loses none of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, select, text

from portal.migrations import downgrade, upgrade
from portal.people.accounts.actions import AT_MOST, create_account, grant_access_link, issue_sign_in_link
from portal.people.accounts.models import AccessLink, Role, SignInLink
from portal.people.accounts.queries import usable_access_link
from portal.people.actor import Actor, Audience
from portal.people.sessions import Entrant, open_session
from portal.platform.database import unit_of_work

SYSTEM = Actor.system("tests")


def test_a_link_of_before_ends_a_year_after_it_was_made(migrated: Engine, now: datetime) -> None:
    old, tokens = now - timedelta(days=900), {}

    def before(session) -> None:
        account = create_account(
            session, email="kim@loket.example", display_name="Kim", role=Role.ADVISOR, actor=SYSTEM, now=now
        )
        issue_sign_in_link(session, account=account, actor=SYSTEM, now=now)
        for name, made in (("old", old), ("new", now)):
            tokens[name] = grant_access_link(session, question_id=1, audience=Audience.RESIDENT, actor=SYSTEM, now=made)
        open_session(session, now=now, who=Entrant(account=account))

    unit_of_work(migrated, before)
    downgrade(migrated, revision="0029")
    with migrated.connect() as connection:
        for table, number in (("access_link", 2), ("sign_in_link", 1), ("session_record", 1)):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == number
    upgrade(migrated)

    def after(session) -> list[tuple[datetime, datetime]]:
        assert session.scalars(select(SignInLink.created_from)).one() == ""
        assert usable_access_link(session, token=tokens["old"], now=now) is None
        assert usable_access_link(session, token=tokens["new"], now=now) is not None
        return session.execute(select(AccessLink.expires_at, AccessLink.ends_at).order_by(AccessLink.id)).all()

    assert unit_of_work(migrated, after, read_only=True) == [
        (old + AT_MOST, old + AT_MOST),
        (now + AT_MOST, now + AT_MOST),
    ]
