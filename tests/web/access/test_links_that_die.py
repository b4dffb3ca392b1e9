"""Links to a question end: with time, with the address they went to, with the case, and when their owner says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.contents import save_contact
from portal.cases.pledges.actions import ask_pledge
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.questions.actions import close_question, discard_draft, expire_drafts, withdraw_question
from portal.cases.questions.models import CloseReason, ContactDetails, ContactWay, DevelopmentQuestion
from portal.cases.representatives.actions import Authorisation, authorise_representative, confirm_representative
from portal.papers.sending import send_mail
from portal.people.accounts.actions import AFTER_THE_CASE, AFTER_USE, AT_MOST, grant_access_link
from portal.people.accounts.models import AccessLink
from portal.people.actor import Audience
from portal.people.audit.models import AuditEvent
from portal.platform.clock import frozen, now
from portal.platform.config import load_settings
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, MAIL, NOW, SECOND, SYSTEM, a_draft, a_question, a_voucher, resident
from tests.mails import text_of
from tests.web.browser import Browser
from tests.web.office import Office, office, still
from tests.web.walking import assert_sound

__all__ = ["office", "still"]

DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)
POST = ContactDetails(
    way=ContactWay.POST,
    name="Sam de Vries",
    street="Dorpsstraat",
    house_number="1",
    postcode="7411AB",
    city="Proefstad",
)


def grant(
    office: Office, question_id: int, audience: Audience = Audience.RESIDENT, representative: int | None = None
) -> str:
    """The path of a link that is made now."""
    token = office.do(
        lambda s: grant_access_link(
            s, question_id=question_id, audience=audience, actor=SYSTEM, now=now(), representative_id=representative
        )
    )
    return f"/toegang/{token}"


def opens(office: Office, path: str) -> bool:
    """Whether a link opens its question, for who presses the button too."""
    browser = Browser(office.app)
    status = browser.get(path).status_code
    assert status in (200, 404)
    assert browser.post(path).status_code == (303 if status == 200 else 404)
    return status == 200


def enter(office: Office, path: str) -> Browser:
    browser = Browser(office.app)
    browser.get(path)
    assert browser.submit(path).status_code == 303
    return browser


def mails(office: Office, folder: Path) -> list[EmailMessage]:
    sent: list[EmailMessage] = []
    settings = load_settings(portal_env="test", state_dir=folder, base_url="https://loket.example")
    send_mail(office.engine, settings=settings, deliver=sent.append, clock=now)
    return sent


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"https://loket\.example(/toegang/[\w-]{22})\n", text_of(mail))
    assert found
    return found[1]


def on(office: Office, question: DevelopmentQuestion, work: Callable[[Session, DevelopmentQuestion], object]) -> None:
    office.do(lambda s: work(s, s.get_one(DevelopmentQuestion, question.id)))


# Time ------------------------------------------------------------------------------------------------------------------


def test_a_link_lives_ninety_days_after_it_was_last_used_and_never_longer_than_a_year(office: Office) -> None:
    question = office.made(a_question)
    unused, used = grant(office, question.id), grant(office, question.id)
    at, alive = NOW, []
    while at < NOW + 900 * DAY:
        at += 80 * DAY
        with frozen(at):
            alive.append((opens(office, used), (at - NOW).days))
    assert [days for lives, days in alive if lives] == [80, 160, 240, 320]
    for age, lives in ((AFTER_USE - A_SECOND, True), (AFTER_USE, False)):
        other = unused if not lives else grant(office, question.id)
        with frozen(NOW + age):
            assert opens(office, other) is lives
    assert timedelta(days=366) > AT_MOST


@pytest.mark.parametrize("used", [False, True])
def test_a_link_of_900_days_old_opens_nothing(office: Office, used: bool) -> None:
    path = grant(office, office.made(a_question).id)
    for days in range(30, 900, 30) if used else ():
        with frozen(NOW + days * DAY):
            opens(office, path)
    with frozen(NOW + 900 * DAY):
        assert not opens(office, path)
    assert opens(office, path), "control: on its first day it does"


# What it was sent to changes -------------------------------------------------------------------------------------------


def test_an_employer_by_mistake_gives_no_pledge_in_the_name_of_the_right_one(office: Office, tmp_path: Path) -> None:
    question = office.made(a_question)

    def ask(address: str) -> Callable[[Session, DevelopmentQuestion], object]:
        return lambda s, mine: ask_pledge(
            s, question=mine, employer_name="Staal bv", employer_email=address, actor=resident(mine), now=now()
        )

    mails(office, tmp_path)
    on(office, question, ask("hr@stal.example"))
    (mistaken,) = mails(office, tmp_path)
    stranger = enter(office, link_in(mistaken))
    page = f"/werkgever/bijdrage/{question.public_id}"
    assert stranger.get(page).status_code == 200
    on(office, question, ask("hr@staal.example"))
    assert stranger.get(page).status_code == 404, "who was in is out"
    assert stranger.post(page, {"answer": "fixed", "fixed": "1.000", "name": "Vreemde"}).status_code == 404
    assert not opens(office, link_in(mistaken))
    assert office.do(lambda s: s.scalars(select(Pledge.state)).one()) is PledgeState.ASKED
    (right,) = mails(office, tmp_path)
    assert "hr@staal.example" in right["To"]
    employer = enter(office, link_in(right))
    on(office, question, ask("HR@staal.example "))
    assert employer.get(page).status_code == 200, "control: asked again at the same address it goes on"
    assert opens(office, link_in(right))


def test_a_mail_that_was_being_made_does_not_open_anything_at_the_old_address(office: Office, tmp_path: Path) -> None:
    """It waits in the outbox without an address; the one of the moment that it leaves counts."""
    question = office.made(a_question)
    for address in ("hr@stal.example", "hr@staal.example"):
        on(
            office,
            question,
            lambda s, mine, address=address: ask_pledge(
                s, question=mine, employer_name="Staal bv", employer_email=address, actor=resident(mine), now=now()
            ),
        )
    asked = [mail for mail in mails(office, tmp_path) if "werkgever" in mail["Subject"]]
    assert [mail["To"].count("hr@staal.example") for mail in asked] == [1, 1]


def test_another_address_of_the_asker_ends_the_links_to_the_old_one_and_gets_a_new_one(
    office: Office, tmp_path: Path
) -> None:
    question = office.made(a_question)
    (received,) = mails(office, tmp_path)
    old, employer = link_in(received), grant(office, question.id, Audience.EMPLOYER)
    somebody = office.do(lambda s: represented(s, question))
    mails(office, tmp_path)  # the person is told of who may act
    acting = grant(office, question.id, representative=somebody)
    inside, acts = enter(office, old), enter(office, acting)
    same, other = replace(MAIL, phone="0612345678"), replace(MAIL, email="sam.nieuw@voorbeeld.example")
    save = lambda contact: lambda s, mine: save_contact(s, question=mine, contact=contact, actor=ADVISOR, now=now())  # noqa: E731
    on(office, question, save(same))
    assert opens(office, old), "control: nothing else about the person ends a link"
    on(office, question, save(other))
    mine = f"/mijn/{question.public_id}"
    assert inside.get(mine).status_code == 404
    assert not opens(office, old)
    assert opens(office, employer), "it did not go to that address"
    assert acts.get(mine).status_code == 200
    assert opens(office, acting)
    sent = mails(office, tmp_path)
    assert any(MAIL.email in one["To"] for one in sent), "the old address is told"
    (fresh,) = (one for one in sent if "sam.nieuw@voorbeeld.example" in one["To"])
    assert opens(office, link_in(fresh))


def represented(session: Session, question: DevelopmentQuestion) -> int:
    given = Authorisation("authorised", "Bo Bewind", "Machtiging", NOW.date(), seen=True)
    mine = session.get_one(DevelopmentQuestion, question.id)
    somebody = authorise_representative(session, question=mine, given=given, actor=ADVISOR, now=NOW)
    return confirm_representative(session, question=mine, somebody=somebody, actor=SECOND, now=NOW).id


# The case ends ---------------------------------------------------------------------------------------------------------


def withdraw(session: Session, question: DevelopmentQuestion) -> None:
    withdraw_question(session, question=question, reason=None, actor=ADVISOR, now=now())


def close(session: Session, question: DevelopmentQuestion) -> None:
    close_question(session, question=question, reason=CloseReason.HELPED, actor=ADVISOR, now=now())


@pytest.mark.parametrize("end", [withdraw, close])
def test_a_case_that_ends_without_a_decision_can_be_read_for_six_weeks(
    office: Office, tmp_path: Path, end: Callable[[Session, DevelopmentQuestion], None]
) -> None:
    question = office.made(a_question)
    mails(office, tmp_path)
    path, employer = grant(office, question.id), grant(office, question.id, Audience.EMPLOYER)
    on(office, question, end)
    assert not opens(office, employer), "there is nothing left to pay for"
    with frozen(NOW + AFTER_THE_CASE - A_SECOND):
        assert opens(office, path)
        assert enter(office, path).get(f"/mijn/{question.public_id}").status_code == 200
    with frozen(NOW + AFTER_THE_CASE):
        assert not opens(office, path)
    told = mails(office, tmp_path)
    assert len(told) == (end is withdraw)
    for mail in told:  # its link is made when it leaves
        with frozen(NOW + AFTER_THE_CASE):
            assert not opens(office, link_in(mail))


def test_after_a_decision_the_vouchers_run_on_and_the_links_with_them(office: Office) -> None:
    voucher = office.made(a_voucher)
    path = grant(office, voucher.question_id)
    office.do(lambda s: close(s, s.get_one(DevelopmentQuestion, voucher.question_id)))
    with frozen(NOW + AFTER_THE_CASE):
        assert opens(office, path)


def thrown_away(session: Session, question: DevelopmentQuestion) -> None:
    discard_draft(session, question=question, actor=resident(question), now=now())


def too_old(session: Session, _question: DevelopmentQuestion) -> None:
    assert expire_drafts(session, now=NOW + 31 * DAY) == 1


@pytest.mark.parametrize("end", [thrown_away, too_old])
def test_the_link_to_a_draft_that_is_gone_does_not_open_the_next_one(
    office: Office, end: Callable[[Session, DevelopmentQuestion], None]
) -> None:
    """SQLite gives the next record the number of the last one that was removed."""
    first = office.made(a_draft)
    path = grant(office, first.id)
    elsewhere = enter(office, path)
    on(office, first, end)
    second = office.made(a_draft)
    assert office.engine.dialect.name != "sqlite" or second.id == first.id, "as it comes"
    assert not opens(office, path)
    assert elsewhere.get(f"/vraag/{second.public_id}/wens").status_code == 404
    assert elsewhere.get("/mijn").status_code == 404


# Ending all, and getting a new one ---------------------------------------------------------------------------------------


def test_who_asked_ends_all_links_and_gets_a_new_one_by_mail(office: Office, tmp_path: Path) -> None:
    question = office.made(a_question)
    (received,) = mails(office, tmp_path)
    leaked = link_in(received)
    somebody = office.do(lambda s: represented(s, question))
    mails(office, tmp_path)  # the person is told of who may act
    acting, employer = (
        grant(office, question.id, representative=somebody),
        grant(office, question.id, Audience.EMPLOYER),
    )
    thief, owner = enter(office, leaked), enter(office, leaked)
    page, mine = f"/mijn/{question.public_id}/links", f"/mijn/{question.public_id}"
    assert page in owner.get(mine).text
    assert_sound(owner.get(page))
    assert owner.submit(page).status_code == 303
    assert "Wij sturen een nieuwe link naar uw e-mailadres" in owner.follow().text
    assert [browser.get(mine).status_code for browser in (owner, thief)] == [404, 404]
    assert [opens(office, path) for path in (leaked, acting, employer)] == [False, False, True]
    (fresh,) = mails(office, tmp_path)
    assert enter(office, link_in(fresh)).get(mine).status_code == 200
    assert "question.links_ended" in office.do(lambda s: s.scalars(select(AuditEvent.action)).all())


def test_who_has_no_mail_stays_in_and_sees_the_new_link_once(office: Office) -> None:
    question = office.made(a_question, contact=POST)
    path = grant(office, question.id)
    thief, owner = enter(office, path), enter(office, path)
    page = f"/mijn/{question.public_id}/links"
    owner.get(page)
    assert owner.submit(page).status_code == 303
    shown = owner.follow()
    assert_sound(shown)
    found = re.search(r"http://127\.0\.0\.1:8000(/toegang/[\w-]{22})<", shown.text)
    assert found
    assert "/toegang/" not in owner.get(page).text
    assert owner.get(f"/mijn/{question.public_id}").status_code == 200
    assert thief.get(f"/mijn/{question.public_id}").status_code == 404
    assert [opens(office, one) for one in (path, found[1])] == [False, True]


def test_who_acts_for_somebody_does_not_end_their_links(office: Office) -> None:
    question = office.made(a_question)
    path = grant(office, question.id)
    acting = enter(office, grant(office, question.id, representative=office.do(lambda s: represented(s, question))))
    page = f"/mijn/{question.public_id}/links"
    assert acting.get(page).status_code == 404
    assert acting.post(page).status_code == 404
    assert page not in acting.get(f"/mijn/{question.public_id}").text
    assert opens(office, path)


@pytest.mark.parametrize(
    ("reference", "email", "comes"),
    [
        ("ov-2026-0001 ", "SAM@voorbeeld.example", True),
        ("OV-2026-0001", "ander@voorbeeld.example", False),
        ("OV-2026-9999", "sam@voorbeeld.example", False),
    ],
)
def test_who_lost_the_link_gets_a_new_one_at_the_known_address_only(
    office: Office, tmp_path: Path, reference: str, email: str, comes: bool
) -> None:
    office.made(a_question)
    mails(office, tmp_path)
    browser = Browser(office.app)
    assert_sound(browser.get("/nieuwe-link"))
    assert browser.submit("/nieuwe-link", {"reference": reference, "email": email}).status_code == 303
    assert browser.last is not None
    assert browser.last.location == "/nieuwe-link/gevraagd"
    assert_sound(browser.follow())
    sent = mails(office, tmp_path)
    assert [mail["To"].count("sam@voorbeeld.example") for mail in sent] == ([1] if comes else [])
    assert all(opens(office, link_in(mail)) for mail in sent)
    left = office.do(lambda s: s.scalars(select(OutboxMessage.object_id).where(OutboxMessage.object_id == 0)).all())
    assert left == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("reference", ""), ("reference", "x" * 21), ("email", ""), ("email", "geen adres"), ("email", "a@" + "b" * 260)],
)
def test_what_cannot_be_a_number_or_an_address_is_refused_at_the_field(office: Office, field: str, wrong: str) -> None:
    browser = Browser(office.app)
    browser.get("/nieuwe-link")
    form = {"reference": "OV-2026-0001", "email": "sam@voorbeeld.example", field: wrong}
    refused = browser.submit("/nieuwe-link", form)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text


def test_six_weeks_after_the_case_no_new_link_comes(office: Office, tmp_path: Path) -> None:
    question = office.made(a_question)
    on(office, question, withdraw)
    mails(office, tmp_path)
    form = {"reference": "OV-2026-0001", "email": "sam@voorbeeld.example"}
    for at, number in ((NOW + AFTER_THE_CASE, 1), (NOW + AFTER_THE_CASE + A_SECOND, 0)):
        with frozen(at):
            assert Browser(office.app).enter().post("/nieuwe-link", form).status_code == 303
            assert len(mails(office, tmp_path)) == number


def test_links_that_were_made_say_who_made_them_and_where(office: Office) -> None:
    question = office.made(a_question, contact=POST)
    owner = enter(office, grant(office, question.id))
    owner.get(f"/mijn/{question.public_id}/links")
    owner.submit(f"/mijn/{question.public_id}/links")
    (_first, made) = office.do(lambda s: s.scalars(select(AccessLink).order_by(AccessLink.id)).all())
    assert made.created_by == "resident"
    assert re.fullmatch("[0-9a-f]{32}", made.created_from)
