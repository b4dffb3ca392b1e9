"""A raise keeps every rule that an award keeps: of the whole mix as it becomes, and of the money that pays it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.awarding.top_ups import TopUpDraft, lines_for_top_up, top_up
from portal.cases.identifying.actions import identify_at_desk
from portal.cases.identifying.models import IdentityPaper
from portal.cases.pledges.actions import Contribution, ask_pledge, give_pledge
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.framework.assurance.actions import set_assurance
from portal.framework.assurance.models import AssuredAct
from portal.framework.funding.actions import add_funding_line
from portal.framework.funding.models import FundingLine
from portal.ledger.invariants import verify
from portal.platform.errors import Refusal
from portal.platform.identity_services import Level
from portal.second_look.preparations.actions import prepare_top_up
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import changes_of, ledger_breaks
from schemes.region.funding import FundingLineDefinition
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_voucher, an_application, approve, employer
from tests.portal.awarding.test_top_ups import dearer, more


def refused(session: Session, voucher: Voucher, cents: int, line: FundingLine | None = None) -> Refusal:
    """What is said to who raises a voucher by so much, now and when it is laid before a colleague; nothing was written."""
    part = voucher.award.parts[0]
    money = line or session.get_one(FundingLine, part.funding_line_id)
    draft = TopUpDraft(part.line_key, money, cents, "Duurder.")
    before, said = voucher.amount_cents, []
    for act in (prepare_top_up, top_up):
        with pytest.raises(Refusal) as refusal, session.begin_nested():
            act(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)
        said.append(refusal.value)
        session.expire_all()
    assert said[0].code == said[1].code and voucher.amount_cents == before
    assert changes_of(session, voucher=voucher) == [] and verify(session) == [] and ledger_breaks(session) == []
    return said[1]


def with_pledge(session: Session, kind: Any, cents: int, categories: Any = None, **application: Any) -> Voucher:
    """A voucher for what an employer's pledge leaves of the costs: of € 1,200, unless the application says otherwise."""
    question = an_application(session, **application)
    who = {"employer_name": "Bakkerij", "employer_email": "x@y.example"}
    ask_pledge(session, question=question, **who, actor=ADVISOR, now=NOW)
    money = Contribution(kind, cents, categories)
    given = {"money": money, "name": "Kees", "function": None, "actor": employer(question)}
    give_pledge(session, question=question, **given, now=NOW)
    approve(session, question)
    return session.query(Voucher).filter_by(question_id=question.id).one()


def test_the_employer_keeps_paying_its_half(session: Session) -> None:
    voucher = a_voucher(session, route=Route.EMPLOYER, costs=[CostInput("tuition", 200_000)])
    assert voucher.amount_cents == 100_000, "half"
    why = refused(session, voucher, 100_000)
    assert (why.code, why.field, why.params["at_most_cents"]) == ("co_financing_short", "amount", 0)
    dearer(session, voucher, 100_000)
    why = refused(session, voucher, 50_001)
    assert (why.code, why.params["at_most_cents"]) == ("co_financing_short", 50_000)
    assert "€\N{NO-BREAK SPACE}500" in str(why.message) and "werkgever" in str(why.message)
    more(session, voucher, 50_000)
    assert voucher.amount_cents == 150_000 and verify(session) == [], "what still fits is given, to the cent"


def test_the_scheme_keeps_paying_its_share_of_the_cost(session: Session) -> None:
    materials = {"schemes": ["materiaalvoucher"], "costs": [CostInput("materials", 40_000)]}
    voucher = a_voucher(session, **materials)
    why = refused(session, voucher, 20_000)
    assert (why.code, why.field, why.params["at_most_cents"]) == ("above_coverage", "amount", 0)
    dearer(session, voucher, 20_000)
    assert refused(session, voucher, 10_001).params["at_most_cents"] == 10_000
    more(session, voucher, 10_000)
    assert voucher.amount_cents == 30_000 and verify(session) == []


