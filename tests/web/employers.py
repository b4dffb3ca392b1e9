"""Employers that came in by an address that speaks for them, for tests of screens."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.employers.actions import admit_address
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.models import WayIn
from portal.people.employers import arm_employer_link, begin_employer_link, consume_employer_link
from portal.people.sessions import Entrant, open_session
from portal.platform.clock import now
from tests.factories import ADVISOR
from tests.web.browser import SYSTEM

HR = "hr@deproef.example"


def an_address(session: Session, question_id: int) -> str:
    """The public id of an address that speaks for the employer of a question."""
    question = session.get_one(DevelopmentQuestion, question_id)
    return admit_address(session, question=question, email=HR, actor=ADVISOR, now=now()).public_id


def a_token_for_an_employer(session: Session, email: str = HR) -> str:
    """The token of a link that was mailed to an address."""
    link = begin_employer_link(session, email=email, actor=SYSTEM, now=now())
    return arm_employer_link(session, link=link, now=now())


def came_in_by(session: Session, email: str = HR) -> str:
    """The cookie of a browser that came in by a link to an address."""
    used = consume_employer_link(session, token=a_token_for_an_employer(session, email), now=now())
    return open_session(session, now=now(), who=Entrant(way_in=WayIn.EMPLOYER_LINK, employer_link_id=used.id))
