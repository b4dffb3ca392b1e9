"""The answer of ``loket match`` and ``loket solve`` as text for people: a table, totals, one reason per line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from portal.platform.i18n import format_date, format_euros, format_list, format_percent, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.words import wording
from portal.words.proof_words import open_steps
from portal.words.sentences import UNUSED
from portal.words.standing import CONFIDENCE, OTHER_ROUTE, WHY, WHY_OF, best_source, kind_of, other_costs

if TYPE_CHECKING:
    from matching.answering.answer import Answer
    from matching.offers import PossiblePayment
    from matching.offers.state_aid import AidNote
    from matching.problem import Problem
    from matching.problem.proposal import Proposal
    from matching.reasons.explain import Explanation
    from schemes.basics.values import Text
    from schemes.definition import SchemeDefinition
    from schemes.region.loading import LoadedRegion


def answer_text(answer: Answer, region: LoadedRegion, *, everything: bool = False) -> str:
    """The whole answer to a question. With `everything` also each scheme that does not fit, with its reason."""
    prepared = answer.prepared
    names = wording.Names.of_region(region)
    parts = [_("Peildatum: %(day)s", day=format_date(prepared.on))]
    if answer.proposal is not None and answer.explanation is not None:
        reasons = {verdict.scheme: verdict.reason for verdict in prepared.verdicts}
        schemes = Schemes(region.schemes, reasons, everything)
        parts.append(proposal_text(prepared.problem, answer.proposal, answer.explanation, schemes, names))
    else:
        could = [one for one in answer.possible if one.up_to_cents != 0]
        parts.append(_("Er zijn nog geen kosten. Deze regelingen kunnen misschien meebetalen:"))
        parts.extend(payment_lines(could, names, region.schemes))
        parts.extend(_notes(answer.notes, names))
        parts.extend(grouped_lines(_outside(answer, names), everything))
    parts += ["", _("Wat u nu kunt doen:")]
    parts.extend(f"  - {wording.next_step_sentence(step)}" for step in answer.next_steps)
    return "\n".join(parts)


@dataclass(frozen=True)
class Schemes:
    """What is known of the schemes of a mix; nothing for a problem file."""

    definitions: Mapping[str, SchemeDefinition] = field(default_factory=dict)
    reasons: Mapping[str, Any] = field(default_factory=dict)
    """The condition that decides, by scheme."""
    everything: bool = False


def proposal_text(
    problem: Problem,
    proposal: Proposal,
    explanation: Explanation,
    schemes: Schemes | None = None,
    names: wording.Names = wording.NO_NAMES,
) -> str:
    """A mix with its reasons, how sure its rules are, and what does not fit, by reason."""
    schemes = schemes or Schemes()
    labels = line_labels(problem)
    names = replace(names, titles={**labels, **names.titles})
    lines = list(_table(problem, proposal, labels, names))
    lines += ["", *_totals(problem, proposal)] + ([""] if explanation.used else [])
    lines += [_("Waarom deze bedragen:")] if explanation.used else []
    lines += [f"  - {names.title(one.offer)}: {wording.used_sentence(one, names)}" for one in explanation.used]
    if explanation.pays_first:
        lines.append(_("Volgorde: %(order)s.", order=format_list(names.title(name) for name in explanation.pays_first)))
    lines += _how_sure(problem, explanation, schemes, names)
    if explanation.uncovered:
        lines += ["", _("Wat overblijft:")]
    for left in explanation.uncovered:
        amount = format_euros(left.cents, exact=True)
        lines.append(f"  - {labels[left.line]}, {amount}: {wording.uncovered_sentence(left, names)}")
    lines += _notes(explanation.notes, names)
    return "\n".join([*lines, *_unused(problem, explanation, schemes, names)])


def _how_sure(problem: Problem, explanation: Explanation, schemes: Schemes, names: wording.Names) -> Iterator[str]:
    """Per scheme that pays how sure its rules are, the source, and what was assumed."""
    scheme_of = {offer.id: offer.scheme for offer in problem.offers}
    paying = dict.fromkeys(scheme_of[one.offer] for one in explanation.used if one.offer in scheme_of)
    known = [schemes.definitions[slug] for slug in paying if slug in schemes.definitions]
    if known:
        yield from ("", _("Hoe zeker de regels zijn:"))
    for definition in known:
        yield f"  - {names.title(definition.scheme)}: {sure_sentence(definition)}"
        yield from (f"      {assumed_sentence(text)}" for text in definition.assumptions)


def sure_sentence(definition: SchemeDefinition) -> str:
    """How sure the rules of a scheme are, and the best source with its day."""
    source = best_source(definition)
    day = _("datum niet bekend") if source.as_of is None else format_date(source.as_of)
    told = _("Bron: %(source)s, %(day)s.", source=source.title, day=day)
    return f"{CONFIDENCE[definition.confidence]} {told}"


def assumed_sentence(text: Text) -> str:
    """Something that was filled in without a source."""
    return _("Aanname: %(text)s", text=localized(text))


def _unused(problem: Problem, explanation: Explanation, schemes: Schemes, names: wording.Names) -> Iterator[str]:
    hopeful: dict[str, list[str]] = {"hopeful": [], "loan": []}
    grouped: dict[str, list[str]] = {}
    for unused in explanation.unused:
        part = f" ({unused.params['part']})" if "part" in unused.params else ""
        title, kind = f"{names.title(unused.scheme)}{part}", kind_of(unused)
        sentence = wording.unused_sentence(unused, names, schemes.reasons.get(unused.scheme))
        pays = other_costs(problem, unused.scheme) if kind == "hopeful" and not part else []
        if pays:
            kind, sentence = "costs", wording.filled(UNUSED["no_cost_covered"], {"categories": pays}, names)
        if kind in hopeful:
            hopeful[kind].append(f"  - {title}: {sentence}{_not_sure(unused.scheme, schemes.definitions)}")
        else:
            grouped.setdefault(kind, []).append(f"{title}: {sentence}")
    for kind, heading in (("hopeful", _("Misschien kan ook:")), ("loan", _("Geld lenen:"))):
        if hopeful[kind]:
            yield from ("", heading, *hopeful[kind])
    yield from grouped_lines(grouped, schemes.everything)


def _not_sure(scheme: str, definitions: Mapping[str, SchemeDefinition]) -> str:
    """What stands behind a scheme whose rules were not all read in an official source, or with assumptions."""
    definition = definitions.get(scheme)
    if definition is None:
        return ""
    said = [] if definition.confidence == "verified" else [_("Mogelijk, laat het nakijken.")]
    number = len(definition.assumptions)
    said += [ngettext("%(num)s aanname.", "%(num)s aannames.", number)] if number else []
    return "".join(f" {one}" for one in said)


LONG = ("condition", "closed", "ended", "other_route")
"""Groups of which only the number is said, unless everything is asked for: what cannot change by another choice."""


def grouped_lines(grouped: Mapping[str, Sequence[str]], everything: bool) -> Iterator[str]:
    """What does not fit, by the reason why; of the longest groups only how many, unless everything is asked for."""
    if not any(grouped.values()):
        return
    yield from ("", _("Wat hier niet bij past, met de reden:"))
    hidden = False
    for kind, title in {**WHY, "other_route": OTHER_ROUTE}.items():
        found = grouped.get(kind, ())
        if not found:
            continue
        shown = everything or kind not in LONG
        hidden = hidden or not shown
        yield f"  {title} ({len(found)})" + (":" if shown else "")
        yield from (f"    - {line}" for line in found if shown)
    if hidden:
        yield _("Met --all staan ze er allemaal bij, elk met de reden.")


def _outside(answer: Answer, names: wording.Names) -> dict[str, list[str]]:
    """Every scheme that could not pay, also without costs, by the kind of reason."""
    grouped: dict[str, list[str]] = {}
    payments = {one.scheme: one for one in answer.possible}
    for verdict in answer.prepared.verdicts:
        kind, sentence = "", ""
        state = verdict.availability.state
        if not verdict.route_fits:
            kind, sentence = "other_route", str(UNUSED["other_route"])
        elif verdict.availability.explanation is not None:
            kind, sentence = "ended", localized(verdict.availability.explanation)
        elif state in WHY_OF:
            kind, sentence = WHY_OF[state], wording.availability_sentence(verdict.availability)
        elif verdict.status == "not_eligible" and verdict.reason is not None:
            kind, sentence = "condition", wording.rule_sentence(verdict.reason, names)
        elif verdict.scheme in payments and payments[verdict.scheme].up_to_cents == 0:
            kind, sentence = "money", _("Van deze regeling is het hoogste bedrag al gebruikt.")
        if kind:
            grouped.setdefault(kind, []).append(f"{names.title(verdict.scheme)}: {sentence}")
    return grouped


def line_labels(problem: Problem) -> dict[str, str]:
    """What each cost line is called: its kind of cost, with its own name behind it when that says more or tells two apart."""
    kinds = {line.id: wording.category_label(line.category) for line in problem.lines}
    labels = {}
    for line in problem.lines:
        kind, name = kinds[line.id], line.id.replace("_", " ").replace("-", " ").casefold()
        alone = list(kinds.values()).count(kind) == 1
        says_nothing = name in (kind.casefold(), line.category) or re.fullmatch(r"k\d+", name)
        labels[line.id] = kind if alone and says_nothing else f"{kind} ({line.id})"
    return labels


def _notes(notes: Iterable[AidNote], names: wording.Names) -> list[str]:
    found = [f"  - {wording.note_sentence(note, names)}" for note in notes]
    return ["", _("Let op:"), *found] if found else []


def _table(problem: Problem, proposal: Proposal, labels: Mapping[str, str], names: wording.Names) -> Iterator[str]:
    rows = [(_("kosten"), _("wie betaalt"), _("uit"), _("bedrag"))]
    for line in sorted(problem.lines, key=lambda line: line.id):
        label = f"{labels[line.id]}, {format_euros(line.amount_cents)}"
        for share in proposal.shares:
            if share.line == line.id:
                money = "" if share.funding_line is None else names.title(share.funding_line)
                rows.append((label, names.title(share.offer), money, format_euros(share.cents, exact=True)))
                label = ""
        left = next(rest for rest in proposal.rest if rest.line == line.id)
        if left.cents:
            resident = _("de werknemer") if _asks_employer(problem) else _("uzelf")
            who = _("werkgever") if left.bearer == "employer" else resident
            rows.append((label, who, "", format_euros(left.cents, exact=True)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row[:3], widths[:3], strict=True)]
        yield "  ".join([*cells, row[3].rjust(widths[3])]).rstrip()


def _asks_employer(problem: Problem) -> bool:
    """Whether the employer asks: then "u" is the company, and the person who learns is the employee."""
    return problem.circumstances.route == "employer"


def _totals(problem: Problem, proposal: Proposal) -> Iterator[str]:
    own, employer = proposal.own_contribution_cents, proposal.employer_contribution_cents
    if _asks_employer(problem):
        yield _("Het bedrijf betaalt zelf: %(amount)s", amount=format_euros(employer, exact=True))
        if own:
            yield _("De werknemer betaalt zelf: %(amount)s", amount=format_euros(own, exact=True))
    else:
        yield _("Eigen bijdrage: %(amount)s", amount=format_euros(own, exact=True))
        if employer:
            yield _("Bijdrage werkgever: %(amount)s", amount=format_euros(employer, exact=True))
    if proposal.repayable_cents:
        yield _("Terug te betalen: %(amount)s", amount=format_euros(proposal.repayable_cents, exact=True))
    hope = proposal.best_if_possible
    if hope is not None and hope.own_money_cents < proposal.value_of("own_money"):
        amount = format_euros(hope.own_money_cents, exact=True)
        yield (
            _("Als alles wat misschien kan doorgaat, betaalt het bedrijf zelf: %(amount)s", amount=amount)
            if _asks_employer(problem)
            else _("Als alles wat misschien kan doorgaat, betaalt u zelf: %(amount)s", amount=amount)
        )
    if proposal.status == "proven":
        yield _("Bewezen: een betere verdeling bestaat niet.")
    else:
        yield _("Misschien bestaat er een betere verdeling:")
        yield from (f"  - {step}" for step in open_steps(proposal.passes))


def payment_lines(
    possible: Collection[PossiblePayment], names: wording.Names, definitions: Mapping[str, SchemeDefinition]
) -> Iterator[str]:
    """Which schemes could pay up to what, and how sure that is, one line each; apart from them what could be borrowed."""
    paying = [one for one in possible if not one.repayable]
    loans = [one for one in possible if one.repayable]
    if not paying:
        yield "  " + _("Geen enkele. Een adviseur zoekt graag met u mee.")
    yield from (_payment_line(one, names, definitions) for one in paying)
    if loans:
        yield _("Lenen kan misschien ook. Een lening moet u terugbetalen:")
    yield from (_payment_line(one, names, definitions) for one in loans)


def _payment_line(payment: PossiblePayment, names: wording.Names, definitions: Mapping[str, SchemeDefinition]) -> str:
    read = payment.scheme in definitions and definitions[payment.scheme].confidence == "verified"
    if payment.certainty != "firm":
        sure = _("misschien")
    else:
        sure = _("zeker als u nu aanvraagt") if read else _("mogelijk, laat het nakijken")
    assumed = len(definitions[payment.scheme].assumptions) if payment.scheme in definitions else 0
    notes = "; " + ngettext("%(num)s aanname", "%(num)s aannames", assumed) if assumed else ""
    return f"  - {names.title(payment.scheme)}: {_most(payment)} ({sure}{notes})"


def _most(payment: PossiblePayment) -> str:
    if not payment.amount_known:
        return _("bedrag niet bekend")
    if payment.up_to_cents == 0:
        return _("het hoogste bedrag is al gebruikt")
    if payment.up_to_cents is not None:
        return _("hoogstens %(amount)s", amount=format_euros(payment.up_to_cents))
    best = max(payment.shares.values(), default=None)
    return _("geen maximum") if best is None else _("hoogstens %(share)s van de kosten", share=format_percent(best))
