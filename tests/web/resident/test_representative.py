"""Who asked sees who acts for them or wants to, and ends that without a telephone call.

Who: a resident who got the message that somebody wants to act, on a telephone. Mistakes: a page that was open while the desk named
another; the representative who tries the same page.
"""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.representatives.actions import (
    Authorisation,
    authorise_representative,
    confirm_representative,
    end_representation,
)
from portal.cases.representatives.models import Representative, RepresentativeKind
from portal.people.accounts.actions import grant_access_link
from portal.people.actor import Audience
from portal.platform.clock import now
from tests.factories import ADVISOR, NOW, SECOND, SYSTEM, a_question
from tests.web.browser import Browser
from tests.web.office import Office, office, said, still
from tests.web.walking import assert_sound

__all__ = ["office", "still"]


def named(office: Office, question: DevelopmentQuestion, name: str = "Mr. Mol", *, confirmed: bool = True) -> int:
    """Somebody who acts, or waits for a second advisor."""

    def name_somebody(session: Session) -> Representative:
        own = session.get_one(DevelopmentQuestion, question.id)
        given = Authorisation(RepresentativeKind.LAWYER, name, "Machtiging van 3 mei", NOW.date(), seen=True)
        somebody = authorise_representative(session, question=own, given=given, actor=ADVISOR, now=NOW)
        if confirmed:
            confirm_representative(session, question=own, somebody=somebody, actor=SECOND, now=NOW)
        return somebody

    return office.made(name_somebody).id


def come_in(office: Office, question: DevelopmentQuestion, audience: Audience, representative: int | None) -> Browser:
    token = office.do(
        lambda s: grant_access_link(
            s, question_id=question.id, audience=audience, actor=SYSTEM, now=now(), representative_id=representative
        )
    )
    browser = Browser(office.app)
    browser.get(f"/toegang/{token}")
    assert browser.submit(f"/toegang/{token}").status_code == 303
    return browser


def path_of(question: DevelopmentQuestion) -> str:
    return f"/mijn/{question.public_id}/vertegenwoordiger"


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_person_sees_who_acts_or_waits_and_ends_it(office: Office, confirmed: bool) -> None:
    question = office.made(a_question)
    somebody = named(office, question, confirmed=confirmed)
    theirs = come_in(office, question, Audience.RESIDENT, somebody) if confirmed else None
    own = come_in(office, question, Audience.RESIDENT, None)
    page = own.get(f"/mijn/{question.public_id}")
    assert path_of(question) in page.text
    page = own.get(path_of(question))
    assert_sound(page)
    text = said(page)
    assert "Mr. Mol" in text and "als advocaat" in text and "Machtiging van 3 mei" in text
    assert ("wacht" in text) is not confirmed
    page = own.submit(path_of(question))
    assert page.status_code == 303
    assert "Mr. Mol mag niet voor u handelen" in said(own.get(page.location))
    assert "Niemand handelt voor u." in said(own.get(path_of(question)))
    if theirs is not None:
        assert theirs.get(f"/mijn/{question.public_id}").status_code != 200, "and is out at once"


def test_who_acts_for_somebody_ends_nothing_here(office: Office) -> None:
    question = office.made(a_question)
    theirs = come_in(office, question, Audience.RESIDENT, named(office, question))
    assert theirs.get(f"/mijn/{question.public_id}").status_code == 200
    assert theirs.get(path_of(question)).status_code == 404


def test_what_is_ended_is_who_was_on_the_screen(office: Office) -> None:
    question = office.made(a_question)
    first = named(office, question)
    own = come_in(office, question, Audience.RESIDENT, None)
    own.get(path_of(question))

    def another(session: Session) -> None:
        one = session.get_one(DevelopmentQuestion, question.id)
        somebody = session.get_one(Representative, first)
        end_representation(session, question=one, somebody=somebody, actor=ADVISOR, now=NOW)

    office.do(another)
    second = named(office, question, "Vera Voogd")
    page = own.submit(path_of(question))
    assert page.status_code == 422 and "Vera Voogd" in said(page)
    assert office.do(lambda s: s.get_one(Representative, second).ended_at) is None
    assert own.submit(path_of(question)).status_code == 303, "after seeing who it is now"
