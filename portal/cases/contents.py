"""What a development question holds: acts that fill in or correct the wish, the facts, the training, its costs and who pays.

A draft is filled in by who asks; what was sent is corrected by an advisor (`portal.cases.questions.actions.may_change`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from matching.problem.crossrefs import EMPLOYER_CATEGORIES
from portal.cases.former_contacts import tell_old_address
from portal.cases.questions.actions import changed, may_change, require_reach, send_new_link
from portal.cases.questions.models import (
    Bearer,
    ContactDetails,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    HadBeforeInput,
    QuestionCostLine,
    Route,
)
from portal.cases.questions.queries import asker_audience
from portal.cases.wrong_facts import fact_refusal, require_same_year
from portal.framework.catalogue.queries import as_json, catalogue
from portal.framework.trainings.queries import trainings_called
from portal.people.accounts.actions import revoke_access_links
from portal.people.accounts.models import EndOfSession
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.actions import forget_text_number, set_consent
from schemes.basics.plain import plain
from schemes.basics.vocabulary import COST_CATEGORIES
from schemes.facts import parse_facts

MOST_LINES = 20
MOST_CENTS_PER_LINE = 1_000_000_00
MOST_HAD_BEFORE = 100
VAT_FACT = "vat_reclaimed"
"""The fact that says whether who asks reclaims VAT; then the amounts without it count."""


def save_wish(
    session: Session,
    *,
    question: DevelopmentQuestion,
    wish: str | None,
    goals: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what somebody wants to learn or reach. Raises ``Refusal`` (field wish) when it is too long."""
    may_change(session, question, actor)
    if wish is not None and len(wish) > 2000:
        raise Refusal("wish_too_long", _l("Gebruik niet meer dan 2.000 tekens."), field="wish")
    question.wish, question.goals = wish or None, list(dict.fromkeys(goals))
    changed(session, question, actor, now, "wish", "goals")


def save_facts(
    session: Session,
    *,
    question: DevelopmentQuestion,
    facts: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    decided_too: bool = False,
) -> None:
    """Add answers to the facts. None takes an answer away, ``"unknown"`` keeps that the person does not know.

    Raises ``Refusal`` at the fact when a value does not fit its definition.
    """
    may_change(session, question, actor, decided_too=decided_too)
    given = {key: value for key, value in facts.items() if value is not None}
    parsed = parse_facts(given, catalogue(session).facts, on=local_date(now))
    if parsed.findings:
        raise fact_refusal(parsed.findings[0])
    kept = {key: value for key, value in question.facts.items() if key not in facts}
    answers = {key: as_json(value) for key, value in parsed.values.items()}
    together = kept | answers | dict.fromkeys(parsed.unknown, "unknown")
    if not decided_too:  # a correction looks at all that it changes together
        require_same_year(together, together.get("birth_date"))
    question.facts = together
    changed(session, question, actor, now, *facts)


def save_training(
    session: Session,
    *,
    question: DevelopmentQuestion,
    name: str | None,
    provider: str | None,
    actor: Actor,
    now: datetime,
    decided_too: bool = False,
) -> None:
    """Keep a training by its words; without a name it is not known yet.

    As long as the words are the same it stays the training of the region that it was. Other words are another training: that of
    the catalogue which is called exactly so, if there is one.
    """
    may_change(session, question, actor, decided_too=decided_too)
    told = NamedTraining(name or None, (provider or None) if name else None)
    same = told.plain == NamedTraining(question.training_name, question.training_provider).plain
    known = question.training_id if same else trainings_called(session, called=[(told.name, told.provider)])[0]
    keep_training(
        session,
        question=question,
        training=replace(told, training_id=known),
        actor=actor,
        now=now,
        decided_too=decided_too,
    )


@dataclass(frozen=True)
class NamedTraining:
    """A training by its words, and which one of the region it is; None for one that is not in the catalogue."""

    name: str | None
    provider: str | None
    training_id: int | None = None

    @property
    def plain(self) -> tuple[str, str]:
        """Its words, without what is only another way to write them."""
        return plain(self.name or ""), plain(self.provider or "")


