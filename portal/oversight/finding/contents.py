"""By which words each thing is found, and which changes of which records change them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.pledges.models import Pledge
from portal.cases.questions.models import Contact, DevelopmentQuestion, QuestionState
from portal.cases.representatives.models import Representative
from portal.oversight.finding.hidden_words import hidden
from portal.oversight.finding.models import Findable
from portal.oversight.finding.typed_words import (
    address_word,
    mail_words,
    number_word,
    number_words,
    phone_word,
    words_of,
)
from portal.platform.database import Base
from portal.second_look.objections.models import Objection
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import Provider, ProviderRegistration
from portal.spending.vouchers.models import Redemption, Voucher

Question = DevelopmentQuestion


@dataclass(frozen=True)
class Content:
    """The words of one thing, and the question that it belongs to."""

    question_id: int | None
    words: Mapping[str, str]
    """Every word as it stands in the index, and what it is: a word of somebody stands hidden."""


@dataclass(frozen=True)
class Watched:
    """A record whose columns are looked through: which thing it is part of (`root` is the column with its id), and the columns.

    Without columns only a new or removed record counts: what is found of it never changes.
    """

    kind: Findable
    root: str
    columns: tuple[str, ...] = ()


WATCHED: Mapping[type[Base], Watched] = {
    Question: Watched(
        Findable.QUESTION, "id",
        ("state", "reference_number", "training_name", "training_provider", "employer_name", "employer_kvk",
         "employer_contact", "learner_name"),
    ),
    Contact: Watched(Findable.QUESTION, "question_id", ("name", "email", "phone", "postcode", "house_number")),
    Application: Watched(
        Findable.QUESTION, "question_id", ("name", "learner_name", "kvk_number", "postcode", "house_number")
    ),
    Pledge: Watched(Findable.QUESTION, "question_id", ("employer_name",)),
    Representative: Watched(Findable.QUESTION, "question_id", ("name",)),
    Voucher: Watched(Findable.VOUCHER, "id"),
    Redemption: Watched(Findable.REDEMPTION, "id"),
    Invoice: Watched(Findable.INVOICE, "id", ("number", "learner_name")),
    Objection: Watched(Findable.OBJECTION, "id"),
    Provider: Watched(Findable.PROVIDER, "id", ("name", "kvk_number")),
    ProviderRegistration: Watched(
        Findable.REGISTRATION, "id", ("name", "kvk_number", "contact_name", "contact_email")
    ),
}  # fmt: skip


def _content(question_id: int | None, *words: Iterable[str], of_people: Iterable[str] = ()) -> Content:
    open_words = {word: word for some in words for word in some if word}
    return Content(question_id, open_words | {hidden(word): word for word in of_people if word})


def _of_questions(session: Session, ids: Collection[int]) -> dict[int, Content]:
    """Of what was sent; a draft is its writer's alone."""
    rows = session.execute(
        select(Question.id, Question.reference_number, Question.training_name, Question.training_provider,
               Question.employer_name, Question.employer_kvk, Question.employer_contact, Question.learner_name,
               Contact.name, Contact.email, Contact.phone, Contact.postcode, Contact.house_number,
               Application.number, Application.name.label("applicant"), Application.learner_name.label("learner"),
               Application.kvk_number, Application.postcode.label("code"), Application.house_number.label("house"))
        .outerjoin(Contact, Contact.question_id == Question.id)
        .outerjoin(Application, Application.question_id == Question.id)
        .where(Question.id.in_(ids), Question.state != QuestionState.DRAFT)
    )  # fmt: skip
    pledging = _said_beside(session, Pledge, Pledge.employer_name, ids)
    acting = _said_beside(session, Representative, Representative.name, ids)
    return {
        row.id: _content(
            row.id,
            *map(number_words, (row.reference_number, row.number)),
            *map(words_of, (row.training_name, row.training_provider, row.employer_name)),
            (number_word(row.employer_kvk), number_word(row.kvk_number)),
            pledging.get(row.id, ()),
            of_people=_of_people(row, acting.get(row.id, ())),
        )
        for row in rows
    }