@pytest.mark.parametrize("kind", ["fixed", "up_to"])
def test_what_an_employer_promised_stays_in_the_mix(session: Session, kind: str) -> None:
    voucher = with_pledge(session, kind, 50_000)
    paid_here = voucher.amount_cents
    assert paid_here == (70_000 if kind == "fixed" else 120_000)
    if kind == "fixed":
        why = refused(session, voucher, 50_000)
        assert (why.code, why.field, why.params["at_most_cents"]) == ("line_overpaid", "amount", 0)
    dearer(session, voucher, 30_000)
    more(session, voucher, 30_000)
    assert voucher.amount_cents == paid_here + 30_000, "the control"


def test_a_fixed_promise_pays_first_when_the_books_became_dearer(session: Session) -> None:
    costs = [CostInput("tuition", 120_000), CostInput("books", 40_000)]
    voucher = with_pledge(session, "fixed", 100_000, ["books"], costs=costs)
    assert voucher.amount_cents == 120_000
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    line = session.get_one(FundingLine, voucher.award.parts[0].funding_line_id)
    books = question.cost_lines[1]
    draft = TopUpDraft(books.line_key, line, 20_000, "Duurder.")
    books.amount_cents += 20_000
    with pytest.raises(Refusal) as refusal, session.begin_nested():
        top_up(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)
    assert (refusal.value.code, refusal.value.params["at_most_cents"]) == ("line_overpaid", 0)
    books.amount_cents += 60_000
    top_up(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)
    assert voucher.amount_cents == 140_000, "above what the employer promised there is room"


def test_a_line_for_others_does_not_pay_a_raise(session: Session) -> None:
    voucher = a_voucher(session)
    dearer(session, voucher, 30_000)

    def line(name: str, **earmark: list[str]) -> FundingLine:
        wanted = {
            "id": name,
            "funder": "rijk",
            "title": {"nl": name, "en": name},
            "amount_cents": 100_000,
            "earmark": earmark,
            "period": {"from": "2026-01-01", "to": "2027-12-31"},
        }
        definition = FundingLineDefinition.model_validate_json(json.dumps(wanted))
        return add_funding_line(session, definition=definition, actor=SYSTEM, now=NOW)

    for earmark, code in (
        ({"routes": ["employer"]}, "funding_earmark_route"),
        ({"municipalities": ["GM9902"]}, "funding_earmark_municipality"),
        ({"categories": ["books"]}, "funding_earmark_category"),
        ({"routes": ["employer"], "municipalities": ["GM9902"]}, "funding_earmark_route"),
    ):
        why = refused(session, voucher, 10_000, line(f"voor-anderen-{len(earmark)}-{code[-5:]}", **earmark))
        assert (why.code, why.field, why.params["code"]) == ("line_does_not_fit", "funding_line", code)
        assert "andere budgetregel" in str(why.message)
    fitting = line("voor-hier", routes=["individual"], municipalities=["GM9901"], categories=["tuition"])
    offered = [one.slug for one in lines_for_top_up(session, voucher=voucher, today=NOW.date())]
    assert "voor-hier" in offered and not [slug for slug in offered if slug.startswith("voor-anderen")]
    draft = TopUpDraft(voucher.award.parts[0].line_key, fitting, 10_000, "Duurder.")
    top_up(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)
    assert voucher.amount_cents == 130_000 and verify(session) == [], "the control"
    assert session.get_one(DevelopmentQuestion, voucher.question_id).cost_lines[0].amount_cents == 150_000


def test_who_is_known_less_surely_than_the_scheme_asks_now_is_awarded_no_more_until_they_are(session: Session) -> None:
    voucher = a_voucher(session)
    question = dearer(session, voucher, 30_000)
    level: dict[str, Any] = {"act": AssuredAct.AWARD_TO_PERSON, "scheme": voucher.scheme, "level": Level.SUBSTANTIAL}
    set_assurance(session, **level, actor=REGION, now=NOW)
    assert refused(session, voucher, 30_000).code == "not_identified"
    identify_at_desk(session, question=question, paper=IdentityPaper.PASSPORT, actor=ADVISOR, now=NOW)
    more(session, voucher, 30_000)
    assert voucher.amount_cents == 150_000 and verify(session) == []
