"""Who pays what, what was decided, and what an advisor wanted otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from matching.problem.proposal import Share
from portal.papers.receipt.told import NamedReceipt
from portal.platform.i18n import format_euros, localized
from portal.platform.i18n import gettext as _
from portal.words.labels import OUTCOMES


def bearer_label(bearer: str) -> str:
    """Who pays what no scheme pays."""
    return _("de werkgever zelf") if bearer == "employer" else _("de inwoner zelf")


def cost_rows(told: NamedReceipt, shares: tuple[Share, ...]) -> Iterator[list[str]]:
    """Per cost line who pays of it, and what is left."""
    problem, names = told.rebuilt.problem, told.names
    for line in sorted(problem.lines, key=lambda line: line.id):
        left = line.amount_cents
        label = f"{names.title(line.id)}, {format_euros(line.amount_cents, exact=True)}"
        for share in shares:
            if share.line == line.id:
                left -= share.cents
                money = names.title(share.funding_line) if share.funding_line is not None else ""
                yield [label, names.title(share.offer), money, format_euros(share.cents, exact=True)]
        if left:
            yield [label, bearer_label(problem.bearer(line)), "", format_euros(left, exact=True)]


def total_rows(told: NamedReceipt) -> Iterator[list[str]]:
    """All costs together, and what each pays who is no scheme."""
    from matching.spec.score import totals

    shares = told.rebuilt.decided or told.rebuilt.proposal.shares
    sums = totals(told.rebuilt.problem, shares)
    yield [_("Alle kosten"), format_euros(sum(line.amount_cents for line in told.rebuilt.problem.lines), exact=True)]
    if told.rebuilt.problem.circumstances.route == "individual":
        yield [_("De inwoner betaalt zelf"), format_euros(sums["own_contribution_cents"], exact=True)]
    if sums["employer_contribution_cents"]:
        yield [_("De werkgever betaalt"), format_euros(sums["employer_contribution_cents"], exact=True)]
    if sums["repayable_cents"]:
        yield [_("Een lening, die moet terug"), format_euros(sums["repayable_cents"], exact=True)]


def outcome_rows(told: NamedReceipt) -> Iterator[list[str]]:
    """Per scheme what was decided, by whom and why."""
    for one in told.content.decision.outcomes if told.content.decision is not None else ():
        amount = format_euros(one.amount_cents, exact=True) if one.amount_cents else ""
        body = localized(one.body) if one.body is not None else ""
        outcome = str(OUTCOMES[one.outcome][0])
        yield [told.names.title(one.scheme), f"{outcome} {amount}".strip(), body, one.reason or ""]


def override_sentences(told: NamedReceipt) -> Iterator[str]:
    """What an advisor fixed or left out, with the reason."""
    for one in told.content.overrides:
        offer = told.names.title(one.offer)
        line = told.names.title(one.line) if one.line is not None else ""
        figures = {"offer": offer, "line": line, "amount": format_euros(one.cents, exact=True)}
        if one.kind == "forbidden":
            text = _("%(offer)s doet niet mee.", offer=offer)
        elif one.kind == "locked":
            text = _("%(offer)s betaalt precies %(amount)s van: %(line)s.", **figures)
        else:
            before = format_euros(one.proposed_cents or 0, exact=True)
            text = _(
                "%(offer)s betaalt %(amount)s van: %(line)s. Voorgesteld was %(before)s.", **figures, before=before
            )
        yield f"{text} " + _("Reden: %(reason)s", reason=one.reason) if one.reason else text
