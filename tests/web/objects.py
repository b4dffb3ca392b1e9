"""What the access matrix needs to know: a small desk with everybody in it, and for each URL parameter whose object is whose.

A screen with a new URL parameter adds a builder here (decorator `objects`); until then the matrix fails and names the parameter.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.accounts.access import STAFF, Actor, Audience
from portal.accounts.actions import grant_access_link, issue_sign_in_link
from portal.accounts.models import Account, Role
from portal.accounts.queries import account_by_email
from portal.catalogue.actions import load_region
from portal.clock import now
from portal.database import unit_of_work
from portal.questions.actions import save_costs, save_employer, save_wish, start_question, submit_question
from portal.questions.models import (
    ContactDetails,
    ContactWay,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    Route,
)
from tests.web.browser import SYSTEM, Browser, make_account

CATALOGUE = Path(__file__).parents[2] / "schemes" / "catalogue" / "stedendriehoek"
UNKNOWN = "bestaat-niet-bestaat-niet"


@dataclass(frozen=True)
class Whose:
    """Values of one URL parameter for one audience: of its own, of someone else, and of nobody. None: there is no such thing."""

    own: str | None = None
    other: str | None = None
    unknown: str = UNKNOWN


@dataclass
class World:
    """A desk with one person of each audience, and someone else's things."""

    app: Flask
    engine: Engine
    accounts: dict[Audience, Account] = field(default_factory=dict)
    questions: dict[str, DevelopmentQuestion] = field(default_factory=dict)

    def browser(self, audience: Audience) -> Browser:
        """A fresh browser of somebody of this audience."""
        browser = Browser(self.app)
        if audience in STAFF:
            return browser.enter(account=self.accounts[audience])
        if audience is Audience.RESIDENT:
            return browser.enter(question_id=self.questions["resident"].id, audience=audience)
        if audience is Audience.EMPLOYER:
            return browser.enter(question_id=self.questions["employer"].id, audience=audience)
        return browser.enter()

    def do(self, work: Callable[[Session], Any]) -> Any:
        """Change something in the database of this world."""
        return unit_of_work(self.engine, work)


Builder = Callable[[World, Audience], Whose]
BUILDERS: dict[tuple[str, str], Builder] = {}


def objects(name: str, *, only: str = "") -> Callable[[Builder], Builder]:
    """Register the builder of a URL parameter, for all endpoints or only those whose name starts with `only`."""

    def register(builder: Builder) -> Builder:
        BUILDERS[name, only] = builder
        return builder

    return register


def builder_for(name: str, endpoint: str) -> Builder | None:
    """The builder of a parameter at an endpoint: the one with the longest matching prefix."""
    fitting = [key for key in BUILDERS if key[0] == name and endpoint.startswith(key[1])]
    return BUILDERS[max(fitting, key=lambda key: len(key[1]))] if fitting else None


def build_world(app: Flask, engine: Engine) -> World:
    """The demo region, an account per role, questions of two residents and two employers, and a draft."""
    world = World(app, engine)
    world.do(lambda s: load_region(s, folder=CATALOGUE, actor=SYSTEM, now=now()))
    for audience in STAFF:
        world.accounts[audience] = make_account(engine, Role(audience.value))
    for name, route in (
        ("resident", Route.INDIVIDUAL),
        ("other resident", Route.INDIVIDUAL),
        ("employer", Route.EMPLOYER),
        ("other employer", Route.EMPLOYER),
    ):
        world.questions[name] = world.do(lambda s, r=route: sent_question(s, route=r))
    world.questions["draft"] = world.do(
        lambda s: start_question(s, route=Route.INDIVIDUAL, language="nl", actor=SYSTEM, now=now())
    )
    return world


def sent_question(session: Session, *, route: Route, at: datetime | None = None) -> DevelopmentQuestion:
    """A question that was sent, by nobody in particular."""
    moment = at or now()
    question = start_question(session, route=route, language="nl", actor=SYSTEM, now=moment)
    door = Audience.EMPLOYER if route is Route.EMPLOYER else Audience.RESIDENT
    asker = Actor(door, question_id=question.id)
    save_wish(session, question=question, wish="Lasser worden", goals=["other_job"], actor=asker, now=moment)
    save_costs(session, question=question, costs=[CostInput("tuition", 150_000)], actor=asker, now=moment)
    if route is Route.EMPLOYER:
        employer = EmployerDetails("Smederij Voorbeeld", "12345678", "Sam Smit")
        save_employer(session, question=question, employer=employer, learner_name="Jo Jansen", actor=asker, now=moment)
    contact = ContactDetails(
        way=ContactWay.EMAIL, name=f"Jo {secrets.token_hex(3)}", email=f"{secrets.token_hex(4)}@voorbeeld.example"
    )
    return submit_question(session, question=question, contact=contact, actor=asker, now=moment)


# Builders --------------------------------------------------------------------------------------------------------------


@objects("question_id")
def question_id(world: World, audience: Audience) -> Whose:
    """Residents and employers have their own question; an advisor sees what was sent, not a draft."""
    other = world.questions["other resident"].public_id
    own: Mapping[Audience, Whose] = {
        Audience.RESIDENT: Whose(world.questions["resident"].public_id, other),
        Audience.EMPLOYER: Whose(world.questions["employer"].public_id, world.questions["other employer"].public_id),
        Audience.ADVISOR: Whose(world.questions["resident"].public_id, world.questions["draft"].public_id),
    }
    return own.get(audience, Whose(None, other))


@objects("scheme")
def scheme(_world: World, _audience: Audience) -> Whose:
    """Schemes are public."""
    return Whose("levenlanglerenkrediet")


@objects("filename", only="static")
def filename(_world: World, _audience: Audience) -> Whose:
    """Static files are public."""
    return Whose("app.css", None, "bestaat-niet.css")


@objects("token", only="access.link")
def sign_in_token(world: World, _audience: Audience) -> Whose:
    """A link is its own proof: whoever has it may use it."""

    def work(session: Session) -> str:
        account = account_by_email(session, email=world.accounts[Audience.ADVISOR].email)
        assert account is not None
        return issue_sign_in_link(session, account=account, actor=SYSTEM, now=now())

    return Whose(world.do(work))


@objects("token", only="access.grant")
def access_token(world: World, _audience: Audience) -> Whose:
    """The same for a link to a question."""
    chosen = world.questions["resident"].id
    return Whose(
        world.do(
            lambda s: grant_access_link(s, question_id=chosen, audience=Audience.RESIDENT, actor=SYSTEM, now=now())
        )
    )


@objects("account_id")
def account_id(world: World, audience: Audience) -> Whose:
    """Only an admin sees accounts; entering as one works in the demonstration only."""
    other = world.accounts[Audience.ADVISOR].public_id
    return Whose(other) if audience is Audience.ADMIN else Whose(None, other)