def _said_beside(session: Session, model: Any, name: Any, ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for question_id, said in session.execute(select(model.question_id, name).where(model.question_id.in_(ids))):
        found.setdefault(question_id, []).extend(words_of(said))
    return found


def _of_people(row: Any, acting: Iterable[str]) -> Iterator[str]:
    """The words by which the people of a question are known: names, and how they are reached. A postcode alone finds them too."""
    for name in (row.employer_contact, row.learner_name, row.name, row.applicant, row.learner):
        yield from words_of(name)
    yield from acting
    yield from mail_words(row.email)
    yield next(mail_words(row.email), "").rpartition(".")[0]  # the beginning of it that people type
    yield phone_word(row.phone)
    for postcode, number in ((row.postcode, row.house_number), (row.code, row.house)):
        yield from (address_word(postcode, number), number_word(postcode))


def _of_vouchers(session: Session, ids: Collection[int]) -> dict[int, Content]:
    rows = session.execute(select(Voucher.id, Voucher.question_id, Voucher.code).where(Voucher.id.in_(ids)))
    return {row.id: _content(row.question_id, [number_word(row.code)]) for row in rows}


def _of_redemptions(session: Session, ids: Collection[int]) -> dict[int, Content]:
    rows = session.execute(
        select(Redemption.id, Voucher.question_id, Voucher.code, Redemption.invoice_number)
        .join(Voucher, Voucher.id == Redemption.voucher_id)
        .where(Redemption.id.in_(ids))
    )
    return {row.id: _content(row.question_id, [number_word(row.code), number_word(row.invoice_number)]) for row in rows}


def _of_invoices(session: Session, ids: Collection[int]) -> dict[int, Content]:
    """By what stands on it: the provider that sent it knows no more of the person."""
    rows = session.execute(
        select(Invoice.id, Voucher.question_id, Voucher.code, Invoice.number, Invoice.learner_name)
        .join(Voucher, Voucher.id == Invoice.voucher_id)
        .where(Invoice.id.in_(ids))
    )
    return {
        row.id: _content(
            row.question_id, [number_word(row.code), number_word(row.number)], of_people=words_of(row.learner_name)
        )
        for row in rows
    }


def _of_objections(session: Session, ids: Collection[int]) -> dict[int, Content]:
    rows = session.execute(select(Objection.id, Objection.question_id, Objection.number).where(Objection.id.in_(ids)))
    return {row.id: _content(row.question_id, number_words(row.number)) for row in rows}


def _of_providers(session: Session, ids: Collection[int]) -> dict[int, Content]:
    rows = session.execute(select(Provider.id, Provider.name, Provider.kvk_number).where(Provider.id.in_(ids)))
    return {row.id: _content(None, words_of(row.name), [number_word(row.kvk_number)]) for row in rows}


def _of_registrations(session: Session, ids: Collection[int]) -> dict[int, Content]:
    asks = ProviderRegistration
    rows = session.execute(
        select(asks.id, asks.name, asks.kvk_number, asks.contact_name, asks.contact_email).where(asks.id.in_(ids))
    )
    return {
        row.id: _content(
            None,
            words_of(row.name),
            [number_word(row.kvk_number)],
            words_of(row.contact_name),
            mail_words(row.contact_email),
        )
        for row in rows
    }


Reader = Callable[[Session, Collection[int]], dict[int, Content]]
SOURCES: Mapping[Findable, tuple[type[Any], Reader]] = {
    Findable.QUESTION: (Question, _of_questions),
    Findable.VOUCHER: (Voucher, _of_vouchers),
    Findable.INVOICE: (Invoice, _of_invoices),
    Findable.REDEMPTION: (Redemption, _of_redemptions),
    Findable.OBJECTION: (Objection, _of_objections),
    Findable.PROVIDER: (Provider, _of_providers),
    Findable.REGISTRATION: (ProviderRegistration, _of_registrations),
}
"""Per kind the record, and what reads the words of some of them from the database: of those that may be found."""
