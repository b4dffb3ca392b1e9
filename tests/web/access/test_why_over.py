"""Who is not in any more reads why: time that passed is one reason of many, and each act that ends a session has its own.

Of each reason the act itself is done while somebody fills in a form. A reason without a scene here, or without words, fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.contents import save_contact
from portal.cases.own_contact.actions import change_own_contact
from portal.cases.own_links import end_own_links
from portal.cases.pledges.actions import ask_pledge
from portal.cases.questions.actions import close_question, discard_draft, expire_drafts, withdraw_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion
from portal.cases.representatives.actions import end_representation
from portal.cases.representatives.models import Representative
from portal.framework.staff import close_account, limit_rights, log_out_everywhere, reset_second_step
from portal.oversight.privacy.erasing.cases import erase_parts
from portal.oversight.privacy.holdings import Family
from portal.people.accounts.actions import change_role, end_sessions
from portal.people.accounts.models import Account, EndOfSession, Role, SessionRecord
from portal.people.accounts.queries import ABSOLUTE, IDLE_STAFF, actor_of_account
from portal.people.actor import Audience, Grade
from portal.people.factors.actions import AppToAdd, add_app, key_of, new_app_secret
from portal.people.sessions import clear_old_sessions, close_session, end_own_sessions
from portal.platform import clock
from portal.platform.clock import now
from portal.web.edge.ended import ENDED, NOT_IN, SOMEBODY_ELSE
from tests.architecture.graph import CHECKOUT
from tests.factories import ADMIN, ADVISOR, MAIL, NOW, SYSTEM, a_draft, a_question, resident
from tests.web.access.test_links_that_die import enter, grant, represented
from tests.web.browser import Browser
from tests.web.edge.test_kept_forms import BY_HAND, LONG
from tests.web.office import Office, office, still
from tests.web.walking import soup_of

__all__ = ["office", "still"]
Act = Callable[[Session], object]
SHORT = "kort € 1.234"
PLEDGE, OWN, DRAFT, NOTE = (
    "/werkgever/bijdrage/{}",
    "/mijn/{}/intrekken",
    "/vraag/{}/wens",
    "/adviseur/vraag/{}/notitie",
)
"""Pages with a form of who is asked to pay, of who asked, of who fills in a draft, and of an advisor."""


class Scene:
    """Somebody who fills in a form, in a question; `end` does the act."""

    def __init__(self, office: Office, page: str, *, acts_for: bool = False) -> None:
        self.office = office
        self.question = office.made(a_draft if page == DRAFT else a_question)
        self.path = page.format(self.question.public_id)
        if page == NOTE:
            self.browser = office.browser(Role.ADVISOR)
            self.account = office.account(Role.ADVISOR)
        else:
            audience = Audience.EMPLOYER if page == PLEDGE else Audience.RESIDENT
            somebody = office.do(lambda s: represented(s, self.question)) if acts_for else None
            if page == PLEDGE:
                self.do(lambda s: _asked_at(s, self._mine(s), "hr@staal.example"))
            self.browser = enter(office, grant(office, self.question.id, audience, somebody))
        assert self.browser.get(self.path).status_code == 200, self.path

    def do(self, act: Act) -> None:
        """Do it in a unit of work."""
        self.office.do(lambda s: act(s))

    def _mine(self, session: Session) -> DevelopmentQuestion:
        return session.get_one(DevelopmentQuestion, self.question.id)

    def case(self, act: Callable[[Session, DevelopmentQuestion], object]) -> Scene:
        """Do something with the question."""
        self.do(lambda s: act(s, self._mine(s)))
        return self

    def staff(self, act: Callable[[Session, Account], object]) -> Scene:
        """Do something with the account."""
        self.do(lambda s: act(s, s.get_one(Account, self.account.id)))
        return self


def _asked_at(session: Session, question: DevelopmentQuestion, address: str) -> None:
    ask_pledge(
        session,
        question=question,
        employer_name="Staal bv",
        employer_email=address,
        actor=resident(question),
        now=now(),
    )


def _somewhere_else(session: Session, question: DevelopmentQuestion) -> None:
    moved = replace(MAIL, email="nieuw@voorbeeld.example")
    save_contact(session, question=question, contact=moved, actor=ADVISOR, now=now())


def _moves(session: Session, question: DevelopmentQuestion) -> None:
    moved = replace(MAIL, email="nieuw@voorbeeld.example")
    change_own_contact(session, question=question, contact=moved, here="", actor=resident(question), now=now())


def _acts_no_more(session: Session, question: DevelopmentQuestion) -> None:
    somebody = session.scalars(select(Representative)).one()
    end_representation(session, question=question, somebody=somebody, actor=ADVISOR, now=now())


def _loses_steps(session: Session, account: Account) -> None:
    secret = new_app_secret()
    added = AppToAdd(secret, TOTP(secret).at(now()))
    add_app(session, account=account, added=added, key=key_of("test"), actor=actor_of_account(account), now=now())
    reset_second_step(session, account=account, actor=ADMIN, now=now())


SCENES: dict[str, Callable[[Office], Scene]] = {
    "links_ended": lambda o: Scene(o, OWN).case(
        lambda s, q: end_own_links(s, question=q, here=None, actor=resident(q), now=now())
    ),
    "other_address by an advisor": lambda o: Scene(o, OWN).case(_somewhere_else),
    "other_address by who asked": lambda o: Scene(o, OWN).case(_moves),
    "asked_elsewhere": lambda o: Scene(o, PLEDGE).case(lambda s, q: _asked_at(s, q, "ander@staal.example")),
    "withdrawn": lambda o: Scene(o, PLEDGE).case(
        lambda s, q: withdraw_question(s, question=q, reason=None, actor=resident(q), now=now())
    ),
    "closed": lambda o: Scene(o, PLEDGE).case(
        lambda s, q: close_question(s, question=q, reason=CloseReason.HELPED, actor=ADVISOR, now=now())
    ),
    "thrown_away": lambda o: Scene(o, DRAFT).case(
        lambda s, q: discard_draft(s, question=q, actor=resident(q), now=now())
    ),
    "draft_too_old": lambda o: Scene(o, DRAFT).case(lambda s, _: expire_drafts(s, now=now() + timedelta(days=31))),
    "erased": lambda o: Scene(o, OWN).case(
        lambda s, q: erase_parts(s, parts=(Family.CASE,), question_ids=[q.id], now=now())
    ),
    "no_longer_acts": lambda o: Scene(o, OWN, acts_for=True).case(_acts_no_more),
    "account_closed": lambda o: Scene(o, NOTE).staff(lambda s, a: close_account(s, account=a, actor=ADMIN, now=now())),
    "rights_changed by a limit": lambda o: Scene(o, NOTE).staff(
        lambda s, a: limit_rights(s, account=a, grade=Grade.READER, schemes=(), actor=ADMIN, now=now())
    ),
    "rights_changed by a role": lambda o: Scene(o, NOTE).staff(
        lambda s, a: change_role(s, account=a, role=Role.HELPER, actor=SYSTEM, now=now())
    ),
    "steps_forgotten": lambda o: Scene(o, NOTE).staff(_loses_steps),
    "ended_by_desk": lambda o: Scene(o, NOTE).staff(
        lambda s, a: log_out_everywhere(s, account=a, actor=ADMIN, now=now())
    ),
    "signed_out_elsewhere": lambda o: Scene(o, NOTE).staff(lambda s, a: end_own_sessions(s, account_id=a.id)),
    "signed_out": lambda o: Scene(o, NOTE).staff(
        lambda s, a: [close_session(s, hashed=one) for one in s.scalars(select(SessionRecord.token_hash)).all()]
    ),
    "idle": lambda o: Scene(o, NOTE),
    "long": lambda o: Scene(o, NOTE),
    "long and cleared away": lambda o: Scene(o, NOTE).staff(
        lambda s, _: clear_old_sessions(s, now=now() + ABSOLUTE + timedelta(seconds=1))
    ),
}
"""By the reason, and by which of its acts where it has more than one."""


def reason_of(scene: str) -> EndOfSession:
    return EndOfSession(scene.split()[0])


def said_in(text: str) -> set[str]:
    """The reasons whose words stand on a page."""
    told = {end.value: str(why.message) for end, why in ENDED.items()}
    told |= {"not in": str(NOT_IN.message), "somebody else": str(SOMEBODY_ELSE.message)}
    return {name for name, words in told.items() if words in text}


def after(office: Office, scene: str) -> tuple[Browser, str]:
    """The browser of who filled in a form when the act was done, and the page of the form. The clock is where it has to be."""
    played = SCENES[scene](office)
    if scene == "long":  # somebody who did something all the time
        for minutes in range(20, 12 * 60, 20):
            with clock.frozen(NOW + timedelta(minutes=minutes)):
                assert played.browser.get(played.path).status_code == 200
    return played.browser, played.path


def moment_of(scene: str) -> timedelta:
    return {"idle": IDLE_STAFF, "long": ABSOLUTE}.get(scene, timedelta())


def test_every_reason_has_a_scene_and_words() -> None:
    assert {reason_of(scene) for scene in SCENES} == set(EndOfSession) == set(ENDED)
    messages = [str(why.message) for why in ENDED.values()]
    assert len(set(messages)) == len(messages), "no two reasons are told in the same words"


@pytest.mark.parametrize("scene", SCENES)
def test_who_sends_a_form_then_reads_the_reason_and_loses_nothing(office: Office, scene: str) -> None:
    browser, path = after(office, scene)
    why = ENDED[reason_of(scene)]
    with clock.frozen(NOW + moment_of(scene)):
        sent = browser.submit(
            path, {"text": LONG, "amount": SHORT}, headers={**BY_HAND, "Referer": "http://localhost" + path}
        )
        page = browser.follow() if sent.status_code == 303 else sent
        assert said_in(page.text) == {reason_of(scene).value}
        assert soup_of(page).h1 is not None and soup_of(page).h1.get_text() == str(why.title)
        if not why.enters:
            told = {one.get_text() for one in soup_of(page).select(".notice .said")}
            assert told == {LONG, SHORT}, "all of it can be copied"
            assert browser.client.get_cookie("ingevuld") is None, "nobody gets it back, so it is not kept"
            assert not soup_of(page).select("main a[href^='/nieuwe-link'], main form"), "no way in is promised"
        else:
            assert "Wat u invulde is niet weg" in page.text


@pytest.mark.parametrize("scene", SCENES)
def test_who_looks_then_reads_the_same_reason(office: Office, scene: str) -> None:
    browser, path = after(office, scene)
    with clock.frozen(NOW + moment_of(scene)):
        page = browser.get(path, headers={"Sec-Fetch-Mode": "navigate"})
        assert page.status_code == 404 and said_in(page.text) == {reason_of(scene).value}
        assert "niets opgeslagen" not in page.text, "nothing was sent"
        english = browser.get(f"{path}?taal=en", headers={"Sec-Fetch-Mode": "navigate"})
        assert said_in(english.text) == set() and 'lang="en"' in english.text


def test_asking_whether_somebody_is_still_there_does_not_take_the_reason_away(office: Office) -> None:
    """The script of a page that closed asks that before the form is sent."""
    scene, seen = Scene(office, NOTE), {}
    page = scene.browser.last
    with clock.frozen(NOW + IDLE_STAFF):
        for before in ("/langer", "/"):
            cookie = scene.browser.client.get_cookie("loket")
            scene.browser.get(before)
            scene.browser.last = page
            sent = scene.browser.submit(scene.path, {"text": LONG}, headers={"Origin": "http://localhost"})
            seen[before] = said_in(sent.text)
            assert cookie is not None
            scene.browser.client.set_cookie("loket", cookie.value)
    assert seen == {"/langer": {"idle"}, "/": {"not in"}}, "the control: another page takes the cookie away"


def test_who_signed_out_in_another_tab_is_told_that(office: Office) -> None:
    scene = Scene(office, NOTE)
    other_tab = scene.browser.last
    scene.browser.post("/uitloggen")
    scene.browser.last = other_tab
    page = scene.browser.submit(scene.path, {"text": LONG}, headers={"Origin": "http://localhost"})
    assert said_in(page.text) == {"not in"} and LONG.split(" & ")[0] in page.text


def test_who_came_in_as_somebody_else_in_another_tab_is_told_that(office: Office) -> None:
    scene = Scene(office, NOTE)
    other_tab = scene.browser.last
    scene.browser.enter(account=office.account(Role.OWNER))
    scene.browser.last = other_tab
    page = scene.browser.submit(scene.path, {"text": LONG}, headers={"Origin": "http://localhost"})
    assert page.status_code == 404 or said_in(page.text) == {"somebody else"}
    assert "tijd niets gedaan" not in page.text


# Controls ----------------------------------------------------------------------------------------------------------------


def test_a_session_that_is_thrown_away_instead_of_ended_is_found(office: Office) -> None:
    """As it was before: the row is gone, and nobody knows why."""
    scene = Scene(office, PLEDGE)
    scene.do(lambda s: [s.delete(one) for one in s.scalars(select(SessionRecord))])
    page = scene.browser.submit(scene.path, {"text": LONG}, headers={"Origin": "http://localhost"})
    assert said_in(page.text) == {"long"} != {"withdrawn"}


def test_an_ended_session_is_nobodys_and_is_told_once_why(office: Office) -> None:
    """The first reason stays, and nothing of the person stands in it any more."""
    scene = Scene(office, NOTE)
    every = SessionRecord.id > 0
    scene.do(lambda s: end_sessions(s, every, because=EndOfSession.ENDED_BY_DESK))
    assert office.do(lambda s: end_sessions(s, every, because=EndOfSession.CLOSED)) == 0
    (row,) = office.do(lambda s: s.scalars(select(SessionRecord)).all())
    assert (row.ended_because, row.account_id, row.sign_in_link_id, row.data) == (
        EndOfSession.ENDED_BY_DESK,
        None,
        None,
        {},
    )


DELETES = re.compile(r"delete\(\s*SessionRecord|table_called\(\"session_record\"\)|delete\(sessions\)")
BY_TIME = {"portal/people/sessions.py", "portal/oversight/privacy/retention"}
"""What clears away sessions of which the time is over, and only that."""


def deleting(text: str) -> bool:
    """Whether a file throws sessions away."""
    return bool(DELETES.search(text))


def test_no_act_throws_a_session_away() -> None:
    found = {
        str(path.relative_to(CHECKOUT))
        for path in sorted((CHECKOUT / "portal").rglob("*.py"))
        if "migrations" not in path.parts and deleting(path.read_text())
    }
    assert {one for one in found if not one.startswith(tuple(BY_TIME))} == set()
    assert deleting("session.execute(delete(SessionRecord).where(theirs))"), "control"
