"""That a file of somebody else was not scanned stands on every page that gives it, once, however many there are."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.representatives.actions import Authorisation, authorise_representative
from portal.people.actor import Actor, Audience
from portal.platform.config import CHECKOUT
from portal.post.files.models import ScanState, StoredFile
from tests.portal.post.files.hostile import pdf
from tests.web.access.test_access_matrix import visits
from tests.web.asked import NOW
from tests.web.office import said
from tests.web.walking import assert_sound, soup_of
from tests.web.world import World, world_vault
from tests.web.worlds import a_world

WEB = CHECKOUT / "portal" / "web"
GIVEN: Mapping[str, tuple[str, Audience]] = {
    "advisor.evidence.evidence_file": ("advisor.evidence", Audience.ADVISOR),
    "advisor.invoices.invoice_file": ("advisor.invoice", Audience.ADVISOR),
    "advisor.representing.representative_proof": ("advisor.represent", Audience.ADVISOR),
    "accounting.agreements.agreement_document": ("accounting.agreement", Audience.REGION),
    "accounting.cofinancing.evidence_file": ("accounting.cofinancing", Audience.REGION),
    "accounting.cofinancing.payment_evidence_file": ("accounting.cofinancing", Audience.REGION),
    "accounting.expenses.expense_file": ("accounting.expense", Audience.REGION),
}
"""Whatever gives a kept file, and the page that leads to it."""
OWN: Mapping[str, tuple[str, Audience]] = {
    "intake.evidence.evidence_file": ("resident.evidence", Audience.RESIDENT),
    "provider.invoices.invoice_file": ("provider.sent_invoice", Audience.PROVIDER),
}
"""What gives only what one handed in oneself, or what was found clean: there is nothing to be warned of."""
PAGES = sorted(set(GIVEN.values()))
SAID, SHUT = "niet gescand op virussen", "Een stuk zonder link"


@pytest.fixture(scope="module")
def world(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The small desk, with a proof of who may act for somebody, and a second file at each page."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("scanned")) as world:  # type: ignore[arg-type]

        def prove(session: Session) -> None:
            question = session.get_one(DevelopmentQuestion, world.questions["sent resident"].id)
            given = Authorisation("guardian", "Gea Voogd", "Beschikking", NOW.date(), content=pdf(), file_name="b.pdf")
            advisor = Actor(Audience.ADVISOR, account_id=world.accounts[Audience.ADVISOR].id)
            vault = world_vault(world)
            authorise_representative(session, question=question, given=given, vault=vault, actor=advisor, now=NOW)

        world.do(prove)
        yield world


def scanned(world: World, state: ScanState) -> None:
    """Say of every file of the desk what a scanner found."""
    at = None if state is ScanState.NOT_SCANNED else NOW
    world.do(lambda session: session.execute(update(StoredFile).values(scan_state=state, scanned_at=at)))


def opened(world: World, endpoint: str, audience: Audience) -> tuple[str, list[str]]:
    """What a page says, and where its links lead."""
    world.stage = "sent"
    [rule] = [one for one in world.app.url_map.iter_rules() if one.endpoint == endpoint]
    where = next(iter(visits(world, rule, audience, "own")))
    answer = world.let_in_as(audience, where.question_id).get(where.path)
    assert_sound(answer)
    return said(answer), [str(link["href"]) for link in soup_of(answer).select("main a[href]")]


def leads_to_a_file(world: World, links: list[str]) -> bool:
    """Whether one of these links gives a kept file."""
    adapter = world.app.url_map.bind("localhost")
    names = {name.rsplit(".", 1)[1] for name in (*GIVEN, *OWN)}
    return any(adapter.test(link) and adapter.match(link)[0].rsplit(".", 1)[1] in names for link in links)


def test_everything_that_gives_a_kept_file_is_known_here() -> None:
    giving = set()
    for path in sorted(WEB.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name == "attachment":
                continue
            calls = [one.func for one in ast.walk(function) if isinstance(one, ast.Call)]
            if any(isinstance(call, ast.Name) and call.id == "attachment" for call in calls):
                giving.add(".".join((*path.relative_to(WEB).with_suffix("").parts, function.name)))
    assert giving == GIVEN.keys() | OWN.keys()


@pytest.mark.parametrize(("endpoint", "audience"), PAGES)
def test_a_page_that_gives_a_file_of_somebody_else_says_once_that_it_was_not_scanned(
    world: World, endpoint: str, audience: Audience
) -> None:
    scanned(world, ScanState.NOT_SCANNED)
    text, links = opened(world, endpoint, audience)
    assert leads_to_a_file(world, links) and text.count("gescand") == text.count(SAID) == 1
    scanned(world, ScanState.CLEAN)
    text, links = opened(world, endpoint, audience)
    assert leads_to_a_file(world, links) and SAID not in text, "control: a scanned file is not warned of"


@pytest.mark.parametrize(("endpoint", "audience"), OWN.values())
def test_who_handed_a_file_in_is_not_warned_of_it(world: World, endpoint: str, audience: Audience) -> None:
    scanned(world, ScanState.NOT_SCANNED)
    text, links = opened(world, endpoint, audience)
    assert leads_to_a_file(world, links) and "gescand" not in text


def test_a_funder_cannot_open_what_was_not_scanned_and_is_told_so_once(world: World) -> None:
    scanned(world, ScanState.NOT_SCANNED)
    text, links = opened(world, "accounting.agreement", Audience.FUNDER)
    assert text.count("gescand") == text.count(SAID) == text.count(SHUT) == 1 and not leads_to_a_file(world, links)
    scanned(world, ScanState.CLEAN)
    text, links = opened(world, "accounting.agreement", Audience.FUNDER)
    assert "gescand" not in text and leads_to_a_file(world, links), "control"


def test_several_files_on_one_page_are_said_once(world: World) -> None:
    scanned(world, ScanState.NOT_SCANNED)
    text, links = opened(world, "accounting.cofinancing", Audience.REGION)
    assert len([one for one in links if one.endswith(("/bewijs", "/betaling"))]) == 2 and text.count(SAID) == 1