def keep_training(
    session: Session,
    *,
    question: DevelopmentQuestion,
    training: NamedTraining,
    actor: Actor,
    now: datetime,
    decided_too: bool = False,
) -> None:
    """Keep a training of which it is known which one of the region it is, or that it is none of them."""
    may_change(session, question, actor, decided_too=decided_too)
    question.training_name, question.training_provider = training.name, training.provider
    question.training_id = training.training_id if training.name else None
    changed(session, question, actor, now, "training")


def save_costs(
    session: Session,
    *,
    question: DevelopmentQuestion,
    costs: Sequence[CostInput],
    actor: Actor,
    now: datetime,
    decided_too: bool = False,
) -> None:
    """Replace all cost lines. Raises ``Refusal`` for too many lines, an unknown category or an impossible amount."""
    may_change(session, question, actor, decided_too=decided_too)
    if len(costs) > MOST_LINES:
        raise Refusal("too_many_costs", _l("Vul niet meer dan %(most)s kosten in.", most=MOST_LINES), field="costs")
    for line in costs:
        _check_cost(line)
    session.execute(delete(QuestionCostLine).where(QuestionCostLine.question_id == question.id))
    session.expire(question, ["cost_lines"])
    for position, line in enumerate(costs, start=1):
        owed = (
            Bearer.EMPLOYER if question.route is Route.EMPLOYER or line.category in EMPLOYER_CATEGORIES else line.bearer
        )
        session.add(
            QuestionCostLine(
                question_id=question.id,
                line_key=f"k{position}",
                position=position,
                category=line.category,
                description=line.description or None,
                amount_cents=line.amount_cents,
                amount_without_vat_cents=line.amount_without_vat_cents,
                due_on=line.due_on,
                bearer=Bearer(owed or Bearer.RESIDENT),
            )
        )
    session.flush()
    session.refresh(question, ["cost_lines"])
    changed(session, question, actor, now, "costs")


def _check_cost(line: CostInput) -> None:
    if line.category not in COST_CATEGORIES:
        raise Refusal("unknown_category", _l("Kies een kostensoort uit de lijst."), field="category")
    if not 0 < line.amount_cents <= MOST_CENTS_PER_LINE:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in tussen € 0,01 en € 1.000.000."), field="amount")
    without = line.amount_without_vat_cents
    if without is not None and not 0 < without <= line.amount_cents:
        message = _l("Het bedrag zonder btw is niet hoger dan het bedrag met btw.")
        raise Refusal("vat_out_of_range", message, field="amount_without_vat")


