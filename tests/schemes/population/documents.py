"""Whole definitions as an owner could write them: every key, in every combination that does not contradict itself."""

from typing import Any

from hypothesis import strategies as st

from schemes.basics.findings import BadFile
from schemes.definition import SchemeDefinition
from schemes.files.canonical import canonical
from schemes.files.parsing import validate
from tests.schemes.population.written import dated, numbers, trees

Written = dict[str, Any]
CATEGORIES = ["tuition", "exam", "books", "materials", "travel", "childcare", "wage", "guidance", "assessment", "other"]
SHARES = ["1", "1/3", "50%", "12,5%", "0", "99,9999 %", "100 %"]

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1, max_size=30
).filter(lambda text: text.strip() != "" and text != "\ufeff")
tricky = st.sampled_from(
    ["no", "1", "2026-01-01", "a: b", "# x", "- y", "'", '"', "{z}", "é €", "null", "~", "1e3", "0x1F", "=", "ja?"]
)
texts = st.fixed_dictionaries({"nl": words | tricky, "en": words | tricky})
slugs = st.sampled_from(["scheme-a", "scheme-b", "1-scheme", "no", "null"])
keys = st.sampled_from(["first", "second_1", "third", "yes", "on"])
dates = st.sampled_from(["2024-02-29", "2025-12-31", "2026-01-01", "2200-12-31", "1900-01-01"])
cents = numbers(0, 1, 250_000, 10**11)
lines = (words | tricky).filter(lambda text: "\n" not in text and "\t" not in text)


def some(**parts: Any) -> st.SearchStrategy[Written]:
    """A group of keys; those that begin with _ may be left out."""
    needed = {key: part for key, part in parts.items() if not key.startswith("_")}
    return st.fixed_dictionaries(needed, optional={key[1:]: part for key, part in parts.items() if key.startswith("_")})


def _covered(share: Any) -> st.SearchStrategy[list[Written]]:
    def split(drawn: tuple[list[str], Any, Any]) -> list[Written]:
        names, one, two = drawn
        parts = [{"categories": names[:1], "share": one}]
        return [*parts, {"categories": names[1:], "share": two}] if names[1:] else parts

    return st.tuples(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=5, unique=True), share, share).map(
        split
    )


shares = dated(st.sampled_from(SHARES))
caps = st.lists(
    some(amount_cents=dated(cents), per=st.just("award"), _article=lines)
    | some(
        amount_cents=dated(cents), per=st.sampled_from(["person", "employer", "training"]),
        period=st.sampled_from(["none", "calendar_year", "school_year"]),
    )
    | some(
        amount_cents=dated(cents), per=st.just("person"), period=st.sampled_from(["from_first_award", "before_award"]),
        years=st.integers(1, 20),
    ),
    max_size=3,
)  # fmt: skip
amounts: dict[str, st.SearchStrategy[Any]] = {
    "coverage": _covered(shares),
    "caps": caps,
    "minimum_cents": dated(numbers(0, 1)),
    "fixed_amount_cents": dated(cents),
    "rate": some(
        amount_cents=dated(cents), unit=texts, fact=st.just("size"), _max_units=st.integers(1, 9), _article=lines
    ),
    "share_of_base": some(share=shares, of=st.just("eligible_cost"), _article=lines),
    "tiers": st.tuples(st.sampled_from(["1", "80%"]), st.sampled_from(["50%", "1/3", "0"])).map(
        lambda two: {"steps": [{"up_to_cents": 100_000, "share": two[0]}, {"share": two[1]}]}
    ),
}
variants = st.lists(
    some(
        id=keys,
        when=trees,
        _title=texts,
        _coverage=amounts["coverage"],
        _caps=caps,
        _rate=amounts["rate"],
        _article=lines,
    ),
    min_size=1,
    max_size=2,
)
optional: dict[str, st.SearchStrategy[Any]] = {
    **{key: value for key, value in amounts.items() if key != "coverage"},
    "variants": variants,
    "windows": st.sampled_from(
        [
            [{"opens_on": "2026-01-05", "closes_on": "2026-02-01"}],
            [{"opens_on": "2024-02-29", "opens_at": "09:00", "closes_on": "2024-02-29", "closes_at": "17:00"}, {"opens_on": "2026-09-01"}],
        ]
    ),
    "assumptions": st.lists(texts, max_size=2),
    "also_required": st.lists(texts, max_size=2),
    "evidence": st.lists(texts, max_size=2),
    "discretion": some(by=texts, text=texts),
    "exclusion": some(_groups=st.just([{"group": "learning_money", "at_most": 1, "scope": "training"}])),
    "precedence": some(asks_first=st.lists(slugs, min_size=1, max_size=2, unique=True)),
    "rounding_unit_cents": st.sampled_from([1, 100]),
    "decision_weeks": st.integers(1, 52),
    "four_eyes_above_cents": st.integers(0, 10**9),
    "one_person_up_to_cents": st.integers(0, 10**9),
    "payment": some(moment=st.sampled_from(["before_start", "after_completion", "on_invoice"]), _note=texts),
    "budget": some(distribution=st.sampled_from(["order_of_receipt", "lottery"]), _ceiling_cents=dated(cents), _announced_on=dates)
    | some(
        distribution=st.just("order_of_receipt"),
        _complete_again_after=st.lists(st.sampled_from(["higher_costs", "another_training"]), max_size=2, unique=True),
    ),
    "vat": st.sampled_from(["including", "excluding"]),
}  # fmt: skip
needed: dict[str, st.SearchStrategy[Any]] = {
    "format": st.just("ontwikkelloket/scheme/1"),
    "scheme": st.just("this-scheme"),
    "version": st.integers(1, 100_000),
    "title": texts,
    "summary": texts,
    "owner": st.just("regio"),
    "administered": st.just("elsewhere"),
    "kind": st.sampled_from(["subsidy", "voucher", "sector_fund", "benefit_service"]),
    "public_money": st.booleans(),
    "routes": st.sampled_from([["individual"], ["employer"], ["individual", "employer"]]),
    "applicant": some(who=st.sampled_from(["resident", "employer"])) | some(who=st.just("third_party"), third_party=texts),
    "payee": st.sampled_from(["resident", "employer", "provider", "third_party"]),
    "state": st.sampled_from(["open", "not_yet_open", "closed"]),
    "sources": st.lists(
        some(title=lines, confidence=st.sampled_from(["verified", "secondary", "unknown"]), _as_of=dates, _note=texts.map(lambda t: t["nl"])),
        min_size=1, max_size=2,
    ),
    "conditions": st.lists(trees, max_size=3),
    "coverage": amounts["coverage"],
    "apply": some(how=texts, _before_start=st.booleans()),
    "review_on": dates,
}  # fmt: skip


def accepted(written: Written) -> SchemeDefinition | None:
    """The definition, or None when the language refuses it."""
    try:
        return validate(SchemeDefinition, written)
    except BadFile:
        return None


documents = st.fixed_dictionaries(needed, optional=optional)
definitions = documents.map(accepted).filter(lambda one: one is not None)


def holding(key: str) -> st.SearchStrategy[SchemeDefinition]:
    """Definitions in which one of the optional keys says something."""
    rest = {name: part for name, part in optional.items() if name != key}
    found = st.fixed_dictionaries({**needed, key: optional[key]}, optional=rest).map(accepted)
    return found.filter(lambda one: one is not None and key in canonical(one))  # type: ignore[return-value]
