"""The people with accounts: advisors, owners, the region, administration, and training providers with their approvals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session
from stdnum import iban

from portal.cases.diaries.actions import WeeklyHours, add_hours
from portal.cases.diaries.models import TalkWay
from portal.cases.diaries.queries import hours_of
from portal.cases.owners.queries import advisors
from portal.demo import texts
from portal.demo.people import email_name
from portal.demo.trainings import School
from portal.framework.catalogue.queries import region, schemes_in_force
from portal.framework.funding.queries import funders
from portal.framework.mandates.actions import MandateTerms, give_mandate
from portal.framework.mandates.queries import deciders, mandates
from portal.paying.account_numbers.actions import ask_iban_change, decide_iban_change
from portal.people.accounts.actions import create_account, ensure_organisation
from portal.people.accounts.models import Account, Organisation, OrganisationKind, Role
from portal.people.accounts.queries import account_by_email, accounts, actor_of_account, organisation_by_slug
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.spending.providers.actions import approve_provider, register_provider
from portal.spending.providers.models import Provider

ACTOR = Actor.system("loket demo")
OF_ONE_TEAM = "Tessa Teamlid"
"""The advisor who sees the cases of one team alone, when there are teams; does no act in the history."""
VOUCHER_SCHEMES = ("ontwikkelfonds-individueel", "ontwikkelfonds-werkgever", "werk-naar-werk-voucher")

STAFF = (
    ("Anja Adviseur", Role.ADVISOR, "desk"),
    ("Boris Adviseur", Role.ADVISOR, "desk"),
    (OF_ONE_TEAM, Role.ADVISOR, "desk"),
    ("Olga Eigenaar", Role.OWNER, "region"),
    ("Otto Eigenaar", Role.OWNER, "region"),
    ("Rik Regio", Role.REGION, "region"),
    ("Roos Regio", Role.REGION, "region"),
    ("Bea Beheer", Role.ADMIN, "desk"),
    ("Ben Beheer", Role.ADMIN, "desk"),
    ("Bram Bieb", Role.HELPER, "library"),
    ("Floor Financier", Role.FUNDER, "funder"),
    ("Cor Controller", Role.CONTROLLER, "region"),
    ("Ada Accountant", Role.AUDITOR, "auditor"),
)
"""Name, role and house (`houses`). Two owners: who writes a scheme does not publish it; two of the region: who makes a payment
does not release it; two administrators: a role that decides or pays takes both. Owners of other organisations that own schemes
are added per organisation."""

HOURS = (
    ((0, 9, 12), (1, 13, 17), (2, 9, 12), (3, 13, 17), (4, 9, 12)),
    ((0, 13, 17), (1, 9, 12), (2, 13, 16), (3, 9, 12), (4, 13, 16)),
)
"""Weekday (Monday is 0), first and last hour, per advisor in turn: all week somebody can be chosen."""


@dataclass
class Staff:
    """Who acts in the history, as actors; providers by the key of their school."""

    advisors: list[Actor] = field(default_factory=list)
    region: Actor = ACTOR
    second_region: Actor = ACTOR
    owner: Actor = ACTOR
    helper: Actor = ACTOR
    auditor: Actor = ACTOR
    schools: dict[str, Actor] = field(default_factory=dict)
    providers: dict[str, Provider] = field(default_factory=dict)


def houses(session: Session) -> dict[str, tuple[str, str]]:
    """Slug and name of the desk and of the region, as region.yaml gives them (Leerwerkloket or Werkcentrum), and of a library, a
    funder and an auditor."""
    own = region(session)
    agency = next((one.id for one in own.organisations if one.kind == "agency"), "loket")
    board = next((one for one in own.organisations if one.kind == "region"), None)
    return {
        "desk": (agency, own.desk.name.nl if own.desk is not None else "Loket"),
        "region": (board.id, board.name.nl) if board is not None else (f"regio-{own.region}", own.name.nl),
        "library": ("bibliotheek", "Bibliotheek (voorbeeld)"),
        "funder": next(((one.slug, one.name_nl) for one in funders(session)), ("financier", "Financier (voorbeeld)")),
        "auditor": ("accountant", "Accountant (voorbeeld)"),
    }


def add_staff(session: Session, *, now: datetime) -> None:
    """Add who works for the desk, the region, a library, a funder and an auditor, and the owners of schemes, if not there yet."""
    kinds = {
        "desk": OrganisationKind.DESK,
        "region": OrganisationKind.SCHEME_OWNER,
        "library": OrganisationKind.DESK,
        "funder": OrganisationKind.FUNDER,
        "auditor": OrganisationKind.AUDITOR,
    }
    found = {
        house: ensure_organisation(session, slug=slug, name=name, kind=kinds[house], actor=ACTOR, now=now)
        for house, (slug, name) in houses(session).items()
    }
    for name, role, house in STAFF:
        _account(session, name, role, found[house], now)
    _open_hours(session, now)
    for slug, name in (("provincie-overijssel", "Ilse Eigenaar"), ("provincie-gelderland", "Govert Eigenaar")):
        organisation = organisation_by_slug(session, slug=slug)
        if organisation is not None:
            _account(session, name, Role.OWNER, organisation, now)
    _give_mandates(session, now)


def _open_hours(session: Session, now: datetime) -> None:
    """Both usual advisors have hours in which people choose a talk: three mornings and two afternoons a week."""
    for number, account in enumerate(one for one in advisors(session) if one.display_name != OF_ONE_TEAM):
        actor = actor_of_account(account)
        if not hours_of(session, actor=actor):
            for weekday, begins, ends in HOURS[number % len(HOURS)]:
                hours = WeeklyHours(weekday, begins * 60, ends * 60, 60, (TalkWay.DESK, TalkWay.PHONE))
                add_hours(session, hours=hours, actor=actor, now=now)


def _give_mandates(session: Session, now: datetime) -> None:
    """Every advisor, owner and person of the region may act for the bodies of the schemes that are administered here."""
    held = schemes_in_force(session, on=local_date(now))
    bodies = {one.definition.deciding_body.nl for one in held if one.definition.deciding_body is not None}
    known = {(one.account_id, one.body) for one in mandates(session)}
    for account in deciders(session):
        for body in sorted(bodies):
            if (account.id, body) not in known:
                give_mandate(
                    session,
                    account_id=account.id,
                    terms=MandateTerms(body=body, basis="Mandaatbesluit (voorbeeld)", valid_from=date(2020, 1, 1)),
                    actor=ACTOR,
                    now=now,
                )


def _account(session: Session, name: str, role: Role, organisation: Organisation | None, now: datetime) -> Account:
    email = f"{email_name(name)}@example.nl"
    known = account_by_email(session, email=email)
    return known or create_account(
        session, email=email, display_name=name, role=role, organisation=organisation, actor=ACTOR, now=now
    )


def staff(session: Session) -> Staff:
    """The accounts of the demonstration as actors."""
    found, own = Staff(), houses(session)["region"][0]
    for account in accounts(session):
        actor = actor_of_account(account)
        if account.role is Role.ADVISOR:
            found.advisors += [actor] if account.display_name != OF_ONE_TEAM else []
        elif account.role is Role.HELPER:
            found.helper = actor
        elif account.role is Role.AUDITOR:
            found.auditor = actor
        elif account.role is Role.REGION:
            found.region, found.second_region = (
                (actor, found.second_region) if found.region is ACTOR else (found.region, actor)
            )
        elif account.role is Role.OWNER and account.organisation is not None and account.organisation.slug == own:
            found.owner = actor if found.owner is ACTOR else found.owner
    return found


def add_school(session: Session, *, school: School, staff: Staff, now: datetime) -> None:
    """Register a provider with somebody who signs in for it; its account number is checked by one and confirmed by another."""
    organisation = ensure_organisation(
        session, slug=f"opleider-{school.key}", name=school.name, kind=OrganisationKind.PROVIDER, actor=ACTOR, now=now
    )
    account = _account(session, school.user, Role.PROVIDER, organisation, now)
    staff.schools[school.key] = actor_of_account(account)
    staff.providers[school.key] = register_provider(
        session,
        organisation_id=organisation.id,
        name=school.name,
        kvk_number=school.kvk_number,
        iban=None,
        actor=staff.advisors[0],
        now=now,
    )
    change = ask_iban_change(
        session,
        provider=staff.providers[school.key],
        iban=invented_iban(school.kvk_number),
        how=texts.ACCOUNT_CHECKED,
        payer=None,
        actor=staff.advisors[0],
        now=now,
    )
    decide_iban_change(session, change=change, confirm=True, payer=None, actor=staff.region, now=now)


def approve_school(session: Session, *, school: School, staff: Staff, now: datetime) -> None:
    """Let a provider redeem the vouchers of the desk; the owner of the schemes does that."""
    for scheme in VOUCHER_SCHEMES:
        approve_provider(session, provider=staff.providers[school.key], scheme=scheme, actor=staff.owner, now=now)


def invented_iban(number: str) -> str:
    """A well-formed account number of a bank that does not exist (DEMO)."""
    account = f"DEMO{int(number):010d}"
    return f"NL{iban.calc_check_digits('NL00' + account)}{account}"
