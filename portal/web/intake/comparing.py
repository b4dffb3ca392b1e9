"""A shortlist of trainings beside each other: what each costs, who pays what, and what is left; for pages and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.answering import QuestionAnswer
from portal.awarding.orienting import AnswerToTraining, answers_to_trainings
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.cases.shortlist.models import MOST_LISTED
from portal.framework.training_files.columns import FORMS
from portal.framework.trainings.models import RegionTraining
from portal.platform.i18n import format_date, format_euros, format_list, have_cents, localized
from portal.platform.i18n import gettext as _
from portal.web.intake.nearby import home_of, nearby
from portal.web.intake.training_search import LEVELS, start_of


@dataclass(frozen=True)
class ComparedTraining:
    """One training of the comparison, in words; amounts are in cents."""

    id: str
    name: str
    provider: str
    shortage: bool
    retired: bool
    """Whether it is not given any more."""
    facts: list[dict[str, str]]
    costs_cents: int | None
    """None when the price is not known."""
    paid: dict[str, int]
    """What each payer pays, by name."""
    own_cents: int
    repayable_cents: int
    proven: bool
    maybe: str
    """Which schemes may pay once more is known; empty when none."""

    @property
    def amounts(self) -> tuple[int, ...]:
        """All that is said of it in cents."""
        return (self.costs_cents or 0, self.own_cents, self.repayable_cents, *self.paid.values())


@dataclass(frozen=True)
class SideBySide:
    """The trainings beside each other, and the names of all who pay in one of them."""

    trainings: list[ComparedTraining]
    payers: list[str]
    own_label: str
    expected: bool
    """Whether money of an employer counts in it that the employer did not promise itself yet."""

    @property
    def full(self) -> bool:
        """Whether no other training can be put on it."""
        return len(self.trainings) >= MOST_LISTED

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The head of the table."""
        money = [_("Kosten"), *self.payers, self.own_label]
        return [{"label": _("Opleiding")}, *({"label": text, "kind": "number"} for text in money)]

    @property
    def rows(self) -> list[list[Any]]:
        """A row per training: costs, what each pays, and the own money."""
        return [self._row(one) for one in self.trainings]

    def _row(self, one: ComparedTraining) -> list[Any]:
        name = {"text": one.name, "note": one.provider}
        if one.costs_cents is None:
            return [name, _("niet bekend"), *("–" for _payer in self.payers), "–"]
        exact = have_cents(cents for each in self.trainings for cents in each.amounts)
        paid = [format_euros(one.paid[payer], exact=exact) if payer in one.paid else "–" for payer in self.payers]
        return [name, format_euros(one.costs_cents, exact=exact), *paid, format_euros(one.own_cents, exact=exact)]


def compared(
    session: Session, *, question: DevelopmentQuestion, trainings: Sequence[RegionTraining], today: date
) -> SideBySide:
    """The comparison of these trainings for a question, computed now."""
    answers = answers_to_trainings(session, question=question, trainings=trainings, today=today)
    places = nearby(session, home=home_of(session, question, on=today), on=today)
    employer = question.route is Route.EMPLOYER
    found = [_compared(one, places.where(one.training.municipality), today, employer) for one in answers]
    payers = dict.fromkeys(payer for one in found for payer in one.paid)
    pledge = pledge_by_question(session, question=question)
    expected = _("werkgever") in payers and pledge is not None and not pledge.counts
    return SideBySide(found, list(payers), _("werkgever zelf") if employer else _("zelf betalen"), expected)


def _compared(one: AnswerToTraining, place: str, today: date, employer: bool) -> ComparedTraining:
    training, mix = one.training, one.answer.proposal if one.answer is not None else None
    own = 0
    if mix is not None:
        own = mix.employer_contribution_cents if employer else mix.own_contribution_cents
    return ComparedTraining(
        id=training.public_id,
        name=training.name,
        provider=training.provider_name,
        shortage=training.shortage,
        retired=training.retired_at is not None,
        facts=_facts(training, place, today),
        costs_cents=training.total_cents if mix is not None else None,
        paid=_paid(one.answer, employer) if one.answer is not None else {},
        own_cents=own,
        repayable_cents=mix.repayable_cents if mix is not None else 0,
        proven=mix is None or mix.status == "proven",
        maybe=_maybe(one.answer) if one.answer is not None else "",
    )


def _facts(training: RegionTraining, place: str, today: date) -> list[dict[str, str]]:
    how = [str(FORMS[training.form])] + ([_("avond of weekend")] if training.evening else [])
    said = [
        (_("Waar"), place or _("online")),
        (_("Hoe"), format_list(how)),
        (_("Niveau (NLQF)"), str(LEVELS[training.level]) if training.level is not None else ""),
        (_("Begin"), start_of(training, today)),
        (_("Kans op werk"), _("beroep met een tekort aan mensen") if training.shortage else ""),
        (_("Bron"), _("%(source)s, stand van %(day)s", source=training.source, day=format_date(training.as_of))),
    ]
    return [{"label": label, "value": value} for label, value in said if value]


def _paid(answer: QuestionAnswer, employer: bool) -> dict[str, int]:
    """What each scheme and, when somebody else asks, the employer pay, by name."""
    if answer.proposal is None:
        return {}
    found: dict[str, int] = {}
    for share in answer.proposal.shares:
        scheme = answer.schemes.get(share.offer)
        if scheme is not None:
            name = localized(scheme.definition.title)
            if scheme.definition.repayable:
                name = _("%(title)s (lening)", title=name)
            found[name] = found.get(name, 0) + share.cents
    if not employer and answer.proposal.employer_contribution_cents:
        found[_("werkgever")] = answer.proposal.employer_contribution_cents
    return found


def _maybe(answer: QuestionAnswer) -> str:
    paying = {share.offer for share in answer.proposal.shares} if answer.proposal is not None else set()
    open_still = [
        localized(answer.schemes[one.scheme].definition.title)
        for one in answer.verdicts
        if one.can_be_offered
        and one.route_fits
        and one.missing_facts
        and one.scheme not in paying
        and not answer.schemes[one.scheme].definition.repayable  # a loan pays nothing
    ]
    return format_list(sorted(open_still)) if open_still else ""
