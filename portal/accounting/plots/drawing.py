"""Drawing a plot as SVG: the same rows give the same bytes, with a title and description, and nothing in it that runs.

Every picture tells its figures by place, length, dashes and text; colour only helps. It stands on white, so that it reads the
same on a light page, on a dark one and on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from portal.accounting.plots.plot import Plot, PlotElsewhere, PlotName
from portal.platform.i18n import current_locale, format_euros, format_number

INK, LINE, FILL = "#1b1b1b", "#d0d0d0", "#9cc3e6"
DARK, BLUE, GREEN, ORANGE = "#1b1b1b", "#0b5fa5", "#2f7d32", "#b3540b"
SHADES = (FILL, BLUE, "#ffffff", LINE)
WIDTH, ROW, TILE = 620, 26, 132
LONGEST_NAME, ROOM_FOR_TEXT = 240, 1.7
_WAY = " · "
"""Between the parts of a name that has its parts on lines of their own."""
FONT = "sans-serif"
HIDDEN = "–"
"""What stands at a row of which the number is not shown."""
KEPT = 64
"""So many pictures stay in memory, by their rows and language."""
_NUMBERS: dict[str, Any] = {"nl": "nl-NL", "en": "en-GB"}
Rows = list[dict[str, Any]]


def svg_of(plot: Plot, *, font: str = FONT) -> str:
    """The picture of a plot in the present language. A plot without rows has a picture that only says its sentence."""
    return picture_of(plot, current_locale(), font)


@lru_cache(maxsize=KEPT)
def picture_of(plot: Plot, locale: str, font: str = FONT) -> str:
    """The picture of a plot in a language, with letters of a font, drawn once for the same rows."""
    import altair
    import vl_convert

    chart = _CHARTS[plot.name](altair, plot) if plot.rows else _empty(altair, plot)
    chart = chart.configure(background="#ffffff", font=font)
    chart = chart.configure_axis(
        labelColor=INK,
        titleColor=INK,
        gridColor=LINE,
        domainColor=INK,
        labelFontSize=13,
        titleFontSize=13,
        labelLimit=420,
    )
    chart = chart.configure_view(stroke=None).configure_legend(
        labelColor=INK, labelFontSize=13, labelLimit=320, orient="top", title=None, symbolStrokeWidth=3, symbolSize=300
    )
    drawn = vl_convert.vegalite_to_svg(chart.to_dict(validate=False), format_locale=_NUMBERS[locale])
    return _told(drawn, plot, locale)


def _told(drawn: str, plot: Plot, locale: str) -> str:
    """The picture with its title and what it says, for who does not see it."""
    opening, _sign, rest = drawn.partition(">")
    about = f'<title id="what">{escape(plot.title)}</title><desc id="says">{escape(plot.sentence)}</desc>'
    return f'{opening} role="img" aria-labelledby="what says" lang="{locale}">{about}{rest}'


def _empty(alt: Any, plot: Plot) -> Any:
    rows = alt.Data(values=[{"says": "–"}])
    return alt.Chart(rows).mark_text(fontSize=16, color=INK).encode(text="says:N").properties(width=WIDTH, height=ROW)


def _bars(alt: Any, plot: Plot, column: int, written: Callable[[Any], str] = str) -> Any:
    """A bar per row, with its figure at the end."""
    rows = [
        {
            "at": number,
            "name": str(row[0]),
            "value": row[column] or 0,
            "text": HIDDEN if number in plot.hidden else written(row[column]),
        }
        for number, row in enumerate(plot.rows)
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=alt.Axis(ticks=False, domain=False)),
        x=alt.X("value:Q", title=plot.columns[column].label, axis=alt.Axis(tickMinStep=1, format=",d")),
    )
    bars = base.mark_bar(color=FILL, stroke=DARK, strokeWidth=1)
    text = base.mark_text(align="left", dx=5, fontSize=13, color=INK).encode(text="text:N")
    return alt.layer(bars, text).properties(width=WIDTH - 200, height=ROW * len(rows))


def _numbers(alt: Any, plot: Plot) -> Any:
    return _bars(alt, plot, 1)


def _budget(alt: Any, plot: Plot) -> Any:
    """Lines over the months, each with dashes of its own and named at the top."""
    lines: tuple[tuple[int, list[int], str], ...] = (
        (1, [], DARK),
        (4, [10, 3], BLUE),
        (2, [3, 3], GREEN),
        (5, [1, 4], ORANGE),
    )
    names = [plot.columns[column].label for column, _dash, _colour in lines]
    rows: Rows = [
        {"month": row[0], "what": name, "euros": _euros(row[column])}
        for row in plot.rows
        for name, (column, _dash, _colour) in zip(names, lines, strict=True)
        if row[column] is not None
    ]
    dashes = alt.Scale(domain=names, range=[dash or [1, 0] for _column, dash, _colour in lines])
    colours = alt.Scale(domain=names, range=[colour for _column, _dash, colour in lines])
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_line(strokeWidth=3)
        .encode(
            x=alt.X(
                "month:O",
                sort=[row[0] for row in plot.rows],
                title=None,
                axis=alt.Axis(labelAngle=-45, labelOverlap=True),
            ),
            y=alt.Y("euros:Q", title="euro", axis=alt.Axis(format=",.0f")),
            color=alt.Color("what:N", scale=colours, sort=names),
            strokeDash=alt.StrokeDash("what:N", scale=dashes, sort=names),
        )
        .properties(width=WIDTH, height=300)
    )


def _redemption(alt: Any, plot: Plot) -> Any:
    """A line over the ages of vouchers, with the share at each point."""
    rows: Rows = [{"age": row[0], "share": row[2], "text": f"{row[2]}%"} for row in plot.rows]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("age:O", sort=[row["age"] for row in rows], title=None, axis=alt.Axis(labelAngle=-45)),
        y=alt.Y("share:Q", title="%", scale=alt.Scale(domain=[0, 100])),
    )
    line = base.mark_line(color=BLUE, strokeWidth=3, point=alt.OverlayMarkDef(size=60, color=BLUE))
    text = base.mark_text(dy=-14, fontSize=13, color=INK).encode(text="text:N")
    return alt.layer(line, text).properties(width=WIDTH, height=300)


def _course(alt: Any, plot: Plot) -> Any:
    """Bands around a line over the days to come, and the budget as a dashed line above them."""
    names = ("low90", "low50", "middle", "high50", "high90", "money")
    rows: Rows = [
        {"at": number, "day": row[0]} | {name: _euros(cents) for name, cents in zip(names, row[1:], strict=True)}
        for number, row in enumerate(plot.rows)
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "day:O",
            sort=[row["day"] for row in rows],
            title=None,
            axis=alt.Axis(labelAngle=-45, labelOverlap=True),
        )
    )

    def band(low: str, high: str, opacity: float) -> Any:
        area = base.mark_area(color=FILL, opacity=opacity, stroke=BLUE, strokeWidth=1)
        return area.encode(y=alt.Y(f"{low}:Q", title="euro", axis=alt.Axis(format=",.0f")), y2=f"{high}:Q")

    middle = base.mark_line(color=DARK, strokeWidth=3).encode(y="middle:Q")
    money = base.mark_line(color=ORANGE, strokeWidth=2, strokeDash=[6, 4]).encode(y="money:Q")
    return alt.layer(band("low90", "high90", 0.35), band("low50", "high50", 0.8), middle, money).properties(
        width=WIDTH, height=300
    )


def _flow(alt: Any, plot: Plot) -> Any:
    """A table of who pays, by what and for whom, against the sector: the amount stands in each field, the shade follows it."""
    rows: Rows = [
        {
            "way": _WAY.join(map(str, row[:3])),
            "sector": row[3],
            "euros": _euros(row[4]),
            "text": format_euros(_whole(row[4])),
        }
        for row in plot.rows
    ]
    ways, where = _kept(rows, "way"), _kept(rows, "sector")
    parts = f"split(datum.label, '{_WAY}')"
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y(
            "way:N",
            sort=ways,
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelExpr=parts, labelLineHeight=16, labelOffset=-16),
        ),
        x=alt.X(
            "sector:N", sort=where, title=None, axis=alt.Axis(orient="top", labelAngle=-25, ticks=False, domain=False)
        ),
    )
    field = base.mark_rect(color=FILL, stroke=DARK, strokeWidth=1).encode(
        fillOpacity=alt.FillOpacity("euros:Q", legend=None, scale=alt.Scale(range=[0.05, 1]))
    )
    text = base.mark_text(fontSize=13, color=INK).encode(text="text:N")
    return alt.layer(field, text).properties(width=max(150, 100 * len(where)), height=56 * len(ways))


def _groups(alt: Any, plot: Plot) -> Any:
    """Of every row a bar per amount; at its end stand the amount and what it is."""
    columns = list(enumerate(plot.columns))[1:]
    names = [column.label for _at, column in columns]
    rows: Rows = [
        {
            "name": str(row[0]),
            "what": column.label,
            "euros": _euros(row[at]),
            "text": f"{format_euros(_whole(row[at]))} {column.label.lower()}",
        }
        for row in plot.rows
        for at, column in columns
        if row[at] is not None
    ]
    whose = _kept(rows, "name")
    highest, lowest = max(row["euros"] for row in rows), min(0.0, *(row["euros"] for row in rows))
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y(
            "name:N",
            sort=whose,
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelLimit=LONGEST_NAME, labelPadding=8),
        ),
        yOffset=alt.YOffset("what:N", sort=names, scale=alt.Scale(paddingInner=0.15)),
        x=alt.X(
            "euros:Q",
            title="euro",
            axis=alt.Axis(format=",d", tickCount=5),
            scale=alt.Scale(domain=[lowest, max(1.0, highest) * ROOM_FOR_TEXT], nice=False),
        ),
    )
    colours = alt.Scale(domain=names, range=list(SHADES[: len(names)]))
    bars = base.mark_bar(stroke=DARK, strokeWidth=1).encode(color=alt.Color("what:N", scale=colours, sort=names))
    text = base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(text="text:N")
    return alt.layer(bars, text).properties(width=WIDTH - LONGEST_NAME, height=len(whose) * (len(names) * 18 + 10))


def _steps_of_channels(alt: Any, plot: Plot) -> Any:
    """A table of channels against steps: how many came so far is written in each field, the shade follows the share."""
    names = [column.label for column in plot.columns[1:]]
    rows: Rows = [
        {"channel": row[0], "step": name, "number": number, "share": _part(number, row[1])}
        for row in plot.rows
        for name, number in zip(names, row[1:], strict=True)
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("channel:N", sort=_kept(rows, "channel"), title=None, axis=alt.Axis(ticks=False, domain=False)),
        x=alt.X(
            "step:N", sort=names, title=None, axis=alt.Axis(orient="top", labelAngle=-25, ticks=False, domain=False)
        ),
    )
    field = base.mark_rect(color=FILL, stroke=DARK, strokeWidth=1).encode(
        fillOpacity=alt.FillOpacity("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.05, 1]))
    )
    text = base.mark_text(fontSize=13, color=INK).encode(text=alt.Text("number:Q", format=",d"))
    return alt.layer(field, text).properties(width=max(150, 90 * len(names)), height=2 * ROW * len(plot.rows))


def _tiles(alt: Any, plot: Plot) -> Any:
    """A tile per municipality with its name and number, where it lies; the shade follows the number."""
    rows: Rows = [
        {
            "name": str(row[0]),
            "number": row[1] or 0,
            "text": HIDDEN if number in plot.hidden else format_number(int(row[1] or 0)),
            "row": place[0],
            "column": place[1],
        }
        for number, (row, place) in enumerate(zip(plot.rows, plot.places, strict=True))
    ]
    width, height = (
        1 + max(place[at] for place in plot.places) - min(place[at] for place in plot.places) for at in (1, 0)
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
    )
    tile = base.mark_rect(color=FILL, stroke=DARK, strokeWidth=1, cornerRadius=4).encode(
        fillOpacity=alt.FillOpacity("number:Q", legend=None, scale=alt.Scale(domainMin=0, range=[0.05, 1]))
    )
    name = base.mark_text(dy=-12, fontSize=13, color=INK, limit=TILE - 4).encode(text="name:N")
    number = base.mark_text(dy=12, fontSize=18, fontWeight="bold", color=INK).encode(text="text:N")
    return alt.layer(tile, name, number).properties(width=TILE * width, height=TILE * height * 2 // 3)


def _part(number: Any, whole: Any) -> float:
    return min(1.0, int(number) / int(whole)) if whole else 0.0


def _kept(rows: Rows, key: str) -> list[str]:
    return list(dict.fromkeys(row[key] for row in rows))


def _whole(cents: Any) -> int:
    """Cents without the odd ones: what is written in a picture is whole euros, rounded down."""
    return int(cents) // 100 * 100


def _euros(cents: Any) -> float:
    return int(cents) / 100


_CHARTS: Mapping[PlotName | PlotElsewhere, Callable[[Any, Plot], Any]] = {
    PlotName.BUDGET: _budget,
    PlotName.FLOW: _flow,
    PlotName.FUNNEL: _numbers,
    PlotName.CHANNELS: _steps_of_channels,
    PlotName.MUNICIPALITIES: _numbers,
    PlotName.TILES: _tiles,
    PlotName.REDEMPTION: _redemption,
    PlotName.LEAD_TIMES: _numbers,
    PlotName.OUTCOMES: _numbers,
    PlotElsewhere.COURSE: _course,
    PlotElsewhere.REPORT: _groups,
}
