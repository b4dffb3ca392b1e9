"""Check your answers: every answer once, in the order of the questions, with the page where it can be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.cases.contents import VAT_FACT
from portal.cases.pledges.models import Pledge, PledgeKind, PledgeState
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.i18n import LazyString, format_euros, have_cents, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.intake.fields import ELSEWHERE
from portal.web.intake.flow import TO_CHECK, IntakeFlow, about_costs
from portal.web.intake.state import UNKNOWN, Intake
from portal.words.wording import category_label

Row = dict[str, Any]
LABELS: Mapping[str, LazyString] = {
    "residence_municipality": _l("Gemeente"),
    "birth_year": _l("Geboortejaar"),
    "birth_date": _l("Geboortedatum"),
    "work_situation": _l("Werk"),
    "benefit": _l("Uitkering"),
    "education_level": _l("Hoogste diploma"),
    "training_path": _l("Vorm van de opleiding"),
    "training_level": _l("Niveau van de opleiding"),
    "training_sector": _l("Sector van de opleiding"),
    "training_start": _l("Begin van de opleiding"),
    "employer_municipality": _l("Gemeente van het bedrijf"),
    "employer_size": _l("Aantal werknemers"),
    "employer_sector_fund": _l("Sectorfonds"),
}


def value_of(intake: Intake, fact: str) -> str | None:
    """An answer as people read it; None when there is none."""
    said = intake.said(fact)
    if said is None:
        return None
    if said == UNKNOWN:
        return _("Weet ik niet")
    if said == ELSEWHERE:
        return _("Niet in Nederland, of niet in onze lijst")
    definition = intake.known.facts[fact]
    typed = intake.facts.get(fact, said)
    text = intake.names.answer(fact, typed)
    if definition.unit is not None:
        return f"{text} {localized(definition.unit)}"
    return text[:1].upper() + text[1:]


def label_of(intake: Intake, fact: str, questions: Mapping[str, Any]) -> str:
    """What an answer is called: a short name, else the question itself."""
    if fact in LABELS:
        return str(LABELS[fact])
    own = questions.get(fact)
    return str(own.question) if own is not None else localized(intake.known.facts[fact].question)


def fact_row(flow: IntakeFlow, intake: Intake, fact: str, questions: Mapping[str, Any]) -> Row:
    """One answer to a fact."""
    return row(label_of(intake, fact, questions), value_of(intake, fact), flow.page_of(intake, fact, naar=TO_CHECK))


def row(label: str, value: str | None, href: str) -> Row:
    """One line of the list."""
    return {"label": label, "value": value, "href": href}


def fact_rows(flow: IntakeFlow, intake: Intake, section: int, questions: Mapping[str, Any]) -> list[Row]:
    """The answers to the facts that have a page in this section."""
    facts = [step.fact for step in flow.steps if step.section == section and step.applies(intake)]
    return [
        fact_row(flow, intake, fact, questions) for fact in facts if fact is not None and fact in intake.known.facts
    ]


def wish_rows(flow: IntakeFlow, intake: Intake) -> list[Row]:
    """What somebody wants."""
    goals = intake.known.facts.get("goals")
    options = [goals.option(key) for key in intake.question.goals] if goals is not None else []
    chosen = "; ".join(localized(option.label) for option in options if option is not None)
    href = flow.url(intake, "wish", naar=TO_CHECK)
    rows = [row(_("Uw wens"), intake.question.wish, href)]
    return [*rows, row(_("Uw doel"), chosen or None, href)] if goals is not None else rows


def training_rows(flow: IntakeFlow, intake: Intake, questions: Mapping[str, Any], section: int) -> list[Row]:
    """The training with what is known of it."""
    href, question = flow.url(intake, "training", naar=TO_CHECK), intake.question
    if not intake.has_training:
        return [row(_("Opleiding"), _("Weet ik nog niet"), href)]
    rows = [row(_("Opleiding"), question.training_name, href), row(_("Opleider"), question.training_provider, href)]
    return [*rows, *fact_rows(flow, intake, section, questions)]


def cost_rows(flow: IntakeFlow, intake: Intake) -> list[Row]:
    """Each cost line, and the total; nothing while there is no training that costs something."""
    href, question = flow.url(intake, "costs", naar=TO_CHECK), intake.question
    if not about_costs(intake):
        return []
    if not question.cost_lines:
        return [row(_("Kosten"), _("Weet ik nog niet"), href)]
    rows, exact = [], have_cents(line.amount_cents for line in question.cost_lines)
    if intake.answered(VAT_FACT):
        rows.append(row(_("Btw terugvragen"), value_of(intake, VAT_FACT), href))
    for line in question.cost_lines:
        label = category_label(line.category)
        name = label[:1].upper() + label[1:]
        text = format_euros(line.amount_cents, exact=exact)
        if line.amount_without_vat_cents is not None:
            text = _(
                "%(amount)s, zonder btw %(without)s", amount=text, without=format_euros(line.amount_without_vat_cents)
            )
        rows.append(row(f"{name}: {line.description}" if line.description else name, text, href))
    return [*rows, {"label": _("Samen"), "value": format_euros(question.total_cents, exact=exact)}]


def pledge_text(pledge: Pledge | None) -> str:
    """What the employer pays, in words."""
    if pledge is None:
        return _("Geen bedrag ingevuld")
    if pledge.state is PledgeState.DECLINED:
        return _("Uw werkgever betaalt niet mee")
    if pledge.amount_cents is None:
        return _("Gevraagd, nog geen antwoord")
    amount = format_euros(pledge.amount_cents)
    text = _("%(amount)s", amount=amount) if pledge.kind is PledgeKind.FIXED else _("Tot %(amount)s", amount=amount)
    return text if pledge.state is PledgeState.GIVEN else _("%(amount)s, nog niet bevestigd", amount=text)


def extra_rows(flow: IntakeFlow, intake: Intake, questions: Mapping[str, Any]) -> list[Row]:
    """The answers to extra questions."""
    return [fact_row(flow, intake, fact, questions) for fact in flow.extra_facts(intake)]


def sections(parts: Sequence[tuple[str, list[Row]]]) -> list[tuple[str, list[Row]]]:
    """The parts that have an answer."""
    return [(title, rows) for title, rows in parts if rows]


def borrow_text(question: DevelopmentQuestion) -> str:
    """How much somebody wants to borrow, in words."""
    if not question.borrow_up_to_cents:
        return _("Ik wil niet lenen")
    return _("Ik wil hoogstens %(amount)s lenen", amount=format_euros(question.borrow_up_to_cents))
