"""What a page says of what was found: number, name and standing, read where they stand. One query per kind of thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.models import Contact, DevelopmentQuestion, Route
from portal.oversight.finding.models import Findable
from portal.oversight.finding.queries import MOST_PER_KIND, SEES, FoundThings
from portal.people.actor import Actor
from portal.second_look.objections.models import Objection
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import Provider, ProviderRegistration
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Redemption, Voucher

Question = DevelopmentQuestion
MOST_PEOPLE = 10


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `public_id` is that of the thing, for its page; `state` is the word of its own state."""

    kind: Findable
    public_id: str
    number: str
    name: str
    """Who it is about; empty where the actor may not know."""
    detail: str
    """The training, the scheme, or the KvK number."""
    state: str
    question_id: int | None = None
    similar: bool = False
    """It was found by a word that looks like what was typed."""
    voucher_public_id: str = ""
    """Of what was used of a voucher: the voucher."""


@dataclass(frozen=True)
class SomebodyFound:
    """A person or company with questions among what was found."""

    name: str
    question_public_id: str
    """One of the questions: the page of the person is found from it."""
    questions: int
    company: bool


@dataclass(frozen=True)
class Results:
    """Everything that was found, per kind, with the vouchers, invoices and objections of the questions that were found."""

    hits: dict[Findable, list[Hit]]
    people: list[SomebodyFound]
    more: frozenset[Findable]

    @property
    def number(self) -> int:
        """How many things are shown."""
        return sum(map(len, self.hits.values()))

    def of(self, *kinds: Findable) -> list[Hit]:
        """The hits of some kinds."""
        return [hit for kind in kinds for hit in self.hits.get(kind, [])]


def results(session: Session, *, actor: Actor, found: FoundThings) -> Results:
    """What a page says of what was found by this actor."""
    questions = _questions(session, found)
    mine = [hit.question_id for hit in questions if hit.question_id is not None]
    named = Findable.QUESTION in SEES.get(actor.audience, frozenset())
    belonging = mine if named else []
    hits = {
        Findable.QUESTION: questions,
        Findable.VOUCHER: _vouchers(session, found, belonging, named=named),
        Findable.INVOICE: _invoices(session, found, belonging),
        Findable.REDEMPTION: _redemptions(session, found),
        Findable.OBJECTION: _objections(session, found, belonging),
        Findable.PROVIDER: _providers(session, found),
        Findable.REGISTRATION: _registrations(session, found),
    }
    return Results({kind: some for kind, some in hits.items() if some}, _people(session, mine), found.more)


def asker_name(route: Route, employer: str | None, name: str | None) -> str:
    """Who asked, in one line: the employer in its own question, else the person."""
    return (employer if route is Route.EMPLOYER else None) or name or ""


def _sorted(found: FoundThings, kind: Findable, hits: Iterable[tuple[int, Hit]]) -> list[Hit]:
    """The hits in the order in which they were found; what belongs to a question that was found comes after."""
    place = {about: number for number, about in enumerate(found.of(kind))}
    ranked = sorted(hits, key=lambda one: place.get(one[0], len(place)))
    return [hit for _, hit in ranked]


def _near(found: FoundThings, kind: Findable, about: int) -> bool:
    return (kind, about) in found.similar


def _questions(session: Session, found: FoundThings) -> list[Hit]:
    ids = found.of(Findable.QUESTION)
    if not ids:
        return []
    rows = session.execute(
        select(Question.id, Question.public_id, Question.reference_number, Question.route, Question.state,
               Question.training_name, Question.employer_name, Contact.name)
        .outerjoin(Contact, Contact.question_id == Question.id)
        .where(Question.id.in_(ids))
    )  # fmt: skip
    hits = [
        (row.id, Hit(Findable.QUESTION, row.public_id, row.reference_number or "",
                     asker_name(row.route, row.employer_name, row.name), row.training_name or "", row.state.value, row.id,
                     _near(found, Findable.QUESTION, row.id)))
        for row in rows
    ]  # fmt: skip
    return _sorted(found, Findable.QUESTION, hits)


def _found_first(model: Any, ids: Sequence[int]) -> tuple[Any, Any]:
    """An order: what was found itself, then what belongs to a question that was found; the newest first."""
    return case((model.id.in_(ids), 0), else_=1), model.id.desc()


def _about_question(model: Any, question_id: Any, *columns: Any) -> Any:
    """Rows of a record with the name of who asked."""
    return (
        select(model.id, model.public_id, question_id.label("question_id"), Question.route, Question.employer_name,
               Contact.name, *columns)
        .join(Question, Question.id == question_id)
        .outerjoin(Contact, Contact.question_id == Question.id)
        .limit(2 * MOST_PER_KIND)
    )  # fmt: skip


def _vouchers(session: Session, found: FoundThings, questions: Sequence[int], *, named: bool) -> list[Hit]:
    """Vouchers, with the name of the holder for who works on cases."""
    ids = found.of(Findable.VOUCHER)
    if not ids and not questions:
        return []
    rows = _about_question(Voucher, Voucher.question_id, Voucher.code, Voucher.scheme, Voucher.state)
    rows = rows.where(Voucher.id.in_(ids) | Voucher.question_id.in_(questions)).order_by(*_found_first(Voucher, ids))
    hits = [
        (row.id, Hit(Findable.VOUCHER, row.public_id, format_code(row.code),
                     asker_name(row.route, row.employer_name, row.name) if named else "", row.scheme, row.state.value,
                     row.question_id))
        for row in session.execute(rows)
    ]  # fmt: skip
    return _sorted(found, Findable.VOUCHER, hits)


