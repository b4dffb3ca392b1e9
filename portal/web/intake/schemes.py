"""Every scheme as one row of the result page: in the mix, possible, a loan, or not possible, with one reason and its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import matching
from matching.reasons.unused import Unused
from portal.awarding.answering import QuestionAnswer
from portal.cases.pledges.models import Pledge, PledgeState
from portal.platform.i18n import LazyString, format_euros, format_list, format_percent, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.names import Names
from portal.words.sentences import PAYS_NOTHING, UNUSED
from portal.words.standing import CONFIDENCE, HOPEFUL, WHY_OF, best_source, other_costs, worth_of
from portal.words.wording import (
    availability_sentence,
    category_label,
    evidence_words,
    filled,
    rule_sentence,
    unknown_sentence,
    unused_sentence,
    used_sentence,
)
from portal.words.wording_mix import at_most_sentence, source_sentence
from schemes.definition import SchemeDefinition, Source
from schemes.facts.outcome import Outcome

TAGS: Mapping[str, tuple[LazyString, str]] = {
    "in_mix": (_l("zit erin"), "ok"),
    "possible": (_l("kan misschien"), "wait"),
    "loan": (_l("lening"), "info"),
    "not": (_l("kan niet"), "no"),
    "not_needed": (_l("niet nodig"), "neutral"),
}


class Placed(NamedTuple):
    """Where a scheme stands in the list, and in which words."""

    group: str
    tag: str
    reason: str
    more: tuple[str, ...] = ()
    amount: str = ""
    cents: int | None = None
    why: str = ""


@dataclass(frozen=True)
class SchemeRow:
    """One scheme on the result page."""

    scheme: str
    title: str
    group: str
    tag: str
    tag_kind: str
    reason: str
    more: tuple[str, ...]
    amount: str
    summary: str
    source: Source
    confidence: str
    sure: bool
    also_required: tuple[str, ...]
    assumptions: tuple[str, ...]
    evidence: tuple[str, ...]
    how: str
    url: str | None
    here: bool
    repayable: bool
    over: bool
    """Closed or no longer there: stands at the end."""
    cents: int | None = None
    """What it pays, or could pay at most; None when nobody knows."""
    why: str = ""
    """A key of `WHY`, when it cannot be."""

    @property
    def note(self) -> str:
        """What stands under the title: the amount, and how sure it is; or why it cannot be."""
        if self.group == "not":
            return self.reason
        return self.amount if self.sure else _("%(amount)s · mogelijk, laat het nakijken", amount=self.amount)


def still_possible(
    names: Sequence[str], definitions: Mapping[str, SchemeDefinition], pledge: Pledge | None
) -> list[str]:
    """Of these schemes those that still can be: of an employer in general not, once the own employer promised or refused."""
    if pledge is None or (pledge.amount_cents is None and pledge.state is not PledgeState.DECLINED):
        return list(names)
    return [name for name in names if name not in definitions or definitions[name].kind != "employer_contribution"]


def rows_of(answer: QuestionAnswer, definitions: Mapping[str, SchemeDefinition], names: Names) -> list[SchemeRow]:
    """A row per scheme for this way of asking, in the order: in the mix, possible, loans, not possible; then by title."""
    pledged = bool(answer.problem.pledges)
    rows = [
        _row(answer, verdict, definitions[verdict.scheme], names)
        for verdict in answer.verdicts
        if verdict.route_fits and not (pledged and definitions[verdict.scheme].kind == "employer_contribution")
    ]
    order = ("in_mix", "possible", "loan", "not")
    paying = list(answer.explanation.pays_first) if answer.explanation is not None else []
    return sorted(
        rows,
        key=lambda row: (
            order.index(row.group),
            paying.index(row.scheme) if row.scheme in paying else len(paying),
            row.over,
            row.tag_kind != "neutral",
            row.title.casefold(),
        ),
    )


def _row(answer: QuestionAnswer, verdict: matching.Verdict, definition: SchemeDefinition, names: Names) -> SchemeRow:
    placed = _place(answer, verdict, definition, names)
    text, kind = TAGS[placed.tag]
    confidence = definition.confidence
    return SchemeRow(
        scheme=verdict.scheme,
        title=localized(definition.title),
        group=placed.group,
        tag=str(text),
        tag_kind=kind,
        reason=placed.reason,
        more=placed.more,
        amount=placed.amount,
        summary=localized(definition.summary),
        source=best_source(definition),
        confidence=str(CONFIDENCE[confidence]),
        sure=confidence == "verified",
        also_required=tuple(localized(text) for text in definition.also_required),
        assumptions=tuple(localized(text) for text in definition.assumptions),
        evidence=tuple(evidence_words(definition)),
        how=localized(definition.apply.how),
        url=definition.apply.url,
        here=definition.administered == "here",
        repayable=definition.repayable,
        over=verdict.availability.state in ("ended", "closed"),
        cents=placed.cents,
        why=placed.why,
    )


def _place(answer: QuestionAnswer, verdict: matching.Verdict, definition: SchemeDefinition, names: Names) -> Placed:
    if answer.explanation is None:
        return _without_costs(answer, verdict, definition, names)
    used = next((one for one in answer.explanation.used if one.offer == verdict.scheme), None)
    if used is not None:
        amount = format_euros(used.cents)
        if definition.repayable:
            owed = _("Dit is een lening van %(amount)s. U moet dit terugbetalen.", amount=amount)
            return Placed("in_mix", "loan", owed, (), amount, used.cents)
        pays = _("Deze regeling betaalt waarschijnlijk %(amount)s.", amount=amount)
        money = tuple(source_sentence(one, names) for one in used.sources)
        return Placed("in_mix", "in_mix", pays, (used_sentence(used, names), *dict.fromkeys(money)), amount, used.cents)
    unused = next((one for one in answer.explanation.unused if one.scheme == verdict.scheme), None)
    if unused is None:
        return Placed("not", "not", _("Deze regeling betaalt niet mee."), why="else")
    return _place_of_unused(answer, verdict, definition, names, unused)


def _place_of_unused(
    answer: QuestionAnswer,
    verdict: matching.Verdict,
    definition: SchemeDefinition,
    names: Names,
    unused: Unused,
) -> Placed:
    reason = unused_sentence(unused, names, verdict.reason)
    most, kind = unused.at_most, WHY_OF.get(unused.code, "else")
    why = (at_most_sentence(most, names),) if most is not None and most.cents else ()
    if unused.code == "needs_request_to_borrow":
        worth = worth_of(unused) or 0
        return Placed("loan", "loan", reason, why, _for_these_costs(worth), worth)
    if unused.code in HOPEFUL:
        other = other_costs(answer.problem, verdict.scheme)
        if other:
            told = filled(UNUSED["no_cost_covered"], {"categories": other}, names)
            return Placed("not", "not", told, why="costs")
        return _hopeful(worth_of(unused), verdict, definition, reason, why, names)
    if unused.code == "no_budget" and definition.budget is not None and definition.budget.waiting_list:
        waits = _("Er is een wachtlijst. U kunt wel een aanvraag doen en wachten tot er geld vrijkomt.")
        return Placed("possible", "possible", f"{reason} {waits}", why)
    if kind == "not_needed":
        return Placed("not", "not_needed", reason, why, why=kind)
    return _impossible(verdict, definition, reason, names, why, kind)


def _hopeful(
    worth: int | None,
    verdict: matching.Verdict,
    definition: SchemeDefinition,
    reason: str,
    why: tuple[str, ...],
    names: Names,
) -> Placed:
    """A scheme that may still come through; one that could pay nothing of these costs cannot."""
    group = "loan" if definition.repayable else "possible"
    more = [*why]
    if verdict.status == "unknown":
        more.append(unknown_sentence(verdict.reason, names) if verdict.reason is not None else "")
    if definition.discretion is not None:
        more.append(f"{localized(definition.discretion.by)}: {localized(definition.discretion.text)}")
    if worth == 0:
        return Placed("not", "not", str(PAYS_NOTHING), why="costs")
    amount = _for_these_costs(worth) if worth else _("bedrag niet bekend")
    kept = tuple(text for text in more if text and text not in reason)
    return Placed(group, "loan" if definition.repayable else "possible", reason, kept, amount, worth)


def _for_these_costs(cents: int) -> str:
    """The most for these costs. The most of the scheme itself stands in what it says of itself, and may be more."""
    return _("bij deze kosten hoogstens %(amount)s", amount=format_euros(cents))


def _impossible(
    verdict: matching.Verdict,
    definition: SchemeDefinition,
    reason: str,
    names: Names,
    why: tuple[str, ...] = (),
    kind: str = "else",
) -> Placed:
    more = [*why]
    if verdict.availability.state == "ended" and definition.explanation_when_ended is not None:
        more.append(localized(definition.explanation_when_ended))
    elif (
        verdict.status == "not_eligible"
        and verdict.availability.state in ("open", "unknown")
        and verdict.reason is not None
    ):
        more.append(answered_sentence(verdict.reason, names))
    return Placed("not", "not", reason, tuple(text for text in more if text), why=kind)


def answered_sentence(reason: Outcome, names: Names) -> str:
    """What the person answered where a condition fails; empty when the condition is about more than one answer."""
    if reason.fact is None or reason.value is None:
        return ""
    if reason.fact in ("birth_date", "birth_year"):
        return ""
    value = reason.value
    if value == ():
        return _("U hebt dit niet gekozen.")
    said = names.answer(reason.fact, value)
    return _("U hebt ingevuld: %(answer)s.", answer=said[:1].upper() + said[1:])


def _without_costs(
    answer: QuestionAnswer, verdict: matching.Verdict, definition: SchemeDefinition, names: Names
) -> Placed:
    payment = next((one for one in answer.possible_payments if one.scheme == verdict.scheme), None)
    if payment is None:
        state = verdict.availability.state
        if state in ("ended", "closed", "ceiling_reached", "not_yet_open"):
            told = availability_sentence(verdict.availability)
            return _impossible(verdict, definition, told, names, kind=WHY_OF[state])
        reason = rule_sentence(verdict.reason, names) if verdict.reason is not None else ""
        return _impossible(verdict, definition, reason, names, kind="condition")
    if payment.up_to_cents == 0:
        return Placed("not", "not", _("Van deze regeling is het hoogste bedrag al gebruikt."), why="money")
    group = "loan" if payment.repayable else "possible"
    if payment.up_to_cents is not None:
        amount = _("hoogstens %(amount)s", amount=format_euros(payment.up_to_cents))
    else:
        amount = _("bedrag nog niet bekend")
    more = (
        [unknown_sentence(verdict.reason, names)] if verdict.status == "unknown" and verdict.reason is not None else []
    )
    if definition.discretion is not None:
        more.append(f"{localized(definition.discretion.by)}: {localized(definition.discretion.text)}")
    tag, pays = "loan" if payment.repayable else "possible", _pays(payment.shares)
    return Placed(group, tag, pays, tuple(more), amount, payment.up_to_cents)


def _pays(shares: Mapping[str, Fraction]) -> str:
    """Which costs a scheme pays, and for which part."""
    by_share: dict[Fraction, list[str]] = {}
    for category, share in shares.items():
        by_share.setdefault(share, []).append(category_label(category))
    sentences = []
    for share, categories in sorted(by_share.items(), reverse=True):
        what = format_list(categories)
        if share == 1:
            sentences.append(_("Betaalt mee aan %(what)s.", what=what))
        else:
            sentences.append(_("Betaalt hoogstens %(share)s van %(what)s.", share=format_percent(share), what=what))
    return " ".join(sentences) or _("Wat deze regeling betaalt, hangt af van uw situatie.")
