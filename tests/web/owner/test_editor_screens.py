"""An owner writes a scheme in the form: every page keeps what is typed, and buttons add, move and take away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.framework.catalogue.models import VersionState
from portal.web.owner.editor.sections import SECTIONS
from schemes.definition import SchemeDefinition
from schemes.files.canonical import content_hash
from schemes.files.parsing import load_text, validate
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.owner.forms import SCHEME, Editing, an_owner, fields_in
from tests.web.walking import assert_sound, soup_of

PARTS = [page.name for page in SECTIONS]


@pytest.fixture
def office(shared_office: Office) -> Office:
    """Everybody has drafts of their own, so one office will do."""
    return shared_office


@pytest.fixture
def editing(office: Office) -> Editing:
    return Editing(office)


def test_a_draft_begins_as_a_copy_and_is_found_again(office: Office, editing: Editing) -> None:
    assert editing.version.state is VersionState.DRAFT
    again = editing.browser.post(f"/eigenaar/regeling/{SCHEME}/concept")
    assert again.location.rsplit("/", 1)[0] == editing.base
    words = said(editing.browser.get("/eigenaar/"))
    assert "Concepten" in words
    assert "concept" in words
    assert "Leervoucher" in words


@pytest.mark.parametrize("part", PARTS)
def test_a_page_that_is_sent_untouched_changes_nothing(editing: Editing, part: str) -> None:
    before = (editing.document, editing.cases, editing.version.revision)
    page = editing.open(part)
    assert_sound(page)
    answer = editing.send(part)
    assert answer.status_code == 303
    assert (editing.document, editing.cases, editing.version.revision) == before


def test_an_amount_typed_in_euros_is_kept_in_cents(editing: Editing) -> None:
    answer = editing.send("bedragen", caps__0__amount_cents="€ 2.750,50")
    assert answer.status_code == 303
    assert "bewaard=1" in answer.location
    assert editing.document["caps"][0]["amount_cents"] == 275_050
    assert 'value="2.750,50"' in editing.open("bedragen").text
    assert "€ 2.750,50 per toekenning" in said(editing.open("algemeen"))


def test_what_cannot_be_read_is_kept_and_the_error_stands_beside_it(editing: Editing) -> None:
    editing.send("bedragen", caps__0__amount_cents="tweeduizend")
    page = soup_of(editing.open("bedragen"))
    field = page.find(id="f-caps-0-amount_cents")
    assert field["value"] == "tweeduizend"
    assert field["aria-invalid"] == "true"
    assert "Vul een getal of bedrag in cijfers in." in page.find(id="f-caps-0-amount_cents-error").get_text()
    assert page.find("a", href="#f-caps-0-amount_cents")
    assert "1 fout" in page.find("nav", class_="subnav").get_text()
    assert editing.version.state is VersionState.DRAFT


def test_items_are_added_moved_and_taken_away_without_losing_what_was_typed(editing: Editing) -> None:
    first = editing.document["caps"]
    answer = editing.send("bedragen", "add:caps", caps__0__amount_cents="1.000")
    assert answer.location.endswith(f"#f-caps-{len(first)}")
    assert editing.document["caps"][0]["amount_cents"] == 100_000
    assert editing.document["caps"][-1] == {}
    editing.send("bedragen", f"up:caps.{len(first)}")
    assert editing.document["caps"][len(first) - 1] == {}
    editing.send("bedragen", f"remove:caps.{len(first) - 1}")
    assert len(editing.document["caps"]) == len(first)


def test_a_value_can_change_from_a_day_on_and_back(editing: Editing) -> None:
    editing.send("bedragen", "dated:caps.0.amount_cents", caps__0__amount_cents="2.000")
    assert editing.document["caps"][0]["amount_cents"] == [{"value": 200_000}]
    editing.send("bedragen", "add:caps.0.amount_cents", caps__0__amount_cents__0__from="1-1-2026")
    rows = {"caps__0__amount_cents__1__from": "1 januari 2027", "caps__0__amount_cents__1__value": "2.500"}
    editing.send("bedragen", **rows)
    assert editing.document["caps"][0]["amount_cents"] == [
        {"from": "2026-01-01", "value": 200_000},
        {"from": "2027-01-01", "value": 250_000},
    ]
    editing.send("bedragen", "plain:caps.0.amount_cents")
    assert len(editing.document["caps"][0]["amount_cents"]) == 2, "two values do not fit in one"
    editing.send("bedragen", "remove:caps.0.amount_cents.1")
    editing.send("bedragen", "plain:caps.0.amount_cents")
    assert editing.document["caps"][0]["amount_cents"] == 200_000


def test_a_condition_is_added_by_its_type_and_may_change_it(editing: Editing) -> None:
    number = len(editing.document["conditions"])
    sent = fields_in(editing.open("voorwaarden")) | {"-new.conditions": ["age"]}
    editing.send("voorwaarden", "add:conditions", sent=sent)
    assert editing.document["conditions"][-1] == {"type": "age"}
    at = f"conditions__{number}"
    editing.send("voorwaarden", **{f"{at}__at_least": "18", f"{at}__article": "artikel 3"})
    editing.send("voorwaarden", f"stay:conditions.{number}", **{f"{at}__type": "any"})
    group = editing.document["conditions"][-1]
    assert group == {"type": "any", "conditions": [{"type": "age", "at_least": 18, "article": "artikel 3"}]}
    editing.send("voorwaarden", **{f"{at}__type": "yes"})
    assert "Een voorwaarde houdt haar soort" in said(editing.open("voorwaarden"))
    assert editing.document["conditions"][-1] == group, "a group with parts does not vanish by another type"
    editing.send("voorwaarden", **{f"{at}__type": "all"})
    assert editing.document["conditions"][-1] == {**group, "type": "all"}


def test_an_optional_part_is_added_and_taken_away_as_a_whole(editing: Editing) -> None:
    editing.send("stapelen", "add:precedence")
    assert editing.document["precedence"] == {}
    assert "Andere regelingen gaan voor" in said(editing.open("stapelen"))
    editing.send("stapelen", "remove:precedence")
    assert "precedence" not in editing.document


def test_no_change_that_moves_an_application_is_not_the_same_as_nothing_said(editing: Editing) -> None:
    key = "budget.complete_again_after"
    editing.send("toestand", "add:budget")
    editing.send("toestand", budget__distribution="order_of_receipt")
    assert editing.document["budget"] == {"distribution": "order_of_receipt"}
    shown = fields_in(editing.open("toestand"))
    assert shown[key] == ["higher_costs", "another_training"], "both count when nothing is said"
    editing.send("toestand", budget__complete_again_after="another_training")
    assert editing.document["budget"]["complete_again_after"] == ["another_training"]
    editing.send("toestand", budget__complete_again_after=None)
    assert editing.document["budget"]["complete_again_after"] == []
    assert key not in fields_in(editing.open("toestand"))
    editing.send("toestand")
    assert editing.document["budget"]["complete_again_after"] == []
    editing.send("toestand", budget__complete_again_after=["higher_costs", "another_training"])
    page = editing.open("toestand")
    assert fields_in(page)[key] == ["higher_costs", "another_training"]
    assert "Kiest u niets? Dan houdt een aanvraag altijd haar eigen dag." in said(page)


def test_the_page_shows_the_rules_the_amounts_and_three_people(editing: Editing) -> None:
    words = said(editing.open("voorwaarden"))
    for part in (
        "Het effect",
        "moet op de lijst",
        "€ 2.500 per toekenning",
        "Deze mensen zijn verzonnen",
        "voldoet niet",
    ):
        assert part in words, part


def test_the_effect_can_be_asked_for_while_typing_and_nothing_is_saved(editing: Editing) -> None:
    before = (editing.document, editing.version.revision)
    fields = fields_in(editing.open("bedragen")) | {"caps.0.amount_cents": ["1.234"]}
    answer = editing.browser.client.post(f"{editing.base}/bedragen/effect", data=fields)
    assert answer.status_code == 200
    assert "€\xa01.234 per toekenning" in answer.text
    assert "<html" not in answer.text
    assert (editing.document, editing.version.revision) == before
    half = editing.browser.client.post(f"{editing.base}/bedragen/effect", data=fields | {"caps.0.amount_cents": ["x"]})
    assert "Nog niet alles is ingevuld" in half.text
    assert "moet op de lijst" in half.text, "the rules can be read all the same"


def test_who_saves_last_sees_both_and_can_still_save(office: Office, editing: Editing) -> None:
    late = fields_in(editing.open("bedragen")) | {"caps.0.amount_cents": ["1.111"]}
    colleague = Editing(office, an_owner(office))
    colleague.base = editing.base
    colleague.send("bedragen", caps__0__amount_cents="2.222")
    answer = editing.send("bedragen", sent=late)
    assert answer.status_code == 409
    words = said(answer)
    assert "Iemand anders heeft dit concept intussen bewaard" in words
    assert "2.222" in words
    assert 'value="1.111"' in answer.text
    assert editing.document["caps"][0]["amount_cents"] == 222_200
    editing.send("bedragen", sent=fields_in(answer))
    assert editing.document["caps"][0]["amount_cents"] == 111_100


def test_cases_are_written_in_the_form_and_shown_with_what_comes_out(editing: Editing) -> None:
    editing.send("voorbeelden", "add:cases")
    sent = fields_in(editing.open("voorbeelden")) | {"-new.cases.0.facts": ["training_start"]}
    editing.send("voorbeelden", "add:cases.0.facts", sent=sent)
    assert editing.cases is not None
    assert editing.cases["cases"][0]["facts"] == {"training_start": None}
    editing.send("voorbeelden", "add:cases.0.costs")
    editing.send("voorbeelden", "add:cases.0.costs")
    editing.send("voorbeelden", "remove:cases.0.costs.1")
    editing.send(
        "voorbeelden",
        cases__0__name="Wie op 1 juni begint, krijgt € 2.500",
        cases__0__on="2-3-2026",
        cases__0__facts__training_start="1-6-2026",
        cases__0__costs__0__category="tuition",
        cases__0__costs__0__amount_cents="3.000",
        cases__0__expect__amount_cents="2.400",
    )
    [case] = editing.cases["cases"]
    assert case["facts"] == {"training_start": "2026-06-01"}
    words = said(editing.open("voorbeelden"))
    assert "Wie op 1 juni begint, krijgt € 2.500" in words
    assert "De regeling betaalt € 2.500 van € 3.000." in words
    assert "anders dan verwacht" in words


def test_a_new_scheme_begins_empty_and_every_page_says_what_is_needed(office: Office) -> None:
    browser = office.browser("owner", an_owner(office))
    assert_sound(browser.get("/eigenaar/nieuw"))
    assert browser.post("/eigenaar/nieuw", {"title_nl": ""}).status_code == 422
    answer = browser.post("/eigenaar/nieuw", {"title_nl": "Één mooie Voucher!"})
    assert answer.location.split("/")[3] == "een-mooie-voucher"
    base = answer.location.rsplit("/", 1)[0]
    for part in PARTS:
        assert_sound(browser.get(f"{base}/{part}"))
    words = said(browser.get(f"{base}/algemeen"))
    assert "Vul dit in." in words
    assert "Één mooie Voucher!" in words
    refused = browser.post(base.replace("/concept/", "/versie/") + "/aanbieden")
    assert "nog niet af" in said(browser.follow() if refused.status_code == 303 else refused)
    taken = browser.post("/eigenaar/nieuw", {"title_nl": "Één mooie voucher"})
    assert taken.status_code == 422
    assert "Er is al een regeling met deze naam." in said(taken)


def test_a_draft_is_offered_and_then_not_changed_any_more(editing: Editing) -> None:
    assert "Controleren en aanbieden" in said(editing.open("bedragen"))
    assert editing.browser.post(editing.base.replace("/concept/", "/versie/") + "/aanbieden").status_code == 303
    assert editing.version.state is VersionState.IN_REVIEW
    assert editing.open("bedragen").status_code == 404


def test_a_draft_can_be_thrown_away(editing: Editing) -> None:
    assert editing.browser.post(f"{editing.base}/weggooien").status_code == 303
    assert editing.open("bedragen").status_code == 404


def test_nobody_of_another_organisation_sees_a_draft(office: Office, editing: Editing) -> None:
    stranger = office.browser("owner", make_account(office.engine, "owner", organisation="sectorfonds-proef"))
    for path in (
        f"{editing.base}/bedragen",
        f"{editing.base}/invoeren",
        f"/eigenaar/regeling/{SCHEME}/versie/1/bestand",
    ):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{editing.base}/bedragen", {"-end": "1", "-revision": "1"}).status_code == 404


# Files ----------------------------------------------------------------------------------------------------------------


def stored_hash(editing: Editing) -> str:
    return content_hash(validate(SchemeDefinition, editing.document))


def test_a_file_that_is_taken_out_and_put_in_again_is_the_same(editing: Editing) -> None:
    number = editing.version.version
    before = stored_hash(editing)
    text = editing.browser.get(f"/eigenaar/regeling/{SCHEME}/versie/{number}/bestand").text
    assert content_hash(load_text(SchemeDefinition, text)) == before
    page = editing.browser.get(f"{editing.base}/invoeren")
    assert_sound(page)
    answer = editing.browser.post(f"{editing.base}/invoeren", {"text": text, "revision": str(editing.version.revision)})
    assert answer.status_code == 303
    assert stored_hash(editing) == before


def test_a_file_with_other_amounts_takes_the_place_of_the_draft(editing: Editing, tmp_path: Path) -> None:
    document = editing.document | {"decision_weeks": 3}
    upload = tmp_path / "regeling.json"
    upload.write_text(json.dumps(document))
    with upload.open("rb") as stream:
        sent = {"file": (stream, "regeling.json"), "revision": str(editing.version.revision)}
        answer = editing.browser.post(f"{editing.base}/invoeren", sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert editing.document["decision_weeks"] == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Plak een tekst of kies een bestand."),
        ("a: [", "Dit is geen YAML"),
        ("- 1", "Dit bestand heeft geen sleutels met waarden"),
        ("kleur: rood", "kleur"),
        ("caps: [{per: award, amount_cents: {a: 1}}]", "caps.0.amount_cents"),
        ("a: &x 1\nb: *x", "Verwijzingen"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words(editing: Editing, text: str, words: str) -> None:
    before = editing.document
    answer = editing.browser.post(f"{editing.base}/invoeren", {"text": text, "revision": str(editing.version.revision)})
    assert answer.status_code == 422
    assert words in said(answer)
    assert editing.document == before


def test_a_file_with_a_wrong_value_is_taken_over_and_the_value_is_pointed_out(editing: Editing) -> None:
    text = json.dumps(editing.document | {"decision_weeks": "acht"})
    editing.browser.post(f"{editing.base}/invoeren", {"text": text, "revision": str(editing.version.revision)})
    assert editing.document["decision_weeks"] == "acht"
    assert "Vul een getal of bedrag in cijfers in." in said(editing.open("aanvragen"))


def test_english_pages_are_there_too(editing: Editing) -> None:
    page: Any = editing.browser.get(f"{editing.base}/bedragen?taal=en")
    assert page.status_code == 200
    assert 'lang="en"' in page.text
