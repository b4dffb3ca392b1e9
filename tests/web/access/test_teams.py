"""Who sees the own teams alone: every address of an advisor x method with a case of the own team and of another; and no list tells more.

A case of another team is the same 404 as one that does not exist, at every page and act, on screen and for a program. One
desk has it both ways: first all cases are of the own team, then all of another. Seeded leaks are found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest
from flask import Blueprint, abort
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import Contact, DevelopmentQuestion
from portal.cases.teams.actions import found_team
from portal.framework.teams.models import Team, TeamMember
from portal.people.accounts.models import Account
from portal.people.actor import Audience
from portal.platform.database import current_session
from portal.web.edge import policy as access
from portal.web.edge.policy import admits
from portal.web.edge.whole_desk import WHOLE_DESK
from tests.web.access.test_access_matrix import PROOF, Cell, Finding, methods_of, own, same, visit, visits
from tests.web.asked import NOW
from tests.web.browser import SYSTEM
from tests.web.canaries.crawling import Seen, crawl
from tests.web.canaries.planting import PlantedWorld, planted
from tests.web.world import STAGES, World
from tests.web.worlds import a_world, seeded

ADVISOR = Audience.ADVISOR
OF_NO_CASE = frozenset(
    {
        "provider_id",
        "registration_id",
        "region_training_id",
        "training_id",
        "filter_id",
        "selection_id",
        "hours_id",
        "away_id",
    }
    | {"slug", "scheme", "hand_over_id"}
)
"""Parameters of an advisor's addresses that are about no case; of cases that went to a colleague `handed` shows those in sight."""
PUBLIC = frozenset({"access", "resident", "employer", "provider", "static", "assisting"})
"""Blueprints of which an advisor opens no case; what one fills in for somebody is a draft of one's own, and of no team yet."""
OWN_PAGES = 1 if PROOF else 8
"""Of the pages with a case of the own team every run opens one in so many: that advisors come in there the access matrix tries."""
SENT = STAGES[1:]
SOME_LISTS = ("advisor.queue", "advisor.conversations", "advisor.voucher_list", "api.questions")


def rules_of(world: World) -> list[Rule]:
    """What an advisor may open and that is about a case: it has a parameter that is."""
    found = []
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda one: one.endpoint):
        with_case = rule.arguments - OF_NO_CASE
        public = rule.endpoint.partition(".")[0] in PUBLIC or admits(rule.endpoint, Audience.ANYONE)
        if admits(rule.endpoint, ADVISOR) and with_case and not public and rule.endpoint not in WHOLE_DESK:
            found.append(rule)
    return found


def of_team(session: Session, name: str) -> None:
    """Let every case be of the team with this name and had by nobody, and the advisor see the own team alone."""
    team = session.scalars(select(Team).where(Team.name == name)).first()
    team = team or found_team(session, name=name, actor=SYSTEM, now=NOW)
    session.execute(delete(CaseOwner))
    session.execute(update(DevelopmentQuestion).values(team_id=team.id))
    inside = select(TeamMember.account_id)
    session.execute(update(Account).where(Account.id.in_(inside)).values(only_own_teams=True))


def with_all_cases_of(world: World, name: str) -> None:
    world.do(lambda session: of_team(session, name))
    world.keep()


def refused(world: World, rules: list[Rule]) -> Iterator[Finding]:
    """Where a case of another team is not the same 404 as one that does not exist."""
    asked: set[object] = set()
    for world.stage in SENT:
        for rule in rules:
            for method in methods_of(rule):
                cell = Cell(rule.endpoint, method, ADVISOR, f"other team, {world.stage}")
                strange = {text for _status, text in answers(world, rule, method, "unknown", asked)}
                for status, text in answers(world, rule, method, "own", asked):
                    if status != 404:
                        yield Finding(cell, str(status), "404")
                    elif strange and text not in strange:
                        yield Finding(cell, "another page than for an unknown object", "the same bytes")


def answers(world: World, rule: Rule, method: str, relation: str, asked: set[object]) -> list[tuple[int, str]]:
    found = []
    for where in visits(world, rule, ADVISOR, relation):
        if relation == "own" and (method, where) in asked:
            continue
        asked.add((method, where))
        answer = visit(world, ADVISOR, method, where)
        if method == "POST" and answer.status_code < 400:
            world.put_back()
        found.append((answer.status_code, same(answer.text, where.path)))
    return found


