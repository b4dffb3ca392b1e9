"""The technical admin lets people in and out, watches the outbox and the ledger, and sees no case."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.framework.staff import REVIEW_EVERY, confirm_rights, open_account_again, rights_to_review
from portal.papers.sending import send_mail
from portal.people.accounts.models import Account, Organisation, Role
from portal.people.accounts.queries import account_by_email
from portal.people.audit.actions import record
from portal.people.audit.queries import EXPORTED, events_of
from portal.platform.clock import frozen, now
from portal.platform.config import load_settings
from portal.post.messages.models import MessageState, OutboxMessage
from portal.post.messages.queries import outbox
from portal.words.labels import ROLES
from tests.factories import NOW, SYSTEM, a_question, a_voucher
from tests.mails import text_of
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound

NEW = {"display_name": "Nora Nieuw", "email": "Nora@Loket.example", "role": "helper", "organisation": ""}


def made_account(office: Office, email: str = "nora@loket.example") -> Account:
    found = office.do(lambda s: account_by_email(s, email=email))
    assert found is not None
    return found


def test_the_overview_counts_and_names_nobody(office: Office) -> None:
    office.made(a_question)
    page = office.browser("admin").get("/beheer/")
    assert_sound(page)
    words = said(page)
    assert "wacht 1" in words
    assert "Alle berichten zijn weg" in words


def test_an_admin_sees_no_case(office: Office) -> None:
    question = office.made(a_question)
    voucher = office.made(a_voucher)
    [message, *_rest] = office.do(outbox)
    browser = office.browser("admin")
    for path in ("/beheer/", "/beheer/accounts", "/beheer/boekhouding"):
        text = browser.get(path).text
        assert "Sam de Vries" not in text
        assert "OV-2026" not in text
    for path in (
        f"/adviseur/vraag/{question.public_id}",
        f"/adviseur/voucher/{voucher.public_id}",
        f"/adviseur/bericht/{message.public_id}",
        "/adviseur/",
        "/regio/",
    ):
        assert browser.get(path).status_code == 404, path


def mail_of(office: Office, tmp_path: Path) -> list[EmailMessage]:
    """Send what waits, as the program does; what left."""
    sent: list[EmailMessage] = []
    settings = load_settings(portal_env="test", state_dir=tmp_path)
    send_mail(office.app.extensions["engine"], settings=settings, deliver=sent.append, clock=now)
    return sent


def test_somebody_is_added_and_comes_in_by_the_link_that_only_they_get(office: Office, tmp_path: Path) -> None:
    browser = office.browser("admin")
    page = browser.get("/beheer/accounts/nieuw")
    assert_sound(page)
    assert browser.submit("/beheer/accounts/nieuw", NEW).status_code == 303
    assert_sound(browser.follow())
    account = made_account(office)
    path = f"/beheer/accounts/{account.public_id}"
    assert browser.post(f"{path}/link").status_code == 303
    assert "/inloggen/" not in said(browser.follow())
    told, link = mail_of(office, tmp_path)
    assert (told["Subject"], told["To"]) == ("U hebt een account bij het loket", link["To"])
    assert "nora@loket.example" in link["To"]
    found = re.search(r"https?://[^/]+(/inloggen/[\w-]+)", text_of(link))
    assert found is not None
    newcomer = Browser(office.app)
    newcomer.get(found[1])
    newcomer.enter()
    newcomer.get(found[1])
    assert newcomer.submit(found[1]).status_code == 303
    assert newcomer.get("/hulp/").status_code == 200
    events = [event.action for event in office.do(lambda s: events_of(s, object_kind="account", object_id=account.id))]
    assert events[:2] == ["account.created", "account.link_sent"]
    page = browser.get(path)
    assert_sound(page)
    admin = office.account(Role.ADMIN)
    assert f"link, gestuurd door {admin.display_name}" in said(page), "the way in stands with the session"


@pytest.mark.parametrize("role", ["advisor", "owner", "region", "admin"])
def test_one_administrator_gives_nobody_a_role_that_decides_or_pays(office: Office, role: str) -> None:
    browser = office.browser("admin")
    place = office.do(
        lambda s: s.scalar(select(Organisation.public_id).where(Organisation.slug == "gemeente-proefstad"))
    )
    sent = {**NEW, "role": role, "organisation": place or ""}
    refused = browser.post("/beheer/accounts/nieuw", sent)
    assert refused.status_code == 422 and 'id="reason-error"' in refused.text, "a second one wants to know why"
    assert browser.post("/beheer/accounts/nieuw", {**sent, "reason": "Begint op 1 april."}).status_code == 303
    assert office.do(lambda s: account_by_email(s, email="nora@loket.example")) is None
    assert office.done_by_another(Role.ADMIN).status_code == 303
    assert made_account(office).role.value == role
    path = f"/beheer/accounts/{made_account(office).public_id}"
    assert browser.post(path, {"role": "helper"}).status_code == 303, "less is given by one"
    assert browser.post(path, {"role": role, "reason": "Terug."}).status_code == 303
    assert made_account(office).role is Role.HELPER and "Dit wacht op een tweede persoon" in said(browser.get(path))
    assert office.done_by_another(Role.ADMIN).status_code == 303
    assert made_account(office).role.value == role
    history, words = said(browser.get(path)), str(ROLES[role])
    less, back = f"{words}, daarna {ROLES['helper']}", f"{ROLES['helper']}, daarna {words}"
    assert 0 < history.index(back) < history.index(less), "the last change stands first"


def test_a_closed_account_that_decides_is_not_opened_by_one_administrator(office: Office) -> None:
    admin = office.browser("admin")
    path = f"/beheer/accounts/{office.account(Role.ADVISOR).public_id}"
    assert admin.post(f"{path}/uit").status_code == 303
    admin.get(path)
    assert admin.post(f"{path}/aan").status_code == 422, "without a reason"
    assert admin.post(f"{path}/aan", {"reason": "Weer in dienst."}).status_code == 303
    assert "staat uit" in said(admin.get(path))
    assert office.done_by_another(Role.ADMIN).status_code == 303
    assert "mag inloggen" in said(admin.get(path))


def test_an_administrator_does_not_change_the_own_role(office: Office) -> None:
    admin = office.browser("admin")
    path = f"/beheer/accounts/{office.account(Role.ADMIN).public_id}"
    assert "Rol wijzigen" not in said(admin.get(path))
    refused = admin.post(path, {"role": "helper"})
    assert refused.status_code == 422
    assert "uw eigen rol" in said(refused)
    assert office.do(lambda s: s.get_one(Account, office.account(Role.ADMIN).id)).role is Role.ADMIN


def test_an_address_that_is_in_use_and_a_role_without_organisation_are_refused(office: Office) -> None:
    browser = office.browser("admin")
    browser.post("/beheer/accounts/nieuw", NEW)
    twice = browser.post("/beheer/accounts/nieuw", {**NEW, "email": "NORA@loket.example"})
    assert twice.status_code == 422
    assert 'id="email-error"' in twice.text
    lonely = browser.post("/beheer/accounts/nieuw", {**NEW, "email": "x@loket.example", "role": "provider"})
    assert lonely.status_code == 422
    assert 'id="organisation-error"' in lonely.text
    place = office.do(
        lambda s: s.scalar(select(Organisation.public_id).where(Organisation.slug == "gemeente-proefstad"))
    )
    assert place is not None
    form = {**NEW, "email": "x@loket.example", "role": "provider", "organisation": place}
    assert browser.post("/beheer/accounts/nieuw", form).status_code == 303
    assert made_account(office, "x@loket.example").organisation_id is not None


def test_switching_somebody_off_ends_the_sessions_at_once(office: Office) -> None:
    advisor, closed = office.browser("advisor"), office.account(Role.ADVISOR)
    assert advisor.get("/adviseur/").status_code == 200
    path = f"/beheer/accounts/{closed.public_id}"
    admin = office.browser("admin")
    assert "02-03-2026" in said(admin.get(path))
    assert admin.post(f"{path}/uit").status_code == 303
    assert "staat uit" in said(admin.follow())
    assert advisor.get("/adviseur/").status_code == 404
    assert admin.post(f"{path}/link").status_code == 422, "no link for an account that is off"
    office.do(lambda s: open_account_again(s, account=s.get_one(Account, closed.id), actor=SYSTEM, now=NOW))
    assert advisor.get("/adviseur/").status_code == 404, "the old session stays dead"
    assert office.browser("advisor").get("/adviseur/").status_code == 200


def test_another_role_holds_at_once(office: Office) -> None:
    advisor = office.browser("advisor")
    path = f"/beheer/accounts/{office.account(Role.ADVISOR).public_id}"
    admin = office.browser("admin")
    admin.get(path)
    assert admin.submit(path, {"role": "helper"}).status_code == 303
    assert advisor.get("/adviseur/").status_code == 404
    assert office.browser("advisor").get("/hulp/").status_code == 200


def test_logging_somebody_out_everywhere(office: Office) -> None:
    advisor = office.browser("advisor")
    path = f"/beheer/accounts/{office.account(Role.ADVISOR).public_id}"
    assert office.browser("admin").post(f"{path}/uitloggen").status_code == 303
    assert advisor.get("/adviseur/").status_code == 404


def test_an_admin_cannot_lock_the_own_door(office: Office) -> None:
    admin = office.browser("admin")
    path = f"/beheer/accounts/{office.account(Role.ADMIN).public_id}"
    assert "Account uitzetten" not in said(admin.get(path))
    assert admin.post(f"{path}/uit").status_code == 422
    assert admin.get("/beheer/").status_code == 200


def test_a_message_that_failed_is_named_by_its_template_and_sent_again(office: Office) -> None:
    office.made(a_question)
    [message] = office.do(outbox)

    def fail(session: object) -> None:
        row = session.get(OutboxMessage, message.id)  # type: ignore[attr-defined]
        row.state, row.failed_at, row.trouble = MessageState.FAILED, NOW, "no_email_address"

    office.do(fail)
    browser = office.browser("admin")
    page = browser.get("/beheer/")
    assert_sound(page)
    assert "question/received" in said(page)
    assert browser.post(f"/beheer/berichten/{message.public_id}/opnieuw").status_code == 303
    assert browser.post(f"/beheer/berichten/{message.public_id}/opnieuw").status_code == 422


def test_the_ledger_is_checked_on_request(office: Office) -> None:
    office.made(a_voucher)
    page = office.browser("admin").get("/beheer/boekhouding")
    assert_sound(page)
    assert "De boekhouding klopt" in said(page)


def test_the_overview_says_when_everything_was_last_exported(office: Office) -> None:
    browser = office.browser("admin")
    assert "nog geen uitvoer" in said(browser.get("/beheer/"))
    office.do(lambda s: record(s, actor=SYSTEM, action=EXPORTED, object_kind="export", object_id="ab" * 32, now=NOW))
    page = browser.get("/beheer/")
    assert_sound(page)
    assert "Voor het laatst gemaakt op" in said(page) and "ab" * 32 in said(page)


@pytest.mark.parametrize("rest", ["", "/link", "/uit", "/aan", "/uitloggen"])
def test_an_unknown_account_is_a_404(office: Office, rest: str) -> None:
    path = f"/beheer/accounts/bestaat-niet{rest}"
    browser = office.browser("admin")
    assert (browser.post(path) if rest else browser.get(path)).status_code == 404


def test_rights_that_nobody_looked_at_for_a_year_are_due_on_the_overview_until_somebody_does(office: Office) -> None:
    advisor = office.account(Role.ADVISOR)
    admin = office.browser(Role.ADMIN)
    due = "Er zijn rechten na te kijken"
    assert due not in said(admin.get("/beheer/"))
    with frozen(NOW + REVIEW_EVERY):
        everybody = office.do(lambda s: rights_to_review(s, now=now()))
        later = Browser(office.app).enter(account=office.account(Role.ADMIN), at=now())
        assert due in said(later.get("/beheer/"))
        for one in everybody:
            office.do(lambda s, one=one: confirm_rights(s, account=s.get_one(Account, one.id), actor=SYSTEM, now=now()))
        assert advisor.id in {one.id for one in everybody}
        assert due not in said(later.get("/beheer/"))
