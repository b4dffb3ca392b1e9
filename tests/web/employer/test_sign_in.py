"""An employer asks a link by mail: it goes to the own address alone, works once, and nobody learns which addresses are known."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import event, select
from werkzeug.test import TestResponse

from portal.cases.employers.actions import admit_address, dismiss_address
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.papers.sending import send_mail
from portal.people.accounts.models import EmployerAddress, EmployerLink, SessionRecord, WayIn
from portal.people.audit.models import AuditEvent
from portal.platform.clock import frozen, now
from portal.platform.config import load_settings
from portal.platform.limits.models import SIGN_IN_MAILS
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, NOW, a_question
from tests.mails import text_of
from tests.web.browser import Browser
from tests.web.office import Office, office, said, still
from tests.web.walking import assert_sound

__all__ = ["office", "still"]
HR, UNKNOWN = "hr@bakkerij.example", "niemand@elders.example"
DOOR = "/werkgever/inloggen"
MINUTE = timedelta(minutes=1)
_TOKENS = re.compile(r'name="(csrf_token|submission_token)" value="[^"]*"')


def known(office: Office) -> DevelopmentQuestion:
    """A question of an employer, and an address that speaks for it."""
    question = office.made(a_question, route=Route.EMPLOYER)
    office.do(
        lambda s: admit_address(
            s, question=s.get_one(DevelopmentQuestion, question.id), email=HR, actor=ADVISOR, now=NOW
        )
    )
    return question


def ask(office: Office, email: str) -> TestResponse:
    browser = Browser(office.app)
    assert_sound(browser.get(DOOR))
    answer = browser.submit(DOOR, {"email": email})
    assert (answer.status_code, answer.location) == (303, f"{DOOR}/gevraagd"), answer.text
    return browser.follow()


def sent(office: Office, folder: Path) -> list[EmailMessage]:
    """The mails to employers that leave now with a link in them."""
    mails: list[EmailMessage] = []
    settings = load_settings(portal_env="test", state_dir=folder, base_url="https://loket.example")
    send_mail(office.engine, settings=settings, deliver=mails.append, clock=now)
    return [mail for mail in mails if "Mijn bedrijf" in mail["Subject"]]


def path_in(mail: EmailMessage) -> str:
    found = re.search(rf"https://loket\.example({DOOR}/[\w-]{{43}})\n", text_of(mail))
    assert found
    return found[1]


def test_the_reader_of_a_known_address_comes_in_once_and_sees_all_that_was_asked(
    office: Office, tmp_path: Path
) -> None:
    question = known(office)
    assert_sound(ask(office, HR.upper()))
    (mail,) = sent(office, tmp_path)
    assert HR in mail["To"]
    browser, path = Browser(office.app), path_in(mail)
    for _ in range(2):
        assert_sound(browser.get(path))  # a mail scanner looks; that changes nothing
    assert browser.get("/werkgever/bedrijf").status_code == 404
    browser.get(path)
    answer = browser.submit(path)
    assert (answer.status_code, answer.location) == (303, "/werkgever/bedrijf")
    assert_sound(browser.follow())
    assert str(question.reference_number) in said(browser.last)  # type: ignore[arg-type]
    assert browser.get(f"/werkgever/vraag/{question.public_id}").status_code == 200
    assert Browser(office.app).get(path).status_code == 404, "once"
    assert browser.get(DOOR).location == "/werkgever/bedrijf"
    (record,) = office.do(lambda s: list(s.scalars(select(SessionRecord).where(SessionRecord.way_in.is_not(None)))))
    assert record.way_in is WayIn.EMPLOYER_LINK
    acts = select(AuditEvent.action).where(AuditEvent.object_kind.in_(("employer", "employer_link")))
    assert office.do(lambda s: list(s.scalars(acts.order_by(AuditEvent.id)))) == [
        "employer.link_asked",
        "session.opened",
    ]

    def taken_away(session) -> None:  # type: ignore[no-untyped-def]
        mine = session.get_one(DevelopmentQuestion, question.id)
        dismiss_address(session, question=mine, address=session.query(EmployerAddress).one(), actor=ADVISOR, now=NOW)

    office.do(taken_away)
    assert str(question.reference_number) not in said(browser.get("/werkgever/bedrijf"))
    assert browser.get(f"/werkgever/vraag/{question.public_id}").status_code == 404, "at once"


def test_the_answer_and_the_work_are_the_same_for_who_is_known_and_who_is_not(office: Office, tmp_path: Path) -> None:
    known(office)
    sent(office, tmp_path)
    pages = {_TOKENS.sub("", ask(office, email).text) for email in (HR, UNKNOWN)}
    assert len(pages) == 1 and "Als dit adres bij ons bekend is" in pages.pop()
    (mail,) = sent(office, tmp_path)
    assert HR in mail["To"]
    told = {email: statements(office, email) for email in (HR, UNKNOWN)}
    assert len(told[HR]) > 10 and told[HR] == told[UNKNOWN]
    kept = office.do(lambda s: list(s.scalars(select(EmployerLink.email))))
    assert set(kept) == {HR}, "of who is not known nothing stays"


def statements(office: Office, email: str) -> list[str]:
    """What the database is told while somebody asks; to keep what was done and to take it back count as one."""
    browser, told = Browser(office.app), []
    browser.get(DOOR)

    def note(_connection, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
        told.append(re.sub(r"^(RELEASE|ROLLBACK TO) SAVEPOINT \w+$", "END", statement))

    def end(_connection, _name, _context) -> None:  # type: ignore[no-untyped-def]
        told.append("END")

    listeners = (("before_cursor_execute", note), ("rollback_savepoint", end), ("release_savepoint", end))
    for name, heard in listeners:
        event.listen(office.engine, name, heard)
    try:
        assert browser.submit(DOOR, {"email": email}).status_code == 303
    finally:
        for name, heard in listeners:
            event.remove(office.engine, name, heard)
    return [one for one in told if not one.startswith("SAVEPOINT")]


def test_the_ten_minutes_begin_when_the_mail_leaves_and_nothing_that_is_kept_lets_anybody_in(
    office: Office, tmp_path: Path
) -> None:
    known(office)
    ask(office, HR)
    (waiting,) = office.do(lambda s: list(s.scalars(select(EmployerLink))))
    assert (waiting.token_hash, waiting.expires_at) == (None, None), "there is no link yet"
    with frozen(NOW + 30 * MINUTE):
        (mail,) = sent(office, tmp_path)
    token = path_in(mail).rpartition("/")[2]
    rows = office.do(
        lambda s: [str(vars(one)) for kind in (OutboxMessage, EmployerLink) for one in s.scalars(select(kind))]
    )
    assert token not in "".join(rows)
    with frozen(NOW + 40 * MINUTE - timedelta(seconds=1)):
        assert Browser(office.app).get(path_in(mail)).status_code == 200
    with frozen(NOW + 40 * MINUTE):
        late = Browser(office.app).get(path_in(mail))
        assert late.status_code == 404 and "werkt niet meer" in late.text


def test_who_floods_an_address_is_told_to_wait(office: Office) -> None:
    for _ in range(SIGN_IN_MAILS.most):
        ask(office, UNKNOWN)
    browser = Browser(office.app)
    browser.get(DOOR)
    refused = browser.submit(DOOR, {"email": UNKNOWN})
    assert refused.status_code == 429 and UNKNOWN in refused.text
    browser.get(DOOR)
    assert browser.submit(DOOR, {"email": "geen adres"}).status_code == 422


def test_an_advisor_says_which_addresses_speak_for_an_employer(office: Office) -> None:
    question = office.made(a_question, route=Route.EMPLOYER)
    advisor = office.browser("advisor")
    path = f"/adviseur/vraag/{question.public_id}/inloggen-werkgever"
    assert_sound(advisor.get(path))
    assert advisor.submit(path, {"email": HR}).status_code == 422, "the advisor says to be sure"
    advisor.get(path)
    assert advisor.submit(path, {"email": HR, "sure": "y"}).status_code == 303
    page = advisor.follow()
    assert HR in page.text
    found = re.search(rf'href="({path}/[\w-]+)"', page.text)
    assert found
    assert_sound(advisor.get(found[1]))
    assert advisor.submit(found[1]).status_code == 303
    assert "Nog niemand kan inloggen" in advisor.follow().text
    resident = office.made(a_question)
    assert advisor.get(f"/adviseur/vraag/{resident.public_id}/inloggen-werkgever").status_code == 404
