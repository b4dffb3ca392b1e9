"""The indicative result: the answer first, then who pays what, why, how sure, and what to do."""

from __future__ import annotations

import re

import pytest

from tests.web.walking import WELDER, Desk, Walk, last_part, sound_page, soup_of

FORBIDDEN = ("u heeft recht", "u hebt recht", "recht op", "gegarandeerd", "zeker krijgt")
WITH_LOAN = {
    **WELDER,
    "geboortejaar": {"answer": "1990"},
    "vorm": {"answer": "mbo_bol"},
    "niveau": {"answer": "mbo4"},
    "gegevens/student_finance": {"answer": "no"},
    "gegevens/training_recognised": {"answer": "yes"},
    "gegevens/has_he_degree": {"answer": "no"},
}


def outcome(desk: Desk, answers: object = WELDER) -> tuple[Walk, str]:
    """The result page of these answers, and its text with ordinary spaces."""
    walk = desk.walk(answers)  # type: ignore[arg-type]
    walk.to_check()
    walk.walked("outcome", lambda: walk.go("uitkomst"))
    page = sound_page(walk.browser.last)  # type: ignore[arg-type]
    return walk, " ".join(page.main.get_text(" ", strip=True).replace("\xa0", " ").split())  # type: ignore[union-attr]


def groups(walk: Walk) -> dict[str, list[str]]:
    """The titles of the schemes under each heading of the list."""
    found: dict[str, list[str]] = {}
    for heading in soup_of(walk.go("uitkomst")).select("h3"):
        accordion = heading.find_next("div", class_="accordion")
        if accordion is not None:
            found[heading.text] = [item.contents[0].strip() for item in accordion.select("summary > span:not([class])")]  # type: ignore[union-attr]
    return found


def test_the_answer_comes_first_and_the_figures_agree(desk: Desk) -> None:
    walk, text = outcome(desk)
    assert text.startswith("Uw opleiding kost € 3.150. U betaalt € 150 als uw werkgever € 500 betaalt, anders € 650.")
    page = soup_of(walk.go("uitkomst"))
    rows = page.select("table.mix-table tbody tr")
    cents = [int(re.sub(r"\D", "", row.select_one("td.n").text)) for row in rows]  # type: ignore[union-attr]
    assert (cents, sum(cents)) == ([2500, 500, 150], 3150)
    assert page.select_one("svg.bar")["aria-label"].count("€") == 3  # type: ignore[union-attr, index]
    assert "Dit is een berekening, nog geen besluit." in text
    assert "Begin nog niet met de opleiding." in text


def test_what_is_listed_in_a_sentence_has_small_letters_and_so_has_when_to_call(desk: Desk) -> None:
    _walk, text = outcome(desk)
    listed = re.search(r"Leg dit klaar: (.*?)\. U levert het in", text)
    assert listed is not None and re.search(r"(?:^|, | en )een ", listed[1]), text
    assert not re.search(r"\b(?:Een|De|Het|Uw)\b", listed[1])
    hours = re.findall(r"Bel [0-9 ]+ ?, (\w+)", text)
    assert hours and set(hours) == {"maandag"}


def test_every_cost_line_shows_who_pays_it_and_adds_up(desk: Desk) -> None:
    walk, _text = outcome(desk)
    for row in soup_of(walk.go("uitkomst")).select("table.mix-lines tbody tr"):
        amounts = [int(re.sub(r"\D", "", cell.text) or "0") for cell in row.select("td.n")]
        assert amounts[0] == sum(amounts[1:]), row.text


def test_the_proof_is_said_in_words_with_a_way_to_read_more(desk: Desk) -> None:
    walk, text = outcome(desk)
    assert "Er is geen betere verdeling mogelijk met deze regelingen en dit geld. Dat is bewezen." in text
    assert soup_of(walk.go("uitkomst")).find("a", string="Hoe weten wij dat?")["href"] == "/zo-rekenen-wij"  # type: ignore[index]


def test_every_scheme_is_listed_with_one_reason_its_source_and_how_sure(desk: Desk) -> None:
    walk, text = outcome(desk)
    page = soup_of(walk.go("uitkomst"))
    items = list(page.select(".accordion details"))
    assert len(items) >= 12
    for item in items:
        assert item.select_one("summary > span:not([class]) .note").text.strip(), item.text  # type: ignore[union-attr]
        folded = item.find_parent("details") is not None  # under a reason that says for all of them that they cannot be
        assert folded or item.select_one(".tag").text.strip()  # type: ignore[union-attr]
        source = next(note.text for note in item.select("details > div .note") if "Bron:" in note.text)
        assert re.search(r"stand van \d+ \w+ \d{4}|zonder datum", source), source
    sure = page.select_one(".accordion summary > span:not([class]) .note")
    assert sure is not None and "mogelijk, laat het nakijken" in sure.text, "a scheme that is not verified says so"
    assert not [word for word in FORBIDDEN if word in text.lower()]


def test_assumptions_are_marked(desk: Desk) -> None:
    walk, text = outcome(desk)
    links = soup_of(walk.go("uitkomst")).select(".accordion a")
    rules = next(
        link for link in links if "Ontwikkelfonds" in link.text and "met wat wij hebben aangenomen" in link.text
    )
    assert "Dit staat niet in een bron. Wij hebben het zelf ingevuld." in walk.browser.get(str(rules["href"])).text
    assert "Sommige bedragen en regels zijn aannames." in text


