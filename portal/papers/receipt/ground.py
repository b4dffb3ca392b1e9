"""What a receipt rests on: facts, costs, proof, sources, and how to compute it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.papers.receipt.told import NamedReceipt
from portal.platform.i18n import format_date, format_euros, format_list, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.definition_words import sources_of
from portal.words.names import plain
from portal.words.proof_words import open_steps, step_name

SOURCES = {
    "resident": _l("de inwoner"),
    "employer": _l("de werkgever"),
    "advisor": _l("een adviseur"),
    "looked_up": _l("opgezocht"),
    "derived": _l("volgt uit een ander antwoord"),
}


def fact_rows(told: NamedReceipt) -> Iterator[list[str]]:
    """The facts that were counted with, who said them and when they were known."""
    typed = told.rebuilt.prepared.facts
    for fact in told.content.facts:
        value = typed.get(fact.key, fact.value)
        shown = told.names.answer(fact.key, value)
        when = format_date(fact.known_on, "short") if fact.known_on is not None else ""
        yield [told.names.question(fact.key), shown, str(SOURCES[fact.source]), when]


def asked_rows(told: NamedReceipt) -> Iterator[list[str]]:
    """What was asked: costs, promises, what was had before, and what rounds gave."""
    question, problem = told.rebuilt.question, told.rebuilt.problem
    for line in problem.lines:
        due = _(", te betalen op %(day)s", day=format_date(line.due_on)) if line.due_on is not None else ""
        yield [told.names.title(line.id), format_euros(line.amount_cents, exact=True) + due]
    if question.pledge is not None:
        kind = _("een vast bedrag") if question.pledge.kind == "fixed" else _("hoogstens dit bedrag")
        amount = format_euros(question.pledge.amount_cents, exact=True)
        yield [_("Toezegging van de werkgever"), f"{amount}, {kind}"]
    if question.borrow_up_to_cents:
        yield [_("Wil hoogstens lenen"), format_euros(question.borrow_up_to_cents, exact=True)]
    for entry in question.had_before:
        source = _("opgezocht") if entry.scheme in told.content.looked_up else _("volgens de aanvrager")
        amount, day = format_euros(entry.amount_cents, exact=True), format_date(entry.awarded_on)
        label = _("Eerder gekregen: %(scheme)s", scheme=told.names.title(entry.scheme))
        yield [label, _("%(amount)s op %(day)s, %(source)s", amount=amount, day=day, source=source)]
    for part in question.divided:
        label = _("Gegeven door de ronde: %(scheme)s", scheme=told.names.title(part.scheme))
        yield [label, format_euros(part.amount_cents, exact=True)]


def proof_sentences(told: NamedReceipt) -> Iterator[str]:
    """In which order was searched, and how sure the answer is."""
    proposal = told.rebuilt.proposal
    order = format_list(step_name(result.name) for result in proposal.passes)
    yield _("Er is gezocht in deze volgorde: %(order)s.", order=order)
    steps = open_steps(proposal.passes)
    if not steps:
        yield _("Bewezen: geen andere verdeling die mag, is beter.")
    yield from steps
    hope = proposal.best_if_possible
    if hope is not None and hope.own_money_cents < proposal.value_of("own_money"):
        amount = format_euros(hope.own_money_cents, exact=True)
        yield _("Gaat alles door wat misschien kan? Dan is het eigen geld %(amount)s.", amount=amount)


def source_rows(told: NamedReceipt) -> Iterator[dict[str, Any]]:
    """The sources of every scheme that pays or was decided on."""
    paying = {share.offer for share in (*told.rebuilt.proposal.shares, *told.rebuilt.decided)}
    decided = {one.scheme for one in told.content.decision.outcomes} if told.content.decision is not None else set()
    for one in told.content.schemes:
        definition = told.rebuilt.region.schemes[one.name]
        if one.name not in paying | decided:
            continue
        yield {
            "scheme": localized(definition.title),
            "version": str(definition.version),
            "hash": one.content_hash,
            "sources": [
                {
                    "title": row["title"],
                    "where": ", ".join(part for part in (row["where"], row["as_of"]) if part),
                    "confidence": str(row["confidence"][0]),
                    "url": row["url"] or "",
                }
                for row in sources_of(definition)
            ],
            "assumptions": [localized(text) for text in definition.assumptions],
        }


def how_sentences() -> Iterator[str]:
    """How anybody can compute it again."""
    yield _("U kunt dit bewijs als bestand bewaren. Iedereen kan het narekenen, ook zonder dit loket.")
    yield _(
        "Dat kan met de opdracht %(command)s. Wie iets verandert, verandert ook de code.",
        command="loket receipt verify",
    )


def check_rows(told: NamedReceipt) -> Iterator[list[str]]:
    """The hashes and versions by which it is computed again."""
    model = told.content.model
    yield [_("Controlecode van dit bewijs"), told.receipt.content_hash]
    yield [_("Controlecode van de rekenwijze"), model.model_hash]
    yield [_("Software"), plain(model.version)]
    yield [_("Rekenprogramma"), plain(model.solver)]
