"""Identity services in a browser: a work account signs in and out, who has no place does not; DigiD and eHerkenning at each level."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from portal.cases.identifying.actions import require_identified
from portal.cases.questions import models as questions
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.assurance.actions import set_assurance
from portal.framework.assurance.models import AssuredAct
from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import OrganisationKind
from portal.people.actor import Actor, Audience
from portal.people.visits.models import ServiceVisit
from portal.platform.clock import now
from portal.platform.errors import Refusal
from portal.platform.identity_services import Level, load_identity_services
from tests.factories import NOW, SYSTEM, an_application
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.seeing import assert_accessible, assert_fits
from tests.web.apps import settings_for
from tests.web.browser import Browser
from tests.web.conftest import app
from tests.web.identity_service import FILE, Service, of_this_desk, service
from tests.web.office import Office, office
from tests.who_runs_what import BROAD

__all__ = ["app", "of_this_desk", "office", "service"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

WIDTHS = (1280, 360) if BROAD else (360,)
OF_THE_REGION = Actor(Audience.REGION, account_id=4242, display_name="Rik Regio")
WORK = {"email_verified": True, "name": "Ans de Proef"}


@dataclass
class AtService:
    """Somebody with a browser, a desk, and the identity service that runs beside it."""

    office: Office
    service: Service
    address: str
    page: Page

    def sees(self, title: str, *words: str) -> None:
        """The page of the desk with this heading and these words, whole and for everybody."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        for text in words:
            expect(self.page.locator("body")).to_contain_text(text)
        assert_fits(self.page)
        assert_accessible(self.page)

    def goes(self, path: str, way: str) -> None:
        """Open a page of the desk and press the link to the service."""
        self.page.goto(self.address + path)
        self.page.get_by_role("link", name=way).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Authorize Client")

    def says_who(self, who: str) -> None:
        self.page.locator("input[name='sub']").fill(who)
        self.page.get_by_role("button", name="Authorize").click()

    def answer(self, path: str) -> int:
        """What this browser gets for a page of the desk."""
        got = self.page.goto(self.address + path)
        assert got is not None
        return got.status

    def is_in(self) -> bool:
        return self.answer("/mijn-toegang") == 200


@pytest.fixture
def visitor(
    office: Office, service: Service, serve: Serve, open_page: OpenPage, tmp_path: Path, width: int
) -> AtService:
    address = serve(office.app)
    office.app.extensions["settings"] = settings_for(tmp_path, base_url=address)
    file = tmp_path / "services.toml"
    file.write_text(FILE.format(issuer=service.issuer), encoding="utf-8")
    office.app.extensions["identity_services"] = load_identity_services(file)
    office.do(
        lambda s: ensure_organisation(
            s, slug="balie", name="De balie", kind=OrganisationKind.DESK, actor=SYSTEM, now=now()
        )
    )
    page = open_page(width=width, reduced_motion="reduce")  # a browser of its own: its routes stay in it

    def without_its_style(route: Route) -> None:
        route.fulfill(status=200, content_type="text/css", body="")

    page.route("https://cdn.jsdelivr.net/**", without_its_style)
    return AtService(office, service, address, page)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_work_account_signs_in_and_out_and_who_has_no_place_does_not(visitor: AtService) -> None:
    page, to_work = visitor.page, "Inloggen met uw werkaccount"
    visitor.service.knows("guest", email="gast@gemeente.example", **WORK, groups=["anders"])
    visitor.service.knows("ans", email="ans@gemeente.example", **WORK, groups=["loket-adviseurs"])
    visitor.goes("/inloggen", to_work)
    visitor.says_who("guest")
    visitor.sees("Inloggen voor medewerkers", "geen plek")
    assert not visitor.is_in()
    visitor.goes("/inloggen", to_work)
    page.get_by_role("button", name="Deny").click()
    visitor.sees("Inloggen voor medewerkers", "niet ingelogd bij de inlogdienst")
    visitor.goes("/inloggen", to_work)
    kept = visitor.office.do(lambda s: s.scalars(select(ServiceVisit).order_by(ServiceVisit.id.desc())).first())
    assert kept is not None and kept.used_at is None
    assert kept.state_hash not in page.url and f"nonce={kept.nonce}" in page.url, "the state is kept in the database"
    came_back: list[str] = []
    page.on("request", lambda asked: came_back.append(asked.url) if "/inloggen/terug" in asked.url else None)
    visitor.says_who("ans")
    page.wait_for_url("**/adviseur/**")
    assert visitor.is_in()
    visitor.sees("Mijn toegang", "inlogdienst", "Ans de Proef")
    page.goto(came_back[0])
    visitor.sees("Inloggen voor medewerkers" if "/inloggen" in page.url else "Voor mij", "Begin opnieuw")
    cookies = [one for one in page.context.cookies() if one["name"] == "loket"]
    page.goto(f"{visitor.address}/mijn-toegang")
    out, fold = page.locator("form[action='/uitloggen'] button"), page.locator("header summary").first
    if not out.is_visible():
        fold.click()
    with page.expect_navigation():
        out.click()
    visitor.sees("Inloggen voor medewerkers", "U bent uitgelogd", "misschien nog ingelogd")
    page.get_by_role("link", name="Uitloggen bij de inlogdienst").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("End Session")
    page.get_by_role("button", name="End session").click()
    visitor.sees("Inloggen voor medewerkers")
    assert not visitor.is_in()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    assert not visitor.is_in(), "a cookie of before opens nothing"


