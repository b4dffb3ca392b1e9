"""Who gets which story: every storyline at least once, routes in the proportion of the source, all else dealt from decks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from portal.cases.questions.models import ContactWay
from portal.demo.case import DemoCase
from portal.demo.employers import COMPANIES, OUTSIDE_COMPANY, Company, companies_for
from portal.demo.people import OUTSIDE_PLACES, Deck, Person, people, person
from portal.demo.storylines import EMPLOYERS, RESIDENTS, STORYLINES, Storyline
from portal.demo.trainings import NEW_SCHOOL, WITHDRAWN_SCHOOL, DemoTraining, training_by_key, trainings_for

EMPLOYER_SHARE = (246, 520)
"""Of 520 vouchers 246 came by employers (final report of the Ontwikkelfonds, 4.2)."""

SITUATIONS = (
    "employee_permanent",
    "job_seeker",
    "employee_temporary",
    "self_employed",
    "employee_permanent",
    "job_seeker",
    "temp_agency",
    "job_seeker",
    "dismissal_threatened",
    "self_employed",
    "employee_permanent",
    "employee_temporary",
)
"""Work situations that the vouchers of the region are for, the usual ones more often."""
BENEFITS = ("ww", "ww", "ww", "bijstand", "none", "wajong", "ww", "anw")
EDUCATION = (
    "vmbo",
    "mbo2",
    "mbo3",
    "mbo4",
    "havo_vwo",
    "mbo2",
    "mbo4",
    "hbo",
    "mbo1",
    "primary",
    "associate_degree",
    "wo",
)
WAYS = (ContactWay.EMAIL,) * 7 + (ContactWay.PHONE,) * 2 + (ContactWay.POST,)
LANGUAGES = ("nl",) * 11 + ("en",)


@dataclass(frozen=True)
class Planned:
    """One question to come: its case and its story."""

    case: DemoCase
    line: Storyline
    earlier: bool = False
    """Whether it came in the year before."""


EARLIER = ("redeemed", "settled", "redeemed", "partly_redeemed", "redeemed", "settled", "withdrawn", "expired")
"""How the questions of the year before went, in turn."""


def plan(questions: int, *, seed: int, today: date, earlier: int = 0) -> list[Planned]:
    """The questions of the demonstration, the same for the same seed and day. Fewer than the storylines: the first ones.

    So many `earlier` ones come behind them, from the same decks; the others are the same without them.
    """
    random = Random(f"ontwikkelloket:{seed}")
    table = _Decks(random, today)
    lines = _with_routes(_storylines(questions), questions)
    random.shuffle(lines)
    found = [table.planned(number, line, route) for number, (line, route) in enumerate(lines, start=1)]
    by_name = {line.name: line for line in STORYLINES}
    for number in range(earlier):
        line = by_name[EARLIER[number % len(EARLIER)]]
        own = table.planned(questions + number + 1, line, line.routes[number % len(line.routes)])
        found.append(replace(own, earlier=True))
    return found


def _storylines(questions: int) -> list[Storyline]:
    """Each storyline once, then by weight: the one that lags most behind its share is next."""
    chosen = list(STORYLINES[:questions])
    counts = dict.fromkeys((line.name for line in STORYLINES), 1)
    while len(chosen) < questions:
        line = min(STORYLINES, key=lambda item: (counts[item.name] / item.weight, STORYLINES.index(item)))
        counts[line.name] += 1
        chosen.append(line)
    return chosen


def _with_routes(lines: list[Storyline], questions: int) -> list[tuple[Storyline, str]]:
    """A route for every story, so that employers have their share; stories that fit both take turns."""
    wanted = round(questions * EMPLOYER_SHARE[0] / EMPLOYER_SHARE[1])
    wanted -= sum(1 for line in lines if line.routes == EMPLOYERS)
    free = [place for place, line in enumerate(lines) if len(line.routes) > 1]
    step = wanted / len(free) if free else 0.0
    given: dict[int, str] = {}
    for turn, place in enumerate(free):
        given[place] = "employer" if int((turn + 1) * step) > int(turn * step) else "individual"
    return [(line, given.get(place, line.routes[0])) for place, line in enumerate(lines)]


class _Decks:
    """The decks from which people, companies and trainings are dealt."""

    def __init__(self, random: Random, today: date) -> None:
        self.random, self.today = random, today
        self.people = people(random, today=today)
        self.situations = Deck(SITUATIONS, random)
        self.benefits = Deck(BENEFITS, random)
        self.education = Deck(EDUCATION, random)
        self.companies = Deck(COMPANIES, random)
        self.ways = Deck(WAYS, random)
        self.languages = Deck(LANGUAGES, random)
        self.trainings = {route: Deck(trainings_for(route), random) for route in ("individual", "employer")}

    def planned(self, number: int, line: Storyline, route: str) -> Planned:
        """One question, with everything that its storyline asks for."""
        own = Random(self.random.getrandbits(64))
        training = self._training(line, route)
        situation, benefit = self._situation(line, route, training)
        return Planned(
            DemoCase(
                number=number,
                route=route,
                person=self._person(line, number, own),
                company=self._company(line, training),
                training=training,
                situation=situation,
                benefit=benefit,
                education=self.education.deal(),
                way=line.way or (ContactWay.EMAIL if route == "employer" else self.ways.deal()),
                language=self.languages.deal() if route == "individual" else "nl",
                random=own,
            ),
            line,
        )

    def _training(self, line: Storyline, route: str) -> DemoTraining:
        if line.training:
            return training_by_key(line.training)
        fits = [
            training
            for training in trainings_for(route)
            if not training.mandatory and training.school not in (NEW_SCHOOL, WITHDRAWN_SCHOOL)
        ]
        if line.routes == RESIDENTS and line.situations and "job_seeker" not in line.situations:
            fits = [training for training in fits if training.goals != ("own_business",)]
        return self.trainings[route].deal_where(fits)

    def _situation(self, line: Storyline, route: str, training: DemoTraining) -> tuple[str, str]:
        if route == "employer":
            return self.random.choice(("employee_permanent", "employee_permanent", "employee_temporary")), "none"
        if training.key in ("ondernemen", "boekhouden") and not line.situations:
            return "self_employed", "none"
        allowed = [item for item in SITUATIONS if item in line.situations] or (
            list(line.situations) if line.situations else list(SITUATIONS)
        )
        situation = self.situations.deal_where(allowed) if set(allowed) & set(SITUATIONS) else allowed[0]
        if line.benefit:
            return situation, line.benefit
        return situation, self.benefits.deal() if situation == "job_seeker" else "none"

    def _person(self, line: Storyline, number: int, own: Random) -> Person:
        drawn = next(self.people)
        if not (line.outside and line.routes == RESIDENTS):
            return drawn
        return person(own, drawn.name, OUTSIDE_PLACES[0], number, self.today)

    def _company(self, line: Storyline, training: DemoTraining) -> Company:
        if line.outside and line.routes == EMPLOYERS:
            return OUTSIDE_COMPANY
        return self.companies.deal_where(companies_for(training.sector))