def cases_in_lists(here: PlantedWorld, *only: str) -> list[Seen]:
    """What is told of any case on a page without a case in its address."""
    bare = {rule.endpoint for rule in here.world.app.url_map.iter_rules() if not rule.arguments - OF_NO_CASE}
    bare = bare & set(only) if only else bare

    def wanted(endpoint: str, audience: Audience) -> bool:
        return audience is ADVISOR and endpoint in bare and admits(endpoint, audience)

    return [seen for seen in crawl(here, wanted) if seen.canary.whose == "case" and seen.channel == "answer"]


@pytest.fixture(scope="module")
def here(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantedWorld]:
    """The small desk with its canaries, and an advisor who sees the own team alone."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("teams")) as world:
        yield planted(world)


def test_cases_of_the_own_team_are_open_as_for_who_sees_all(here: PlantedWorld) -> None:
    with_all_cases_of(here.world, "Team Noord")
    rules = rules_of(here.world)
    assert len(rules) > 100, "the control: the table is walked"
    drawn = [rule for rule in rules if crc32(rule.endpoint.encode()) % OWN_PAGES == 0]
    findings = [
        finding for rule in drawn for method in methods_of(rule) for finding in own_of(here.world, rule, method)
    ]
    assert sorted(map(str, findings)) == []
    assert len({seen.canary.number for seen in cases_in_lists(here, *SOME_LISTS)}) > 3, "the control: lists show cases"


def own_of(world: World, rule: Rule, method: str) -> Iterator[Finding]:
    yield from (finding for finding in own(world, rule, method, ADVISOR) if finding is not None)


def test_a_case_of_another_team_is_not_there_at_any_page_or_act_and_no_list_tells_of_it(here: PlantedWorld) -> None:
    with_all_cases_of(here.world, "Team Zuid")
    assert sorted(map(str, refused(here.world, rules_of(here.world)))) == []
    assert sorted({str(seen) for seen in cases_in_lists(here)}) == []


def test_no_page_about_a_case_of_the_own_team_tells_of_a_case_of_another(here: PlantedWorld) -> None:
    """The cases that the world calls those of somebody else are of another team."""
    world = here.world
    theirs = {question.id for name, question in world.questions.items() if name.startswith("other ")}
    world.do(lambda session: of_team(session, "Team Noord"))
    world.do(lambda session: other_team_has(session, theirs))
    world.keep()
    cases = {rule.endpoint for rule in rules_of(world)}

    def wanted(endpoint: str, audience: Audience) -> bool:
        return audience is ADVISOR and endpoint in cases

    seen = [one for one in crawl(here, wanted) if one.canary.whose == "case"]
    assert {one.canary.number for one in seen} - theirs, "the control: of the own team is told"
    assert sorted({str(one) for one in seen if one.canary.number in theirs}) == []


def other_team_has(session: Session, questions: set[int]) -> None:
    """Let these cases be of another team."""
    team = session.scalars(select(Team).where(Team.name == "Team Zuid")).first()
    team = team or found_team(session, name="Team Zuid", actor=SYSTEM, now=NOW)
    session.execute(update(DevelopmentQuestion).where(DevelopmentQuestion.id.in_(questions)).values(team_id=team.id))


# Controls --------------------------------------------------------------------------------------------------------------


def leaky_screens() -> Blueprint:
    """A page of one case and a list that forget to look at the team, and a page that tells that there is one."""
    blueprint = Blueprint("leak", __name__, url_prefix="/lek")

    @blueprint.get("/<question_id>/lezen")
    def forgets_the_team(question_id: str):
        return str(one_with(question_id).reference_number)

    @blueprint.get("/<question_id>/verklapt")
    def tells_that_it_exists(question_id: str):
        one_with(question_id)
        return "Deze vraag is van een ander team.", 404

    @blueprint.get("/lijst")
    def lists_all():
        return " ".join(str(name) for name in current_session().scalars(select(Contact.name)))

    return blueprint


def one_with(public_id: str) -> DevelopmentQuestion:
    found = current_session().scalar(select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == public_id))
    return found if found is not None else abort(404)


def test_seeded_leaks_to_another_team_are_found(here: PlantedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with_all_cases_of(here.world, "Team Zuid")
    with seeded(here.world, monkeypatch, leaky_screens(), access.ADVISOR) as made:
        leaky = replace(here, world=made)
        rules = [rule for rule in rules_of(leaky.world) if rule.endpoint.startswith("leak.")]
        found = {finding.cell.endpoint for finding in refused(leaky.world, rules)}
        assert found == {"leak.forgets_the_team", "leak.tells_that_it_exists"}
        assert {seen.endpoint for seen in cases_in_lists(leaky, "leak.lists_all", *SOME_LISTS)} == {"leak.lists_all"}
