"""What the result page shows: the headline, who pays what, the proof in words, and what to do next. No sentence has a figure
that is not in the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matching.offers import PLEDGE
from matching.offers.state_aid import AidNote, declarations
from matching.what_if.insight import Insight
from portal.awarding.answering import QuestionAnswer
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.platform.i18n import format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.web.intake.headline import HeadlineFigures, headline_of, headline_without_costs
from portal.web.intake.schemes import SchemeRow, rows_of
from portal.web.labels.insight import InsightView, Reader, insight_view
from portal.words.names import Names
from portal.words.proof_words import open_steps
from portal.words.standing import WHY
from portal.words.wording import category_label, note_sentence, uncovered_sentence
from schemes.definition import SchemeDefinition

OWN = "own"
WITH_PERMISSION = ("ww", "zw", "wia_wga", "wajong")
"""Benefits of UWV: training while on these needs permission first."""


@dataclass(frozen=True)
class PayerPart:
    """One payer in the bar and the table."""

    key: str
    label: str
    cents: int
    kind: str
    covers: str
    note: str = ""


@dataclass(frozen=True)
class CostRow:
    """One cost line with what each payer pays of it."""

    label: str
    cents: int
    shares: Mapping[str, int]
    note: str = ""


@dataclass(frozen=True)
class ReasonGroup:
    """Schemes that cannot be for one kind of reason."""

    title: str
    rows: list[SchemeRow]


@dataclass(frozen=True)
class OutcomePage:
    """Everything on the result page."""

    headline: str
    lead: str
    total_cents: int
    own_cents: int
    parts: list[PayerPart]
    lines: list[CostRow]
    proof: str
    proven: bool
    in_mix: list[SchemeRow]
    possible: list[SchemeRow]
    loans: list[SchemeRow]
    not_possible: list[SchemeRow]
    """Without those that no longer exist."""
    ended: list[SchemeRow]
    todo: list[dict[str, Any]]
    insight: InsightView | None
    """How sure it is, other mixes, and what would change it; None without costs."""
    warnings: list[str]
    assumptions: bool
    begun: bool
    """Whether the training has begun already, as far as was filled in."""

    @property
    def has_costs(self) -> bool:
        """Whether there is a mix: without costs there is only what schemes could pay."""
        return bool(self.lines)

    @property
    def by_reason(self) -> list[ReasonGroup]:
        """The schemes that cannot be, by why not."""
        found = [
            ReasonGroup(str(title), [row for row in self.not_possible if row.why == why]) for why, title in WHY.items()
        ]
        return [group for group in found if group.rows]

    @property
    def nothing(self) -> bool:
        """Whether no scheme pays or may pay."""
        return not (self.in_mix or self.possible or self.loans)


def outcome_of(
    answer: QuestionAnswer, *, question: DevelopmentQuestion, pledge: Pledge | None, names: Names
) -> OutcomePage:
    """The answer as the page shows it."""
    definitions = {slug: scheme.definition for slug, scheme in answer.schemes.items()}
    labels = line_labels(question)
    named = Names({**names.titles, **labels}, names.facts, names.lists)
    rows = rows_of(answer, definitions, named)
    parts = _parts(answer, definitions, question, pledge)
    groups = {name: [row for row in rows if row.group == name] for name in ("in_mix", "possible", "loan", "not")}
    worth_most = {name: sorted(some, key=_worth_most) for name, some in groups.items() if name != "not"}
    found = _with_promise(answer)
    figures = _figures(found, answer, question, pledge)
    return OutcomePage(
        headline=_headline(answer, question, figures, rows),
        lead=_lead(answer, question, rows),
        total_cents=question.total_cents,
        own_cents=_own_cents(answer, question),
        parts=parts,
        lines=_lines(answer, question, parts, labels, named),
        proof=_proof(answer),
        proven=answer.proposal is not None and answer.proposal.status == "proven",
        in_mix=worth_most["in_mix"],
        possible=worth_most["possible"],
        loans=worth_most["loan"],
        not_possible=[row for row in groups["not"] if row.why != "ended"],
        ended=[row for row in groups["not"] if row.why == "ended"],
        todo=[],
        insight=_insight(found, question, named, figures, groups),
        warnings=_warnings(answer, question, definitions, named),
        assumptions=any(definitions[row.scheme].assumptions for row in rows if row.group in ("in_mix", "possible")),
        begun=has_begun(answer),
    )


def _worth_most(row: SchemeRow) -> tuple[bool, int, str]:
    """The order in which schemes are shown: what pays most first, of which nobody knows the amount last."""
    return row.cents is None, -(row.cents or 0), row.title.casefold()


def line_labels(question: DevelopmentQuestion) -> dict[str, str]:
    """What each cost line is called: its own description, else its kind."""
    return {line.line_key: line.description or category_label(line.category) for line in question.cost_lines}


def _own_cents(answer: QuestionAnswer, question: DevelopmentQuestion) -> int:
    if answer.proposal is None:
        return 0
    bearer = "employer" if question.route is Route.EMPLOYER else "resident"
    return sum(left.cents for left in answer.proposal.rest if left.bearer == bearer)


def _figures(
    found: Insight | None, answer: QuestionAnswer, question: DevelopmentQuestion, pledge: Pledge | None
) -> HeadlineFigures | None:
    """What the headline may count; None without costs."""
    mix = answer.proposal
    if found is None or mix is None:
        return None
    now, worst = found.interval.now_cents, found.interval.worst_cents
    promised = 0
    if pledge is not None and not pledge.counts:
        promised = sum(share.cents for share in mix.shares if share.offer == PLEDGE)
    alone = answer.unpromised() if promised else None
    total = sum(line.amount_cents for line in answer.problem.lines)
    otherwise = total if alone is None else alone.worst_cents
    return HeadlineFigures(
        total=total,
        now=now,
        worst=worst,
        borrowed=mix.repayable_cents,
        promised=promised,
        otherwise=otherwise if promised else now,
        vat=question.total_cents - total,
        otherwise_open=bool(promised) and (alone is None or not alone.certain),
    )


def _with_promise(answer: QuestionAnswer) -> Insight | None:
    """What explains the answer further. Money of the employer in general is nothing open once the employer's own counts."""
    found = answer.insight()
    if found is None or not answer.problem.pledges:
        return found
    general = {slug for slug, one in answer.schemes.items() if one.definition.kind == "employer_contribution"}
    points = tuple(point for point in found.interval.points if point.offer not in general)
    return replace(found, interval=replace(found.interval, points=points))


