"""A break in the books on the screens: the region sees why it cannot pay and lets payments go on; the admin sees the check."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.invariants import Break
from portal.paying.books.actions import keep_check
from portal.paying.books.models import BooksAnswer, BooksCheck
from portal.people.accounts.models import Role
from portal.people.audit.models import AuditEvent
from tests.factories import NOW, SYSTEM
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.region.test_payments import LIST, owe
from tests.web.walking import assert_sound

PAYER = {"payer_name": "Regio Proefland", "payer_iban": "NL91ABNA0417164300"}
STOPPED = "De boekhouding klopt niet. Er kan nu niet worden betaald."


def a_check(office: Office, *subjects: str) -> str:
    """The address of a check that found something about these."""

    def keep(session: Session) -> str:
        breaks = [Break("I2", subject, "guard 1, transfers 2") for subject in subjects]
        made = keep_check(session, transfers=12, events=34, breaks=breaks, actor=SYSTEM, now=NOW)
        return made.public_id

    return f"{LIST}/boekhouding/{office.do(keep)}"


def test_a_break_stops_the_release_visibly_until_somebody_wrote_why_payments_go_on(office: Office) -> None:
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(update=PAYER)
    owe(office)
    one, two = office.browser("region"), office.browser("region", make_account(office.engine, Role.REGION))
    here = one.post(f"{LIST}/klaarzetten").location
    check = a_check(office, "funding line 1")
    page = one.get(LIST)
    assert_sound(page)
    assert STOPPED in said(page) and check in page.text
    refused = two.post(here, {"release": "1"})
    assert_sound(refused)
    assert refused.status_code == 422 and "Daarom kan nu geen betaling naar de bank" in said(refused)
    shown = two.get(check)
    assert_sound(shown)
    assert "I2 funding line 1: guard 1, transfers 2" in said(shown)
    without = two.post(check, {"reason": " "})
    assert without.status_code == 422 and "Schrijf op wat u hebt gezien" in said(without)
    assert two.post(check, {"reason": "De leverancier herstelt het."}).status_code == 303
    assert STOPPED not in said(one.get(LIST))
    assert "De leverancier herstelt het." in said(one.get(check)) and "Betalen weer toestaan" not in said(
        one.get(check)
    )
    again = two.post(check, {"reason": "Nog eens."})
    assert again.status_code in (409, 422)
    assert two.post(here, {"release": "1"}).status_code == 303
    answered = office.do(
        lambda s: s.scalars(select(AuditEvent.action).where(AuditEvent.action == "books.answered")).all()
    )
    assert len(answered) == len(office.do(lambda s: s.scalars(select(BooksAnswer)).all())) == 1


def test_sound_books_stop_nothing_and_the_admin_sees_when_they_were_looked_at(office: Office) -> None:
    admin = office.browser("admin")
    page = admin.get("/beheer/boekhouding")
    assert_sound(page)
    assert "heeft nog niet gelopen" in said(page)
    check = a_check(office)
    assert STOPPED not in said(office.browser("region").get(LIST))
    shown = office.browser("region").get(check)
    assert_sound(shown)
    assert "Betalen weer toestaan" not in said(shown)
    for path in ("/beheer/", "/beheer/boekhouding"):
        page = admin.get(path)
        assert_sound(page)
        assert "2 maart 2026" in said(page) and STOPPED not in said(page)
    a_check(office, "funding line 1")
    assert STOPPED in said(admin.get("/beheer/")) and "I2 funding line 1" in said(admin.get("/beheer/boekhouding"))


def test_a_check_is_there_for_the_region_alone_and_nobody_else_lets_payments_go_on(office: Office) -> None:
    check = a_check(office, "funding line 1")
    for role in ("advisor", "admin", "provider", "owner"):
        assert office.browser(role).get(check).status_code == 404, role
        assert office.browser(role).post(check, {"reason": "Ik wil."}).status_code == 404, role
    assert office.browser("region").get(f"{LIST}/boekhouding/onbekend").status_code == 404
    assert office.do(lambda s: s.scalars(select(BooksAnswer)).all()) == []
    assert len(office.do(lambda s: s.scalars(select(BooksCheck)).all())) == 1
