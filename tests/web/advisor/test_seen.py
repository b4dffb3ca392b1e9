"""What was seen is what is done: somebody looks, a colleague changes it, and the first one presses the button."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.routing import Rule

from portal.awarding.proposals.actions import renew_proposal
from portal.awarding.reductions import lower_award
from portal.cases.questions.models import QuestionState
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import changes_of, vouchers_of_question
from tests.factories import ADVISOR, ASKED, NOW, a_provider, a_voucher, an_application
from tests.web.advisor.steps import ASKED_FOR, CHECKED, ENDS, case, proposed
from tests.web.browser import SEEN_OTHERWISE
from tests.web.office import Office, said
from tests.web.walking import assert_sound

WHY = {"reason": "Op verzoek van de houder."}
ACTS: dict[str, dict[str, str]] = {
    "advisor.extend": {"until": "31-12-2026"},
    "advisor.put_back": {},
    "advisor.start_of_training": {"starts_on": "01-06-2026"},
    "advisor.block": {},
    "advisor.lower": ASKED_FOR | {"amount": "200"},
    "advisor.raise_amount": {"line": "tuition", "funding_line": "euren", "amount": "1"},
    "advisor.provider_of_voucher": {"provider": "PROVIDER"},
    "advisor.any_provider": {},
    "advisor.cancel_training": {
        "provider": "PROVIDER",
        "invoice_number": "A-1",
        "invoice_date": "01-03-2026",
        "amount": "150",
    },
    "advisor.moved_out": ENDS | {"moved_on": "02-03-2026", "keeps": "nee"},
    "advisor.end_voucher": ENDS,
    "advisor.settle": {"amount": "0", "ground": "as_used"},
    "advisor.lower_settled": {"amount": "0", "ground": "new_facts", "left_out": "heard"},
    "advisor.revoke": ASKED_FOR,
    "advisor.reassign": {"from_line": "FIRST", "to_line": "FIRST", "amount": "100"},
}
"""Every act on a voucher, with what is filled in."""
NO_ACT = {"advisor.hear_holder"}
"""What is posted about a voucher and decides nothing."""


def lowered(office: Office, voucher: Voucher) -> None:
    """What a colleague does meanwhile."""

    def work(session: Any) -> None:
        found = session.get_one(Voucher, voucher.id)
        lower_award(
            session, voucher=found, by_cents=10_000, basis=ASKED, reason="De les is goedkoper.", actor=ADVISOR, now=NOW
        )

    office.do(work)


def acts_on_vouchers(office: Office) -> list[Rule]:
    rules = office.app.url_map.iter_rules()
    return [r for r in rules if r.arguments == {"voucher_id"} and "POST" in (r.methods or ()) and "adviseur" in r.rule]


def test_every_act_on_a_voucher_has_a_row(office: Office) -> None:
    assert {rule.endpoint for rule in acts_on_vouchers(office)} - NO_ACT == ACTS.keys()


@pytest.mark.parametrize("endpoint", ACTS)
def test_an_act_on_a_voucher_that_a_colleague_changed_is_not_done_and_says_what_changed(
    office: Office, endpoint: str
) -> None:
    voucher, (provider, _) = office.made(a_voucher), office.made(a_provider)
    browser = office.browser("advisor")
    address = next(r for r in acts_on_vouchers(office) if r.endpoint == endpoint).rule.replace(
        "<voucher_id>", voucher.public_id
    )
    page = browser.get(address)
    filled = WHY | {name: _filled(page.text, name, value, provider.public_id) for name, value in ACTS[endpoint].items()}
    lowered(office, voucher)
    before = office.do(lambda s: len(list(changes_of(s, voucher=s.get_one(Voucher, voucher.id)))))
    answer = browser.submit(address, filled)
    assert answer.status_code == 422
    assert SEEN_OTHERWISE in answer.data, said(answer)[:600]
    assert_sound(answer)
    words = said(answer)
    assert "Er is niets gedaan." in words
    assert "u zag: € 1.200,00" in words and "nu: € 1.100,00" in words, words
    assert WHY["reason"] in answer.text, "nothing that was typed is lost"
    assert office.do(lambda s: len(list(changes_of(s, voucher=s.get_one(Voucher, voucher.id))))) == before


def _filled(page: str, name: str, value: str, provider: str) -> str:
    if value == "PROVIDER":
        return provider
    if value == "FIRST" or name in ("line", "funding_line"):
        return page.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return value


def test_who_looks_again_does_it_after_all(office: Office) -> None:
    voucher, browser = office.made(a_voucher), office.browser("advisor")
    address = f"/adviseur/voucher/{voucher.public_id}/lager"
    browser.get(address)
    lowered(office, voucher)
    assert browser.submit(address, WHY | ASKED_FOR | {"amount": "200"}).status_code == 422
    assert browser.submit(address, WHY | ASKED_FOR | {"amount": "200"}).status_code == 303
    assert office.do(lambda s: s.get_one(Voucher, voucher.id)).open_cents == 120_000 - 10_000 - 20_000


def test_a_page_that_comes_back_for_another_reason_says_what_changed_too(office: Office) -> None:
    voucher, browser = office.made(a_voucher), office.browser("advisor")
    address = f"/adviseur/voucher/{voucher.public_id}/lager"
    browser.get(address)
    lowered(office, voucher)
    wrong = browser.submit(address, WHY | ASKED_FOR | {"amount": "1,500"})
    assert wrong.status_code == 422
    assert_sound(wrong)
    words = said(wrong)
    assert "op twee manieren lezen" in words
    assert "u zag: € 1.200,00" in words and "nu: € 1.100,00" in words, words
    assert browser.submit(address, WHY | ASKED_FOR | {"amount": "200"}).status_code == 303, (
        "it was said, so it was seen"
    )


@pytest.mark.parametrize("seen", ["", "{}", "geen json", "[]", "[" * 5000, json.dumps({"amount": 1})])
def test_a_form_that_saw_nothing_decides_nothing(office: Office, seen: str) -> None:
    voucher, browser = office.made(a_voucher), office.browser("advisor")
    answer = browser.post(
        f"/adviseur/voucher/{voucher.public_id}/lager", WHY | ASKED_FOR | {"amount": "200", "seen": seen}
    )
    assert answer.status_code == 422 and SEEN_OTHERWISE in answer.data
    assert office.do(lambda s: s.get_one(Voucher, voucher.id)).open_cents == 120_000


# The proposal ----------------------------------------------------------------------------------------------------------


def cheaper(office: Office, question: Any) -> None:
    """A colleague notes that the training costs less, and makes a new proposal."""

    def work(session: Any) -> None:
        found = session.merge(question)
        found.cost_lines[0].amount_cents = 90_000
        found.revision += 1
        session.flush()
        renew_proposal(session, question=found, actor=ADVISOR, now=NOW)

    office.do(work)


def test_an_advisor_does_not_award_what_a_colleague_put_in_between(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/goedkeuren"))
    cheaper(office, question)
    answer = browser.submit(case(question, "/goedkeuren"), CHECKED)
    assert answer.status_code == 422
    assert_sound(answer)
    words = said(answer)
    assert "€ 1.200,00" in words and "€ 900,00" in words, words
    assert office.again(question).state is QuestionState.APPLIED
    assert browser.submit(case(question, "/goedkeuren"), CHECKED).status_code == 303, "what is shown now"
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.amount_cents == 90_000


def test_control_what_nobody_changed_is_awarded_at_once(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/goedkeuren"))
    assert browser.submit(case(question, "/goedkeuren"), CHECKED).status_code == 303


def test_who_saw_the_letter_first_is_asked_again_when_it_would_be_another(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/goedkeuren"))
    assert browser.submit(case(question, "/goedkeuren"), CHECKED | {"act": "preview"}).status_code == 200
    cheaper(office, question)
    answer = browser.submit(case(question, "/goedkeuren"), CHECKED | {"act": "decide"})
    assert answer.status_code == 422 and SEEN_OTHERWISE in answer.data
    assert office.again(question).state is QuestionState.APPLIED