def _headline(
    answer: QuestionAnswer, question: DevelopmentQuestion, figures: HeadlineFigures | None, rows: list[SchemeRow]
) -> str:
    employer_route = question.route is Route.EMPLOYER
    if figures is None:
        return headline_without_costs(answer, rows, employer_route=employer_route)
    hopeful = any(row.group == "possible" for row in rows)  # a loan pays nothing
    return headline_of(figures, employer_route=employer_route, hopeful=hopeful)


def _lead(answer: QuestionAnswer, question: DevelopmentQuestion, rows: list[SchemeRow]) -> str:
    if answer.proposal is not None:
        return _("Dit is een berekening, nog geen besluit. Een adviseur kijkt met u mee.")
    if not any(row.group in ("in_mix", "possible", "loan") for row in rows):
        return _("Er is vaak meer mogelijk dan wij hier kunnen uitrekenen. Een gesprek is gratis.")
    if question.training_name is None:
        return _("Het hangt af van de opleiding. Een adviseur zoekt er samen met u een die past. Dat is gratis.")
    return _("U hebt nog geen kosten ingevuld. Daarom ziet u per regeling hoeveel die hoogstens betaalt.")


# Who pays what ---------------------------------------------------------------------------------------------------------


def _parts(
    answer: QuestionAnswer,
    definitions: Mapping[str, SchemeDefinition],
    question: DevelopmentQuestion,
    pledge: Pledge | None,
) -> list[PayerPart]:
    if answer.proposal is None or answer.explanation is None:
        return []
    paid: dict[str, dict[str, int]] = {}
    for share in answer.proposal.shares:
        lines = paid.setdefault(share.offer, {})
        lines[share.line] = lines.get(share.line, 0) + share.cents
    category = {line.id: line.category for line in answer.problem.lines}
    parts = []
    for name in answer.explanation.pays_first:
        covers = _covers(paid[name], category)
        cents = sum(paid[name].values())
        if name == PLEDGE:
            parts.append(PayerPart(name, _("Uw werkgever"), cents, "employer", covers, _pledge_note(pledge)))
        else:
            parts.append(_scheme_part(name, definitions[name], cents, covers))
    for bearer, label, kind in _bearers(question):
        left = {rest.line: rest.cents for rest in answer.proposal.rest if rest.bearer == bearer and rest.cents}
        if left or (bearer == _asker(question)):
            parts.append(PayerPart(f"rest.{bearer}", label, sum(left.values()), kind, _covers(left, category)))
    return parts


def _scheme_part(slug: str, definition: SchemeDefinition, cents: int, covers: str) -> PayerPart:
    from portal.platform.i18n import localized

    kind = "loan" if definition.repayable else "sector" if definition.sector_fund else "scheme"
    note = _("Dit is een lening. U moet dit terugbetalen.") if definition.repayable else ""
    return PayerPart(slug, localized(definition.title), cents, kind, covers, note)


def _asker(question: DevelopmentQuestion) -> str:
    return "employer" if question.route is Route.EMPLOYER else "resident"


def _bearers(question: DevelopmentQuestion) -> list[tuple[str, str, str]]:
    if question.route is Route.EMPLOYER:
        return [("employer", _("Uw organisatie zelf"), OWN)]
    return [("employer", _("Uw werkgever, eigen kosten"), "employer"), ("resident", _("U zelf"), OWN)]


