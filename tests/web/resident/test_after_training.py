"""After the training, on the screens of the holder: a receipt that is paid back, and the questions about what became of it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.loading import load_region
from portal.oversight.outcomes.actions import ask_outcomes
from portal.oversight.outcomes.models import TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.paying.payments.queries import payables
from portal.people.actor import Audience
from portal.platform import clock
from portal.platform.database import unit_of_work
from portal.spending.invoices.actions import accept_invoice
from portal.spending.invoices.models import Invoice
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, PROEFLAND, SECOND, SYSTEM, a_mandate, a_provider, a_voucher
from tests.portal.oversight.outcomes.test_outcomes import used
from tests.portal.post.files.hostile import pdf
from tests.web.browser import Browser
from tests.web.office import said
from tests.web.walking import assert_sound, sound_page

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WEEK = timedelta(days=7)
IBAN = "NL39RABO0300065264"


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def holder(app: Flask, engine: Engine, voucher: Voucher) -> tuple[Browser, str]:
    """The holder's browser, and where the question is followed."""
    question = unit_of_work(engine, lambda s: s.get_one(DevelopmentQuestion, voucher.question_id))
    browser = Browser(app).enter(question_id=question.id, audience=Audience.RESIDENT)
    return browser, f"/mijn/{question.public_id}"


# A receipt -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def paid_back(engine: Engine, tmp_path: Path) -> tuple[Voucher, str]:
    """A voucher of a scheme that pays its holder, and the provider that may be chosen."""
    folder = tmp_path / "proefland"
    shutil.copytree(PROEFLAND, folder)
    scheme = folder / "schemes" / "leervoucher.yaml"
    scheme.write_text(scheme.read_text().replace("payee: provider", "payee: resident"))

    def work(session: Session) -> tuple[Voucher, str]:
        load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
        for person in (ADVISOR, SECOND):
            a_mandate(session, person)
        return a_voucher(session), a_provider(session)[0].public_id

    return unit_of_work(engine, work)


def receipt(school: str, **changed: Any) -> dict[str, Any]:
    """What the form asks, filled in well."""
    return {
        "provider": school,
        "invoice_number": "R-1",
        "invoice_date": "2-3-2026",
        "learner_name": "S. de Vries",
        "total": "400",
        "amount": "300",
        "payee_name": "S. de Vries",
        "iban": IBAN,
        "file": (io.BytesIO(pdf()), "bon.pdf"),
        **changed,
    }


def test_a_receipt_is_handed_in_looked_at_and_owed_to_the_holder(
    app: Flask, engine: Engine, paid_back: tuple[Voucher, str]
) -> None:
    voucher, provider = paid_back
    browser, place = holder(app, engine, voucher)
    assert f"{place}/bon" in browser.get(f"{place}/opleiding-gevolgd").text
    page = browser.get(f"{place}/bon")
    assert_sound(page)
    assert browser.submit(f"{place}/bon", receipt(provider), content_type="multipart/form-data").status_code == 303
    assert "Wij hebben uw bon." in browser.follow().text

    def accepted(session: Session) -> list[tuple[str, int]]:
        [invoice] = session.scalars(select(Invoice)).all()
        note, first = "Gebeld: de opleiding is begonnen.", ADVISOR.reference
        accept_invoice(session, invoice=invoice, note=note, actor=SECOND, now=NOW, prepared_by=first)
        return [(one.iban, one.amount_cents) for one in payables(session)]

    assert unit_of_work(engine, accepted) == [(IBAN, 30_000)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("provider", "nobody"),
        ("invoice_number", ""),
        ("invoice_date", "3-3-2026"),
        ("invoice_date", "gisteren"),
        ("learner_name", ""),
        ("total", "-1"),
        ("total", "veel"),
        ("amount", "0"),
        ("payee_name", ""),
        ("iban", "NL39RABO0300065265"),
        ("file", (io.BytesIO(b"MZ\x90"), "bon.exe")),
        ("file", (io.BytesIO(b""), "leeg.pdf")),
    ],
)
def test_a_wrong_receipt_is_answered_at_its_field_and_keeps_what_was_typed(
    app: Flask, engine: Engine, paid_back: tuple[Voucher, str], field: str, value: Any
) -> None:
    voucher, provider = paid_back
    browser, place = holder(app, engine, voucher)
    browser.get(f"{place}/bon")
    wrong = browser.submit(f"{place}/bon", receipt(provider, **{field: value}), content_type="multipart/form-data")
    assert wrong.status_code == 422
    page = sound_page(wrong)
    assert page.find(id=f"{field}-error") is not None
    kept = "learner_name" if field != "learner_name" else "payee_name"
    assert page.find(id=kept)["value"] == "S. de Vries"
    assert unit_of_work(engine, lambda s: s.scalars(select(Invoice)).all()) == []


# What became of it -----------------------------------------------------------------------------------------------------

GOOD = {"result": "diploma", "work_before": "looking", "work_after": "other_job", "without_fund": "no"}


def asked(engine: Engine) -> Voucher:
    def work(session: Session) -> Voucher:
        voucher = used(session)
        assert ask_outcomes(session, now=NOW + WEEK) == 1
        return voucher

    return unit_of_work(engine, work)


def test_what_became_of_a_training_is_asked_once_and_answered_once(app: Flask, engine: Engine) -> None:
    voucher = asked(engine)
    with clock.frozen(NOW + WEEK):
        browser, place = holder(app, engine, voucher)
        assert f"{place}/resultaat" in browser.get(f"{place}/opleiding-gevolgd").text
        page = browser.get(f"{place}/resultaat")
        assert_sound(page)
        assert "Had u de opleiding ook gedaan zonder deze voucher?" in said(page)
        assert browser.submit(f"{place}/resultaat", GOOD).status_code == 303
        assert browser.get(f"{place}/resultaat").status_code == 303, "there is nothing to answer any more"
    [outcome] = unit_of_work(engine, lambda s: s.scalars(select(TrainingOutcome)).all())
    answered = (outcome.result, outcome.work_before, outcome.work_after, outcome.without_fund)
    assert answered == (TrainingEnd.DIPLOMA, Work.LOOKING, Work.OTHER_JOB, WithoutFund.NO)


@pytest.mark.parametrize("field", ["result", "work_after", "without_fund", "work_before"])
def test_an_answer_that_does_not_exist_is_refused_at_its_question(app: Flask, engine: Engine, field: str) -> None:
    voucher = asked(engine)
    with clock.frozen(NOW + WEEK):
        browser, place = holder(app, engine, voucher)
        browser.get(f"{place}/resultaat")
        wrong = browser.submit(f"{place}/resultaat", {**GOOD, field: "onzin"})
        assert wrong.status_code == 422
        assert sound_page(wrong).find(id=f"{field}-error") is not None
    assert unit_of_work(engine, lambda s: s.scalars(select(TrainingOutcome.answered_at)).all()) == [None]
