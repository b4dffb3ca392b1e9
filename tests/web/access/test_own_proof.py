"""Who came in by a link proves again who they are, before links, codes or money go elsewhere; nothing typed is lost."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.awarding.own_debts.models import OwnDebt
from portal.cases.own_proof.actions import arm_own_code
from portal.cases.own_proof.queries import PROVED_FOR
from portal.cases.questions.models import ContactDetails, ContactWay, CostInput, DevelopmentQuestion, Route
from portal.paying.payments.models import Repayment
from portal.people.actor import BY_LINK, Audience
from portal.platform.clock import frozen
from portal.post.messages.models import OutboxMessage
from portal.web.edge.policy import POLICY
from portal.web.intake import proving
from portal.web.intake.registration import OWN_PAGES, PARTS, SENT_PAGES
from tests.architecture.test_code import modules, parse
from tests.factories import NOW, a_question
from tests.portal.paying.settling_again.owing import SETTLED_AGAIN, owed_to_the_holder, question_of
from tests.web.access.test_proof_asked import screens
from tests.web.browser import Browser
from tests.web.office import Office, office, said, shared_office, still
from tests.web.stands import late

__all__ = ["office", "shared_office", "still"]

OWN = frozenset(
    {
        "portal.cases.own_contact.actions.change_own_contact",
        "portal.paying.payments.actions.give_account",
        "portal.paying.own_payments.give_account_for_debt",
    }
)
"""The acts by which who asked says where links, codes or money go."""
OF_STAFF = frozenset({"change_contact_at_desk", "save_contact"})
"""By these an advisor does so."""
PARTS_OF_ACTS = frozenset({"_change", "tell_old_address"})
WHERE = re.compile(r"\btell_old_address\(|\baccount_given_at, .*= now, actor")
"""What an act does that changes where links go, or money."""
FORMS = {
    "own_details": ("gegevens", {"name": "Sam de Vries", "way": "email", "email": "nieuw@voorbeeld.example"}),
    "repayment_account": ("teruggave", {"payee_name": "S. de Vries", "iban": "NL39 RABO 0300 0652 64"}),
}
"""The forms that lead to them, with what is typed."""


def leads_to(view: Callable[..., Any]) -> set[str]:
    """The acts of `OWN` to which what shows a page leads."""
    view = inspect.unwrap(view)
    seen: set[str] = set()
    ahead = [f"{view.__module__}.{view.__name__}"]
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead.extend(screens().get(one, ()))
    return seen & OWN


def forms_of(app: Flask) -> dict[str, set[str]]:
    """Per form of who asks, by the name of its page, the acts of `OWN` to which it leads."""
    shared = {one.name: one.show for one in (*SENT_PAGES, *OWN_PAGES, *PARTS) if one.posts}
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    others = {one: app.view_functions[one] for one in posts if POLICY[one] & BY_LINK}
    found = {name: leads_to(view) for name, view in (shared | others).items()}
    return {name.rpartition(".")[2]: acts for name, acts in found.items() if acts}


def test_every_form_of_who_asks_by_which_links_or_money_go_elsewhere_is_tried_here(app: Flask) -> None:
    found = forms_of(app)
    assert found.keys() == FORMS.keys()
    assert set().union(*found.values()) == OWN


def test_every_act_that_changes_where_links_or_money_go_is_named() -> None:
    named = set()
    for _path, text in modules("portal"):
        for node in parse(text).body:
            if getattr(node, "name", "") and WHERE.search(inspect.cleandoc("\n".join(lines_of(text, node)))):
                named.add(node.name)  # type: ignore[attr-defined]
    assert named - PARTS_OF_ACTS - OF_STAFF == {one.rpartition(".")[2] for one in OWN} - {"change_own_contact"}


def lines_of(text: str, node: Any) -> list[str]:
    return text.splitlines()[node.lineno - 1 : node.end_lineno]


def owed(session: Session, route: Route) -> DevelopmentQuestion:
    made: DevelopmentQuestion = question_of(
        session, owed_to_the_holder(session, route=route, costs=[CostInput("tuition", 240_000)])
    )
    return made


def where_it_goes(office: Office) -> list[object]:
    """Everything of where links and money go."""

    def read(session: Session) -> list[object]:
        contacts = [one.contact for one in session.query(DevelopmentQuestion).order_by(DevelopmentQuestion.id)]
        reach = [(one.way, one.email, one.phone, one.street, one.city) for one in contacts if one is not None]
        money = [(one.payee_name, one.iban) for kind in (Repayment, OwnDebt) for one in session.query(kind)]
        return [*reach, *money]

    return office.do(read)


def code_of(office: Office, question: DevelopmentQuestion) -> str:
    """The code, as its mail gives it."""
    return office.do(lambda s: arm_own_code(s, question_id=question.id, now=SETTLED_AGAIN)) or ""


@pytest.mark.norm("V7.5.1")
@pytest.mark.parametrize("route", [Route.INDIVIDUAL, Route.EMPLOYER])
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_links_and_money_go_elsewhere_only_after_a_code_from_the_known_address(
    office: Office, name: str, route: Route
) -> None:
    question = office.do(lambda s: owed(s, route))
    employer = route is Route.EMPLOYER
    home = f"/werkgever/vraag/{question.public_id}" if employer else f"/mijn/{question.public_id}"
    last, fields = FORMS[name]
    form, prove = f"{home}/{last}", f"{home}/bevestigen?naar={home}/{last}"
    with frozen(SETTLED_AGAIN):
        audience = Audience.EMPLOYER if employer else Audience.RESIDENT
        me = Browser(office.app).enter(question_id=question.id, audience=audience)
        before = where_it_goes(office)
        origin = {"Origin": "http://localhost", "Sec-Fetch-Mode": "navigate"}
        assert me.get(form).status_code == 200, "reading needs no proof"
        answer = me.submit(form, fields, headers=origin)
        assert answer.status_code == 303 and answer.location.replace("%2F", "/") == prove
        assert where_it_goes(office) == before
        page = me.follow()
        assert "Bevestig dat u het bent" in page.text and "s…@voorbeeld.example" in page.text
        assert "sam@voorbeeld.example" not in page.text, "who stole the link learns no address here"
        assert me.submit(prove, {"do": "ask"}).status_code == 303
        code = code_of(office, question)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        me.get(prove)
        assert me.submit(prove, {"do": "prove", "code": wrong}).location.replace("%2F", "/") == prove
        assert "Deze code klopt niet" in me.follow().text
        me.get(form)
        answer = me.submit(form, fields, headers=origin)
        assert answer.location.replace("%2F", "/") == prove and where_it_goes(office) == before
        me.get(prove)
        assert me.submit(prove, {"do": "prove", "code": code}).location == form
        again = me.follow()
        assert all(f'value="{text}"' in again.text for key, text in fields.items() if key != "way"), "nothing is lost"
        assert "Bevestigd." in again.text
        assert me.submit(form, fields).status_code == 303 and where_it_goes(office) != before, "the control"


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_control_proved_elsewhere_or_too_long_ago_counts_for_nothing_and_without_the_question_it_is_done(
    office: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = office.do(lambda s: owed(s, Route.INDIVIDUAL))
    last, fields = FORMS[name]
    form = f"/mijn/{question.public_id}/{last}"
    with frozen(SETTLED_AGAIN):
        mine = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT).proves(question.id)
        other = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT, at=SETTLED_AGAIN)
        before = where_it_goes(office)
        with frozen(SETTLED_AGAIN + timedelta(seconds=1)):
            other = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        other.get(form)
        assert "bevestigen" in str(other.submit(form, fields).location) and where_it_goes(office) == before
    with frozen(SETTLED_AGAIN + PROVED_FOR):
        mine.get(form)
        assert "bevestigen" in str(mine.submit(form, fields).location) and where_it_goes(office) == before
        for module in ("details", "repaid"):
            monkeypatch.setattr(f"portal.web.intake.{module}.must_prove", lambda *_args: False)
        mine.get(form)
        mine.submit(form, fields)
        assert where_it_goes(office) != before


def test_a_name_and_what_goes_by_mail_need_no_proof(shared_office: Office) -> None:
    question = shared_office.do(lambda s: a_question(s))
    me = Browser(shared_office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    form = f"/mijn/{question.public_id}/gegevens"
    me.get(form)
    mine = {"name": "Sam Jansen", "way": "email", "email": question.contact.email, "by_mail": ["decision"]}
    assert me.submit(form, mine).location == form


@pytest.mark.parametrize(("minutes", "mended"), [(59, True), (60, False)])
def test_who_typed_a_wrong_address_mends_it_where_the_question_was_sent_for_an_hour(
    office: Office, minutes: int, mended: bool
) -> None:
    sent = NOW + timedelta(minutes=1)
    question = office.do(lambda s: a_question(s, now=sent))
    with frozen(NOW):
        me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    form = f"/mijn/{question.public_id}/gegevens"
    with frozen(sent):
        other = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        other.get(form)
        assert "bevestigen" in str(other.submit(form, FORMS["own_details"][1]).location), "not from elsewhere"
    for later in range(10, minutes, 10):
        with frozen(sent + timedelta(minutes=later)):
            me.get(form)
    with frozen(sent + timedelta(minutes=minutes)):
        me.get(form)
        assert (me.submit(form, FORMS["own_details"][1]).location == form) is mended


def test_who_gets_no_code_reads_where_to_go_and_a_letter_is_offered_to_who_gets_letters(office: Office) -> None:
    called = ContactDetails(ContactWay.PHONE, "Sam", phone="+31612345678")
    written = ContactDetails(
        ContactWay.POST, "Sam", street="Kade", house_number="3", postcode="9990 AA", city="Proefstad"
    )
    for contact, words in ((called, "Wij kunnen u hier geen code sturen."), (written, "een brief met een code")):
        question = office.do(lambda s, contact=contact: a_question(s, contact=contact))
        me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        page = said(me.get(f"/mijn/{question.public_id}/bevestigen"))
        assert words in page and "kom langs aan de balie met een geldig document" in page


@pytest.mark.parametrize(
    ("contact", "known_by", "right"),
    [
        (None, "passport", True),
        (None, "called_back", False),
        (ContactDetails(ContactWay.PHONE, "Sam", phone="+31612345678"), "called_back", True),
    ],
)
def test_an_advisor_changes_it_for_who_lost_the_old_address_after_making_sure(
    office: Office, contact: ContactDetails | None, known_by: str, right: bool
) -> None:
    more = {} if contact is None else {"contact": contact}
    question = office.do(lambda s: a_question(s, **more))
    theirs = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    advisor, form = office.browser("advisor"), f"/adviseur/vraag/{question.public_id}/contact"
    advisor.get(form)
    fields = FORMS["own_details"][1]
    missing = advisor.submit(form, fields)
    assert missing.status_code == 422 and 'id="known_by-error"' in missing.text
    assert 'value="nieuw@voorbeeld.example"' in missing.text
    answer = advisor.submit(form, {**fields, "known_by": known_by})
    assert (answer.status_code == 303) is right
    told = office.do(lambda s: {one.template for one in s.query(OutboxMessage).filter_by(object_id=question.id)})
    reached = office.do(lambda s: s.get_one(DevelopmentQuestion, question.id).contact)
    assert reached is not None and (reached.email == "nieuw@voorbeeld.example") is right
    assert ("question/new_link" in told) is right
    if right and contact is None:
        assert "question/reach_changed" in told, "the old address is told"
        assert theirs.get(f"/mijn/{question.public_id}").status_code == 404, "who is in by an old link is out"


def test_control_the_penalty_of_the_region_is_asked_about_too(office: Office) -> None:
    question = office.do(late)
    me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    assert proving.must_prove.__module__ == "portal.web.intake.proving"
    form = f"/mijn/{question.public_id}/teruggave"
    me.get(form)
    assert "bevestigen" in str(me.submit(form, FORMS["repayment_account"][1]).location)
    me.proves(question.id).get(form)
    assert "bevestigen" not in str(me.submit(form, FORMS["repayment_account"][1]).location)
