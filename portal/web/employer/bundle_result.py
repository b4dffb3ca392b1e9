"""The one mix over several trainings as an employer reads it: per training who pays what and why, and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matching.answering.bundle_answer import BundleAnswer, PartOutcome
from matching.reasons.explain import Explanation, Uncovered
from matching.reasons.unused import Unused
from matching.what_if.alternatives import alternatives
from portal.cases.bundles.models import BundledTraining
from portal.platform.brake import once
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _
from portal.web.labels.insight import AlternativeRow, Reader, alternative_row
from portal.words.names import Names
from portal.words.proof_words import open_steps
from portal.words.wording import category_label, uncovered_sentence, unused_sentence, used_sentence

MOST_TRAININGS_WITH_OTHERS = 5
"""Other divisions are found by solving again some tens of times: for more trainings than this a page would wait too long."""


@dataclass(frozen=True)
class PayingScheme:
    """A scheme that pays for a training, and why this much."""

    title: str
    cents: int
    why: str


@dataclass(frozen=True)
class OneTraining:
    """What comes of one training. `left`: why nobody else pays what is left; `unused`: schemes that pay nothing here, and why."""

    label: str
    cost_cents: int
    paid_cents: int
    payers: tuple[PayingScheme, ...]
    left: tuple[str, ...]
    unused: tuple[tuple[str, str], ...]
    possible: tuple[str, ...]

    @property
    def own_cents(self) -> int:
        """What the employer pays."""
        return self.cost_cents - self.paid_cents


@dataclass(frozen=True)
class BundleResult:
    """The whole: per training, the sums, and whether it is proven that no division is better."""

    trainings: tuple[OneTraining, ...]
    cost_cents: int
    paid_cents: int
    own_cents: int
    repayable_cents: int
    proven: bool
    gap_cents: int
    """Of what is not proven: how much less the employer might pay at most in a better division."""
    open_steps: tuple[str, ...]
    """The steps that were not proven, each with how much it may be off."""
    has_mix: bool
    others: tuple[AlternativeRow, ...]
    """The best divisions with other schemes, the best first."""

    @property
    def other_rows(self) -> list[list[str | None]]:
        """The other divisions as rows of a table."""
        return [[one.title, one.own, one.differs or None] for one in self.others]


def result_of(answer: BundleAnswer, stored: Sequence[BundledTraining], names: Names) -> BundleResult:
    """The answer in words. `stored` are the trainings as the employer wrote them."""
    labels = {f"r{position}": label for position, label in labels_of(stored).items()}
    problem, proposal = answer.prepared.problem, answer.proposal
    titles = dict(names.titles)
    if problem is not None:
        titles |= {offer.id: _title(names, offer.scheme, labels, offer.part) for offer in problem.offers}
        titles |= {line.id: category_label(line.category) for line in problem.lines}
    named = replace(names, titles=titles)
    schemes = {} if problem is None else {offer.id: names.title(offer.scheme) for offer in problem.offers}
    found = tuple(_training(one, answer.explanation, labels[one.id], schemes, named) for one in answer.trainings)
    return BundleResult(
        trainings=found,
        cost_cents=sum(one.cost_cents for one in found),
        paid_cents=sum(one.paid_cents for one in found),
        own_cents=sum(one.own_cents for one in found),
        repayable_cents=0 if proposal is None else proposal.repayable_cents,
        proven=proposal is None or proposal.status == "proven",
        gap_cents=0 if proposal is None else proposal.own_money_gap_cents,
        open_steps=() if proposal is None else tuple(open_steps(proposal.passes)),
        has_mix=proposal is not None,
        others=_others(answer, named),
    )


def labels_of(stored: Sequence[BundledTraining]) -> dict[int, str]:
    """What each training is called, by its place in the list."""
    return {one.position: f"{unbroken(one.person)}: {one.training_name}" for one in stored}


def unbroken(person: str) -> str:
    """How an employee is called, so that no line ends inside it."""
    return person.replace("-", "\N{NON-BREAKING HYPHEN}").replace(" ", "\N{NO-BREAK SPACE}")


def _others(answer: BundleAnswer, names: Names) -> tuple[AlternativeRow, ...]:
    problem, proposal = answer.prepared.problem, answer.proposal
    if problem is None or proposal is None or len(answer.trainings) > MOST_TRAININGS_WITH_OTHERS:
        return ()
    reader = Reader(asks=True, employer_route=True)
    found = once(lambda: ("others", proposal.problem_hash), lambda: tuple(alternatives(problem, proposal)))
    return tuple(alternative_row(one, names, reader) for one in found)


def _title(names: Names, scheme: str, labels: Mapping[str, str], part: str | None) -> str:
    return _("%(scheme)s (voor %(training)s)", scheme=names.title(scheme), training=labels.get(part or "", ""))


def _training(
    one: PartOutcome, reasons: Explanation | None, label: str, schemes: Mapping[str, str], names: Names
) -> OneTraining:
    """The reasons that are about one training: of its offers, its lines and its unused schemes."""
    offers = {offer for offer in one.part.names.values() if offer in schemes}
    used = () if reasons is None else [used for used in reasons.used if used.offer in offers]
    left = () if reasons is None else [left for left in reasons.uncovered if left.line in one.lines]
    idle = () if reasons is None else [idle for idle in reasons.unused if idle.params.get("part") == one.id]
    return OneTraining(
        label=label,
        cost_cents=one.cost_cents,
        paid_cents=one.paid_cents,
        payers=tuple(PayingScheme(schemes[each.offer], each.cents, used_sentence(each, names)) for each in used),
        left=tuple(_left(each, names) for each in left),
        unused=tuple((names.title(each.scheme), _unused(each, names)) for each in idle),
        possible=tuple(names.title(payment.scheme) for payment in one.possible),
    )


def _left(one: Uncovered, names: Names) -> str:
    """Of which costs how much is left, and why: `these costs` without them would seem to be all."""
    title = names.title(one.line)
    return f"{title[:1].upper()}{title[1:]}, {format_euros(one.cents)}: {uncovered_sentence(one, names)}"


def _unused(one: Unused, names: Names) -> str:
    if one.params.get("worth_cents") == 0:
        return _("Deze regeling betaalt niets van de kosten die u hebt ingevuld.")
    return unused_sentence(one, names, None)
