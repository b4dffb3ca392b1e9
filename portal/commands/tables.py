"""The answer of ``loket match`` and ``loket solve`` as text for people: a table, totals, one reason per line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from portal.platform.i18n import format_date, format_euros, format_list, format_percent, localized
from portal.platform.i18n import gettext as _
from portal.words import wording
from portal.words.proof_words import open_steps

if TYPE_CHECKING:
    from matching.answering.answer import Answer
    from matching.offers import PossiblePayment
    from matching.offers.state_aid import AidNote
    from matching.problem import Problem
    from matching.problem.proposal import Proposal
    from matching.reasons.explain import Explanation
    from schemes.region.loading import LoadedRegion


def answer_text(answer: Answer, region: LoadedRegion) -> str:
    """The whole answer to a question."""
    prepared = answer.prepared
    names = wording.Names.of_region(region)
    parts = [_("Peildatum: %(day)s", day=format_date(prepared.on))]
    if answer.proposal is not None and answer.explanation is not None:
        reasons = {verdict.scheme: verdict.reason for verdict in prepared.verdicts}
        parts.append(proposal_text(prepared.problem, answer.proposal, answer.explanation, reasons, names))
    else:
        parts.append(_("Er zijn nog geen kosten. Deze regelingen kunnen misschien meebetalen:"))
        parts.extend(payment_lines(answer.possible, names))
        parts.extend(_notes(answer.notes, names))
        parts.extend(_ended(answer, names))
    parts += ["", _("Wat u nu kunt doen:")]
    parts.extend(f"  - {wording.next_step_sentence(step)}" for step in answer.next_steps)
    return "\n".join(parts)


def proposal_text(
    problem: Problem,
    proposal: Proposal,
    explanation: Explanation,
    reasons: Mapping[str, Any],
    names: wording.Names = wording.NO_NAMES,
) -> str:
    """A mix with its reasons."""
    labels = line_labels(problem)
    names = replace(names, titles={**labels, **names.titles})
    lines = list(_table(problem, proposal, labels, names))
    lines += ["", *_totals(proposal), ""]
    lines += [_("Waarom deze bedragen:")]
    lines += [f"  - {names.title(one.offer)}: {wording.used_sentence(one, names)}" for one in explanation.used]
    if explanation.pays_first:
        lines.append(_("Volgorde: %(order)s.", order=format_list(names.title(name) for name in explanation.pays_first)))
    if explanation.uncovered:
        lines += ["", _("Wat overblijft:")]
    for left in explanation.uncovered:
        amount = format_euros(left.cents, exact=True)
        lines.append(f"  - {labels[left.line]}, {amount}: {wording.uncovered_sentence(left, names)}")
    lines += _notes(explanation.notes, names)
    if explanation.unused:
        lines += ["", _("Niet in de mix:")]
        for unused in explanation.unused:
            sentence = wording.unused_sentence(unused, names, reasons.get(unused.scheme))
            part = f" ({unused.params['part']})" if "part" in unused.params else ""
            lines.append(f"  - {names.title(unused.scheme)}{part}: {sentence}")
    return "\n".join(lines)


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


def _ended(answer: Answer, names: wording.Names) -> list[str]:
    """Schemes for this way of asking that have ended, each in its own words."""
    verdicts = [one for one in answer.prepared.verdicts if one.route_fits and one.availability.explanation is not None]
    found = [f"  - {names.title(one.scheme)}: {localized(one.availability.explanation)}" for one in verdicts]
    return ["", _("Deze regelingen bestaan niet meer:"), *found] if found else []


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
            who = _("werkgever") if left.bearer == "employer" else _("uzelf")
            rows.append((label, who, "", format_euros(left.cents, exact=True)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row[:3], widths[:3], strict=True)]
        yield "  ".join([*cells, row[3].rjust(widths[3])]).rstrip()


def _totals(proposal: Proposal) -> Iterator[str]:
    yield _("Eigen bijdrage: %(amount)s", amount=format_euros(proposal.own_contribution_cents, exact=True))
    if proposal.employer_contribution_cents:
        yield _("Bijdrage werkgever: %(amount)s", amount=format_euros(proposal.employer_contribution_cents, exact=True))
    if proposal.repayable_cents:
        yield _("Terug te betalen: %(amount)s", amount=format_euros(proposal.repayable_cents, exact=True))
    hope = proposal.best_if_possible
    if hope is not None and hope.own_money_cents < proposal.value_of("own_money"):
        amount = format_euros(hope.own_money_cents, exact=True)
        yield _("Als alles wat misschien kan doorgaat, betaalt u zelf: %(amount)s", amount=amount)
    if proposal.status == "proven":
        yield _("Bewezen: een betere verdeling bestaat niet.")
    else:
        yield _("Misschien bestaat er een betere verdeling:")
        yield from (f"  - {step}" for step in open_steps(proposal.passes))


def payment_lines(possible: Iterable[PossiblePayment], names: wording.Names) -> Iterator[str]:
    """Which schemes could pay up to what, one line each."""
    if not possible:
        yield "  " + _("Geen enkele. Een adviseur zoekt graag met u mee.")
    for payment in possible:
        if not payment.amount_known:
            amount = _("bedrag niet bekend")
        elif payment.up_to_cents is not None:
            amount = _("hoogstens %(amount)s", amount=format_euros(payment.up_to_cents))
        else:
            best = max(payment.shares.values(), default=None)
            amount = (
                _("geen maximum")
                if best is None
                else _("hoogstens %(share)s van de kosten", share=format_percent(best))
            )
        sure = _("zeker als u nu aanvraagt") if payment.certainty == "firm" else _("misschien")
        loan = ", " + _("een lening") if payment.repayable else ""
        yield f"  - {names.title(payment.scheme)}: {amount} ({sure}{loan})"