def _covers(cents: Mapping[str, int], category: Mapping[str, str]) -> str:
    return format_list(dict.fromkeys(category_label(category[line]) for line, amount in cents.items() if amount))


def _pledge_note(pledge: Pledge | None) -> str:
    if pledge is None:
        return ""
    if pledge.state is PledgeState.GIVEN:
        return _("Uw werkgever heeft ja gezegd.")
    return _("Dit verwacht u van uw werkgever. Het is nog niet bevestigd.")


def _lines(
    answer: QuestionAnswer,
    question: DevelopmentQuestion,
    parts: list[PayerPart],
    labels: Mapping[str, str],
    names: Names,
) -> list[CostRow]:
    if answer.proposal is None or answer.explanation is None:
        return []
    shares: dict[str, dict[str, int]] = {line.id: {} for line in answer.problem.lines}
    for share in answer.proposal.shares:
        row = shares[share.line]
        row[share.offer] = row.get(share.offer, 0) + share.cents
    for left in answer.proposal.rest:
        shares[left.line][f"rest.{left.bearer}"] = left.cents
    why = {item.line: uncovered_sentence(item, names) for item in answer.explanation.uncovered}
    return [
        CostRow(labels[line.id], line.amount_cents, shares[line.id], why.get(line.id, ""))
        for line in answer.problem.lines
    ]


# What it is worth ------------------------------------------------------------------------------------------------------


def _proof(answer: QuestionAnswer) -> str:
    mix = answer.proposal
    if mix is None:
        return ""
    if mix.status == "proven":
        return _("Er is geen betere verdeling mogelijk met deze regelingen en dit geld. Dat is bewezen.")
    step = open_steps(mix.passes)[0]
    if mix.own_money_gap_cents > 0:
        said = _(
            "Wij konden niet bewijzen dat dit de beste verdeling is. Het kan hoogstens %(gap)s voordeliger.",
            gap=format_euros(mix.own_money_gap_cents),
        )
    else:
        said = _(
            "Goedkoper voor u kan het niet. Of het geld van de regelingen zo het best is verdeeld, is niet bewezen."
        )
    return f"{said} {step}"


def _insight(
    found: Insight | None,
    question: DevelopmentQuestion,
    names: Names,
    figures: HeadlineFigures | None,
    groups: Mapping[str, list[SchemeRow]],
) -> InsightView | None:
    if found is None or figures is None:
        return None
    told = {point.offer for point in found.interval.points}
    reader = Reader(
        True,
        question.route is Route.EMPLOYER,
        question.borrow_up_to_cents > 0,
        hopeful=any(row.scheme not in told for row in groups["possible"]),
        to_check=tuple(row.title for row in groups["in_mix"] if not row.sure),
        otherwise_cents=figures.otherwise if figures.depends else None,
    )
    return insight_view(found, names, reader)


def has_begun(answer: QuestionAnswer) -> bool:
    """Whether the training has begun already, as far as was filled in."""
    start = answer.facts.get("training_start")
    return isinstance(start, date) and start < answer.on


def _warnings(
    answer: QuestionAnswer, question: DevelopmentQuestion, definitions: Mapping[str, SchemeDefinition], names: Names
) -> list[str]:
    found, begun = [], has_begun(answer)
    offered = [verdict.scheme for verdict in answer.verdicts if verdict.can_be_offered]
    if begun:
        found.append(
            _("Uw opleiding is al begonnen. Regelingen die u vooraf moet aanvragen, kunnen dan niet meer betalen.")
            if question.route is Route.INDIVIDUAL
            else _("De opleiding is al begonnen. Regelingen die u vooraf moet aanvragen, kunnen dan niet meer betalen.")
        )
    elif any(definitions[slug].apply.before_start for slug in offered):
        found.append(
            _("Begin nog niet met de opleiding. Sommige regelingen betalen alleen als u eerst een besluit hebt.")
        )
    if answer.facts.get("benefit") in WITH_PERMISSION and begun:
        found.append(_("U krijgt een uitkering van UWV. Vraag UWV meteen of u deze opleiding mag doen."))
    elif answer.facts.get("benefit") in WITH_PERMISSION:
        found.append(
            _("U krijgt een uitkering van UWV. Vraag UWV eerst of u deze opleiding mag doen. Begin niet eerder.")
        )
    if answer.facts.get("benefit") in ("bijstand", "ioaw"):
        found.append(_("U krijgt een uitkering van de gemeente. Vraag uw gemeente eerst of u deze opleiding mag doen."))
    found += [note_sentence(note, names) for note in notes(answer)]
    return found


def notes(answer: QuestionAnswer) -> tuple[AidNote, ...]:
    """What still has to be declared; also without costs."""
    return answer.explanation.notes if answer.explanation is not None else tuple(declarations(answer.problem))