def test_ended_schemes_explain_themselves_and_are_never_offered(desk: Desk) -> None:
    walk, _text = outcome(desk)
    found = groups(walk)
    assert "STAP-budget" in found["Bestaat niet meer"]
    assert not any("STAP-budget" in names for title, names in found.items() if title != "Bestaat niet meer")
    page = soup_of(walk.go("uitkomst"))
    folds = page.find("h3", string="Kan niet, of is niet nodig").find_next_siblings("details")  # type: ignore[union-attr]
    assert folds and not any(fold.has_attr("open") for fold in folds), "what cannot be is folded, by why not"
    stap = next(item for item in soup_of(walk.go("uitkomst")).select("details") if "STAP-budget" in item.text)
    assert "bestaat niet meer" in stap.text


def test_a_reason_says_what_was_answered(desk: Desk) -> None:
    walk, _text = outcome(desk)
    uwv = next(item for item in soup_of(walk.go("uitkomst")).select("details") if "Doorzaam" in item.text)
    assert "U hebt ingevuld: Ik heb een vast contract." in uwv.text


def test_a_loan_is_outside_the_mix_until_it_is_asked_for(desk: Desk) -> None:
    walk, text = outcome(desk, {**WITH_LOAN, "lenen": {"borrow": "no"}})
    assert "U betaalt € 150 als uw werkgever € 500 betaalt, anders € 650." in text
    assert groups(walk)["Lenen"] == ["Levenlanglerenkrediet (mbo, voltijd bol)"]
    assert "Wilt u een deel lenen?" in text


def test_a_loan_that_was_asked_for_is_called_a_loan(desk: Desk) -> None:
    _walk, text = outcome(desk, {**WITH_LOAN, "lenen": {"borrow": "yes", "amount": "400"}})
    assert text.startswith(
        "Uw opleiding kost € 3.150. U betaalt of leent samen € 150 als uw werkgever € 500 betaalt, anders € 650."
    )
    assert "Dit is een lening. U moet dit terugbetalen." in text


def test_borrowing_is_not_asked_when_no_loan_fits(desk: Desk) -> None:
    walk, _text = outcome(desk)
    assert "lenen" not in walk.seen


def test_with_a_benefit_of_uwv_permission_comes_first(desk: Desk) -> None:
    answers = {**WELDER, "werk": {"answer": "job_seeker"}, "uitkering": {"answer": "ww"}}
    _walk, text = outcome(desk, answers)
    assert "Vraag UWV eerst of u deze opleiding mag doen." in text
    assert "Scholing via UWV (WW) bedrag niet bekend" in text


def test_without_costs_it_says_which_schemes_pay_up_to_what(desk: Desk) -> None:
    walk, text = outcome(desk, {**WELDER, "opleiding": {"known": "no"}})
    assert text.startswith("U kunt tot € 2.500 krijgen, als uw opleiding past bij: Ontwikkelfonds, individuele route.")
    assert "Ontwikkelfonds, individuele route hoogstens € 2.500" in text
    assert "Zoek een opleiding die bij u past." in text
    assert not soup_of(walk.go("uitkomst")).select("table")


def test_with_no_scheme_at_all_there_is_still_a_next_step(desk: Desk) -> None:
    answers = {
        **WELDER,
        "postcode": {"postcode": "1012"},
        "gemeente": {"answer": "other", "elsewhere": "GM0363"},
        "geboortejaar": {"answer": "1950"},
        "werk": {"answer": "other"},
        "werkgever": {"contribution": "no"},
    }
    walk, text = outcome(desk, answers)
    assert text.startswith("Uw opleiding kost € 3.150. Wij vonden geen regeling die meebetaalt.")
    assert "Praat met een adviseur" in text
    assert "Vraag uw werkgever" not in text, "it said no"
    assert soup_of(walk.go("uitkomst")).find("a", string="Vraag versturen") is not None


def test_who_has_begun_is_not_told_to_wait(desk: Desk) -> None:
    _walk, text = outcome(desk, {**WELDER, "begin": {"answer": "1-2-2026"}})
    assert "Uw opleiding is al begonnen." in text and "Schrijf u nog niet in" not in text
    assert "Begin nog niet" not in text


def test_money_of_the_employer_that_is_only_expected_is_called_so(desk: Desk) -> None:
    _walk, text = outcome(desk)
    assert "Dit verwacht u van uw werkgever. Het is nog niet bevestigd." in text


def test_the_result_changes_with_the_answer_and_looking_at_it_keeps_nothing(desk: Desk) -> None:
    walk, text = outcome(desk)
    walk.go("kosten?naar=controle")
    one = {"lines-0-category": "tuition", "lines-0-amount": "1.000"}
    walk.browser.submit(walk.path + "?naar=controle", one)
    walk.browser.follow()
    assert last_part(walk.path) == "controle"
    changed = soup_of(walk.go("uitkomst")).h1.text.replace("\xa0", " ")  # type: ignore[union-attr]
    assert changed == "Uw opleiding kost € 1.000. U betaalt waarschijnlijk niets zelf."
    assert text != changed


@pytest.mark.parametrize("path", ["controle", "uitkomst", "versturen", "bewaren"])
def test_pages_of_a_draft_carry_no_personal_data_in_their_address(desk: Desk, path: str) -> None:
    walk, _text = outcome(desk)
    for link in soup_of(walk.go(path)).select("a[href], form[action]"):
        address = str(link.get("href") or link.get("action"))
        assert not re.search(r"1985|7311|lasser|Techniekschool", address), address
