"""Each field of each form of staff with what nobody should type: 422, a message at the field, everything typed kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.awarding.proposals.actions import make_proposal
from portal.cases.conversations.actions import plan_conversation
from portal.cases.conversations.requests import ask_more
from portal.cases.diaries.models import TalkWay
from portal.cases.questions.models import Route
from portal.people.accounts.models import Organisation, Role
from portal.spending.vouchers.codes import format_code
from tests.factories import ADVISOR, NOW, a_provider, a_question, a_voucher, an_application
from tests.web.advisor.steps import ASKED_FOR
from tests.web.bad_input import BAD, TAKEN, Try
from tests.web.browser import Browser, make_account
from tests.web.office import Office
from tests.web.walking import assert_refused_kindly, soup_of

KINDS = {**TAKEN, "time": set(), "link": set(), "iban": set(), "code": set(), "name": {"wrong type", "negative"}}
PERSON = {
    "schemes": ["leervoucher"],
    "name": "Sam de Vries",
    "birth_date": "17-05-1990",
    "street": "Dorpsstraat",
    "house_number": "12",
    "postcode": "9990 AA",
    "city": "Proefstad",
}
ADDRESS = {"street": "name", "house_number": "text", "postcode": "postcode", "city": "name"}
FORMS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, str]]] = {
    "gesprek": (
        {"planned_for": "04-03-2026", "time": "14.30", "way": "phone", "place": "0570"},
        {"planned_for": "date", "time": "time", "way": "choice", "place": "text?"},
    ),
    "verzetten": (
        {"planned_for": "04-03-2026", "time": "14.30", "place": "0570", "advisor": "same"},
        {"planned_for": "date", "time": "time", "place": "text?", "advisor": "choice"},
    ),
    "terugbellen": ({"note": "Na vijven"}, {"note": "text?"}),
    "afwezig": (
        {"first_day": "04-03-2026", "last_day": "05-03-2026"},
        {"first_day": "date", "last_day": "date"},
    ),
    "plaats": (
        {"place": "Kamer 2", "video_link": "https://kamer.example"},
        {"place": "text?", "video_link": "link?"},
    ),
    "verslag": (
        {"held_at": "02-03-2026", "time": "9.00", "notes": "Goed gesprek."},
        {"held_at": "date", "time": "time", "notes": "text"},
    ),
    "eerder-gekregen": (
        {"scheme": "leervoucher", "amount": "500", "awarded_on": "05-01-2026"},
        {"scheme": "choice", "amount": "euro", "awarded_on": "date"},
    ),
    "notitie": ({"text": "Belt later."}, {"text": "text"}),
    "meer-vragen": (
        {
            "text": "De offerte?",
            "answer_by": "16-03-2026",
            "other_piece": "Een verklaring",
            "facts": ["training_start"],
        },
        {"text": "text", "answer_by": "date", "other_piece": "name?", "facts": "choice?"},
    ),
    "antwoord": ({"answer": "Hier is het."}, {"answer": "text"}),
    "aanvragen": (PERSON, {"schemes": "choice", "name": "name", "birth_date": "date", **ADDRESS}),
    "aanvragen-werkgever": (
        {**PERSON, "schemes": ["bedrijfsvoucher"], "kvk_number": "12345678", "learner_name": "Kim"},
        {
            "schemes": "choice",
            "name": "name",
            "learner_name": "name",
            "kvk_number": "kvk",
            "birth_date": "date",
            **ADDRESS,
        },
    ),
    "werkgever-vragen": (
        {"employer_name": "Proef bv", "employer_email": "baas@proef.example"},
        {"employer_name": "name", "employer_email": "email"},
    ),
    "afsluiten": ({"reason": "helped"}, {"reason": "choice"}),
    "goedkeuren": ({"rationale": "Past goed."}, {"rationale": "text", "ground": "choice?"}),
    "afwijzen": ({"rationale": "Past niet.", "ground": "own_facts"}, {"rationale": "text", "ground": "choice"}),
    "doorverwijzen": (
        {"referred_to": "UWV", "explanation": "Daar moet u zijn."},
        {"referred_to": "name", "explanation": "text"},
    ),
    "voucher-intrekken": (
        {**ASKED_FOR, "reason": "Gaat niet door."},
        {"ground": "choice", "left_out": "choice", "left_out_reason": "text", "reason": "text"},
    ),
    "opleider": (
        {"name": "School", "kvk_number": "12345678"},
        {"name": "name", "kvk_number": "kvk"},
    ),
    "opleider-rekening": ({"iban": "NL39RABO0300065264", "how": "Gebeld."}, {"iban": "iban", "how": "text"}),
    "opleider-goedkeuren": ({"scheme": "materiaalvoucher"}, {"scheme": "choice"}),
    "opleider-intrekken": ({"scheme": "leervoucher", "reason": "Klachten."}, {"scheme": "choice", "reason": "text"}),
    "vouchercode": ({"code": ""}, {"code": "code"}),
    "factuur": (
        {
            "invoice_number": "F1",
            "invoice_date": "01-03-2026",
            "learner_name": "Sam de Vries",
            "total": "500",
            "amount": "500",
        },
        {"invoice_number": "text", "invoice_date": "date", "learner_name": "name", "total": "euro", "amount": "euro"},
    ),
    "account": (
        {"display_name": "Nora", "email": "nora@loket.example", "role": "advisor", "reason": "Begint op 1 april."},
        {"display_name": "name", "email": "email", "role": "choice", "organisation": "choice?", "reason": "text?"},
    ),
    "rol": ({"role": "region", "reason": "Andere functie."}, {"role": "choice", "reason": "text?"}),
}
CASES = [
    Try(form, name, kind.rstrip("?"), badness, kind.endswith("?"))
    for form, (_good, kinds) in FORMS.items()
    for name, kind in kinds.items()
    for badness in BAD
    if badness not in KINDS[kind.rstrip("?")] and not (badness == "empty" and kind.endswith("?"))
]


@pytest.fixture(scope="module")
def places(shared_office: Office) -> dict[str, tuple[Browser, str]]:
    """For each form a browser that may fill it in, and its address."""
    from portal.platform import clock

    with clock.frozen(NOW):
        return _places(shared_office)


def _places(office: Office) -> dict[str, tuple[Browser, str]]:
    asked, applied, company = (
        office.made(a_question),
        office.made(an_application),
        office.made(a_question, route=Route.EMPLOYER),
    )
    waiting = office.made(an_application)
    talk = office.do(
        lambda s: plan_conversation(
            s,
            question=s.merge(asked),
            planned_for=NOW + timedelta(days=1),
            way=TalkWay.DESK,
            place=None,
            actor=ADVISOR,
            now=NOW,
        )
    )
    office.do(lambda s: make_proposal(s, question=s.merge(applied), actor=ADVISOR, now=NOW))
    day = (NOW + timedelta(days=14)).date()
    request = office.do(
        lambda s: ask_more(s, question=s.merge(waiting), text="?", answer_by=day, actor=ADVISOR, now=NOW)
    )
    voucher = office.made(a_voucher)
    provider, _who = office.made(a_provider, schemes=("leervoucher",))
    slug = office.do(lambda s: s.scalar(select(Organisation.slug).where(Organisation.id == provider.organisation_id)))
    school = office.browser("provider", make_account(office.engine, Role.PROVIDER, organisation=slug))
    advisor, admin = office.browser("advisor"), office.browser("admin")
    case = "/adviseur/vraag/"
    found = {name: (advisor, f"{case}{asked.public_id}/{name}") for name in FORMS}
    found |= {name: (advisor, f"{case}{applied.public_id}/{name}") for name in ("goedkeuren", "afwijzen")}
    return found | {
        "verslag": (advisor, f"/adviseur/gesprek/{talk.public_id}"),
        "verzetten": (advisor, f"/adviseur/gesprek/{talk.public_id}/verzetten"),
        "afwezig": (advisor, "/adviseur/mijn-uren/afwezig"),
        "plaats": (advisor, "/adviseur/mijn-uren/plaats"),
        "antwoord": (advisor, f"/adviseur/verzoek/{request.public_id}/antwoord"),
        "aanvragen-werkgever": (advisor, f"{case}{company.public_id}/aanvragen"),
        "voucher-intrekken": (advisor, f"/adviseur/voucher/{voucher.public_id}/intrekken"),
        "opleider": (advisor, "/adviseur/opleiders/nieuw"),
        "opleider-rekening": (advisor, f"/adviseur/opleiders/{provider.public_id}/rekening"),
        "opleider-goedkeuren": (advisor, f"/adviseur/opleiders/{provider.public_id}"),
        "opleider-intrekken": (advisor, f"/adviseur/opleiders/{provider.public_id}/intrekken"),
        "vouchercode": (school, "/opleider/"),
        "factuur": (school, f"/opleider/voucher/{format_code(voucher.code)}"),
        "account": (admin, "/beheer/accounts/nieuw"),
        "rol": (admin, f"/beheer/accounts/{office.account(Role.ADVISOR).public_id}"),
    }


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bad_answer_is_refused_at_its_field(places: dict[str, tuple[Browser, str]], case: Try) -> None:
    browser, path = places[case.page]
    browser.get(path)
    form = {**FORMS[case.page][0], case.field: case.value}
    assert_refused_kindly(browser.submit(path, form), case.field, form)


@pytest.mark.parametrize("name", FORMS)
def test_the_table_of_fields_is_complete(places: dict[str, tuple[Browser, str]], name: str) -> None:
    browser, path = places[name]
    forms = [one for one in soup_of(browser.get(path)).select("form.form") if one.get("action") in (None, "", path)]
    controls = [control for form in forms for control in form.select("[name]")]
    fields = {str(one["name"]) for one in controls if one.get("type") not in ("hidden", "submit", "file")}
    ticks = {"confirmed", "identity", "purpose", "costs", "nothing_paid_twice"}
    assert fields - ticks == set(FORMS[name][1])


@pytest.mark.parametrize("name", FORMS)
def test_a_good_form_has_no_error_at_its_fields(places: dict[str, tuple[Browser, str]], name: str) -> None:
    """The control: what the sweep changes one field of is good but for the boxes that are not ticked. Nothing is sent twice."""
    if name in ("aanvragen", "aanvragen-werkgever", "goedkeuren"):
        browser, path = places[name]
        answer = browser.post(path, FORMS[name][0])
        wrong = {str(one["id"]).removesuffix("-error") for one in soup_of(answer).select("p.error[id]")}
        assert wrong and wrong <= {"confirmed", "identity", "purpose", "costs", "nothing_paid_twice"}
