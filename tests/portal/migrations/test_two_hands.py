"""Going back to before two people were asked for, and up again, loses nobody's account and lets nobody in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from portal.cases.representatives.actions import Authorisation, authorise_representative, confirm_representative
from portal.cases.representatives.models import Representative
from portal.migrations import downgrade, upgrade
from portal.paying.account_numbers.actions import ask_iban_change, decide_iban_change
from portal.platform.database import unit_of_work
from portal.spending.providers.models import IbanChange, IbanChangeState
from tests.factories import ADVISOR, NOW, SECOND, a_provider, a_question, a_region

FIRST, NEXT = "NL91ABNA0417164300", "NL39RABO0300065264"
GIVEN = Authorisation("parent", "Mo", "Akte", NOW.date(), seen=True)


def some_of_each(session: Session) -> None:
    """Of one provider a number that was confirmed, of another one that waits; and somebody who acts and somebody who waits."""
    a_region(session)  # for the mandates
    for iban, confirmed in ((FIRST, True), (NEXT, False)):
        provider, _ = a_provider(session)
        asked: dict[str, Any] = {"iban": iban, "how": "Gebeld.", "payer": None}
        change = ask_iban_change(session, provider=provider, **asked, actor=ADVISOR, now=NOW)
        if confirmed:
            decide_iban_change(session, change=change, confirm=True, payer=None, actor=SECOND, now=NOW)
        question = a_question(session)
        named = authorise_representative(session, question=question, given=GIVEN, actor=ADVISOR, now=NOW)
        if confirmed:
            confirm_representative(session, question=question, somebody=named, actor=SECOND, now=NOW)


def test_what_was_confirmed_stays_and_what_waits_is_not_let_through(migrated: Engine) -> None:
    unit_of_work(migrated, some_of_each)
    downgrade(migrated, revision="0029")
    with migrated.begin() as connection:  # two that ask the same, as could be before
        rows = "INSERT INTO iban_change (public_id, provider_id, iban, state, asked_at, asked_by) SELECT 'twice', provider_id, "
        rows += (
            "(SELECT iban FROM iban_change WHERE state = 'waiting'), 'waiting', asked_at, asked_by FROM iban_change "
        )
        connection.execute(text(rows + "WHERE state = 'confirmed'"))
    upgrade(migrated)
    with Session(migrated) as session:
        changes = session.scalars(select(IbanChange).order_by(IbanChange.id)).all()
        assert [(one.state, one.checked_by) for one in changes] == [
            (IbanChangeState.CONFIRMED, ADVISOR.reference),
            (IbanChangeState.WAITING, None),
            (IbanChangeState.REFUSED, None),
        ], "who asked was the first; what waits is checked anew; a number waits for one provider"
        assert [one.provider.iban for one in changes] == [FIRST, None, FIRST]
        acts, waited = session.scalars(select(Representative).order_by(Representative.id)).all()
        assert acts.is_acting and not waited.is_acting and waited.ended_by == "system"
