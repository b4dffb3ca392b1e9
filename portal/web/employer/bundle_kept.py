"""What was said of trainings that were sent together: kept for each when they are sent, and shown beside what is so now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matching.answering.bundle_answer import BundleAnswer, PartOutcome
from portal.awarding.decisions.queries import decision_of
from portal.awarding.sent_outcomes.actions import keep_sent_outcome
from portal.awarding.sent_outcomes.queries import REST, WhoPays, sent_outcome_of, who_pays_now
from portal.cases.bundles.models import BundledTraining
from portal.cases.bundles.queries import sent_together
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import now
from portal.platform.i18n import format_amounts, format_euros
from portal.platform.i18n import gettext as _
from portal.web.intake.state import Intake

OWN = REST + "employer"


@dataclass(frozen=True)
class BundleThenAndNow:
    """What the employer pays of each training: as it was said when all was sent, and now; and what changed."""

    rows: list[list[str]]
    total: list[str]
    changes: list[str]


def keep_what_was_said(intake: Intake, trainings: Sequence[BundledTraining], answer: BundleAnswer) -> None:
    """Keep of each question that was just sent what it gets in the one division over all."""
    sent = {one.id: one for one in sent_together(intake.session, question=intake.question)}
    said = said_of(answer)
    for one in trainings:
        question = sent.get(one.sent_as_id or 0)
        if question is not None and one.position in said:
            actor = replace(intake.actor, question_id=question.id)
            keep_sent_outcome(intake.session, question=question, said=said[one.position], actor=actor, now=now())


def said_of(answer: BundleAnswer) -> Mapping[int, WhoPays]:
    """Who pays what of each training, by its place in the list."""
    problem = answer.prepared.problem
    schemes = {} if problem is None else {offer.id: offer.scheme for offer in problem.offers}
    return {int(one.id.removeprefix("r")): _said(one, schemes) for one in answer.trainings}


def _said(one: PartOutcome, schemes: Mapping[str, str]) -> WhoPays:
    payers: dict[str, int] = {}
    for share in one.shares:
        scheme = schemes[share.offer]
        payers[scheme] = payers.get(scheme, 0) + share.cents
    if one.rest_cents:
        payers[OWN] = one.rest_cents
    possible = tuple(verdict.scheme for verdict in one.part.prepared.verdicts if verdict.can_be_offered)
    return WhoPays(one.cost_cents, payers, tuple(slug for slug in possible if slug not in payers))


def then_and_now(
    intake: Intake, trainings: Sequence[BundledTraining], answer: BundleAnswer, labels: Mapping[int, str]
) -> BundleThenAndNow | None:
    """Both beside each other; None before sending, and when nothing was kept. `labels` says what each training is called."""
    sent = {one.id: one for one in sent_together(intake.session, question=intake.question)}
    computed, names, cents, changes = said_of(answer), [], [], []
    for one in trainings:
        question = sent.get(one.sent_as_id or 0)
        then = None if question is None else _then(intake, question)
        if question is None or then is None:
            continue
        today = _now(intake, question, computed[one.position])
        names.append(labels[one.position])
        cents += [then.payers.get(OWN, 0), today.payers.get(OWN, 0) if today is not None else 0]
        changes += _changes(intake, labels[one.position], then, today)
    if not names:
        return None
    names.append(_("Samen"))
    shown = format_amounts([*cents, sum(cents[::2]), sum(cents[1::2])])
    *rows, total = [list(row) for row in zip(names, shown[::2], shown[1::2], strict=True)]
    return BundleThenAndNow(rows, total, changes)


def _then(intake: Intake, question: DevelopmentQuestion) -> WhoPays | None:
    actor = replace(intake.actor, question_id=question.id)
    kept = sent_outcome_of(intake.session, question=question, actor=actor)
    return None if kept is None else WhoPays(kept.total_cents, kept.payers, tuple(kept.possible))


def _now(intake: Intake, question: DevelopmentQuestion, computed: WhoPays) -> WhoPays | None:
    """As decided, with what changed since; before that as computed over all trainings together."""
    actor = replace(intake.actor, question_id=question.id)
    decision = decision_of(intake.session, question=question, actor=actor)
    if decision is None:
        return computed if question.is_open else None
    return who_pays_now(intake.session, question=question, decision=decision, on=intake.on, actor=actor)


def _changes(intake: Intake, label: str, then: WhoPays, today: WhoPays | None) -> list[str]:
    """Per payer of a training what it was and what it is, when that differs."""
    if today is None:
        return [_("%(training)s: er is nu geen verdeling meer.", training=label)]
    found = []
    for name in dict.fromkeys([*then.payers, *today.payers]):
        was, is_now = then.payers.get(name, 0), today.payers.get(name, 0)
        if was != is_now:
            who = _("uw organisatie") if name == OWN else intake.names.title(name)
            said = {"training": label, "who": who, "then": format_euros(was), "now": format_euros(is_now)}
            found.append(_("%(training)s, %(who)s: was %(then)s, is nu %(now)s.", **said))
    return found
