"""Rules that nobody can ever meet, that everybody always meets, and variants that nobody ever gets. Proven by cells."""

from collections.abc import Iterator, Sequence
from functools import cache

from schemes.basics.findings import Finding
from schemes.conditions import AnyCondition
from schemes.definition import SchemeDefinition
from schemes.lint.subject import LintSubject
from schemes.proof.cells import Cells, opposite, together

Placed = tuple[str, AnyCondition]


def about_conditions(subject: LintSubject) -> Iterator[Finding]:
    """Findings about the conditions of every scheme."""
    for definition in subject.schemes():
        if definition.conditions or definition.variants:
            yield from _Rules(subject, definition).findings()


class _Rules:
    """The conditions of one scheme on the days on which one can ask for it."""

    def __init__(self, subject: LintSubject, definition: SchemeDefinition) -> None:
        self.subject, self.definition = subject, definition
        self.own: list[Placed] = [(f"conditions[{i}]", one) for i, one in enumerate(definition.conditions)]
        self.when: list[Placed] = [(f"variants[{i}].when", one.when) for i, one in enumerate(definition.variants)]
        every = [condition for _, condition in (*self.own, *self.when)]
        region = subject.region
        self._cells_on = cache(lambda day: Cells(every, region.facts, region.references, day))
        self._days = subject.days(definition)

    def findings(self) -> Iterator[Finding]:
        """All findings; where one rule by itself can never be true, what follows from it is not said again."""
        alone = [finding for path, condition in (*self.own, *self.when) for finding in self._walk(path, condition)]
        yield from alone
        if any(finding.code == "rule_never_true" for finding in alone):
            return
        conditions = [condition for _, condition in self.own]
        if self._never(conditions):
            yield self._contradiction()
            return
        if self.definition.state != "ended":
            yield from self._superfluous({finding.path for finding in alone})
        yield from self._variants(conditions)

    def _never(self, conditions: Sequence[AnyCondition]) -> bool:
        """Proven that nobody meets these together, on any of the days."""
        whole = together(conditions)
        return bool(conditions) and all(self._cells_on(day).possible(whole).never_met for day in self._days)

    def _always(self, condition: AnyCondition) -> bool:
        return all(self._cells_on(day).possible(condition).always_met for day in self._days)

    def _walk(self, path: str, condition: AnyCondition) -> Iterator[Finding]:
        """The highest parts that are always or never true; what stands below them follows from it."""
        if self._never([condition]):
            message = "Nobody can ever meet this rule."
            remedy = "Correct the bounds or values, or leave the rule out."
            yield self.subject.finding(
                self.definition, path, "rule_never_true", message, remedy, rule=_named(path, condition)
            )
        elif self._always(condition):
            message = "Everybody always meets this rule, so it asks nothing."
            remedy = "Correct the bounds or values, or leave the rule out."
            yield self.subject.finding(
                self.definition, path, "rule_always_true", message, remedy, rule=_named(path, condition)
            )
        else:
            for below, part in condition.placed_parts:
                yield from self._walk(f"{path}.{below}", part)

    def _contradiction(self) -> Finding:
        """The smallest set of rules that cannot hold together: rules are left out as long as nobody can meet the rest."""
        clash = list(self.own)
        for placed in self.own:
            rest = [one for one in clash if one is not placed]
            if rest and self._never([condition for _, condition in rest]):
                clash = rest
        names = [_named(path, condition) for path, condition in clash]
        message = f"Nobody can meet these rules together: {', '.join(names)}."
        remedy = "Change one of them, or put them in one condition of type any."
        return self.subject.finding(
            self.definition, clash[-1][0], "rules_contradict", message, remedy, rules=", ".join(names)
        )

    def _superfluous(self, said: set[str]) -> Iterator[Finding]:
        """Rules that everybody meets who meets the other rules."""
        left = list(self.own)
        for placed in self.own:
            path, condition = placed
            others = [one for place, one in left if place != path]
            if path in said or not others or not self._never([*others, opposite(condition)]):
                continue
            left.remove(placed)
            message = "Everybody who meets the other rules meets this one too."
            remedy = "Leave it out, or correct it."
            yield self.subject.finding(
                self.definition, path, "rule_adds_nothing", message, remedy, rule=_named(path, condition)
            )

    def _variants(self, conditions: list[AnyCondition]) -> Iterator[Finding]:
        """Variants that nobody gets: nobody who may have the scheme meets them, or an earlier variant always takes them."""
        for position, (path, when) in enumerate(self.when):
            earlier = [opposite(one) for _, one in self.when[:position]]
            if not self._never([*conditions, *earlier, when]):
                continue
            by_earlier = bool(earlier) and not self._never([*conditions, when])
            variant = self.definition.variants[position].id
            message = (
                f"Nobody gets the variant {variant}: an earlier variant always comes first."
                if by_earlier
                else f"Nobody gets the variant {variant}: nobody who meets the conditions is in it."
            )
            remedy = "Put the narrower variant first." if by_earlier else "Correct its condition, or leave it out."
            yield self.subject.finding(self.definition, path, "variant_never_used", message, remedy, variant=variant)


def _named(path: str, condition: AnyCondition) -> str:
    """The name of a rule for a person: its id, or its place."""
    return condition.id or path
