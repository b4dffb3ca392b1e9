"""Whose money somebody may see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from portal.accounting.scope import scope_of
from portal.framework.funding.queries import funders, funding_lines
from portal.people.accounts.queries import organisation_by_slug
from portal.people.actor import Actor, Audience
from tests.factories import NOW, a_question, asker

SEES_NOTHING = sorted(set(Audience) - {Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})


@pytest.mark.parametrize("audience", [Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM])
def test_the_region_and_who_looks_after_its_accounts_see_all_money(session: Session, audience: Audience) -> None:
    a_question(session)
    found = scope_of(session, actor=Actor(audience, account_id=1))
    assert found is not None and found.is_whole
    assert found.line_ids == [line.id for line in funding_lines(session)] != []


def test_a_funder_sees_its_own_lines_and_no_other(session: Session) -> None:
    a_question(session)
    seen = []
    for funder in funders(session):
        organisation = organisation_by_slug(session, slug=funder.slug)
        assert organisation is not None, "every funder has an organisation for its accounts"
        actor = Actor(Audience.FUNDER, account_id=1, organisation_id=organisation.id)
        found = scope_of(session, actor=actor)
        assert found is not None and found.funder is funder and not found.is_whole
        assert {line.funder_id for line in found.lines} <= {funder.id}
        seen += found.line_ids
        assert scope_of(session, actor=replace(actor, audience=Audience.PROVIDER)) is None
    assert sorted(seen) == sorted(line.id for line in funding_lines(session))


@pytest.mark.parametrize("audience", SEES_NOTHING)
def test_nobody_else_sees_anything_of_the_accounts(session: Session, audience: Audience) -> None:
    by = asker(a_question(session, now=NOW))
    assert scope_of(session, actor=replace(by, audience=audience)) is None
    assert scope_of(session, actor=Actor(audience, account_id=1)) is None
