"""What the desk can say about a bundle: one mix over all trainings, computed now and stored nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from matching.answering.answer import prepare
from matching.answering.bundle import prepare_bundle
from matching.answering.bundle_answer import BundleAnswer, solved
from matching.offers import Prepared
from matching.offers.question import Question
from matching.problem.proposal import Proposal
from portal.cases.bundles.queries import as_bundle, keys_of, trainings_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import catalogue, schemes_in_force
from portal.framework.funding.queries import matching_funding_lines
from portal.platform.brake import once
from portal.platform.database import stop_reading
from portal.platform.idempotency import fingerprint
from schemes.basics.costs import HadBefore
from schemes.region.loading import EMPTY_FUNDING, LoadedRegion

Step = Callable[[], None]


@dataclass(frozen=True)
class BundleAsked:
    """A bundle as it was read, to be answered: by what it is known, how many trainings it has, and how it is computed."""

    key: str
    trainings: int
    compute: Callable[[Step, Proposal | None], BundleAnswer]

    def answer(self, step: Step = lambda: None, *, kept: str | None = None) -> BundleAnswer:
        """The answer; `step` is called for each training that was looked at. Needs no database.

        `kept` is what `to_keep` wrote, of this bundle: then nothing is solved again.
        """
        known = Proposal.model_validate_json(kept) if kept else None
        return once(lambda: self.key, lambda: self.compute(step, known), size=self.trainings)

    def to_keep(self, step: Step = lambda: None) -> str:
        """The mix of the answer, as it is written down; empty when there is nothing to divide. In it stands nothing of people."""
        proposal = self.answer(step).proposal
        return "" if proposal is None else proposal.model_dump_json()


def bundle_asked(
    session: Session, *, question: DevelopmentQuestion, on: date, had: Mapping[str, Sequence[HadBefore]] | None = None
) -> BundleAsked | None:
    """The one mix over all trainings with what is known now, to be computed; stored nowhere. None without trainings.

    `had` is what others had for a training, by what it is counted by (`portal.cases.bundles.queries.keys_of`).
    """
    trainings = trainings_of(session, question=question)
    if not trainings:
        return None
    known = catalogue(session)
    held = schemes_in_force(session, on=on)
    schemes = {one.slug: one.definition for one in held}
    region = LoadedRegion(
        known.region, Path(known.region.region), known.facts, known.references, schemes, EMPTY_FUNDING, {}
    )
    lines = tuple(matching_funding_lines(session, on=on))
    bundle = as_bundle(question, trainings, on=on, keys=keys_of(session, trainings), had=had or {})

    def compute(step: Step, known_mix: Proposal | None) -> BundleAnswer:
        def made_ready(one: Question) -> Prepared:
            made = prepare(one, region, on=on, funding_lines=lines)
            step()
            return made

        prepared = prepare_bundle(bundle, made_ready, schemes.values(), known.references, on=on)
        return solved(prepared, region, known_mix)

    told = (bundle.model_dump_json(), *(line.model_dump_json() for line in lines))
    rules = (known.content_hash, *(one.content_hash for one in held))
    return BundleAsked(fingerprint("bundle", on.isoformat(), *told, *rules), len(trainings), compute)


def bundle_answer(
    session: Session, *, question: DevelopmentQuestion, on: date, had: Mapping[str, Sequence[HadBefore]] | None = None
) -> BundleAnswer | None:
    """What `bundle_asked` asks, answered at once. None without trainings."""
    asked = bundle_asked(session, question=question, on=on, had=had)
    if asked is None:
        return None
    stop_reading(session)
    return asked.answer()
