"""A small desk with everybody in it and something of everything, made by the same acts as the screens: for the access matrix.
Of each kind there are two, so that for everybody there is something that belongs to somebody else.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounting.periods.actions import add_period
from portal.accounting.periods.models import PeriodLength
from portal.cases.appointments.actions import ask_call_back
from portal.cases.assistance.actions import start_assisted
from portal.cases.assistance.models import HelpWay
from portal.cases.conversations.actions import plan_conversation
from portal.cases.conversations.requests import ask_more
from portal.cases.corrections.actions import correct
from portal.cases.corrections.models import OnWord
from portal.cases.diaries.actions import WeeklyHours, add_away, add_hours
from portal.cases.diaries.models import TalkWay
from portal.cases.handing_in import HandedIn, hand_in
from portal.cases.handovers.actions import hand_over_several
from portal.cases.pledges.actions import ask_pledge
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.funding.queries import funding_lines
from portal.framework.loading import load_region
from portal.framework.training_files.actions import keep_import
from portal.framework.trainings.actions import enter_training
from portal.framework.trainings.models import TeachingForm, TrainingTerms
from portal.ledger.actions import pay
from portal.ledger.invariants import Break
from portal.oversight.flags.actions import raise_flags
from portal.oversight.flags.models import Flag
from portal.oversight.worklist.saving import save_selection
from portal.paying.books.actions import keep_check
from portal.paying.payments.actions import export_batch, make_batch, release_batch
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.settlements.actions import take_credit_note
from portal.paying.settlements.queries import unpaid_spends
from portal.paying.statements.actions import read_statement
from portal.paying.statements.queries import unmatched_lines
from portal.people.accounts.models import Account, Organisation, Role, SchemeOwnership
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import BY_LINK, STAFF, Actor, Audience
from portal.platform.database import unit_of_work
from portal.post.files.actions import Vault
from portal.post.messages.queries import outbox
from portal.publishing.packages.actions import trust_signer
from portal.publishing.packages.queries import public_key_text, signing_key
from portal.publishing.workshop.actions import start_draft
from portal.spending.invoices.actions import Paper, submit_invoice
from portal.spending.providers.actions import approve_provider, ask_registration, register_provider
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Redemption, Voucher
from tests.portal.paying.payments.test_payments import entry, statement
from tests.portal.post.files.hostile import pdf
from tests.web.all_accounts import the_accounts
from tests.web.asked import FOR_PERSON, NOW, decide, filled_question, send
from tests.web.asking_rights import ask_rights
from tests.web.browser import SYSTEM, Browser, make_account
from tests.web.employers import an_address
from tests.web.laid_down import acts_laid_down
from tests.web.leftovers import a_dead_item, a_repayment, some_work
from tests.web.papers import papers_of_decision

CATALOGUE = Path(__file__).parents[2] / "schemes" / "catalogue" / "stedendriehoek"
STAGES = ("draft", "sent", "decided")


@dataclass
class World:
    """The desk, its people, and the public ids of what there is, by name (``"voucher"``, ``"other voucher"``, ...)."""

    app: Flask
    engine: Engine
    path: Path
    stage: str = "sent"
    accounts: dict[Audience, Account] = field(default_factory=dict)
    questions: dict[str, DevelopmentQuestion] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    entered: dict[object, Browser] = field(default_factory=dict)
    let_in: dict[object, tuple[str, str]] = field(default_factory=dict)
    """The cookies of whom the kept desk has let in already, and what is good in their forms."""
    left: set[object] = field(default_factory=set)

    def question(self, audience: Audience, *, other: bool = False) -> DevelopmentQuestion:
        """The question of the resident or employer at the present stage, or that of the other one."""
        return self.questions[f"{'other ' if other else ''}{self.stage} {audience.value}"]

    def browser(self, audience: Audience, *, question_id: int | None = None) -> Browser:
        """A fresh browser of somebody of this audience; `question_id` is another question to be let in for."""
        browser = Browser(self.app)
        if audience in STAFF:
            return browser.enter(account=self.accounts[audience])
        if audience in BY_LINK:
            return browser.enter(question_id=question_id or self.question(audience).id, audience=audience)
        return browser.enter()

    def who(self, audience: Audience, question_id: int | None) -> tuple[Audience, int | None]:
        """Who somebody of this audience is: residents and employers have another question at every stage."""
        if audience not in BY_LINK:
            return audience, None
        return audience, question_id or self.question(audience).id

    def let_in_as(self, audience: Audience, question_id: int | None) -> Browser:
        """The browser of who this is: that of before, one with a cookie of the kept desk, or a fresh one."""
        who = self.who(audience, question_id)
        if who not in self.entered:
            known = self.let_in.get(who) if who not in self.left else None
            fresh = (
                self.browser(audience, question_id=question_id) if known is None else Browser(self.app).known(*known)
            )
            self.entered[who] = fresh
        return self.entered[who]

    def forget(self, audience: Audience, question_id: int | None) -> None:
        """Who this is signed out, or came in as somebody else: the cookie of before is worth nothing until the desk is put back."""
        who = self.who(audience, question_id)
        del self.entered[who]
        self.left.add(who)

    def do(self, work: Callable[[Session], Any]) -> Any:
        """Do something at this desk."""
        return unit_of_work(self.engine, work)

    def keep(self) -> None:
        """Let everybody in, and remember the desk as it is then."""
        for self.stage, audience in product(STAGES, Audience):
            if audience is not Audience.SYSTEM:
                browser = self.let_in_as(audience, None)
                cookie = browser.client.get_cookie("loket")
                assert cookie is not None
                self.let_in[self.who(audience, None)] = (cookie.value, browser.csrf())
        self.engine.dispose()  # closing the last connection moves the write-ahead log into the file
        shutil.copyfile(self.path, self.path.with_suffix(".kept"))

    def put_back(self) -> None:
        """Make the desk as it was remembered; who came in since then is out again, who was in then is in."""
        self.engine.dispose()
        self.entered.clear()
        self.left.clear()
        shutil.copyfile(self.path.with_suffix(".kept"), self.path)


def build_world(app: Flask, engine: Engine, path: Path) -> World:
    """Everybody, and something of everything."""
    world = World(app, engine, path)
    world.do(lambda s: load_region(s, folder=CATALOGUE, actor=SYSTEM, now=NOW))
    _people(world)
    for name in ("", "other "):
        for audience, route in ((Audience.RESIDENT, Route.INDIVIDUAL), (Audience.EMPLOYER, Route.EMPLOYER)):
            world.do(lambda s, n=name, a=audience, r=route: _questions(s, world, n, a, r))
    world.do(lambda s: _talks_and_requests(s, world))
    world.do(lambda s: (_evidence(s, world), ask_rights(s, world.questions, world.ids)))
    world.ids["employer address"] = world.do(lambda s: an_address(s, world.questions["sent employer"].id))
    world.do(lambda s: _vouchers(s, world))
    world.ids["draft"] = world.do(lambda s: _draft(s, world))
    world.ids["period"] = world.do(lambda s: _period(s, world))
    world.ids["signer"] = world.do(lambda s: _signer(s, world))
    world.do(lambda s: _trainings(s, world))
    world.ids["work"] = world.do(lambda s: some_work(s, s.merge(world.accounts[Audience.ADMIN])))
    world.ids["message"] = world.do(lambda s: outbox(s)[0].public_id)
    world.do(lambda s: _worklist(s, world))
    world.ids |= world.do(lambda s: the_accounts(s, people=world.accounts, vault=world_vault(world)))
    world.keep()
    return world


def world_vault(world: World) -> Vault:
    """Where the files of this desk lie."""
    return Vault.under(world.app.extensions["settings"].state_dir, str(world.app.secret_key))


def _signer(session: Session, world: World) -> str:
    region = actor_of_account(session.merge(world.accounts[Audience.REGION]))
    key = public_key_text(signing_key("a secret of another desk that we trust"))
    return str(trust_signer(session, name="Regio Elders", public_key=key, actor=region, now=NOW).id)


def _period(session: Session, world: World) -> str:
    """A quarter that is over, and open."""
    region = actor_of_account(session.merge(world.accounts[Audience.REGION]))
    first_day = date(NOW.year - 1, 10, 1)
    return add_period(session, length=PeriodLength.QUARTER, first_day=first_day, actor=region, now=NOW).public_id


def _trainings(session: Session, world: World) -> None:
    """A training of the region, and a list that waits to be taken in."""
    region = actor_of_account(session.merge(world.accounts[Audience.REGION]))
    terms = TrainingTerms("v-1", "Lassen", "Vakschool", "Folder", NOW.date(), TeachingForm.ONLINE, sector="technology")
    world.ids["training"] = enter_training(session, terms=terms, actor=region, now=NOW).public_id
    rows = [(2, {"name": "Solderen", "provider": "Vakschool", "form": "Online", "source": "x", "as_of": "2026-01-01"})]
    world.ids["training list"] = keep_import(session, name="lijst.csv", rows=rows, actor=region, now=NOW).public_id


def _worklist(session: Session, world: World) -> None:
    """A filter of each of two advisors, a case that went from one to the other, and a draft of each who helps."""
    advisor = actor_of_account(session.merge(world.accounts[Audience.ADVISOR]))
    colleague = session.scalars(select(Account).where(Account.public_id == world.ids["account"])).one()
    for name, actor in (("selection", advisor), ("other selection", actor_of_account(colleague))):
        kept = save_selection(session, name="Nieuw", asked={"op": ["newest"]}, actor=actor, now=NOW)
        world.ids[name] = kept.public_id
    for audience in (Audience.ADVISOR, Audience.HELPER):
        helper = actor_of_account(session.merge(world.accounts[audience]))
        draft = start_assisted(
            session, route=Route.INDIVIDUAL, way=HelpWay.COUNTER, language="nl", actor=helper, now=NOW
        )
        world.ids[f"{audience.value} assisted"] = draft.public_id
    question = session.get_one(DevelopmentQuestion, world.questions["other sent employer"].id)
    given, _came = hand_over_several(session, questions=[question], to=colleague, actor=advisor, now=NOW)
    assert given is not None
    world.ids["hand over"] = given.public_id


def _draft(session: Session, world: World) -> str:
    owner = actor_of_account(session.merge(world.accounts[Audience.OWNER]))
    return str(start_draft(session, scheme=FOR_PERSON, actor=owner, now=NOW).version)


def _people(world: World) -> None:
    def owner_slug(session: Session) -> str:
        owns = select(Organisation.slug).join(SchemeOwnership, SchemeOwnership.organisation_id == Organisation.id)
        return str(session.scalars(owns.where(SchemeOwnership.scheme == FOR_PERSON)).one())

    def foreign_scheme(session: Session) -> str:
        held = select(Organisation.id).where(Organisation.slug == world.do(owner_slug))
        foreign = select(SchemeOwnership.scheme).where(SchemeOwnership.organisation_id.not_in(held))
        return str(session.scalars(foreign.order_by(SchemeOwnership.scheme).limit(1)).one())

    for audience in STAFF:
        organisation = world.do(owner_slug) if audience is Audience.OWNER else None
        world.accounts[audience] = make_account(world.engine, Role(audience.value), organisation=organisation)
    world.ids["account"] = make_account(world.engine, Role.ADVISOR).public_id
    world.ids["line"] = world.do(lambda s: funding_lines(s)[0].slug)
    world.ids["scheme"] = FOR_PERSON
    world.ids["other scheme"] = unit_of_work(world.engine, foreign_scheme, read_only=True)
    other_school = make_account(world.engine, Role.PROVIDER)
    advisor = actor_of_account(world.accounts[Audience.ADVISOR])
    schools = (
        ("provider", "12345678", world.accounts[Audience.PROVIDER]),
        ("other provider", "87654321", other_school),
    )
    for name, kvk, account in schools:

        def work(session: Session, name: str = name, kvk: str = kvk, account: Account = account) -> str:
            assert account.organisation_id is not None
            school = register_provider(
                session,
                organisation_id=account.organisation_id,
                name=f"School {name}",
                kvk_number=kvk,
                iban=None,
                actor=advisor,
                now=NOW,
            )
            approve_provider(session, provider=school, scheme=FOR_PERSON, actor=advisor, now=NOW)
            return school.public_id

        world.ids[name] = world.do(work)
    world.ids["other provider account"] = other_school.email


def _questions(session: Session, world: World, name: str, audience: Audience, route: Route) -> None:
    """A draft, a sent question and one that was decided."""
    filled = filled_question(session, route=route, who=f"{name}draft")
    world.questions[f"{name}draft {audience.value}"] = filled
    sent = send(session, filled_question(session, route=route, who=f"{name}sent"))
    world.questions[f"{name}sent {audience.value}"] = sent
    if route is Route.INDIVIDUAL:
        asker = Actor(audience, question_id=sent.id)
        mail = "chef@voorbeeld.example"
        ask_pledge(session, question=sent, employer_name="Baas", employer_email=mail, actor=asker, now=NOW)
    decided = send(session, filled_question(session, route=route, who=f"{name}decided"))
    world.questions[f"{name}decided {audience.value}"] = decided
    world.ids[f"{name}{audience.value} proposal"] = decide(session, decided, world.accounts[Audience.ADVISOR])


def _talks_and_requests(session: Session, world: World) -> None:
    advisor = actor_of_account(world.accounts[Audience.ADVISOR])
    question = session.get_one(DevelopmentQuestion, world.questions["sent resident"].id)
    talk = plan_conversation(
        session, question=question, planned_for=NOW + timedelta(days=3), way="phone", place=None, actor=advisor, now=NOW
    )
    employed = session.get_one(DevelopmentQuestion, world.questions["sent employer"].id)
    later = NOW + timedelta(days=3, hours=2)
    plan_conversation(session, question=employed, planned_for=later, way="desk", place=None, actor=advisor, now=NOW)
    call = ask_call_back(session, question=question, note=None, actor=advisor, now=NOW)
    hours = WeeklyHours(1, 9 * 60, 12 * 60, 60, (TalkWay.DESK, TalkWay.PHONE))
    kept = add_hours(session, hours=hours, actor=advisor, now=NOW)
    away = add_away(session, first_day=date(2026, 12, 24), last_day=date(2026, 12, 31), actor=advisor, now=NOW)
    world.ids |= {"call": call.public_id, "hours": kept.public_id, "away": away.public_id}
    asked = session.get_one(DevelopmentQuestion, world.questions["other sent resident"].id)
    request = ask_more(
        session, question=asked, text="Stuur de offerte.", answer_by=date(2026, 12, 20), actor=advisor, now=NOW
    )
    [changed] = correct(
        session, question=asked, changes={"wish": "Iets anders."}, on_word=OnWord.TOLD, actor=advisor, now=NOW
    )
    world.ids["conversation"], world.ids["request"] = talk.public_id, request.public_id
    world.ids["correction"] = changed.public_id


def _evidence(session: Session, world: World) -> None:
    """A quotation that was handed in for each question that was sent."""
    vault = world_vault(world)
    for other, audience in (("", Audience.RESIDENT), ("", Audience.EMPLOYER), ("other ", Audience.RESIDENT)):
        question = session.get_one(DevelopmentQuestion, world.questions[f"{other}sent {audience.value}"].id)
        me, file = Actor(audience, question_id=question.id), HandedIn(pdf(), "offerte.pdf")
        made = hand_in(session, question=question, piece="offerte", file=file, vault=vault, actor=me, now=NOW)
        world.ids[f"{other}{audience.value} evidence"] = made.public_id


def _vouchers(session: Session, world: World) -> None:
    """One voucher that the provider may use and used a part of, one that it may not, and a redemption by another provider."""
    by_question = {voucher.question_id: voucher for voucher in session.scalars(select(Voucher))}
    own = by_question[world.questions["decided resident"].id]
    others = by_question[world.questions["other decided resident"].id]
    not_approved = by_question[world.questions["decided employer"].id]
    world.ids["voucher"], world.ids["code"] = own.public_id, format_code(own.code)
    world.ids["other code"] = format_code(not_approved.code)
    world.ids["aid award"] = not_approved.award.public_id
    other_school = session.scalars(select(Account).where(Account.email == world.ids["other provider account"])).one()
    for name, voucher, account in (
        ("redemption", own, world.accounts[Audience.PROVIDER]),
        ("other redemption", others, other_school),
    ):
        done = redeem_voucher(
            session,
            voucher=voucher,
            bill=Bill(f"F-{voucher.id}", date(2026, 11, 30), 10_000),
            actor=actor_of_account(account),
            now=NOW,
        )
        world.ids[name] = done.public_id
    world.ids["recovery"] = _credited(session, session.get_one(Redemption, done.id))
    world.ids["job item"] = str(a_dead_item(session))
    advisor = actor_of_account(session.merge(world.accounts[Audience.ADVISOR]))
    world.ids |= papers_of_decision(session, world.questions["decided resident"], advisor)
    world.ids["repayment"] = a_repayment(session, others)
    account = session.scalars(select(Account).where(Account.public_id == world.ids["account"])).one()
    owner = actor_of_account(session.merge(world.accounts[Audience.OWNER]))
    world.ids |= acts_laid_down(session, scheme=FOR_PERSON, voucher=own, account=account, schemes=owner.schemes)
    _paying(session, world, {"": own, "other ": others})


def _paying(session: Session, world: World, vouchers: dict[str, Voucher]) -> None:
    """An invoice of each provider, a batch, a provider that asks to be on the list, and something that stands out."""
    vault = world_vault(world)
    for name, voucher in vouchers.items():
        school = session.scalars(select(Provider).where(Provider.public_id == world.ids[f"{name}provider"])).one()
        school.iban = "NL91ABNA0417164300"
        who = Actor(Audience.PROVIDER, account_id=1, organisation_id=school.organisation_id)
        paper = Paper("F-99", date(2026, 11, 30), "S. de Vries", 2_000, 1_000, pdf(), "factuur.pdf")
        made = submit_invoice(session, voucher=voucher, paper=paper, vault=vault, actor=who, now=NOW)
        world.ids[f"{name}invoice"] = made.public_id
    region = actor_of_account(session.merge(world.accounts[Audience.REGION]))
    batch = make_batch(session, actor=region, now=NOW)
    second = Actor(Audience.REGION, account_id=999_999, display_name="Tweede Persoon")
    release_batch(session, batch=batch, payer=PayingAccount("Regio", "NL91ABNA0417164300"), actor=second, now=NOW)
    export_batch(session, batch=batch, actor=region, now=NOW + timedelta(days=1))
    world.ids["batch"], world.ids["payment"] = batch.public_id, batch.payments[0].public_id
    read_statement(session, content=statement(entry("NOTPROVIDED", "5.00")), actor=region, now=NOW + timedelta(days=1))
    world.ids["bank line"] = unmatched_lines(session, actor=region)[0].public_id
    wrong = [Break("L2", "audit_event:1", "taken out")]
    looked = keep_check(session, transfers=1, events=1, breaks=wrong, actor=region, now=NOW)
    world.ids["books check"] = looked.public_id
    world.ids["registration"] = ask_registration(
        session,
        name="Vakschool",
        kvk_number="11112222",
        iban="NL39RABO0300065264",
        contact_name="Vera",
        contact_email="vera@vakschool.example",
        now=NOW,
    ).public_id
    assert raise_flags(session, now=NOW) == 1, "two providers with one account number"
    world.ids["flag"] = session.scalars(select(Flag.public_id)).one()


def _credited(session: Session, redemption: Redemption) -> str:
    """The paid invoice of another provider, of which a part must come back."""
    for spend_id, _cents in unpaid_spends(session, redemption=redemption):
        pay(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=NOW)
    claim = take_credit_note(
        session, redemption=redemption, amount_cents=4_000, reason="Korting", actor=SYSTEM, now=NOW
    )
    assert claim is not None
    return claim.public_id
