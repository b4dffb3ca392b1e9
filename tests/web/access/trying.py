"""For every limit of the desk: how somebody reaches it on a screen, so that many can try at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.cases.bundles.actions import replace_trainings
from portal.cases.bundles.models import TrainingInput
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.platform.limits.models import (
    API_CALLS,
    API_MIXES,
    BUNDLES,
    DRAFTS,
    LINKS_ASKED,
    LINKS_TO,
    MAILS_TO,
    NEW_LINKS,
    OUTSIDE_BEGUN,
    PLEDGE_MAILS,
    SIGN_IN_ASKED,
    SIGN_IN_CODES,
    SIGN_IN_CODES_HERE,
    SIGN_IN_CODES_TO,
    SIGN_IN_MAILS,
    SIGN_IN_MAILS_IN_ALL,
    SIGN_UPS,
    WRONG_CODES,
    WRONG_LINKS,
    WRONG_STEPS,
    WRONG_STEPS_HERE,
)
from portal.spending.vouchers.codes import check_letter
from tests.factories import NOW, a_draft, a_question, asker
from tests.web.browser import Browser
from tests.web.office import Office
from tests.web.programs import a_token, bearer

IBAN = "NL91ABNA0417164300"
POSTED: Mapping[str, Any] = {"way": "email", "name": "Kees", "email": "kees@voorbeeld.example"}


@dataclass(frozen=True)
class OneTry:
    """One browser that is about to do something once."""

    browser: Browser
    path: str
    form: Mapping[str, Any] | None = None
    """None: it only looks."""

    def done(self) -> int:
        """Do it; the status of the answer."""
        if self.form is None:
            return self.browser.get(self.path).status_code
        return self.browser.post(self.path, dict(self.form)).status_code


Ways = Callable[[Office, int], OneTry]


def _visitor(office: Office) -> Browser:
    return Browser(office.app).enter()


def _wrong_link(office: Office, number: int) -> OneTry:
    return OneTry(_visitor(office), f"/{'toegang' if number % 2 else 'inloggen'}/gok{number}")


def _sign_in(office: Office, number: int) -> OneTry:
    who = office.account(Role.REGION).email
    return OneTry(_visitor(office), "/inloggen", {"email": who if number % 2 else who.upper()})


@dataclass(frozen=True)
class FromElsewhere(OneTry):
    """Somebody at a place of its own."""

    place: str = ""

    def done(self) -> int:
        there = {"REMOTE_ADDR": self.place}
        return self.browser.post(self.path, dict(self.form or {}), environ_overrides=there).status_code


def _sign_in_from_everywhere(office: Office, number: int) -> OneTry:
    form = {"email": office.account(Role.REGION).email}
    return FromElsewhere(_visitor(office), "/inloggen", form, f"198.51.100.{number + 1}")


def _wrong_sign_in_code(office: Office, _number: int) -> OneTry:
    """All in the one browser that asked for a link."""
    kept = office.app.extensions
    if "asked_a_link" not in kept:
        asked = _visitor(office)
        assert asked.post("/inloggen", {"email": office.account(Role.REGION).email}).status_code == 303
        cookie = asked.client.get_cookie("loket")
        assert cookie is not None
        kept["asked_a_link"] = (cookie.value, asked.csrf())
    return OneTry(Browser(office.app).known(*kept["asked_a_link"]), "/inloggen/gevraagd", {"code": "abcdef"})


def _asked_elsewhere(office: Office, number: int, email: str) -> Browser:
    """A browser of its own in which somebody asked for a link, each at a place of its own."""
    browser = _visitor(office)
    there = {"REMOTE_ADDR": f"203.0.113.{number + 1}"}
    assert browser.post("/inloggen", {"email": email}, environ_overrides=there).status_code == 303
    return browser


def _wrong_sign_in_code_to(office: Office, number: int) -> OneTry:
    """All about one address, each in a browser and at a place of its own."""
    browser = _asked_elsewhere(office, number, office.account(Role.REGION).email)
    return FromElsewhere(browser, "/inloggen/gevraagd", {"code": "abcdef"}, f"203.0.113.{number + 1}")


def _wrong_sign_in_code_here(office: Office, number: int) -> OneTry:
    """All at one place, each about an address of its own."""
    browser = _asked_elsewhere(office, number, f"niemand{number}@loket.example")
    return OneTry(browser, "/inloggen/gevraagd", {"code": "abcdef"})


def _wrong_step_here(office: Office, number: int) -> OneTry:
    """All at one place, each with an account of its own."""
    browser = office.browser(("region", "advisor", "admin", "owner", "helper", "provider")[number])
    assert browser.get("/inloggen/app").status_code == 200
    return OneTry(browser, "/inloggen/app", {"code": "abcdef"})


def _wrong_step(office: Office, _number: int) -> OneTry:
    browser = office.browser("region")
    assert browser.get("/inloggen/app").status_code == 200
    return OneTry(browser, "/inloggen/app", {"code": "abcdef"})


def _begun_outside(office: Office, _number: int) -> OneTry:
    return OneTry(_visitor(office), "/inloggen/via/werk")


def _sign_in_from_here(office: Office, number: int) -> OneTry:
    return OneTry(_visitor(office), "/inloggen", {"email": f"niemand{number}@loket.example"})


def _wrong_code(office: Office, number: int) -> OneTry:
    body = "ABCDEFGHJK" + "LMNPQRSTVWXYZ"[number]
    code = body + check_letter(body)
    browser = office.browser("provider")
    return OneTry(browser, "/opleider/", {"code": code}) if number % 2 else OneTry(browser, f"/opleider/voucher/{code}")


def _draft(office: Office, number: int) -> OneTry:
    return OneTry(_visitor(office), "/werkgever" if number % 2 else "/vraag", {})


def _sign_up(office: Office, number: int) -> OneTry:
    form = {
        "name": f"Vakschool {number}",
        "kvk_number": f"1111222{number}",
        "iban": IBAN,
        "contact_name": "Vera",
        "contact_email": f"vera{number}@school.example",
    }
    return OneTry(_visitor(office), "/opleider/aanmelden", form)


def _resident(office: Office, question: DevelopmentQuestion) -> Browser:
    return Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)


def _pledge(office: Office, number: int) -> OneTry:
    question = office.do(lambda s: s.query(DevelopmentQuestion).first()) or office.made(a_question)
    return _asked(office, question, f"hr{number}@staal.example")


def _asked(office: Office, question: DevelopmentQuestion, address: str) -> OneTry:
    form = {"employer_name": "Staal bv", "employer_email": address}
    return OneTry(_resident(office, question), f"/mijn/{question.public_id}/werkgever-vragen", form)


def _mail_to(office: Office, number: int) -> OneTry:
    address = "slachtoffer@voorbeeld.example"
    if number % 2:
        return _asked(office, office.made(a_question), address)
    draft = office.made(a_draft)
    return OneTry(_resident(office, draft), f"/vraag/{draft.public_id}/versturen", {**POSTED, "email": address})


def _bundle(office: Office, _number: int) -> OneTry:
    draft = office.made(a_draft, route=Route.EMPLOYER)
    training = TrainingInput("m1", "Lassen", None, {"training_start": "2026-05-01"}, (CostInput("tuition", 50_000),))

    def fill(session: Any) -> None:
        mine = session.get_one(DevelopmentQuestion, draft.id)
        replace_trainings(session, question=mine, trainings=[training], actor=asker(mine), now=NOW)

    office.do(fill)
    browser = Browser(office.app).enter(question_id=draft.id, audience=Audience.EMPLOYER)
    return OneTry(browser, f"/werkgever/vraag/{draft.public_id}/samen/versturen", POSTED)


def _new_link(office: Office, _number: int) -> OneTry:
    draft = office.do(lambda s: s.query(DevelopmentQuestion).first()) or office.made(a_draft)
    return OneTry(_resident(office, draft), f"/vraag/{draft.public_id}/bewaren", {})


def _lost_link(office: Office, number: int) -> OneTry:
    form = {"reference": "OV-2026-0001", "email": f"niemand{number}@voorbeeld.example"}
    return OneTry(_visitor(office), "/nieuwe-link", form)


def _lost_this_link(office: Office, number: int) -> OneTry:
    form = {"reference": "OV-2026-0001" if number % 2 else "ov-2026-0001", "email": "sam@voorbeeld.example"}
    return OneTry(_visitor(office), "/nieuwe-link", form)


@dataclass(frozen=True)
class OneCall(OneTry):
    """A program that is about to ask something once."""

    token: str | None = None

    def done(self) -> int:
        method, sent = ("GET", None) if self.form is None else ("POST", dict(self.form))
        client = self.browser.app.test_client(use_cookies=False)
        self.browser.last = client.open(self.path, method=method, json=sent, headers=bearer(self.token))
        return self.browser.last.status_code


def _mix(office: Office, number: int) -> OneTry:
    question = {"route": "individual" if number % 2 else "employer"}
    return OneCall(_visitor(office), "/api/v1/verifications", {"question": question, "shares": []})


def _call(office: Office, number: int) -> OneTry:
    account = office.account(Role.REGION)
    token = _KEPT.setdefault(id(office), office.do(lambda s: a_token(s, account)))
    return OneCall(_visitor(office), "/api/v1/allocations" if number % 2 else "/api/v1/schemes", None, token)


_KEPT: dict[int, str] = {}
"""The one token of an office with which everybody asks."""

THINGS: Mapping[str, Ways] = {
    API_MIXES.what: _mix,
    API_CALLS.what: _call,
    WRONG_LINKS.what: _wrong_link,
    SIGN_IN_MAILS.what: _sign_in,
    SIGN_IN_ASKED.what: _sign_in_from_here,
    SIGN_IN_MAILS_IN_ALL.what: _sign_in_from_everywhere,
    SIGN_IN_CODES.what: _wrong_sign_in_code,
    SIGN_IN_CODES_TO.what: _wrong_sign_in_code_to,
    SIGN_IN_CODES_HERE.what: _wrong_sign_in_code_here,
    WRONG_STEPS.what: _wrong_step,
    WRONG_STEPS_HERE.what: _wrong_step_here,
    OUTSIDE_BEGUN.what: _begun_outside,
    WRONG_CODES.what: _wrong_code,
    DRAFTS.what: _draft,
    SIGN_UPS.what: _sign_up,
    PLEDGE_MAILS.what: _pledge,
    MAILS_TO.what: _mail_to,
    BUNDLES.what: _bundle,
    NEW_LINKS.what: _new_link,
    LINKS_ASKED.what: _lost_link,
    LINKS_TO.what: _lost_this_link,
}
"""Each limit by its name, with a way to it; what comes along differs per try, and so does the page where there are two."""
