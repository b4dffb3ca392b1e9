"""Stacking that contradicts itself: precedence, exclusion groups, own shares and joint caps."""

from collections.abc import Iterator
from difflib import get_close_matches

from schemes.basics.findings import Finding
from schemes.definition import SchemeDefinition
from schemes.lint.subject import LintSubject, excluded_by_public_money, never_together, share_group


def about_stacking(subject: LintSubject) -> Iterator[Finding]:
    """Findings about how the schemes of a region go together."""
    for definition in subject.living():
        yield from _precedence(subject, definition)
        yield from _shares(subject, definition)
        yield from _joint_caps(subject, definition)
        yield from _groups(subject, definition)


def _precedence(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    for position, slug in enumerate(definition.precedence.asks_first if definition.precedence else ()):
        path, first = f"precedence.asks_first[{position}]", subject.region.schemes.get(slug)
        if first is None:
            continue
        if (group := share_group(definition, first, ("training", "line"))) is not None:
            message = f"{definition.scheme} asks {slug} first, but both are in the group {group}, of which only one may be used."
            yield subject.finding(
                definition,
                path,
                "precedence_in_group",
                message,
                "Leave out the precedence, or take one out of the group.",
                other=slug,
                group=group,
            )
        elif excluded_by_public_money(definition, first):
            message = (
                f"{definition.scheme} asks {slug} first, but the two can never be used together: no other public money."
            )
            remedy = "Leave out the precedence, or no_other_public_money."
            yield subject.finding(definition, path, "precedence_excluded", message, remedy, other=slug)
        elif (circle := _circle(subject, definition, slug)) is not None:
            message = f"These schemes ask each other first: {' -> '.join(circle)}."
            yield subject.finding(
                definition,
                path,
                "precedence_circle",
                message,
                "Take out one of the precedences.",
                circle=" -> ".join(circle),
            )
        elif first.state == "ended" or not set(first.routes) & set(definition.routes):
            why = "has ended" if first.state == "ended" else "is for another route"
            message = f"{slug} {why}, so that it never comes first."
            yield subject.finding(definition, path, "precedence_no_effect", message, "Leave it out.", other=slug)


def _circle(subject: LintSubject, definition: SchemeDefinition, first: str) -> list[str] | None:
    """The way back from a scheme that is asked first to the scheme that asks; None when there is none."""
    ways = [[definition.scheme, first]]
    seen = {first}
    while ways:
        way = ways.pop(0)
        last = subject.region.schemes.get(way[-1])
        for slug in last.precedence.asks_first if last is not None and last.precedence else ():
            if slug == definition.scheme:
                return [*way, slug]
            if slug not in seen:
                seen.add(slug)
                ways.append([*way, slug])
    return None


def _shares(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    """What is taken off or counted as own share, but can never be there."""
    for key in ("share_of_base", "tiers"):
        rule = getattr(definition, key)
        for position, slug in enumerate(rule.less if rule else ()):
            other = subject.region.schemes.get(slug)
            if other is not None and never_together(definition, other):
                message = f"What {slug} pays is taken off, but the two schemes can never be used together."
                yield subject.finding(
                    definition,
                    f"{key}.less[{position}]",
                    "less_excluded",
                    message,
                    "Leave it out, or change the exclusion.",
                    other=slug,
                )
    rule = definition.co_financing
    if rule is not None and rule.counts_sector_fund:
        funds = [
            one for one in subject.others(definition) if one.sector_fund and set(one.routes) & set(definition.routes)
        ]
        if all(never_together(definition, fund) for fund in funds):
            message = "Money of a sector fund counts as the employer's part, but no sector fund can be used beside this scheme."
            remedy = "Write counts_sector_fund: false, or change the exclusion."
            yield subject.finding(definition, "co_financing.counts_sector_fund", "own_share_excluded", message, remedy)


def _joint_caps(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    for position, cap in enumerate(definition.joint_caps):
        path = f"joint_caps[{position}]"
        for place, slug in enumerate(cap.schemes):
            other = subject.region.schemes.get(slug)
            if other is not None and slug != definition.scheme and never_together(definition, other):
                message = f"The joint cap {cap.name} counts {slug}, but the two schemes can never be used together."
                yield subject.finding(
                    definition,
                    f"{path}.schemes[{place}]",
                    "joint_cap_excluded",
                    message,
                    "Leave it out of the joint cap, or change the exclusion.",
                    other=slug,
                    cap=cap.name,
                )
        for other in subject.others(definition):
            same = [one for one in other.joint_caps if one.name == cap.name]
            if any((one.amount_cents, one.share) != (cap.amount_cents, cap.share) for one in same):
                message = (
                    f"{other.scheme} names another limit for the joint cap {cap.name}; the lowest of the two holds."
                )
                yield subject.finding(
                    definition,
                    path,
                    "joint_cap_differs",
                    message,
                    "Write the same limit in both.",
                    other=other.scheme,
                    cap=cap.name,
                )


def _groups(subject: LintSubject, definition: SchemeDefinition) -> Iterator[Finding]:
    beside = list(subject.others(definition))
    names = {rule.group for other in beside for rule in other.exclusion.groups}
    for position, rule in enumerate(definition.exclusion.groups):
        path = f"exclusion.groups[{position}]"
        same = [(other.scheme, one) for other in beside for one in other.exclusion.groups if one.group == rule.group]
        if not same:
            near = get_close_matches(rule.group, sorted(names), n=1)
            message = f"No other scheme is in the group {rule.group}, so that it excludes nothing."
            remedy = f"Did you mean {near[0]}?" if near else "Name the group in the other schemes too, or leave it out."
            yield subject.finding(
                definition,
                f"{path}.group",
                "group_of_one",
                message,
                remedy,
                group=rule.group,
                nearest=near[0] if near else None,
            )
            continue
        differing = [slug for slug, one in same if (one.at_most, one.scope) != (rule.at_most, rule.scope)]
        members = 1 + sum(one.scope == rule.scope for _, one in same)
        if differing:
            message = f"The group {rule.group} has another at_most or scope in {', '.join(differing)}."
            yield subject.finding(
                definition,
                path,
                "group_differs",
                message,
                "Write the same in all schemes of the group.",
                group=rule.group,
                others=", ".join(differing),
            )
        elif rule.at_most >= members:
            message = f"Of the group {rule.group} {rule.at_most} may be used together, and it has {members} schemes."
            yield subject.finding(
                definition,
                path,
                "group_never_binds",
                message,
                "Lower at_most, or leave out the group.",
                group=rule.group,
                members=members,
            )
