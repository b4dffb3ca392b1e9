"""A browser for tests of screens: it keeps its cookie, sends the hidden fields of its page, and can be let in as anybody."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.own_proof.models import OwnProof
from portal.cases.own_proof.queries import proof_of
from portal.framework.funding.queries import funders
from portal.framework.mandates.actions import MandateTerms, give_mandate
from portal.framework.mandates.queries import MANDATED, mandates
from portal.people.accounts.actions import create_account, ensure_organisation
from portal.people.accounts.models import Account, Organisation, OrganisationKind, Role
from portal.people.accounts.queries import secret_hash
from portal.people.actor import Actor, Audience
from portal.people.sessions import Entrant, open_session
from portal.platform.clock import now as clock_now
from portal.platform.database import unit_of_work
from portal.web.edge import SEEN_FIELD
from portal.web.edge.page_owner import csrf_value
from tests.web import kept

SYSTEM = Actor.system("tests")
BODIES = (
    "Het college van Proefstad",
    "Het college van burgemeester en wethouders van Apeldoorn, voor de regio (aanname in de demo)",
)
"""The bodies that decide on the schemes of the test region and of the region of the demonstration."""
KIND = {
    Role.ADVISOR: OrganisationKind.DESK,
    Role.OWNER: OrganisationKind.SCHEME_OWNER,
    Role.REGION: OrganisationKind.REGION,
    Role.PROVIDER: OrganisationKind.PROVIDER,
    Role.ADMIN: OrganisationKind.DESK,
    Role.HELPER: OrganisationKind.DESK,
    Role.FUNDER: OrganisationKind.FUNDER,
    Role.CONTROLLER: OrganisationKind.REGION,
    Role.AUDITOR: OrganisationKind.AUDITOR,
}
SEEN_OTHERWISE = b'class="seen-otherwise"'
"""What a page has that says that it was seen otherwise."""
_HIDDEN = r'name="{}" value="([^"]*)"'


class Browser:
    """One browser at the desk."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.engine: Engine = app.extensions["engine"]
        self.client = app.test_client()
        self.last: TestResponse | None = None
        self._csrf: str | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        self.last = self.client.get(path, **options)
        return self.last

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, token: str | None = None, **options: Any
    ) -> TestResponse:
        """Send a form, with the CSRF token of this browser and a fresh submission token (or the one given).

        Where what was seen must come along, somebody looks first: at the page that says how it stands, unless `data` has it.
        """
        tokens = {"csrf_token": self.csrf(), "submission_token": token or secrets.token_urlsafe(16)}
        self.last = self.client.post(path, data={**tokens, **(data or {})}, **options)
        has_form = f'name="{SEEN_FIELD}"'.encode() in self.last.data  # what cannot be done any more has none
        if has_form and SEEN_OTHERWISE in self.last.data and SEEN_FIELD not in (data or {}):
            seen = {SEEN_FIELD: self._hidden(SEEN_FIELD), "submission_token": token or secrets.token_urlsafe(16)}
            self.last = self.client.post(path, data={**tokens, **(data or {}), **seen}, **options)
        return self.last

    def submit(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send the form of the page this browser is on, with exactly its hidden fields."""
        assert self.last is not None, "open a page first"
        hidden = {name: self._hidden(name) for name in ("csrf_token", "submission_token")}
        if f'name="{SEEN_FIELD}"' in self.last.text:
            hidden[SEEN_FIELD] = self._hidden(SEEN_FIELD)
        self.last = self.client.post(path, data={**hidden, **(data or {})}, **options)
        return self.last

    def look(self, path: str) -> dict[str, str]:
        """Open a page on which something is decided; gives what its forms send along of what it shows."""
        self.get(path)
        return {SEEN_FIELD: self._hidden(SEEN_FIELD)}

    def follow(self) -> TestResponse:
        """Follow the redirect of the last answer."""
        assert self.last is not None
        assert 300 <= self.last.status_code < 400, f"{self.last.status_code}: {self.last.text[:2000]}"
        return self.get(self.last.location)

    def csrf(self) -> str:
        """A CSRF token that is good for this browser; an anonymous session is opened when there is none yet."""
        if self._csrf is None:
            self.enter()
        return str(self._csrf)

    def enter(
        self,
        *,
        account: Account | None = None,
        question_id: int | None = None,
        audience: Audience | None = None,
        at: datetime | None = None,
    ) -> Browser:
        """Be let in without a link: as an account, as resident or employer of a question, or as nobody."""
        who = Entrant(account=account, question_id=question_id, audience=audience)
        number = account.id if account is not None else None
        as_whom = audience or (account.role.audience if account is not None else Audience.ANYONE)
        actor = Actor(as_whom, account_id=number, question_id=question_id)

        def make() -> tuple[str, str]:
            with self.app.app_context():
                value = csrf_value(actor)
            data, entered = {"csrf_token": value}, at or clock_now()
            return value, unit_of_work(self.engine, lambda s: open_session(s, now=entered, who=who, data=data))

        step = ("enter", account.id if account is not None else None, question_id, audience, at)
        secret_value, cookie = kept.again(self.engine, step, make)
        self.client.set_cookie("loket", cookie)
        self._csrf = str(URLSafeTimedSerializer(str(self.app.secret_key), salt="wtf-csrf-token").dumps(secret_value))
        return self

    def proves(self, question_id: int) -> Browser:
        """This browser proved a moment ago that it is who asked, as with the code that goes to the known address."""
        cookie = self.client.get_cookie("loket")
        assert cookie is not None
        here, at = secret_hash(cookie.value), clock_now()

        def prove(session: Session) -> None:
            row = proof_of(session, question_id=question_id) or OwnProof(question_id=question_id, tries=0)
            row.asked_at, row.asked_by, row.proved_in, row.proved_at = at, "tests", here, at
            session.add(row)

        unit_of_work(self.engine, prove)
        return self

    def known(self, cookie: str, csrf: str) -> Browser:
        """Be the browser that was let in with this cookie, and sends this with its forms."""
        self.client.set_cookie("loket", cookie)
        self._csrf = csrf
        return self

    def _hidden(self, name: str) -> str:
        assert self.last is not None
        found = re.search(_HIDDEN.format(name), self.last.text)
        assert found, f"the page has no {name}"
        return unescape(found[1])


def make_organisation(engine: Engine, role: Role, slug: str | None = None) -> Organisation:
    """An organisation of the kind that fits a role."""
    name = slug or f"{role.value}-{secrets.token_hex(3)}"
    return unit_of_work(
        engine,
        lambda s: ensure_organisation(s, slug=name, name=name.title(), kind=KIND[role], actor=SYSTEM, now=clock_now()),
    )


def make_account(
    engine: Engine, role: Role | str, *, organisation: str | None = None, name: str | None = None
) -> Account:
    """An account with this role, in an organisation of its own (or the one with this slug)."""
    kind = Role(role)

    def work(session: Any) -> Account:
        brings_money = next((one.slug for one in funders(session)), None) if kind is Role.FUNDER else None
        slug = organisation or brings_money or f"{kind.value}-{secrets.token_hex(3)}"
        place = ensure_organisation(
            session, slug=slug, name=slug.title(), kind=KIND[kind], actor=SYSTEM, now=clock_now()
        )
        made = create_account(
            session,
            email=f"{secrets.token_hex(4)}@loket.example",
            display_name=name or f"Kim van {kind.value.title()}",
            role=kind,
            organisation=place,
            actor=SYSTEM,
            now=clock_now(),
        )
        since = clock_now().date() - timedelta(days=3000)
        for body in BODIES if kind in MANDATED else ():
            give_mandate(
                session,
                account_id=made.id,
                terms=MandateTerms(body=body, basis="Mandaatbesluit", valid_from=since),
                actor=SYSTEM,
                now=clock_now(),
            )
        return made

    return unit_of_work(engine, work)


def decider(session: Any) -> Actor:
    """An advisor without an account who may decide for every body, for tests that need only the decision."""
    who = Actor(Audience.ADVISOR, account_id=910, display_name="Ada Adviseur")
    known = {mandate.body for mandate in mandates(session) if mandate.account_id == who.account_id}
    for body in set(BODIES) - known:
        since = clock_now().date() - timedelta(days=3000)
        give_mandate(
            session,
            account_id=910,
            terms=MandateTerms(body=body, basis="Mandaatbesluit", valid_from=since),
            actor=SYSTEM,
            now=clock_now(),
        )
    return who