def save_employer(
    session: Session,
    *,
    question: DevelopmentQuestion,
    employer: EmployerDetails,
    learner_name: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep who the employer is and for which employee it asks. Raises ``Refusal`` on a wrong KvK number or route."""
    may_change(session, question, actor)
    if question.route is not Route.EMPLOYER:
        raise Refusal("not_employer_route", _l("Deze vraag is niet van een werkgever."))
    if not re.fullmatch(r"[0-9]{8}", employer.kvk_number, re.ASCII):
        raise Refusal("kvk_number", _l("Een KVK-nummer heeft 8 cijfers."), field="kvk_number")
    question.employer_name, question.employer_kvk = employer.name, employer.kvk_number
    question.employer_contact, question.learner_name = employer.contact_name or None, learner_name or None
    changed(session, question, actor, now, "employer", "learner")


def save_contact(
    session: Session, *, question: DevelopmentQuestion, contact: ContactDetails, actor: Actor, now: datetime
) -> None:
    """Keep how to reach the person of a question that was sent, and what may go by e-mail.

    It is not what was asked: the revision stays, and a proposal holds. With another e-mail address the links that went to the
    old one end, and a new one goes to the new address. Raises ``Refusal`` at the field that is missing.
    """
    may_change(session, question, actor)
    require_reach(contact)
    kept = question.contact
    if kept is None:
        raise Conflict("not_submitted", _l("Deze vraag is nog niet verstuurd."))
    before = kept.email
    if any(getattr(kept, name) != value for name, value in contact.reach.items()):
        tell_old_address(session, question, kept, actor, now)
    if kept.phone != contact.phone:
        forget_text_number(session, question_id=question.id)
    for name, value in contact.reach.items():
        setattr(kept, name, value)
    question.changed_at = now
    session.flush()
    set_consent(session, question_id=question.id, topics=contact.agreed, actor_id=actor.reference, now=now)
    if before is not None and before != kept.email:
        revoke_access_links(
            session,
            question_id=question.id,
            audience=asker_audience(question),
            because=EndOfSession.OTHER_ADDRESS,
            actor=actor,
            now=now,
        )
        send_new_link(session, question=question, now=now)
    record(session, actor=actor, action="contact.corrected", object_kind="question", object_id=question.id, now=now)


def leave_open(
    session: Session, *, question: DevelopmentQuestion, page: str, said: str | None, actor: Actor, now: datetime
) -> None:
    """Keep an answer of a draft that leaves no value behind, such as "not known yet"; None takes it away."""
    may_change(session, question, actor)
    if question.is_draft and question.left_open.get(page) != said:
        others = {name: answer for name, answer in question.left_open.items() if name != page}
        question.left_open = others if said is None else {**others, page: said}
        changed(session, question, actor, now)


def save_borrowing(
    session: Session, *, question: DevelopmentQuestion, up_to_cents: int, actor: Actor, now: datetime
) -> None:
    """Keep how much the person wants to borrow at most; 0 is nothing."""
    may_change(session, question, actor)
    if not 0 <= up_to_cents <= MOST_CENTS_PER_LINE:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in tussen € 0 en € 1.000.000."), field="borrow_up_to")
    question.borrow_up_to_cents = up_to_cents
    changed(session, question, actor, now, "borrow_up_to")


def save_had_before(
    session: Session, *, question: DevelopmentQuestion, entries: Sequence[HadBeforeInput], actor: Actor, now: datetime
) -> None:
    """Keep what the person had before, as declared. At an application what this desk awarded is looked up as well."""
    may_change(session, question, actor)
    question.had_before = [
        {"scheme": entry.scheme, "amount_cents": entry.amount_cents, "awarded_on": entry.awarded_on.isoformat()}
        for entry in entries
    ]
    changed(session, question, actor, now, "had_before")


def add_had_before(
    session: Session, *, question: DevelopmentQuestion, entry: HadBeforeInput, actor: Actor, now: datetime
) -> None:
    """Add one thing that the person had before elsewhere. Raises ``Refusal`` at the field; twice the same is one too many."""
    _hold(session, question)
    known = _had_before(question)
    if not 0 < entry.amount_cents <= MOST_CENTS_PER_LINE:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in tussen € 0 en € 1.000.000."), field="amount")
    if entry.awarded_on > (question.reference_date or local_date(now)):
        message = _l("Deze dag ligt na de dag van de aanvraag. Alleen wat de persoon daarvoor kreeg, telt mee.")
        raise Refusal("after_application", message, field="awarded_on")
    if entry in known:
        raise Refusal("declared_already", _l("Dit staat er al."), field="amount")
    if len(known) >= MOST_HAD_BEFORE:
        raise Refusal("too_many_entries", _l("Er kan niet meer bij. Haal eerst iets weg."), field="scheme")
    save_had_before(session, question=question, entries=[*known, entry], actor=actor, now=now)


def remove_had_before(
    session: Session, *, question: DevelopmentQuestion, entry: HadBeforeInput, actor: Actor, now: datetime
) -> None:
    """Take away what turned out not to be right. Raises ``Conflict`` when it is not there (any more)."""
    _hold(session, question)
    known = _had_before(question)
    if entry not in known:
        raise Conflict("not_declared", _l("Dit is al weggehaald."))
    save_had_before(session, question=question, entries=[one for one in known if one != entry], actor=actor, now=now)


def _hold(session: Session, question: DevelopmentQuestion) -> None:
    write_guarded(session, question, otherwise=None, revision=DevelopmentQuestion.revision)


def _had_before(question: DevelopmentQuestion) -> list[HadBeforeInput]:
    return [
        HadBeforeInput(entry["scheme"], entry["amount_cents"], date.fromisoformat(entry["awarded_on"]))
        for entry in question.had_before
    ]
