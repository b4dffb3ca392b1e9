"""Finding: by everything that people know, of what one may see only, and never what is not there any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.applications.models import Application
from portal.cases.questions.models import Contact, DevelopmentQuestion, Route
from portal.oversight.finding.details import results
from portal.oversight.finding.hidden_words import hidden
from portal.oversight.finding.keeping import follow, is_behind, rebuild
from portal.oversight.finding.models import Findable, SearchEntry, SearchTerm, SearchVariant
from portal.oversight.finding.queries import SEES, FoundThings, find
from portal.people.actor import Actor, Audience
from portal.platform.database import unit_of_work
from portal.post.files.actions import Vault
from portal.second_look.objections.actions import receive_objection
from portal.spending.changes.actions import reserve_at_provider
from tests.benchmarks.finding import fill
from tests.factories import (
    ADVISOR,
    MAIL,
    NOW,
    OWNER,
    REGION,
    a_draft,
    a_provider,
    a_question,
    a_region,
    a_voucher,
    an_application,
    resident,
)
from tests.portal.oversight.finding.indexed import Counted, contents, is_right, must_be, stands
from tests.portal.spending.invoices.handing_in import hand_in

CALLED = replace(MAIL, name="Fatima El Younoussi", phone="06-12345678", street="Kade", house_number="12", postcode="7311 AB", city="X")  # fmt: skip


def found(session: Session, text: str, actor: Actor = ADVISOR) -> FoundThings:
    follow(session)
    return find(session, actor=actor, text=text)


def filled(session: Session, tmp_path: Path) -> dict[str, Any]:
    """One of everything that can be found, committed."""
    voucher = a_voucher(session, contact=CALLED)
    provider, pia = a_provider(session)
    other, piet = a_provider(session)
    vault = Vault.under(tmp_path, "a secret for tests")
    invoice = hand_in(session, (voucher, None, pia), vault, 1_000, "F 2026/77", learner_name="F. El Younoussi")
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    decided = session.get_one(type(voucher.award), voucher.award_id).decision_id
    objection = receive_objection(
        session, decision=session.get_one(Decision, decided), received_on=(NOW + timedelta(days=3)).date(),
        grounds="Te weinig.", committee=False, actor=ADVISOR, now=NOW + timedelta(days=3),
    )  # fmt: skip
    session.commit()
    return {
        "question": question, "voucher": voucher, "provider": provider, "pia": pia, "piet": piet, "other": other,
        "invoice": invoice, "objection": objection,
    }  # fmt: skip


def test_everything_is_found_by_all_that_people_know_of_it(session: Session, tmp_path: Path) -> None:
    made = filled(session, tmp_path)
    question, voucher = made["question"], made["voucher"]
    applied = session.scalars(select(Application)).one()
    by = {
        Findable.QUESTION: (question, ["Younoussi", "fatima younoussi", "06 1234 5678", "+31612345678", "sam@voorbeeld", "7311AB 12",
                                       question.reference_number, "ov 2026 1", applied.number, "monteur", "roc proef"]),
        Findable.VOUCHER: (voucher, [voucher.code, voucher.code.lower(), f"{voucher.code[:4]}-{voucher.code[4:8]} {voucher.code[8:]}"]),
        Findable.INVOICE: (made["invoice"], ["f2026/77", "F 2026 / 77", "el younoussi", voucher.code]),
        Findable.OBJECTION: (made["objection"], [made["objection"].number]),
        Findable.PROVIDER: (made["provider"], [made["provider"].name, made["provider"].kvk_number]),
    }  # fmt: skip
    missed = [
        (kind, text)
        for kind, (thing, texts) in by.items()
        for text in texts
        if thing.id not in found(session, text).of(kind)
    ]
    assert missed == []
    assert found(session, "Petrov").ids == {} and found(session, "younoussi petrov").ids == {}
    shown = results(session, actor=ADVISOR, found=found(session, "younoussi"))
    assert {Findable.QUESTION, Findable.VOUCHER, Findable.INVOICE, Findable.OBJECTION} == set(shown.hits)
    assert [one.name for one in shown.people] == ["Fatima El Younoussi"]


@pytest.mark.parametrize("typed", ["younousi", "yonuoussi", "fatina yonoussi", "El Jounoussi"])
def test_a_typing_mistake_is_forgiven_and_said(session: Session, typed: str) -> None:
    asked = a_question(session, contact=CALLED)
    session.commit()
    hits = found(session, typed)
    assert hits.of(Findable.QUESTION) == [asked.id]
    assert (Findable.QUESTION, asked.id) in hits.similar
    assert found(session, "younoussi").similar == frozenset()
    assert found(session, "0612345679").ids == {}, "in a number no mistake is forgiven"


@pytest.mark.parametrize("audience", [*Audience])
def test_an_audience_finds_what_it_may_see_and_nothing_else(
    session: Session, tmp_path: Path, audience: Audience
) -> None:
    made = filled(session, tmp_path)
    voucher, invoice = made["voucher"], made["invoice"]
    actors = {
        Audience.ADVISOR: ADVISOR, Audience.PROVIDER: made["pia"], Audience.OWNER: OWNER, Audience.REGION: REGION,
        Audience.RESIDENT: resident(made["question"]),
    }  # fmt: skip
    actor = actors.get(audience, Actor(audience, account_id=77, question_id=made["question"].id))
    follow(session)
    every = {word for content in contents(session).values() for word in content.words.values()}
    hits = [found(session, word, actor) for word in every]
    kinds = {kind for one in hits for kind in one.ids}
    assert kinds <= SEES.get(audience, frozenset())
    if audience is Audience.ADVISOR:
        assert kinds == {Findable.QUESTION, Findable.VOUCHER, Findable.INVOICE, Findable.OBJECTION, Findable.PROVIDER}
        return
    assert all(one.of(Findable.QUESTION) == [] for one in hits)
    shown = [results(session, actor=actor, found=one) for one in hits]
    named = {hit.name for one in shown for some in one.hits.values() for hit in some}
    assert not any(one.people for one in shown)
    if audience is Audience.PROVIDER:
        assert named == {invoice.learner_name}, "what it wrote itself"
        assert found(session, voucher.code, made["piet"]).ids == {}, "another provider"
        assert Findable.VOUCHER not in found(session, voucher.code, actor).ids
        reserve_at_provider(session, voucher=voucher, provider=made["provider"], reason="x", actor=ADVISOR, now=NOW)
        session.commit()
        kept = found(session, voucher.code, actor)
        (shown_voucher,) = results(session, actor=actor, found=kept).of(Findable.VOUCHER)
        assert (shown_voucher.public_id, shown_voucher.name) == (voucher.public_id, "")
        assert found(session, "0612345678", actor).ids == {}, "what it does not know of the person"
    elif audience is Audience.OWNER:
        assert named == {made["provider"].name, made["other"].name}
        nobody = replace(OWNER, schemes=frozenset({"een-andere"}))
        assert all(found(session, word, nobody).ids == {} for word in every)
    elif audience is Audience.REGION:
        assert named == {made["provider"].name, made["other"].name}
    else:
        assert named == set() and kinds == set()


def test_a_draft_is_found_by_nobody_until_it_is_sent(session: Session) -> None:
    draft = a_draft(session)
    session.commit()
    assert found(session, "monteur").ids == {} and stands(session) == {}
    assert draft.is_draft and not is_behind(session)


def test_what_changes_is_found_anew_by_who_searches_next(engine: Engine) -> None:
    question = unit_of_work(engine, lambda s: an_application(s, contact=CALLED))

    def rename(session: Session, *, by: str) -> None:
        if by == "record":
            session.scalars(select(Contact)).one().name = "Anna Bakker"
        else:
            session.execute(update(Contact).values(name="Klaas Visser"))

    unit_of_work(engine, follow)
    unit_of_work(engine, lambda s: rename(s, by="record"))
    with Session(engine) as session:
        assert find(session, actor=ADVISOR, text="bakker").ids == {} and is_behind(session)
        assert found(session, "bakker").of(Findable.QUESTION) == [question.id]
        assert found(session, "fatima").ids == {}
        assert is_right(session)
    unit_of_work(engine, lambda s: rename(s, by="update"))
    with Session(engine) as session:
        assert found(session, "klaas visser").of(Findable.QUESTION) == [question.id]
        assert is_right(session)
        rename(session, by="record")
        session.flush()
        session.rollback()
        assert found(session, "klaas").of(Findable.QUESTION) == [question.id] and found(session, "anna").ids == {}


def test_what_is_removed_is_not_found_and_leaves_no_word(engine: Engine) -> None:
    stays = unit_of_work(engine, lambda s: a_question(s))
    goes = unit_of_work(engine, lambda s: a_question(s, contact=CALLED))

    def one(session: Session) -> None:
        session.delete(session.get_one(DevelopmentQuestion, goes.id))

    unit_of_work(engine, follow)
    unit_of_work(engine, one)
    with Session(engine) as session:
        assert follow(session) > 0
        assert [*stands(session)] == [("question", stays.id)]
        assert is_right(session)
        assert session.scalars(select(SearchVariant).where(SearchVariant.word == hidden("younoussi"))).all() == []

    unit_of_work(engine, lambda s: s.execute(delete(DevelopmentQuestion)))
    with Session(engine) as session:
        follow(session)
        for table in (SearchEntry, SearchTerm, SearchVariant):
            assert session.scalars(select(table)).all() == []


def test_making_it_anew_mends_an_index_that_is_wrong(session: Session, tmp_path: Path) -> None:
    filled(session, tmp_path)
    follow(session)
    before = stands(session)
    session.execute(delete(SearchTerm).where(SearchTerm.word == hidden("younoussi")))
    session.execute(delete(SearchVariant))
    assert not is_right(session)
    assert rebuild(session) == len(before)
    assert is_right(session) and stands(session) == before == must_be(session)


def test_a_company_is_one_of_what_is_found(session: Session) -> None:
    for _ in range(2):
        a_question(session, route=Route.EMPLOYER)
    session.commit()
    shown = results(session, actor=ADVISOR, found=found(session, "12345678"))
    assert [(one.name, one.questions, one.company) for one in shown.people] == [("Bakkerij Proef bv", 2, True)]


def queries_of_a_search(session: Session, often: int) -> list[int]:
    """How often the database is asked for a word, and for one with a mistake, that stands in so many cases; nothing of it stays."""
    a_region(session)
    fill(session, often, often=often)
    rebuild(session)
    numbers = []
    for words in ("techneikschool", "techniekschool"):
        with Counted(session) as counted:
            hits = find(session, actor=ADVISOR, text=words)
            shown_now = results(session, actor=ADVISOR, found=hits)
        numbers.append(counted.number)
        assert len(hits.of(Findable.QUESTION)) == min(often, 20)
        assert hits.more == ({Findable.QUESTION} if often > 20 else set()), "more than is shown is said"
        assert {Findable.VOUCHER, Findable.INVOICE, Findable.OBJECTION} < shown_now.hits.keys()
    session.rollback()
    return numbers


def test_the_number_of_queries_does_not_grow(session: Session) -> None:
    assert queries_of_a_search(session, 1) == queries_of_a_search(session, 30)