def _invoices(session: Session, found: FoundThings, questions: Sequence[int]) -> list[Hit]:
    """Invoices, each with the name that stands on it."""
    ids = found.of(Findable.INVOICE)
    if not ids and not questions:
        return []
    rows = (
        select(Invoice.id, Invoice.public_id, Invoice.number, Invoice.learner_name, Invoice.state, Provider.name,
               Voucher.question_id)
        .join(Voucher, Voucher.id == Invoice.voucher_id)
        .join(Provider, Provider.id == Invoice.provider_id)
        .where(Invoice.id.in_(ids) | Voucher.question_id.in_(questions))
        .order_by(*_found_first(Invoice, ids))
        .limit(2 * MOST_PER_KIND)
    )  # fmt: skip
    hits = [
        (row.id, Hit(Findable.INVOICE, row.public_id, row.number, row.learner_name, row.name, row.state.value,
                     row.question_id, _near(found, Findable.INVOICE, row.id)))
        for row in session.execute(rows)
    ]  # fmt: skip
    return _sorted(found, Findable.INVOICE, hits)


def _redemptions(session: Session, found: FoundThings) -> list[Hit]:
    ids = found.of(Findable.REDEMPTION)
    if not ids:
        return []
    rows = session.execute(
        select(Redemption.id, Redemption.public_id, Redemption.invoice_number, Voucher.code, Redemption.kind,
               Voucher.public_id.label("voucher"), Voucher.question_id)
        .join(Voucher, Voucher.id == Redemption.voucher_id)
        .where(Redemption.id.in_(ids))
    )  # fmt: skip
    hits = [
        (row.id, Hit(Findable.REDEMPTION, row.public_id, row.invoice_number, "", format_code(row.code), row.kind.value,
                     row.question_id, voucher_public_id=row.voucher))
        for row in rows
    ]  # fmt: skip
    return _sorted(found, Findable.REDEMPTION, hits)


def _objections(session: Session, found: FoundThings, questions: Sequence[int]) -> list[Hit]:
    ids = found.of(Findable.OBJECTION)
    if not ids and not questions:
        return []
    rows = _about_question(Objection, Objection.question_id, Objection.number, Objection.state)
    which = Objection.id.in_(ids) | Objection.question_id.in_(questions)
    rows = rows.where(which).order_by(*_found_first(Objection, ids))
    hits = [
        (row.id, Hit(Findable.OBJECTION, row.public_id, row.number,
                     asker_name(row.route, row.employer_name, row.name), "", row.state.value, row.question_id))
        for row in session.execute(rows)
    ]  # fmt: skip
    return _sorted(found, Findable.OBJECTION, hits)


def _providers(session: Session, found: FoundThings) -> list[Hit]:
    ids = found.of(Findable.PROVIDER)
    rows: Iterable[Provider] = session.scalars(select(Provider).where(Provider.id.in_(ids))) if ids else ()
    hits = [
        (one.id, Hit(Findable.PROVIDER, one.public_id, one.kvk_number, one.name, "", one.state.value, None,
                     _near(found, Findable.PROVIDER, one.id)))
        for one in rows
    ]  # fmt: skip
    return _sorted(found, Findable.PROVIDER, hits)


def _registrations(session: Session, found: FoundThings) -> list[Hit]:
    ids = found.of(Findable.REGISTRATION)
    asks = ProviderRegistration
    rows: Iterable[ProviderRegistration] = session.scalars(select(asks).where(asks.id.in_(ids))) if ids else ()
    hits = [
        (one.id, Hit(Findable.REGISTRATION, one.public_id, one.kvk_number, one.name, "", one.state.value, None,
                     _near(found, Findable.REGISTRATION, one.id)))
        for one in rows
    ]  # fmt: skip
    return _sorted(found, Findable.REGISTRATION, hits)


def _people(session: Session, questions: Sequence[int]) -> list[SomebodyFound]:
    """The confirmed persons and the companies that the questions are of, those with most questions first."""
    if not questions:
        return []
    newest = func.max(Question.id)
    company = func.coalesce(Question.employer_kvk, "")
    rows = session.execute(
        select(Application.person_key, company.label("company"), newest.label("newest"), func.count().label("number"),
               func.max(Question.employer_name).label("employer"))
        .select_from(Question)
        .outerjoin(Application, Application.question_id == Question.id)
        .where(Question.id.in_(questions))
        .group_by(Application.person_key, company)
    ).all()  # fmt: skip
    last = select(Question.id, Question.public_id, Contact.name).outerjoin(Contact, Contact.question_id == Question.id)
    found = session.execute(last.where(Question.id.in_([row.newest for row in rows]))).all()
    public, names = {row.id: row.public_id for row in found}, {row.id: row.name for row in found}
    companies: dict[str, SomebodyFound] = {}
    people = []
    for row in rows:
        if row.company:
            known = companies.get(row.company)
            number = row.number + (known.questions if known else 0)
            companies[row.company] = SomebodyFound(row.employer or "", public[row.newest], number, True)
        elif row.person_key:
            people.append(SomebodyFound(names[row.newest] or "", public[row.newest], row.number, False))
    return sorted([*people, *companies.values()], key=lambda one: (-one.questions, one.name))[:MOST_PEOPLE]
