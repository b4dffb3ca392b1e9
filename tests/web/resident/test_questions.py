"""A resident answers the questions: which ones, in which order, and how an answer is changed."""

from __future__ import annotations

import re

import pytest

from portal.people.actor import Audience
from portal.platform.clock import today
from tests.web.browser import Browser
from tests.web.walking import WELDER, Desk, assert_sound, last_part, question_of, sound_page, soup_of, words_on

JOB_SEEKER = {
    **WELDER,
    "werk": {"answer": "job_seeker"},
    "uitkering": {"answer": "ww"},
    "gegevens/colland_sector": {"answer": "unknown"},
    "gegevens/colland_five_years": {"answer": "unknown"},
}


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return words_on(answer)


def test_a_welder_gets_only_the_questions_that_matter(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    assert walk.seen[:7] == ["wens", "postcode", "gemeente", "geboortejaar", "werk", "uitkering", "diploma"]
    assert walk.seen[7:14] == ["opleiding", "vorm", "niveau", "sector", "begin", "kosten", "werkgever"]
    assert all(part.startswith("gegevens/") for part in walk.seen[14:])
    assert "geboortedatum" not in walk.seen


def test_every_page_of_the_walk_is_sound_and_says_how_far_it_is(desk: Desk) -> None:
    walk = desk.walk()
    pages = [walk.start()]
    while last_part(walk.path) != "controle":
        assert_sound(pages[-1])
        pages.append(walk.answer(WELDER[last_part(walk.path)]))
    told = [re.search(r"Stap (\d+) van (\d+)", text_of(one)) for one in pages]
    steps = [(int(one[1]), int(one[2])) for one in told if one is not None]
    assert [number for number, _ in steps] == list(range(1, len(pages) + 1)), "one more at every page"
    assert steps[-1] == (len(pages), len(pages)), "the last page is the last step"
    assert all(len(pages) - 4 <= total <= len(pages) for _, total in steps), "only rare questions come on top"


def test_somebody_without_work_is_not_asked_about_an_employer(desk: Desk) -> None:
    walk = desk.walk(JOB_SEEKER)
    walk.to_check()
    assert "werkgever" not in walk.seen


def test_the_full_birth_date_is_asked_only_when_the_year_does_not_decide(desk: Desk) -> None:
    year = str(today().year - 18)
    walk = desk.walk({**WELDER, "geboortejaar": {"answer": year}, "geboortedatum": {"answer": f"31-12-{year}"}})
    walk.to_check()
    assert walk.seen[walk.seen.index("geboortejaar") + 1] == "geboortedatum"


def test_another_birth_year_takes_back_a_birth_date_that_no_longer_fits(desk: Desk) -> None:
    year = str(today().year - 18)
    walk = desk.walk({**WELDER, "geboortejaar": {"answer": year}, "geboortedatum": {"answer": f"31-12-{year}"}})
    walk.to_check()
    walk.go("geboortejaar?naar=controle")
    walk.browser.submit(walk.path + "?naar=controle", {"answer": "1980"})
    walk.browser.follow()
    facts = question_of(desk.engine, walk.path).facts
    assert (facts["birth_year"], "birth_date" in facts) == (1980, False)


def test_a_sensitive_question_is_asked_only_while_a_condition_needs_it(desk: Desk) -> None:
    pensioner = {**WELDER, "geboortejaar": {"answer": "1950"}}
    walk = desk.walk(pensioner)
    walk.to_check()
    asked_welder = desk.walk()
    asked_welder.to_check()
    assert "uitkering" in asked_welder.seen
    for seen in (walk.seen, asked_welder.seen):
        assert seen.count("uitkering") <= 1


def test_not_wanting_to_say_is_an_answer(desk: Desk) -> None:
    walk = desk.walk({**WELDER, "uitkering": {"answer": "unknown"}})
    checked = walk.to_check()
    assert question_of(desk.engine, walk.path).facts["benefit"] == "unknown"
    assert "Weet ik niet" in text_of(checked)


def test_going_back_shows_what_was_answered(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    assert soup_of(walk.go("werk")).select_one("input[value=employee_permanent]").has_attr("checked")  # type: ignore[union-attr]
    assert soup_of(walk.go("begin")).select_one("#answer")["value"] == "01-02-2027"  # type: ignore[index]
    assert soup_of(walk.go("kosten")).select_one("#lines-0-amount")["value"] == "2.500"  # type: ignore[index]
    assert soup_of(walk.go("werkgever")).select_one("#up_to")["value"] == "500"  # type: ignore[index]


def test_every_page_has_a_way_back_that_works(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    visited = [last_part(walk.path)]
    while True:
        back = soup_of(walk.browser.last).select_one("a.back")  # type: ignore[arg-type]
        assert back is not None
        if back["href"] == "/vraag":
            break
        assert walk.browser.get(str(back["href"])).status_code == 200
        assert last_part(walk.path) not in visited
        visited.append(last_part(walk.path))
    assert set(walk.seen) == set(visited) - {"controle"}


def test_changing_one_answer_returns_to_the_check_page(desk: Desk) -> None:
    walk = desk.walk()
    checked = walk.to_check()
    links = [str(link["href"]) for link in soup_of(checked).select(".change a")]
    assert links and all(link.endswith("?naar=controle") for link in links)
    names = [link.text for link in soup_of(checked).select(".change a")]
    assert len(names) == len(set(names)) or "Wijzig uw wens" in names
    walk.go("diploma?naar=controle")
    walk.browser.submit(walk.path + "?naar=controle", {"answer": "mbo4"})
    after = walk.browser.follow()
    assert last_part(walk.path) == "controle"
    assert "Mbo niveau 4" in text_of(after)


def test_a_change_that_raises_a_new_question_asks_it_first(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    walk.go("gegevens/employer_sector_fund?naar=controle")
    walk.browser.submit(walk.path + "?naar=controle", {"answer": "colland"})
    walk.browser.follow()
    assert last_part(walk.path) == "gegevens/colland_sector"
    walk.browser.submit(walk.path + "?naar=controle", {"answer": "greenhouse"})
    walk.browser.follow()
    assert last_part(walk.path) == "gegevens/colland_five_years"
    walk.browser.submit(walk.path + "?naar=controle", {"answer": "yes"})
    checked = walk.browser.follow()
    assert last_part(walk.path) == "controle"
    assert "Meer antwoorden veranderen niet wie zeker wat betaalt." in text_of(checked)


def test_a_change_that_cannot_change_who_pays_what_asks_nothing(desk: Desk) -> None:
    """The control: of a fund that may be closed nothing is asked, but the question can be answered all the same."""
    walk = desk.walk()
    walk.to_check()
    walk.go("gegevens/employer_sector_fund?naar=controle")
    walk.browser.submit(walk.path + "?naar=controle", {"answer": "soob"})
    checked = walk.browser.follow()
    assert last_part(walk.path) == "controle"
    links = [str(link["href"]) for link in soup_of(checked).select("main details a")]
    assert any("gegevens/contract_hours" in link for link in links)


def test_a_job_that_ends_takes_the_expected_contribution_with_it(desk: Desk) -> None:
    walk = desk.walk()
    assert "Bijdrage van uw werkgever" in text_of(walk.to_check())
    walk.go("werk?naar=controle")
    walk.browser.submit(walk.path + "?naar=controle", {"answer": "self_employed"})
    walk.browser.follow()
    assert "Bijdrage van uw werkgever" not in text_of(walk.go("controle"))
    text = text_of(walk.go("uitkomst")).replace("\xa0", " ")
    assert "U betaalt € 650 tot € 3.150 zelf." in text, "what state aid was had before is not known yet"


# Where somebody lives ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("postcode", "chosen", "sentence"),
    [
        ("7411", "GM0150", "Bij postcode 7411 hoort meestal Deventer"),
        ("7411 ab", "GM0150", "Bij postcode 7411 hoort meestal Deventer"),
        ("7351", None, "Postcode 7351 ligt in meer dan één gemeente"),
        ("7300", None, "Is het een postbus?"),
        ("1012", None, "kennen wij niet in deze regio"),
        ("7223", "GM1876", "hoort meestal Bronckhorst"),
    ],
)
def test_a_postcode_only_suggests_a_municipality(desk: Desk, postcode: str, chosen: str | None, sentence: str) -> None:
    walk = desk.walk()
    walk.start()
    walk.answer(WELDER["wens"])
    page = walk.answer({"postcode": postcode})
    checked = [box["value"] for box in soup_of(page).select("input[name=answer][checked]")]
    assert checked == ([chosen] if chosen else [])
    assert sentence in text_of(page)
    assert question_of(desk.engine, walk.path).facts == {"residence_postcode": postcode[:4]}


def test_the_letters_of_a_postcode_are_not_kept(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    assert question_of(desk.engine, walk.path).facts["residence_postcode"] == "7311"


def test_whoever_lives_outside_the_region_goes_on_with_a_kind_word(desk: Desk) -> None:
    walk = desk.walk()
    walk.start()
    walk.answer(WELDER["wens"])
    walk.answer({"postcode": "8011"})
    page = walk.answer({"answer": "other", "elsewhere": "GM0193"})
    assert last_part(walk.path) == "geboortejaar"
    told = text_of(page)
    assert "U woont in Zwolle. Dat is buiten deze regio. Dat geeft niet" in told
    assert (
        "Uw gemeente hoort bij de Regio Zwolle." in told
        and "Er zijn ook regelingen voor wie in deze regio werkt." in told
    )


def test_who_lives_elsewhere_is_asked_where_they_work_when_that_matters_and_it_is_promised_no_further(
    desk: Desk,
) -> None:
    """A voucher here is for who works for an employer here; no scheme looks at where somebody's own business is."""
    for work, asked in (("employee_permanent", True), ("self_employed", False)):
        elsewhere = {
            "postcode": {"postcode": "8011"},
            "gemeente": {"answer": "other", "elsewhere": "GM0193"},
            "werk": {"answer": work},
        }
        most = {"werkgever": {"contribution": "fixed", "fixed": "2.100"}}
        walk = desk.walk({**WELDER, **elsewhere, **most, "wens": {**WELDER["wens"], "goals": ["other_job"]}})
        walk.to_check()
        assert ("gegevens/employer_municipality" in walk.seen) is asked, walk.seen
        told = text_of(walk.go("gemeente"))
        assert "Dan vragen wij dat straks" not in told


def test_somebody_abroad_can_answer_too(desk: Desk) -> None:
    walk = desk.walk({**WELDER, "gemeente": {"answer": "other", "elsewhere": "GM0000"}})
    assert "Niet in Nederland" in text_of(walk.to_check())
    assert walk.go("uitkomst").status_code == 200


def test_every_municipality_of_the_country_can_be_chosen(desk: Desk) -> None:
    walk = desk.walk()
    walk.start()
    walk.answer(WELDER["wens"])
    page = soup_of(walk.answer({"postcode": "7411"}))
    codes = {box["value"] for box in page.select("input[name=answer]")} | {
        box["value"] for box in page.select("#elsewhere option")
    }
    assert len(codes - {"", "other", "GM0000"}) == 342


# Costs ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["1.250", "1250,00", "€ 1.250,00", "1250", "1 250", "€1250.00"])
def test_money_is_read_as_people_write_it(desk: Desk, typed: str) -> None:
    walk = desk.walk({**WELDER, "kosten": {"lines-0-category": "tuition", "lines-0-amount": typed}})
    walk.to_check()
    assert [line.amount_cents for line in question_of(desk.engine, walk.path).cost_lines] == [125_000]


def at_costs(desk: Desk):  # type: ignore[no-untyped-def]
    walk = desk.walk()
    walk.start()
    while last_part(walk.path) != "kosten":
        walk.answer(WELDER[last_part(walk.path)])
    return walk


def test_a_line_is_added_and_removed_by_buttons_and_keeps_what_was_typed(desk: Desk) -> None:
    walk = at_costs(desk)
    typed = {"lines-0-category": "tuition", "lines-0-amount": "abc", "lines-0-description": "Cursus"}
    added = walk.browser.submit(walk.path, {**typed, "add_line": "1"})
    page = sound_page(walk.browser.last)  # type: ignore[arg-type]
    assert (walk.browser.last.status_code, len(page.select(".cost-line"))) == (200, 2)  # type: ignore[union-attr]
    assert page.select_one("#lines-0-amount")["value"] == "abc"  # type: ignore[index]
    assert not page.select(".error")
    del added
    two = {**typed, "lines-1-category": "books", "lines-1-amount": "150"}
    walk.browser.submit(walk.path, {**two, "remove_line": "0"})
    page = sound_page(walk.browser.last)  # type: ignore[arg-type]
    assert [box["value"] for box in page.select(".cost-line input[name$=amount]")] == ["150"]


@pytest.mark.parametrize("number", ["-1", "99", "abc", "", "9" * 300])
def test_removing_a_line_that_is_not_there_changes_nothing(desk: Desk, number: str) -> None:
    walk = at_costs(desk)
    walk.browser.submit(walk.path, {"lines-0-category": "tuition", "lines-0-amount": "5", "remove_line": number})
    assert walk.browser.last.status_code == 200  # type: ignore[union-attr]
    assert len(sound_page(walk.browser.last).select(".cost-line")) == 1  # type: ignore[arg-type]


def test_an_empty_line_is_left_out_but_an_empty_form_is_not_taken(desk: Desk) -> None:
    walk = at_costs(desk)
    half = {"lines-0-category": "", "lines-0-amount": "", "lines-1-category": "tuition", "lines-1-amount": "100"}
    assert walk.browser.submit(walk.path, half).status_code == 303
    assert [line.amount_cents for line in question_of(desk.engine, walk.path).cost_lines] == [10_000]
    walk.go("kosten")
    assert walk.browser.submit(walk.path, {"lines-0-category": "", "lines-0-amount": ""}).status_code == 422
    assert len(question_of(desk.engine, walk.path).cost_lines) == 1


def test_more_lines_than_allowed_are_not_taken_and_nothing_breaks(desk: Desk) -> None:
    walk = at_costs(desk)
    many = {f"lines-{n}-{name}": value for n in range(25) for name, value in (("category", "books"), ("amount", "1"))}
    assert walk.browser.submit(walk.path, many).status_code in (303, 422)
    assert len(question_of(desk.engine, walk.path).cost_lines) <= 20


# Not known yet ----------------------------------------------------------------------------------------------------------


def test_without_a_training_nothing_is_asked_about_it(desk: Desk) -> None:
    answers = {**WELDER, "opleiding": {"known": "no", "name": "half getypt"}}
    walk = desk.walk(answers)
    checked = walk.to_check()
    assert not {"vorm", "niveau", "sector", "begin"} & set(walk.seen)
    assert not [part for part in walk.seen if part.startswith("gegevens/training")]
    assert not {"kosten", "werkgever"} & set(walk.seen), "nor about what it costs and who pays"
    assert text_of(checked).count("Weet ik nog niet") == 1


def test_a_training_that_is_given_up_takes_its_facts_with_it(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    walk.go("opleiding")
    walk.answer({"known": "no"})
    assert not [fact for fact in question_of(desk.engine, walk.path).facts if fact.startswith("training_")]


# Whose draft ------------------------------------------------------------------------------------------------------------


def test_a_draft_is_seen_by_nobody_else(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    other = desk.walk()
    other.start()
    for name in ("wens", "kosten", "controle", "uitkomst", "versturen", "bewaren", "gegevens/contract_hours"):
        path = walk.path.replace("controle", name)
        assert walk.browser.get(path).status_code == 200
        assert other.browser.get(path).status_code == 404
        assert Browser(desk.app).get(path).status_code == 404


def test_a_fact_that_is_not_asked_of_residents_has_no_page(desk: Desk) -> None:
    walk = desk.walk()
    walk.start()
    for name in ("employer_size", "residence_province", "bestaat_niet", "birth_year"):
        assert walk.go(f"gegevens/{name}").status_code == 404


def test_starting_again_says_that_there_is_a_question_already(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    page = walk.browser.get("/vraag")
    assert "U bent al begonnen" in text_of(page)
    walk.browser.get("/mijn")
    assert walk.browser.follow().status_code == 200


def test_throwing_away_leaves_nothing(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    path = walk.path
    walk.go("weggooien")
    walk.browser.submit(walk.path)
    assert "weggegooid" in text_of(walk.browser.follow())
    assert walk.browser.get(path).status_code == 404
    with pytest.raises(Exception, match="No row"):
        question_of(desk.engine, path)


def test_a_resident_cannot_use_the_pages_of_an_employer(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    employer = desk.visitor(walk, audience=Audience.EMPLOYER)
    public_id = question_of(desk.engine, walk.path).public_id
    for path in (
        f"/werkgever/vraag/{public_id}/kosten",
        f"/vraag/{public_id}/kosten",
        f"/werkgever/bijdrage/{public_id}",
    ):
        assert employer.get(path).status_code == 404


def test_a_birth_date_in_another_year_is_refused_at_the_question_with_both(desk: Desk) -> None:
    year = today().year - 18
    answers = {**WELDER, "geboortejaar": {"answer": str(year)}, "geboortedatum": {"answer": f"31-12-{year}"}}
    walk = desk.walk(answers)
    walk.to_check()
    walk.go("geboortedatum?naar=controle")
    wrong = walk.browser.submit(walk.path + "?naar=controle", {"answer": f"31-12-{year - 1}"})
    assert wrong.status_code == 422 and 'id="answer-error"' in wrong.text
    assert f"geboortejaar {year}" in wrong.text and f"31-12-{year - 1}" in wrong.text
    facts = question_of(desk.engine, walk.path).facts
    assert (facts["birth_year"], facts["birth_date"]) == (year, f"{year}-12-31")
