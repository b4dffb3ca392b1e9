"""What a group of conditions asks, and what it says once its parts have spoken: so many of them hold, points together, or not."""

from collections.abc import Callable, Sequence

from schemes.conditions import All, Any_, AtLeastN, Not, Points
from schemes.evaluation.base import Params, Rule, Told, opposite
from schemes.facts.outcome import NOTHING, Outcome, Status, Values, filled, of_parts, without_parts

Group = All | Any_ | AtLeastN | Points | Not
Together = Callable[[tuple[Outcome, ...]], Outcome]
"""What a group says, given the outcomes of its parts in their order."""

_MOST_FORMS = 1_024


def asked_by(group: Group, parts: tuple[Rule, ...]) -> Rule:
    """What a group asks, of what its parts ask."""
    told, of = Told(group), len(parts)
    if isinstance(group, All):
        return told.rule("all_of", {"needed": of}, None, parts)
    if isinstance(group, Any_):
        return told.rule("at_least_one_of", {"of": of}, None, parts)
    if isinstance(group, AtLeastN):
        return told.rule("at_least_n_of", {"needed": group.n, "of": of}, None, parts)
    if isinstance(group, Points):
        return told.rule("points_at_least", _points_asked(group), None, parts)
    return told.rule("must_not", NOTHING, parts[0].fact, parts)


def said_by(group: Group) -> Together:
    """What a group says of the outcomes of its parts."""
    told = Told(group)
    if isinstance(group, All):
        return _counted(told, len(group.conditions), len(group.conditions), "all_of")
    if isinstance(group, Any_):
        return _counted(told, len(group.conditions), 1, "at_least_one_of")
    if isinstance(group, AtLeastN):
        return _counted(told, len(group.conditions), group.n, "at_least_n_of")
    return _points(told, group) if isinstance(group, Points) else _negated(told)


def all_together(number: int) -> Together:
    """What so many conditions of a definition say together: all must hold, and none at all is met."""
    return _counted(None, number, number, "all_of")


def _counted(told: Told | None, of: int, needed: int, code: str) -> Together:
    """At least so many of the parts hold. `told` is None for the conditions of a definition together.

    But for its parts, the outcome is the same whenever as many parts are met and unknown, and miss the same facts: that form is
    made once.
    """
    names = {"all_of": ("needed",), "at_least_one_of": ("of",)}.get(code, ("needed", "of"))
    fixed = {name: {"needed": needed, "of": of}[name] for name in names}
    article, text, name, kind = (
        (None, None, None, "all") if told is None else (told.article, told.text, told.id, told.type)
    )
    forms: dict[tuple[int, int] | tuple[int, int, tuple[str, ...]], Values] = {}

    def form(status: Status, met: int, unknown: int, missing: tuple[str, ...]) -> Values:
        params = {**fixed, "met": met, "unknown": unknown}
        why, facts = (None, NOTHING) if status != "unknown" else ("parts_unknown", {"facts": missing})
        whole = filled(status, code, params, None, None, why, facts, missing, article, text, name, kind, ())
        return without_parts(whole)

    def say(children: tuple[Outcome, ...]) -> Outcome:
        met = unknown = 0
        for child in children:
            status = child.status
            if status == "met":
                met += 1
            elif status == "unknown":
                unknown += 1
        if met >= needed or met + unknown < needed:
            found = forms.get((met, unknown))
            if found is None:
                decided: Status = "met" if met >= needed else "not_met"
                found = forms[met, unknown] = form(decided, met, unknown, ())
            return of_parts(found, children)
        missing = _missing(children)
        found = forms.get((met, unknown, missing))
        if found is None:
            if len(forms) >= _MOST_FORMS:
                forms.clear()
            found = forms[met, unknown, missing] = form("unknown", met, unknown, missing)
        return of_parts(found, children)

    return say


def _missing(children: Sequence[Outcome]) -> tuple[str, ...]:
    """The facts that the unknown parts miss, each once."""
    return tuple(dict.fromkeys([fact for child in children if child.status == "unknown" for fact in child.missing]))


def _points_asked(group: Points) -> Params:
    return {"needed": group.at_least, "worth": tuple(item.points for item in group.items)}


def _points(told: Told, group: Points) -> Together:
    """The parts that hold give enough points together."""
    code, needed, asked = "points_at_least", group.at_least, _points_asked(group)
    worth = [item.points for item in group.items]

    def say(children: tuple[Outcome, ...]) -> Outcome:
        got = possible = 0
        for child, points in zip(children, worth, strict=True):
            if child.status == "met":
                got += points
            elif child.status == "unknown":
                possible += points
        possible += got
        params = {**asked, "got": got, "possible": possible}
        if got >= needed or possible < needed:
            return told.decided(got >= needed, code, params, None, None, children)
        missing = _missing(children)
        return told.unknown("parts_unknown", {"facts": missing}, code, params, None, None, missing, children)

    return say


def _negated(told: Told) -> Together:
    """The one part does not hold."""

    def say(children: tuple[Outcome, ...]) -> Outcome:
        (child,) = children
        if child.unknown_code is None:
            holds = opposite(child.status) == "met"
            return told.decided(holds, "must_not", NOTHING, child.fact, child.value, children)
        return told.unknown(
            child.unknown_code,
            child.unknown_params,
            "must_not",
            NOTHING,
            child.fact,
            child.value,
            child.missing,
            children,
        )

    return say
