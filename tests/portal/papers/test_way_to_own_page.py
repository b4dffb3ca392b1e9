"""A letter on paper says how who asked gets to the own page: it has no link that lets in, and speaks of that page."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.papers.letter_content import NEW_LINK_PAGE, letter_content
from portal.papers.stationery import Stationery
from portal.post.messages.models import OutboxMessage, Recipient
from tests.factories import NOW, a_voucher
from tests.web.access.test_links_that_die import POST

ROW = ["Uw eigen pagina", "vraag een link op loket.example/nieuwe-link"]


def rows_of(session: Session, address: str) -> dict[str, list[list[str]]]:
    """What stands at the head of each letter about a voucher to somebody who gets letters."""
    a_voucher(session, contact=POST)
    messages = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == Recipient.RESIDENT)).all()
    assert len(messages) > 2
    stationery = Stationery(address=address)
    letters = {
        one.template: letter_content(session, message=one, dated=NOW.date(), now=NOW, stationery=stationery)
        for one in messages
    }
    return {template: letter.about for template, letter in letters.items()}


@pytest.mark.parametrize("address", ["https://loket.example", ""])
def test_every_letter_to_who_asked_says_where_the_own_page_is_found(session: Session, address: str) -> None:
    rows = rows_of(session, address)
    assert all((ROW in about) is bool(address) for about in rows.values()), rows


def test_it_is_a_page_of_the_desk(app: Flask) -> None:
    assert NEW_LINK_PAGE in {rule.rule for rule in app.url_map.iter_rules()}
