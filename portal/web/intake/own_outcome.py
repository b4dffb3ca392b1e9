"""Who pays what of a question that was sent: as it was said then and as it is now, what changed and why; as a page and a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask.typing import ResponseReturnValue

from matching.offers import PLEDGE
from portal.awarding.answering import indicative_answer
from portal.awarding.decisions.models import Decision, SchemeOutcome
from portal.awarding.decisions.queries import decision_of
from portal.awarding.sent_outcomes.queries import REST, WhoPays, sent_outcome_of, who_pays, who_pays_now
from portal.cases.bundles.queries import asked_together
from portal.cases.contents import VAT_FACT
from portal.cases.pledges.models import PledgeState
from portal.cases.pledges.queries import pledge_of
from portal.papers.outcome_paper import OutcomeOnPaper, outcome_file
from portal.platform.clock import local_date, now
from portal.platform.i18n import format_amounts, format_date, format_euros, have_cents, ngettext
from portal.platform.i18n import gettext as _
from portal.spending.vouchers.queries import changes_of, vouchers_of_question
from portal.web.edge import page
from portal.web.intake.case import title_of
from portal.web.intake.corrected import changes_of as corrections
from portal.web.intake.flow import IntakeFlow
from portal.web.intake.headline import headline_without_costs, vat_reclaimed
from portal.web.intake.outcome import outcome_of
from portal.web.intake.schemes import rows_of, still_possible
from portal.web.intake.state import Intake
from portal.words.labels import label
from portal.words.voucher_labels import VOUCHER_CHANGES


@dataclass(frozen=True)
class OwnOutcome:
    """The outcome of a question that was sent."""

    headline: str
    says_now: str
    then: WhoPays | None
    """As it was said when the question was sent; None when that was not kept."""
    kept_on: date | None
    now: WhoPays | None
    rows: list[tuple[str, int, int]]
    """Who pays, the cents of then and those of now; where one of both is not known it counts as nothing."""
    why: list[str]
    """What changed since, and why."""
    possible: list[str]
    """What perhaps could pay too."""
    loans: list[str]
    """What perhaps could be borrowed: a loan pays nothing."""

    @property
    def columns(self) -> list[str]:
        """What stands above the amounts: only the times that are known."""
        return [*([_("Toen u verstuurde")] if self.then is not None else []), *([_("Nu")] if self.now else [])]

    def amounts(self, then: int, today: int) -> list[str]:
        """The amounts of a row, in the order of the columns."""
        exact = have_cents([*(cents for _who, *both in self.rows for cents in both), *self._totals])
        known = [*([then] if self.then is not None else []), *([today] if self.now is not None else [])]
        return [format_euros(cents, exact=exact) for cents in known]

    @property
    def _totals(self) -> tuple[int, int]:
        """What it costs in all, then and now."""
        return self.then.total_cents if self.then else 0, self.now.total_cents if self.now else 0

    @property
    def table(self) -> list[list[str]]:
        """The rows with their amounts in words."""
        return [[who, *self.amounts(then, today)] for who, then, today in self.rows]

    @property
    def total(self) -> list[str]:
        """The last row."""
        return [_("Samen"), *self.amounts(*self._totals)]


def own_outcome(intake: Intake) -> OwnOutcome:
    """Then and now. Without a decision the present mix is solved."""
    session, question, actor = intake.session, intake.question, intake.actor
    kept = sent_outcome_of(session, question=question, actor=actor)
    decision = decision_of(session, question=question, actor=actor)
    together = decision is None and question.is_open and bool(asked_together(session, question=question, actor=actor))
    today = None  # of trainings that were asked together the present division is that over all
    if not together:
        today = who_pays_now(session, question=question, decision=decision, on=intake.on, actor=actor)
    then = WhoPays(kept.total_cents, kept.payers, tuple(kept.possible)) if kept is not None else None
    own = [own_name(intake)] if any(one is not None and one.total_cents for one in (then, today)) else []
    names = list(dict.fromkeys([*(then.payers if then else ()), *(today.payers if today else ()), *own]))
    names.sort(key=lambda name: name.startswith(REST))
    rows = [
        (payer(intake, name), then.payers.get(name, 0) if then else 0, today.payers.get(name, 0) if today else 0)
        for name in names
    ]
    shown = today or then
    pledge = pledge_of(session, question=question, actor=actor)
    maybe = still_possible(shown.possible if shown is not None else (), intake.definitions, pledge)
    return OwnOutcome(
        headline=_could_be(intake)
        if _without_costs(today, decision)
        else _headline(intake, today, decision) + _borrowed(intake, today),
        says_now=_of_all(together) or _says_now(decision, today),
        then=then,
        kept_on=local_date(kept.kept_at) if kept is not None else None,
        now=today,
        rows=rows,
        why=[*_why(intake, decision), *_differences(then, today, rows)],
        possible=[title_of(intake, slug, None) for slug in maybe if not _is_loan(intake, slug)],
        loans=[title_of(intake, slug, None) for slug in maybe if _is_loan(intake, slug)],
    )


def payer(intake: Intake, name: str) -> str:
    """What whoever pays is called."""
    if name == PLEDGE:
        return _("Uw werkgever")
    if name == REST + "resident":
        return _("U zelf")
    if name == REST + "employer":
        return _("Uw organisatie zelf") if intake.employer_route else _("Uw werkgever, eigen kosten")
    title = title_of(intake, name, None)
    return _("%(title)s (lening)", title=title) if _is_loan(intake, name) else title


def _is_loan(intake: Intake, name: str) -> bool:
    found = intake.definitions.get(name)
    return found is not None and found.repayable


def own_part(intake: Intake, found: WhoPays) -> int:
    """What who asked pays, in cents."""
    return found.payers.get(own_name(intake), 0)


def own_name(intake: Intake) -> str:
    """How the part of who asked is called among the payers."""
    return REST + ("employer" if intake.employer_route else "resident")


def _without_costs(today: WhoPays | None, decision: Decision | None) -> bool:
    """Whether there is nothing to divide yet: then there is only what could be."""
    return decision is None and today is not None and not today.total_cents


def _could_be(intake: Intake) -> str:
    answer = indicative_answer(intake.session, question=intake.question, on=intake.on)
    definitions = {slug: scheme.definition for slug, scheme in answer.schemes.items()}
    rows = rows_of(answer, definitions, intake.money_names)
    return headline_without_costs(answer, rows, employer_route=intake.employer_route)


def _borrowed(intake: Intake, today: WhoPays | None) -> str:
    cents = sum(cents for name, cents in (today.payers if today else {}).items() if _is_loan(intake, name))
    return " " + _("Daarnaast leent u %(loan)s.", loan=format_euros(cents)) if cents else ""


def _headline(intake: Intake, today: WhoPays | None, decision: Decision | None) -> str:
    if today is None or not today.total_cents:
        return _("Wie betaalt wat")
    vat = 0 if decision is not None else _reclaimed(intake, today)
    costs = _("De opleiding kost %(total)s.", total=format_euros(today.total_cents + vat))
    return " ".join(filter(None, (costs, vat_reclaimed(vat), _own_money(intake, today, decision))))


def _reclaimed(intake: Intake, today: WhoPays) -> int:
    """The VAT that who asked reclaims, in cents: what was filled in counts with it, who pays what without."""
    return max(0, intake.question.total_cents - today.total_cents) if intake.said(VAT_FACT) is True else 0


def _own_money(intake: Intake, today: WhoPays, decision: Decision | None) -> str:
    own, expected = format_euros(own_part(intake, today)), today.payers.get(PLEDGE, 0)
    if decision is not None:
        return _("U betaalt %(own)s zelf.", own=own)
    if expected and not _promised(intake):
        pledge = format_euros(expected)
        return _("Betaalt uw werkgever %(pledge)s? Dan betaalt u waarschijnlijk %(own)s zelf.", pledge=pledge, own=own)
    return _("U betaalt waarschijnlijk %(own)s zelf.", own=own)


def _promised(intake: Intake) -> bool:
    """Whether the employer itself said that it pays."""
    pledge = pledge_of(intake.session, question=intake.question, actor=intake.actor)
    return pledge is not None and pledge.state is PledgeState.GIVEN


def _of_all(together: bool) -> str:
    if not together:
        return ""
    return _("U vroeg deze opleiding samen met andere. Wat nu geldt, staat bij de uitkomst van alle opleidingen.")


def _says_now(decision: Decision | None, today: WhoPays | None) -> str:
    if decision is not None and today is not None:
        day = format_date(local_date(decision.decided_at))
        return _("Nu: zoals besloten op %(day)s, met wat daarna veranderde.", day=day)
    if today is not None:
        return _("Nu: zoals wij het vandaag berekenen. Er is nog geen besluit.")
    return _("Er is nu geen verdeling meer. Op de pagina van uw vraag leest u waarom.")


def _why(intake: Intake, decision: Decision | None) -> list[str]:
    """What happened since that can make a difference."""
    found = []
    changed = len(corrections(intake))
    if changed:
        found.append(
            ngettext(
                "Er is %(num)s antwoord veranderd sinds u uw vraag verstuurde.",
                "Er zijn %(num)s antwoorden veranderd sinds u uw vraag verstuurde.",
                changed,
            )
        )
    for one in decision.outcomes if decision is not None else ():
        if one.outcome is SchemeOutcome.REJECTED:
            title = title_of(intake, one.scheme, one.scheme_version)
            found.append(_("%(title)s betaalt niet. De reden: %(reason)s", title=title, reason=one.reason or ""))
    for voucher in vouchers_of_question(intake.session, question=intake.question, actor=intake.actor):
        title = title_of(intake, voucher.scheme, voucher.scheme_version)
        for change in changes_of(intake.session, voucher=voucher):
            if change.amount_cents:
                what, day = label(VOUCHER_CHANGES, change.kind), format_date(local_date(change.at))
                found.append(f"{title}: {what}, {day}. {change.reason}")
        if voucher.revoke_reason:
            found.append(f"{title}: " + _("voucher ingetrokken") + f". {voucher.revoke_reason}")
    return found


def _differences(then: WhoPays | None, today: WhoPays | None, rows: Sequence[tuple[str, int, int]]) -> list[str]:
    if then is None or today is None:
        return []
    return [
        _("%(who)s: was %(then)s, is nu %(now)s.", who=who, then=format_euros(was), now=format_euros(is_now))
        for who, was, is_now in rows
        if was != is_now
    ]


def own_outcome_page(intake: Intake) -> ResponseReturnValue:
    """Who pays what, then and now."""
    return page(
        "intake/own_outcome.html",
        outcome=own_outcome(intake),
        question=intake.question,
        back=url_for(f"{intake.audience}.status", question_id=intake.id),
        pdf=url_for(f"{intake.audience}.own_outcome_pdf", question_id=intake.id),
    )


def own_outcome_pdf(intake: Intake) -> ResponseReturnValue:
    """The same on paper."""
    found = own_outcome(intake)
    made = OutcomeOnPaper(
        headline=found.headline,
        columns=[_("Wie betaalt"), *found.columns],
        rows=found.table if found.columns else [],
        total=found.total,
        notes=[found.says_now, *found.why],
        possible=found.possible,
        loans=found.loans,
        number=intake.question.reference_number or "",
    )
    return outcome_file(made, made_at=now())


def draft_outcome_pdf(_flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """The result of a draft on paper: computed now, stored nowhere."""
    answer = indicative_answer(intake.session, question=intake.question, on=intake.on)
    pledge = pledge_of(intake.session, question=intake.question, actor=intake.actor)
    result = outcome_of(answer, question=intake.question, pledge=pledge, names=intake.money_names)
    total, *amounts = format_amounts([who_pays(answer).total_cents, *(part.cents for part in result.parts)])
    made = OutcomeOnPaper(
        headline=result.headline,
        columns=[_("Wie betaalt"), _("Bedrag")],
        rows=[[part.label, amount] for part, amount in zip(result.parts, amounts, strict=True)],
        total=[_("Samen"), total],
        notes=[text for text in (result.lead, result.proof, *result.warnings) if text],
        possible=[row.title for row in result.possible],
        loans=[row.title for row in result.loans],
        steps=[
            _("Verstuur uw vraag naar een adviseur. U zit nergens aan vast."),
            *(f"{row.title}: {row.how}" for row in result.in_mix),
        ],
    )
    return outcome_file(made, made_at=now())
