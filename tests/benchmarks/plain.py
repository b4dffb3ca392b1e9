"""Schemes of the catalogue as a programmer would write them: one plain function each. The measure for the language itself.

Each says True, False or None (not known), without a reason. A test sees that they say what the definitions say.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Facts = dict[str, Any]
Answer = bool | None
REGION = frozenset({"GM0150", "GM0200", "GM0213", "GM0232", "GM0246", "GM0262", "GM0285", "GM0301"})


def every(*answers: Answer) -> Answer:
    """False when one is False, else None when one is not known, else True."""
    if False in answers:
        return False
    return None if None in answers else True


def some(*answers: Answer) -> Answer:
    """True when one is True, else None when one is not known, else False."""
    if True in answers:
        return True
    return None if None in answers else False


def among(facts: Facts, key: str, values: Any) -> Answer:
    value = facts.get(key)
    return None if value is None else value in values


def ages(facts: Facts, on: date) -> tuple[int, int] | None:
    """The highest and lowest age that is possible."""
    born = facts.get("birth_date")
    if born is not None:
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return age, age
    year = facts.get("birth_year")
    if year is None:
        return None
    age = on.year - year
    return age, age - ((on.month, on.day) < (12, 31))


def at_least(facts: Facts, on: date, years: int) -> Answer:
    found = ages(facts, on)
    if found is None:
        return None
    oldest, youngest = found[0] >= years, found[1] >= years
    return oldest if oldest == youngest else None


def below(facts: Facts, on: date, years: int) -> Answer:
    older = at_least(facts, on, years)
    return None if older is None else not older


def starts(facts: Facts, first: date, last: date | None = None) -> Answer:
    start = facts.get("training_start")
    return None if start is None else start >= first and (last is None or start <= last)


def is_not(facts: Facts, key: str) -> Answer:
    value = facts.get(key)
    return None if value is None else not value


def ontwikkelfonds_individueel(facts: Facts, on: date) -> Answer:
    return every(
        among(facts, "residence_municipality", REGION),
        every(at_least(facts, on, 18), below(facts, on, 67)),
        among(
            facts,
            "work_situation",
            (
                "employee_permanent",
                "employee_temporary",
                "temp_agency",
                "self_employed",
                "job_seeker",
                "dismissal_threatened",
            ),
        ),
        starts(facts, on + timedelta(days=1)),
    )


def soob_werknemersbudget(facts: Facts, on: date) -> Answer:
    hours = facts.get("contract_hours")
    return every(
        among(facts, "employer_sector_fund", ("soob",)),
        None if hours is None else hours >= 30,
        among(facts, "work_situation", ("employee_permanent", "employee_temporary", "dismissal_threatened")),
    )


def participatiewet_scholing(facts: Facts, on: date) -> Answer:
    seeks = every(among(facts, "benefit", ("none",)), among(facts, "work_situation", ("job_seeker",)))
    return every(
        some(among(facts, "benefit", ("bijstand", "anw", "ioaw")), seeks),
        some(at_least(facts, on, 27), is_not(facts, "can_follow_funded_education")),
    )


def levenlanglerenkrediet(facts: Facts, on: date) -> Answer:
    limit = 57 if on >= date(2024, 9, 1) else 56 if on >= date(2023, 9, 1) else 55
    return every(
        among(facts, "training_path", ("he_fulltime", "he_parttime", "he_dual")),
        facts.get("training_recognised"),
        is_not(facts, "student_finance"),
        below(facts, on, limit),
        some(
            at_least(facts, on, 30),
            among(facts, "training_path", ("he_parttime",)),
            facts.get("has_he_degree"),
        ),
        starts(facts, on),
    )


def slim_scholingssubsidie(facts: Facts, on: date) -> Answer:
    return every(
        facts.get("in_development_path"),
        among(
            facts, "training_sector", ("care", "childcare", "green", "technology", "construction", "education", "ict")
        ),
        among(facts, "training_level", ("mbo1", "mbo2", "mbo3", "mbo4")),
        starts(facts, on, on + timedelta(days=91)),
    )


def praktijkleren(facts: Facts, on: date) -> Answer:
    return every(among(facts, "training_path", ("mbo_bbl",)), facts.get("recognised_training_company"))


def werk_naar_werk_voucher(facts: Facts, on: date) -> Answer:
    goals = facts.get("goals")
    return every(
        among(facts, "employer_municipality", REGION),
        among(
            facts, "work_situation", ("employee_permanent", "employee_temporary", "temp_agency", "dismissal_threatened")
        ),
        None if goals is None else "other_job" in goals,
        starts(facts, on + timedelta(days=1)),
    )


PLAIN: dict[str, Callable[[Facts, date], Answer]] = {
    "ontwikkelfonds-individueel": ontwikkelfonds_individueel,
    "soob-werknemersbudget": soob_werknemersbudget,
    "participatiewet-scholing": participatiewet_scholing,
    "levenlanglerenkrediet": levenlanglerenkrediet,
    "slim-scholingssubsidie": slim_scholingssubsidie,
    "praktijkleren": praktijkleren,
    "werk-naar-werk-voucher": werk_naar_werk_voucher,
}
