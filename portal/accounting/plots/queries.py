"""Reading a plot: the figures with their words. The sentence of each says what its own rows say, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from sqlalchemy.orm import Session

from portal.accounting.channels import OF_QUESTIONS, FunnelStep, channels
from portal.accounting.plots.figures import (
    AGES,
    MonthStanding,
    MunicipalityFigures,
    OutcomeCounts,
    hidden_places,
    last_day_of_money,
    months,
    municipalities,
    outcome_counts,
    people_of,
    steps,
    used_by_age,
    with_expected,
)
from portal.accounting.plots.flow import money_flow
from portal.accounting.plots.map import tile_map
from portal.accounting.plots.plot import Measure, Plot, PlotColumn, PlotName, few_words, share
from portal.accounting.scope import scope_of
from portal.framework.trainings.queries import municipality_names
from portal.oversight.lead_times import MEASURED_OVER, SHOWN_FROM, LeadTimeStep, days_per_step, percentile
from portal.people.actor import Actor
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.words.origin_labels import FUNNEL_STEPS, HEARD_FROM

WEEKS = (1, 2, 3, 4, 6, 8, 10, 13, 26)


def plots_of(session: Session, *, actor: Actor) -> tuple[PlotName, ...]:
    """The plots that somebody may see: all, for who sees all money; for others none."""
    scope = scope_of(session, actor=actor)
    return tuple(PlotName) if scope is not None and scope.is_whole else ()


def plot(session: Session, *, name: PlotName, actor: Actor, today: date) -> Plot | None:
    """One plot as it is today; None for who may not see it."""
    if name not in plots_of(session, actor=actor):
        return None
    return _MADE[name](session, actor, today)


def _budget(session: Session, actor: Actor, today: date) -> Plot:
    standings = with_expected(months(session, today=today), until=last_day_of_money(session))
    columns = (
        PlotColumn(_("Maand")),
        PlotColumn(_("Budget"), Measure.CENTS),
        PlotColumn(_("Besteed"), Measure.CENTS),
        PlotColumn(_("Gereserveerd"), Measure.CENTS),
        PlotColumn(_("Besteed en gereserveerd"), Measure.CENTS),
        PlotColumn(_("Verwacht"), Measure.CENTS),
    )
    rows = tuple(_month_row(one, today) for one in standings)
    title = _("Hoe snel het budget op raakt")
    return Plot(PlotName.BUDGET, title, budget_sentence(standings, today=today), columns, rows)


def _month_row(one: MonthStanding, today: date) -> tuple[str | int | None, ...]:
    month = format_date(one.month, "month")
    if one.month > today:
        return (month, one.budget_cents, None, None, None, one.expected_cents)
    return (
        month,
        one.budget_cents,
        one.spent_cents,
        one.reserved_cents,
        one.committed_cents,
        one.expected_cents,
    )


def budget_sentence(standings: list[MonthStanding], *, today: date) -> str:
    """What the months say: how much of the budget is laid down, and when it is gone at this pace, or what is left then."""
    known = [one for one in standings if one.month <= today]
    if not known or known[-1].budget_cents <= 0:
        return _("Er is nog geen budget.")
    now = known[-1]
    said = {
        "committed": format_euros(now.committed_cents),
        "budget": format_euros(now.budget_cents),
        "percent": share(now.committed_cents, now.budget_cents),
    }
    if now.committed_cents >= now.budget_cents:
        return _("Het hele budget van %(budget)s is besteed of gereserveerd.", **said)
    ahead = [one for one in standings if one.month > today and one.expected_cents is not None]
    if not ahead:
        return _("Van het budget van %(budget)s is %(committed)s besteed of gereserveerd (%(percent)s%%).", **said)
    gone = next((one for one in ahead if (one.expected_cents or 0) >= one.budget_cents), None)
    if gone is not None:
        return _(
            "Van het budget van %(budget)s is %(committed)s besteed of gereserveerd (%(percent)s%%); "
            "in dit tempo is het op in %(month)s.",
            month=format_date(gone.month, "month"),
            **said,
        )
    last = ahead[-1]
    return _(
        "Van het budget van %(budget)s is %(committed)s besteed of gereserveerd (%(percent)s%%); "
        "in dit tempo is eind %(month)s nog %(left)s over.",
        month=format_date(last.month, "month"),
        left=format_euros(last.budget_cents - (last.expected_cents or 0)),
        **said,
    )


def _redemption(session: Session, actor: Actor, today: date) -> Plot:
    issued, used = used_by_age(session, today=today)
    labels = [*(_("binnen %(days)s dagen", days=age) for age in AGES), _("tot nu")]
    rows = tuple((text, cents, share(cents, issued)) for text, cents in zip(labels, used, strict=True))
    columns = (
        PlotColumn(_("Na uitgifte van de voucher")),
        PlotColumn(_("Gebruikt"), Measure.CENTS),
        PlotColumn(_("Deel van alle vouchers"), Measure.PERCENT),
    )
    title = _("Hoe snel vouchers worden gebruikt")
    return Plot(PlotName.REDEMPTION, title, redemption_sentence(issued, used), columns, rows)


def redemption_sentence(issued: int, used: list[int]) -> str:
    """How much of the vouchers was used, and how soon half of that was."""
    all_used = used[-1]
    said = {"issued": format_euros(issued), "used": format_euros(all_used), "percent": share(all_used, issued)}
    if all_used <= 0:
        return _("Van %(issued)s aan vouchers is nog niets gebruikt.", **said)
    half = next((age for age, cents in zip(AGES, used, strict=False) if cents * 2 >= all_used), None)
    if half is None:
        return _(
            "Van %(issued)s aan vouchers is %(used)s gebruikt (%(percent)s%%); de helft daarvan pas na %(days)s dagen.",
            days=AGES[-1],
            **said,
        )
    return _(
        "Van %(issued)s aan vouchers is %(used)s gebruikt (%(percent)s%%); "
        "de helft daarvan binnen %(days)s dagen na de uitgifte.",
        days=half,
        **said,
    )


def _lead_times(session: Session, actor: Actor, today: date) -> Plot:
    found = days_per_step(session, actor=actor, first=today - MEASURED_OVER, last=today)
    days = found.get(LeadTimeStep.WHOLE, [])
    limits = [7 * weeks for weeks in WEEKS]
    labels = [
        _("tot en met 1 week"),
        *(_("meer dan %(from)s tot en met %(to)s weken", **{"from": low, "to": high}) for low, high in pairwise(WEEKS)),
        _("meer dan %(weeks)s weken", weeks=WEEKS[-1]),
    ]
    numbers = [0] * len(labels)
    for day in days:
        numbers[next((at for at, limit in enumerate(limits) if day <= limit), len(limits))] += 1
    shown = len(days) >= SHOWN_FROM
    columns = (PlotColumn(_("Van vraag tot besluit")), PlotColumn(_("Aantal vragen"), Measure.COUNT))
    rows = tuple(zip(labels, numbers, strict=True)) if shown else ()
    title = _("Hoe lang het duurt van vraag tot besluit")
    return Plot(PlotName.LEAD_TIMES, title, lead_time_sentence(days), columns, rows)


def lead_time_sentence(days: list[int]) -> str:
    """Within how many days half of the questions had a decision, and nine of ten. With too few no days are told."""
    if len(days) < SHOWN_FROM:
        return _("Er zijn te weinig vragen met een besluit om te laten zien hoe lang het duurt.")
    return _(
        "Van %(number)s vragen had de helft een besluit binnen %(half)s dagen, en negen van de tien binnen %(most)s dagen.",
        number=len(days),
        half=percentile(days, 50),
        most=percentile(days, 90),
    )


def _funnel(session: Session, actor: Actor, today: date) -> Plot:
    found = steps(session)
    rows = (
        (_("Vraag verstuurd"), found.sent),
        (_("Gesprek gehad"), found.talked),
        (_("Aangevraagd"), found.applied),
        (_("Besluit genomen"), found.decided),
        (_("Voucher gekregen"), found.awarded),
        (_("Voucher gebruikt"), found.used),
    )
    sentence = _("Er is nog geen vraag verstuurd.")
    if found.sent:
        sentence = _(
            "Van de %(sent)s vragen die zijn verstuurd, kregen er %(awarded)s een voucher en gebruikten er %(used)s die.",
            sent=found.sent,
            awarded=found.awarded,
            used=found.used,
        )
    columns = (PlotColumn(_("Stap")), PlotColumn(_("Aantal vragen"), Measure.COUNT))
    return Plot(PlotName.FUNNEL, _("Hoe ver vragen komen"), sentence, columns, rows)


def _channels(session: Session, actor: Actor, today: date) -> Plot:
    shown = channels(session, actor=actor, first=None, last=today)
    by = shown.by_heard if shown is not None else {}
    names = {key: str(HEARD_FROM[key]) for key in HEARD_FROM if key in by} | (
        {"": _("niet gezegd")} if "" in by else {}
    )
    rows: tuple[tuple[str | int | None, ...], ...] = tuple(
        (name, *(by[key][step] for step in OF_QUESTIONS)) for key, name in names.items()
    )
    sentence = channel_sentence({name: by[key][FunnelStep.SENT] for key, name in names.items()}, names.get(""))
    columns = (
        PlotColumn(_("Gehoord via")),
        *(PlotColumn(str(FUNNEL_STEPS[step]), Measure.COUNT) for step in OF_QUESTIONS),
    )
    return Plot(PlotName.CHANNELS, _("Hoe ver vragen komen per kanaal"), sentence, columns, rows)


def channel_sentence(sent: Mapping[str, int], not_said: str | None) -> str:
    """Of how many questions it is known how people heard of the desk, and by which channel most of those came."""
    everything = sum(sent.values())
    said = {name: number for name, number in sent.items() if name != not_said}
    if not everything:
        return _("Er is nog geen vraag verstuurd.")
    if not said:
        return _(
            "Van de %(sent)s vragen die zijn verstuurd, is van geen bekend hoe mensen van het loket hoorden.",
            sent=everything,
        )
    most = max(said, key=lambda name: said[name])
    return _(
        "Van de %(sent)s vragen die zijn verstuurd, is van %(number)s bekend hoe mensen van het loket hoorden: "
        "%(most)s keer via %(channel)s, en nergens vaker.",
        sent=everything,
        number=sum(said.values()),
        most=said[most],
        channel=most,
    )


def _municipalities(session: Session, actor: Actor, today: date) -> Plot:
    names, unknown = municipality_names(session, on=today), _("niet bekend")
    found = municipalities(session)
    few = hidden_places(found)
    found.sort(
        key=lambda one: (one.municipality or "") in few
    )  # the order of what is hidden would tell which is larger
    shown = [one for one in found if (one.municipality or "") not in few]

    def name(one: MunicipalityFigures) -> str:
        return names.get(one.municipality, one.municipality) if one.municipality else unknown

    rows: tuple[tuple[str | int | None, ...], ...] = (
        *((name(one), one.people, one.vouchers, one.cents) for one in shown),
        *((place, None, None, None) for place in sorted(name(one) for one in found[len(shown) :])),
    )
    columns = (
        PlotColumn(_("Gemeente")),
        PlotColumn(_("Personen"), Measure.COUNT),
        PlotColumn(_("Vouchers"), Measure.COUNT),
        PlotColumn(_("Besteed en gereserveerd"), Measure.CENTS),
    )
    hidden = frozenset(range(len(shown), len(rows)))
    sentence = municipality_sentence(name(shown[0]) if shown else None, people_of(session), shown)
    if hidden:
        sentence = f"{sentence} {few_words()}".strip()
    return Plot(PlotName.MUNICIPALITIES, _("Uit welke gemeenten"), sentence, columns, rows, hidden=hidden)


def municipality_sentence(place: str | None, everybody: int, shown: Sequence[MunicipalityFigures]) -> str:
    """How many people have a voucher, and where most of them belong, of what is shown; nowhere are more."""
    if not everybody:
        return _("Er is nog geen voucher uitgegeven.")
    if place is None:
        return ""
    return _(
        "Van de %(all)s personen met een voucher horen er %(most)s bij %(place)s (%(percent)s%%); nergens zijn het er meer.",
        all=everybody,
        most=shown[0].people,
        place=place,
        percent=share(shown[0].people, everybody),
    )


def _outcomes(session: Session, actor: Actor, today: date) -> Plot:
    found = outcome_counts(session)
    named = {
        "asked": _("Gevraagd hoe het ging"),
        "answered": _("Antwoorden"),
        "finished": _("Opleiding afgemaakt"),
        "at_work": _("Aan het werk"),
        "found_work": _("Zocht werk en werkt nu"),
        "not_without": _("Niet zonder het geld"),
    }
    rows = tuple((name, None if key in found.hidden else getattr(found, key)) for key, name in named.items())
    hidden = frozenset(place for place, (_name, number) in enumerate(rows) if number is None)
    columns = (PlotColumn(_("Wat er werd gezegd")), PlotColumn(_("Aantal keer"), Measure.COUNT))
    title, sentence = _("Hoe het ging na de opleiding"), outcome_sentence(found)
    return Plot(PlotName.OUTCOMES, title, sentence, columns, rows if found.asked else (), hidden=hidden)


def outcome_sentence(found: OutcomeCounts) -> str:
    """How often was asked and answered, and how often the training was finished, as far as that is shown."""
    if not found.asked:
        return _("Er is nog niet gevraagd hoe het ging.")
    if found.hidden.intersection(("asked", "answered", "finished")):
        return few_words()
    said = _(
        "Van de %(asked)s keer dat wij vroegen hoe het ging, kwam er %(answered)s keer antwoord (%(percent)s%%): "
        "%(finished)s keer was de opleiding afgemaakt.",
        asked=found.asked,
        answered=found.answered,
        percent=share(found.answered, found.asked),
        finished=found.finished,
    )
    return f"{said} {few_words()}" if found.hidden else said


_MADE: Mapping[PlotName, Callable[[Session, Actor, date], Plot]] = {
    PlotName.BUDGET: _budget,
    PlotName.FLOW: money_flow,
    PlotName.FUNNEL: _funnel,
    PlotName.CHANNELS: _channels,
    PlotName.MUNICIPALITIES: _municipalities,
    PlotName.TILES: tile_map,
    PlotName.REDEMPTION: _redemption,
    PlotName.LEAD_TIMES: _lead_times,
    PlotName.OUTCOMES: _outcomes,
}
