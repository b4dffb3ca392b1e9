"""Nothing is promised too much: what the result page says of invented people holds, whatever is open.

Each property is looked at for many generated questions, and has a control: the sentence as it was before, of which the fault is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import matching
from matching.solver.again import own_cents
from matching.what_if.interval import Interval, Point
from portal.cases.applications.choosing import excluding
from portal.web.intake.applying import offered
from portal.web.intake.headline import HeadlineFigures, headline_of, headline_without_costs
from portal.web.intake.outcome import OutcomePage
from portal.web.intake.schemes import SchemeRow, rows_of
from portal.web.labels.insight import Reader, range_sentences
from portal.words.names import Names
from portal.words.standing import WHY
from tests.benchmarks import questions
from tests.matching.generated import ON, partly
from tests.web.answered import Told, names_of, told, told_of
from tests.web.shown_names import ids_in

PEOPLE = range(14)
"""Seeds of people, some with a promise, some with a loan, some with an employer that asks."""
SURE = "Niets wat nog open is, verandert dat."


@pytest.fixture(autouse=True)
def database() -> str:
    """No database at all is looked at."""
    return "sqlite"


def everybody() -> Iterator[Told]:
    return (told(seed) for seed in PEOPLE)


def amounts(text: str) -> list[int]:
    """The amounts of a sentence, in cents; nothing is nothing."""
    found = [
        int(whole.replace(".", "")) * 100 + int(rest or 0)
        for whole, rest in re.findall(r"€\s([\d.]*\d)(?:,(\d\d))?", text)
    ]
    return [*found, *([0] if "niets" in text else [])]


def says_enough(headline: str, needed: int, total: int) -> bool:
    """Whether what somebody has to pay at worst stands in a headline, after what it costs."""
    cost, _, own = headline.partition(". ")
    assert amounts(cost) == [total], headline
    said = amounts(own)
    return needed <= (sum(said) if " en u leent " in own else max(said, default=total))


# The headline ------------------------------------------------------------------------------------------------------------


def test_a_headline_never_says_less_than_it_may_become() -> None:
    """What an employer only may pay is said with both amounts; without that money somebody pays what stands there."""
    for one in everybody():
        assert says_enough(one.page.headline, one.alone_cents, one.question.total_cents), one.page.headline
        if one.page.insight is not None:
            figures = one.answer.insight()
            assert figures is not None
            worst = figures.interval.worst_cents
            assert says_enough(one.page.headline, worst, one.question.total_cents), one.page.headline


def test_control_a_headline_that_counts_on_the_employer_says_too_little() -> None:
    found = [one for one in everybody() if one.pledge is not None and "anders" in one.page.headline]
    assert len(found) >= 2, "there are people for whom it matters"
    for one in found:
        mix = one.answer.proposal
        assert mix is not None
        before = HeadlineFigures(one.question.total_cents, own_cents(mix), own_cents(mix), mix.repayable_cents)
        counted = headline_of(before, employer_route=False, hopeful=False)
        assert not says_enough(counted, one.alone_cents, one.question.total_cents), counted


def test_what_the_employer_promised_itself_is_certain() -> None:
    found = next(one for one in everybody() if "anders" in one.page.headline)
    sure = told_of(found.asked, confirmed=True)
    assert "anders" not in sure.page.headline and "werkgever" not in sure.page.headline


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (
            HeadlineFigures(315_000, 15_000, 15_000, 0, 50_000, 65_000),
            "U betaalt € 150 als uw werkgever € 500 betaalt, anders € 650.",
        ),
        (
            HeadlineFigures(100_000, 0, 0, 0, 50_000, 50_000),
            "U betaalt niets als uw werkgever € 500 betaalt, anders € 500.",
        ),
        (
            HeadlineFigures(100_000, 20_000, 20_000, 0, 50_000, 70_000, otherwise_open=True),
            "U betaalt € 200 als uw werkgever € 500 betaalt, anders hoogstens € 700.",
        ),
        (HeadlineFigures(100_000, 20_000, 20_000, 0, 50_000, 20_000), "U betaalt waarschijnlijk € 200 zelf."),
        (HeadlineFigures(100_000, 20_000, 60_000), "U betaalt € 200 tot € 600 zelf."),
        (HeadlineFigures(100_000, 30_000, 30_000, 10_000), "U betaalt waarschijnlijk € 200 zelf en u leent € 100."),
        (HeadlineFigures(100_000, 30_000, 60_000, 10_000), "U betaalt of leent samen € 300 tot € 600."),
        (HeadlineFigures(100_000, 0, 0), "U betaalt waarschijnlijk niets zelf."),
        (
            HeadlineFigures(100_000, 100_000, 100_000, vat=21_000),
            "Daarvan is € 210 btw, en die vraagt u terug. Wij vonden geen regeling die meebetaalt.",
        ),
        (
            HeadlineFigures(100_000, 20_000, 20_000, vat=21_000),
            "Daarvan is € 210 btw, en die vraagt u terug. U betaalt waarschijnlijk € 200 zelf.",
        ),
        (HeadlineFigures(100_000, 100_000, 100_000), "Wij vonden geen regeling die meebetaalt."),
    ],
)
def test_the_sentences_of_a_headline(figures: HeadlineFigures, said: str) -> None:
    headline = headline_of(figures, employer_route=False, hopeful=False).replace("\xa0", " ")
    assert headline.partition(". ")[2] == said


# Nothing that is open changes it ------------------------------------------------------------------------------------------


def settled_after_all(one: Told) -> bool:
    """Whether nothing that is open changes what who asks pays, found by making each scheme that is possible certain."""
    mix, problem = one.answer.proposal, one.answer.problem
    assert mix is not None
    if one.pledge is not None and one.alone_cents != own_cents(mix):
        return False
    unknown = [
        offer
        for offer in problem.offers
        if offer.certainty == "possible"
        and not offer.amount_known
        and not (problem.pledges and questions.region().schemes[offer.scheme].kind == "employer_contribution")
    ]
    pays = [
        offer
        for offer in unknown
        if not offer.coverage or any(offer.coverage.get(line.category) for line in problem.lines)
    ]
    if own_cents(mix) and pays:
        return False
    firm = tuple(
        offer.model_copy(update={"certainty": "firm"})
        if offer.certainty == "possible" and offer.amount_known
        else offer
        for offer in problem.offers
    )
    return own_cents(matching.propose(problem.model_copy(update={"offers": firm}), outlook=False)) == own_cents(mix)


def test_that_nothing_changes_it_is_said_only_when_that_is_so() -> None:
    said = [one for one in everybody() if one.page.insight is not None and SURE in one.page.insight.range]
    for one in said:
        assert settled_after_all(one), one.page.insight
        assert not one.page.possible, "a scheme that may still pay is something open"
        assert all(row.sure for row in one.page.in_mix), "rules that must still be checked are something open"
    assert any(not settled_after_all(one) for one in everybody())


def test_control_without_looking_at_what_is_possible_it_would_be_said_too_often() -> None:
    wrong = 0
    for one in everybody():
        found = one.answer.insight()
        if found is not None and found.interval.certain and not settled_after_all(one):
            naive = " ".join(range_sentences(replace(found.interval, points=()), Reader(True, False)))
            wrong += SURE in naive
    assert wrong


def a_range(*points: Point, **reader: Any) -> str:
    found = range_sentences(Interval(15_000, 15_000, 15_000, points), Reader(True, False, **reader))
    return " ".join(found).replace("\xa0", " ")


def test_an_amount_that_nobody_knows_can_still_make_it_lower() -> None:
    assert a_range() == f"U betaalt € 150. {SURE}"
    unknown = a_range(Point("p", "amount_unknown", None))
    assert unknown.startswith(
        "U betaalt nu € 150. Dat kan nog lager worden: misschien betaalt er nog een regeling mee."
    )
    assert a_range(Point("p", "possible", 0)) == "U betaalt € 150. Ook als er nog iets verandert, blijft dat zo."
    assert "Dat kan nog lager worden" in a_range(hopeful=True)
    checked = a_range(to_check=("Fonds",))
    assert checked == "U betaalt nu € 150. Laat nog nakijken of dit geld geeft: Fonds."
    assert a_range(otherwise_cents=65_000).endswith("Betaalt uw werkgever niet? Dan is het € 650.")


# Within its own dates -----------------------------------------------------------------------------------------------------


def of_start(seed: int, days: int) -> Told:
    asked = partly(seed, questions.region())
    start = (ON + timedelta(days=days)).isoformat()
    return told_of(
        asked.model_copy(update={"facts": {**asked.facts, "training_start": start}, "costs": (), "pledge": None})
    )


def test_who_has_begun_is_not_told_to_wait() -> None:
    warned = 0
    for seed in list(PEOPLE)[:8]:
        begun, ahead = of_start(seed, -10), of_start(seed, 60)
        assert not [text for text in begun.page.warnings if "Begin nog niet" in text or "Begin niet eerder" in text]
        assert any("al begonnen" in text for text in begun.page.warnings)
        assert not [text for text in ahead.page.warnings if "al begonnen" in text]
        warned += any("Begin nog niet" in text for text in ahead.page.warnings)
    assert warned, "the control: who has not begun is warned"


# The list of schemes ------------------------------------------------------------------------------------------------------


def rows_on(page: OutcomePage) -> list[SchemeRow]:
    return [*page.in_mix, *page.possible, *page.loans, *page.not_possible, *page.ended]


def test_the_list_has_every_scheme_once_what_is_worth_most_first_and_what_cannot_be_by_its_reason() -> None:
    for one in [*everybody(), *(told(seed, costs=False) for seed in list(PEOPLE)[:6])]:
        page, definitions = one.page, questions.region().schemes
        for rows in (page.in_mix, page.possible, page.loans):
            worth = [row.cents for row in rows]
            known = [cents for cents in worth if cents is not None]
            assert worth == [*sorted(known, reverse=True), *[None] * (len(worth) - len(known))]
        listed = [row.scheme for row in rows_on(page)]
        fitting = [verdict.scheme for verdict in one.answer.verdicts if verdict.route_fits]
        left_out = set(fitting) - set(listed)
        assert len(listed) == len(set(listed)) and set(listed) <= set(fitting)
        assert all(definitions[slug].kind == "employer_contribution" and one.pledge for slug in left_out)
        assert sorted(row.scheme for group in page.by_reason for row in group.rows) == sorted(
            row.scheme for row in page.not_possible
        )
        ended = {v.scheme for v in one.answer.verdicts if v.route_fits and v.availability.state == "ended"}
        assert {row.scheme for row in page.ended} == ended - left_out
        assert all(row.why in WHY and row.reason for row in [*page.not_possible, *page.ended])


def texts(page: OutcomePage) -> Iterator[str]:
    """Everything that the page says."""
    yield from (page.headline, page.lead, page.proof, *page.warnings)
    for row in rows_on(page):
        yield from (row.title, row.reason, row.note, row.how, *row.more, *row.evidence, *row.also_required)
    for part in page.parts:
        yield from (part.label, part.covers, part.note)
    for cost in page.lines:
        yield from (cost.label, cost.note)
    if page.insight is not None:
        yield page.insight.range
        yield from (cell for row in page.insight.point_rows for cell in row)


def test_no_name_of_a_file_or_an_answer_stands_on_the_page() -> None:
    for one in everybody():
        found = {name for text in texts(one.page) for name in ids_in(text)}
        assert not found, found


def test_control_without_names_they_would_stand_there() -> None:
    found: set[str] = set()
    for one in everybody():
        definitions = {slug: scheme.definition for slug, scheme in one.answer.schemes.items()}
        rows = rows_of(one.answer, definitions, Names({}, {}, {}))
        found |= {name for row in rows for text in (row.reason, *row.more) for name in ids_in(text)}
    assert found


# Who does not know the training -------------------------------------------------------------------------------------------


def test_without_costs_the_headline_is_the_most_that_one_scheme_could_pay_and_on_what_it_depends() -> None:
    seen = 0
    for seed in PEOPLE:
        one = told(seed, costs=False)
        said = amounts(one.page.headline)
        known = [row.cents for row in one.page.possible if row.cents]
        assert len(said) <= 1 and (bool(said) == bool(known)), one.page.headline
        if said:
            seen += 1
            assert said[0] in known and "tot €" in one.page.headline and " als " in one.page.headline
            assert not any(
                row.cents is not None and row.cents < said[0] and row.title in one.page.headline
                for row in one.page.possible
            )
    assert seen, "somebody could get something"


def without_costs(keeps: Callable[[SchemeRow], bool], *, employer_route: bool) -> tuple[str, list[SchemeRow]]:
    """The headline over a part of the schemes of all people, as of somebody for whom the others are not there."""
    rows: dict[str, SchemeRow] = {}
    answer = told(0, costs=False).answer
    for seed in PEOPLE:
        page = told(seed, costs=False).page
        rows |= {row.scheme: row for row in (*page.possible, *page.loans) if keeps(row)}
    return headline_without_costs(answer, list(rows.values()), employer_route=employer_route), list(rows.values())


@pytest.mark.parametrize("employer_route", [False, True])
def test_a_loan_is_no_payment_and_what_has_no_amount_is_said_by_name_and_with_its_if(employer_route: bool) -> None:
    said, loans = without_costs(lambda row: row.group == "loan", employer_route=employer_route)
    assert loans and said == "Wij vonden nog geen regeling die meebetaalt. Lenen kan misschien wel."
    said, rows = without_costs(lambda row: row.cents is None, employer_route=employer_route)
    assert len(rows) > 1 and said.startswith("Misschien betalen ") and " mee, als " in said and not amounts(said)
    assert any(row.title in said for row in rows if row.group == "possible")
    assert not any(row.title in said for row in rows if row.group == "loan")
    only = rows[0].scheme
    said, _ = without_costs(lambda row: row.scheme == only, employer_route=employer_route)
    assert said.startswith("Misschien betaalt er één regeling mee, als ") and rows[0].title in said
    assert without_costs(lambda row: False, employer_route=employer_route)[0].startswith("Wij vonden nog geen regeling")


def test_no_loan_stands_among_what_may_pay() -> None:
    found = 0
    for one in [*everybody(), *(told(seed, costs=False) for seed in PEOPLE)]:
        assert not any(row.repayable for row in one.page.possible)
        assert all(row.repayable for row in one.page.loans)
        found += bool(one.page.loans)
        if not (one.page.possible or one.page.in_mix):
            assert "Nog geen regeling betaalt zeker mee" not in one.page.headline, "a loan gives no hope of being paid"
    assert found, "somebody could borrow"


# Applying ------------------------------------------------------------------------------------------------------------------


def test_what_can_be_applied_for_is_what_can_be_awarded_and_the_rest_says_why_not() -> None:
    chosen = refused = 0
    for one in everybody():
        route = one.asked.route
        here = [
            scheme
            for scheme in one.answer.schemes.values()
            if scheme.definition.voucher is not None
            and route in scheme.definition.routes
            and scheme.definition.availability(ON).state == "open"
        ]
        offer = offered(one.answer, here, names_of(questions.region()))
        paying = {share.offer for share in one.answer.proposal.shares} if one.answer.proposal is not None else set()
        slugs = [choice.scheme for choice in offer.choices]
        assert set(offer.chosen) == paying & {scheme.slug for scheme in here}
        assert sorted([*slugs, *(row.scheme for row in offer.refused)]) == sorted(scheme.slug for scheme in here)
        assert all(row.reason for row in offer.refused)
        assert all("€" in choice.hint for choice in offer.choices if choice.pays)
        for group in excluding([scheme.definition for scheme in here if scheme.slug in slugs]):
            assert group.at_most == 1 and all(
                choice.either for choice in offer.choices if choice.scheme in group.schemes
            )
            assert len(set(offer.chosen) & set(group.schemes)) <= 1
        chosen, refused = chosen + len(offer.chosen), refused + len(offer.refused)
    assert chosen and refused, "of both there are some"
