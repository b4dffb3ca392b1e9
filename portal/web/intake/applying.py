"""What somebody can apply for here: what would be awarded is chosen already, with its amount; what cannot be says why not.

Without a training or costs, or when nothing can be awarded, there is no form and no legal clock: then the page leads to a talk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.awarding.answering import QuestionAnswer, compute_answer
from portal.cases.applications.choosing import excluding, has_what_it_is_for, require_together
from portal.cases.applications.queries import schemes_to_apply_for
from portal.framework.catalogue.queries import SchemeInForce
from portal.platform.clock import local_time, now
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _
from portal.web.intake.schemes import SchemeRow, rows_of
from portal.web.intake.state import Intake
from portal.words.names import Names


@dataclass(frozen=True)
class ApplyChoice:
    """A scheme that can be applied for."""

    scheme: str
    title: str
    hint: str
    pays: bool
    """It pays in the best mix."""
    either: bool
    """One of those of which only one can be: a radio button."""


@dataclass(frozen=True)
class ApplyOffer:
    """What the page of applying offers."""

    choices: list[ApplyChoice]
    refused: list[SchemeRow]
    """Those of this desk that cannot be, with the reason."""
    known: bool
    """Whether it is known for which training, and what it costs."""
    here: tuple[SchemeInForce, ...] = ()
    """The schemes that are offered."""

    @property
    def chosen(self) -> list[str]:
        """What is chosen when the page opens: what pays in the best mix."""
        return [one.scheme for one in self.choices if one.pays]

    def require_together(self, chosen: Sequence[str]) -> None:
        """Refuse what is chosen when it excludes each other, as the act does. Raises ``Refusal``."""
        require_together([one for one in self.here if one.slug in chosen])

    @property
    def may_choose_none(self) -> bool:
        """Whether somebody can leave out all those of which only one can be: there are others."""
        return any(one.either for one in self.choices) and not all(one.either for one in self.choices)


def apply_offer(intake: Intake, on: date) -> ApplyOffer:
    """What can be applied for on a day, with the rules and the money of that day. Nothing is stored."""
    session, question = intake.session, intake.question
    if not has_what_it_is_for(question):
        return ApplyOffer([], [], known=False)
    here = schemes_to_apply_for(session, question=question, actor=intake.actor, on=on, at=local_time(now()))
    if not here:
        return ApplyOffer([], [], known=True)
    answer = compute_answer(session, question=question, on=on, confirmed_only=False)
    return offered(answer, here, intake.money_names)


def offered(answer: QuestionAnswer, here: Sequence[SchemeInForce], names: Names) -> ApplyOffer:
    """Of the schemes of this desk those that can be awarded, in the order of what they are worth, and the others."""
    definitions = {slug: scheme.definition for slug, scheme in answer.schemes.items()}
    open_here = {scheme.slug for scheme in here}
    rows = [row for row in rows_of(answer, definitions, names) if row.scheme in open_here]
    instead = _instead(answer)
    possible = [row for row in rows if row.group in ("in_mix", "possible") or row.scheme in instead]
    either = _either([row.scheme for row in possible], here)
    choices = [_choice(row, row.scheme in either) for row in possible]
    choices.sort(key=lambda one: not one.pays)
    offered_here = tuple(one for one in here if one.slug in {choice.scheme for choice in choices})
    return ApplyOffer(choices, [row for row in rows if row not in possible], known=True, here=offered_here)


def _instead(answer: QuestionAnswer) -> set[str]:
    """The schemes that could be awarded in the place of one that is better."""
    unused = answer.explanation.unused if answer.explanation is not None else ()
    return {one.scheme for one in unused if one.code == "excluded_by"}


def _either(possible: Sequence[str], here: Sequence[SchemeInForce]) -> set[str]:
    """The largest set of these of which only one can be. Of a second set the act itself says what does not go together."""
    definitions = [scheme.definition for scheme in here if scheme.slug in possible]
    sets = [set(group.schemes) for group in excluding(definitions) if group.at_most == 1]
    return max(sets, key=lambda group: (len(group), sorted(group)), default=set())


def _choice(row: SchemeRow, either: bool) -> ApplyChoice:
    if row.group == "in_mix":
        hint = _("Waarschijnlijk %(amount)s. Dit past het best bij uw vraag.", amount=row.amount)
    elif row.group == "possible" and row.cents and format_euros(row.cents) not in row.reason:
        hint = f"{row.amount[:1].upper()}{row.amount[1:]}. {row.reason}"
    elif row.group == "possible":
        hint = row.reason
    else:
        hint = " ".join((row.reason, *row.more))
    return ApplyChoice(row.scheme, row.title, hint, row.group == "in_mix", either)