def needs(visitor: AtService, act: AssuredAct) -> None:
    visitor.office.do(
        lambda s: set_assurance(s, act=act, scheme="", level=Level.SUBSTANTIAL, actor=OF_THE_REGION, now=now())
    )


def may_be_awarded(visitor: AtService, question: DevelopmentQuestion, scheme: str) -> bool:
    try:
        visitor.office.do(lambda s: require_identified(s, question=question, schemes=[scheme]))
    except Refusal as refusal:
        assert refusal.code == "not_identified"
        return False
    return True


ASKERS = {
    "digid": (
        "individual",
        "resident",
        "mijn",
        "leervoucher",
        AssuredAct.AWARD_TO_PERSON,
        "DigiD",
        "urn:midden",
        "urn:substantieel",
    ),
    "eherkenning": (
        "employer",
        "employer",
        "werkgever/vraag",
        "bedrijfsvoucher",
        AssuredAct.AWARD_TO_EMPLOYER,
        "eHerkenning",
        "urn:eh2",
        "urn:eh3",
    ),
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ASKERS)
def test_a_level_that_is_not_enough_or_not_known_is_said_and_one_that_is_enough_lets_award(
    visitor: AtService, name: str
) -> None:
    route, audience, place, scheme, act, title, low, enough = ASKERS[name]
    page, way = visitor.page, f"Identificeren met {title}"
    heading = "Wie u bent" if audience == "resident" else "Wie namens uw organisatie vraagt"
    question = visitor.office.made(an_application, route=questions.Route(route), now=NOW)
    needs(visitor, act)
    let_in = Browser(visitor.office.app).enter(question_id=question.id, audience=Audience(audience))
    cookie = let_in.client.get_cookie("loket")
    assert cookie is not None
    page.context.add_cookies([{"name": "loket", "value": cookie.value, "url": visitor.address}])
    here = f"/{place}/{question.public_id}/identificeren"
    page.goto(visitor.address + here)
    visitor.sees(heading, "nog niet geïdentificeerd", "Dit is nog nodig", "Nodig is niveau Substantieel")
    visitor.goes(here, way)
    assert f"acr_values={enough.replace(':', '%3A')}" in page.url, "the service is asked for what the act needs"
    assert "prompt=login" in page.url, "who used this computer before is not taken for this person"
    page.get_by_role("button", name="Deny").click()
    visitor.sees(heading, "niet ingelogd bij de inlogdienst", "nog niet geïdentificeerd")
    visitor.service.knows("unknown", acr="urn:zomaar")
    visitor.goes(here, way)
    visitor.says_who("unknown")
    visitor.sees(heading, "Identificeer u aan de balie", "nog niet geïdentificeerd")
    visitor.service.knows("low", acr=low)
    visitor.goes(here, way)
    visitor.says_who("low")
    visitor.sees(heading, "vraagt een hoger niveau", "niveau Laag", "Dit is nog nodig", "Of kom langs aan de balie")
    assert not may_be_awarded(visitor, question, scheme)
    visitor.service.knows("sure", acr=enough)
    visitor.goes(here, way)
    visitor.says_who("sure")
    visitor.sees(heading, "U bent geïdentificeerd.", "niveau Substantieel", "Dit is genoeg")
    assert may_be_awarded(visitor, question, scheme)
    assert visitor.answer("/mijn-toegang") == 404, "nobody of the desk by that"
