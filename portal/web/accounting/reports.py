"""The accountability report on the screen: which money and days, each figure with what is behind it, the texts, and the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.figures.definitions import REGISTRY
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import may_open
from portal.accounting.reports.actions import TextPlace, write_report_text
from portal.accounting.reports.chapters import TEXTS
from portal.accounting.reports.document import period_words, report_title
from portal.accounting.reports.files import ReportFormat, file_name, file_of, made_at_once, report_print
from portal.accounting.reports.packages import COLUMNS, MEANING, TITLE, PackageTable
from portal.accounting.reports.queries import (
    AccountabilityReport,
    ReportCell,
    ReportChapter,
    ReportTable,
    WrittenText,
    accountability_report,
    widest_period,
)
from portal.accounting.reports.texts import LONGEST_TEXT
from portal.accounting.scope import scope_of
from portal.accounting.source_report.showing import source_intro, source_tables, source_title
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import current_locale, format_date, localized, supported_locale, use_locale
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import READING, Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import admits, current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
ALL_MONEY = ""
FILE_LANGUAGE = "verslagtaal"
"""In an address: the language of a file, whatever the language of the pages is."""
SEEN = "gezien"
"""In an address that asks for a file: the print of the report as it was seen."""
ADDRESSES = {
    ReportFormat.SHEET: "accounting.report_sheet",
    ReportFormat.LIST: "accounting.report_list",
    ReportFormat.PAPER: "accounting.report_paper",
}
"""Where each file is made while somebody waits."""


class ReportForm(Form):
    """Whose money, over which period, as it stood on which day."""

    geldgever = ChoiceField(_l("Over welk geld?"), choices=[], optional=True)
    van = DutchDateField(_l("Van"), earliest=FIRST_DAY, latest=LAST_DAY)
    tot = DutchDateField(_l("Tot en met"), earliest=FIRST_DAY, latest=LAST_DAY)
    op = DutchDateField(_l("Stand op"), earliest=FIRST_DAY, latest=today)


class ReportTextForm(Form):
    """The text of one question. It may be empty: then the question is left out."""

    text = TextField(_l("Tekst"), maximum=LONGEST_TEXT, multiline=True, optional=True)


@dataclass(frozen=True)
class AskedReport:
    """Which report the address asks for; days that cannot be read are those of the widest period."""

    form: ReportForm
    funder: str | None
    period: FigurePeriod

    @property
    def args(self) -> dict[str, Any]:
        """The same report in another address."""
        return report_args(self.funder, self.period)


def report_args(funder: str | None, period: FigurePeriod) -> dict[str, Any]:
    """The report about a funder (a slug; None is all money) over a period, in an address."""
    days = {"van": period.first, "tot": period.last, "op": period.on}
    chosen: dict[str, Any] = {"geldgever": funder} if funder else {}
    return chosen | {name: f"{day:%d-%m-%Y}" for name, day in days.items()}


def asked_report() -> AskedReport:
    """The report that the address asks for. What somebody may not see is a 404."""
    session, actor = current_session(), current_actor()
    scope = found(scope_of(session, actor=actor))
    widest = found(widest_period(session, actor=actor, on=today()))
    form = ReportForm(formdata=request.args)
    names = {
        line.funder.slug: localized({"nl": line.funder.name_nl, "en": line.funder.name_en}) for line in scope.lines
    }
    everything = [(ALL_MONEY, _("Al het geld"))] if scope.is_whole else []
    form.geldgever.choices = [*everything, *sorted(names.items(), key=lambda pair: pair[1])]
    valid = form.validate()
    funder = request.args.get("geldgever") or None
    if funder is not None:
        found(names.get(funder))
    if not valid:
        return AskedReport(form, funder, widest)
    first, last = form.van.data or widest.first, form.tot.data or widest.last
    if last < first:
        form.tot.errors = [_("De laatste dag ligt voor de eerste dag.")]
        return AskedReport(form, funder, widest)
    asked = AskedReport(form, funder, FigurePeriod(first, last, form.op.data or widest.on))
    form.van.data, form.tot.data, form.op.data = first, last, asked.period.on
    return asked


def the_report(asked: AskedReport) -> AccountabilityReport:
    """That report, made now."""
    made = accountability_report(current_session(), actor=current_actor(), period=asked.period, funder=asked.funder)
    return found(made)


@blueprint.get("/verslag")
def report() -> ResponseReturnValue:
    """The report in the order that funders know; each figure opens what it is made of."""
    asked = asked_report()
    made = the_report(asked)
    return page(
        "accounting/report.html",
        form=asked.form,
        status=200,
        page_errors=bool(asked.form.errors),
        title=report_title(made),
        about=period_words(made),
        chapters=[_chapter(one, asked) for one in made.chapters],
        source=_source(made),
        definitions=[[str(one.label), str(one.meaning)] for one in made.definitions],
        files=_files(made, asked),
        at_once=made_at_once(current_session()),
    )


def _files(made: AccountabilityReport, asked: AskedReport) -> list[tuple[str, str]]:
    """What each file is called and where it is; at a large desk where it is asked for, with the report as it is seen here."""
    words = {
        ReportFormat.SHEET: _("Als rekenblad (Excel)"),
        ReportFormat.LIST: _("Alle cijfers als CSV"),
        ReportFormat.PAPER: _("Als document (PDF)"),
    }
    if made_at_once(current_session()):
        return [(text, url_for(ADDRESSES[kind], **asked.args)) for kind, text in words.items()]
    seen: dict[str, Any] = {SEEN: report_print(made), FILE_LANGUAGE: file_language()} | asked.args
    return [(text, url_for("accounting.ask_report_file", soort=kind.value, **seen)) for kind, text in words.items()]


def _chapter(chapter: ReportChapter, asked: AskedReport) -> dict[str, Any]:
    return {
        "title": f"{chapter.number}. {chapter.title}",
        "texts": [_text(one, asked) for one in chapter.texts],
        "figures": [_headline(cell, asked) for cell in chapter.figures],
        "tables": [_table(one, asked) for one in chapter.tables],
        "packages": _packages(chapter.packages) if chapter.packages is not None else None,
    }


def _packages(packages: PackageTable) -> dict[str, Any]:
    return {
        "title": str(TITLE),
        "meaning": str(MEANING),
        "columns": [{"label": _("Werkpakket")}, *({"label": str(name), "kind": "number"} for _key, name in COLUMNS)],
        "rows": [[row.label, *row.money.said] for row in packages.rows],
        "total": [_("Totaal"), *packages.total.said],
    }


def _source(made: AccountabilityReport) -> dict[str, Any] | None:
    """The chapter about the source, on a desk with its history."""
    if made.source is None:
        return None
    tables = [
        {"title": one.title, "columns": [{"label": name} for name in one.head], "rows": [list(row) for row in one.rows]}
        for one in source_tables(made.source)
    ]
    return {"title": source_title(), "intro": source_intro(), "tables": tables}


def _text(text: WrittenText, asked: AskedReport) -> dict[str, Any]:
    writes = admits("accounting.report_text", current_actor().audience)
    return {
        "title": text.title,
        "parts": [part for part in text.said.split("\n\n") if part.strip()],
        "href": url_for("accounting.report_text", onderdeel=text.key, **asked.args) if writes else None,
    }


def _headline(cell: ReportCell, asked: AskedReport) -> list[Any]:
    figure = REGISTRY[cell.figure]
    name = {"text": str(figure.label), "note": f"{figure.meaning} {cell.beside}".rstrip()}
    return [name, _shown(cell, asked)]


def _table(table: ReportTable, asked: AskedReport) -> dict[str, Any]:
    figures = [REGISTRY[key] for key in table.table.figures]
    return {
        "title": table.title,
        "kept_back": table.kept_back,
        "columns": [{"label": _("Naam")}, *({"label": str(one.label), "kind": "number"} for one in figures)],
        "rows": [[row.label, *(_shown(cell, asked) for cell in row.cells)] for row in table.rows],
        "total": [_("Totaal"), *(cell.said for cell in table.total)],
        "hides": table.hides,
        "note": table.note,
    }


def _shown(cell: ReportCell, asked: AskedReport) -> dict[str, Any]:
    """A figure; with a link when this actor may see what is behind it. What the report hides, they open and see exactly."""
    opens = may_open(REGISTRY[cell.figure], current_actor()) and (cell.hidden or bool(cell.value))
    if not opens:
        return {"text": cell.said}
    place: dict[str, Any] = {"per": cell.breakdown.value, "rij": cell.row} if cell.breakdown is not None else {}
    return {"text": cell.said, "href": url_for("accounting.report_figure", cijfer=cell.figure, **place, **asked.args)}


# Files -----------------------------------------------------------------------------------------------------------------


@blueprint.get("/verslag.xlsx")
def report_sheet() -> ResponseReturnValue:
    """The report as a spreadsheet."""
    return _made(ReportFormat.SHEET)


@blueprint.get("/verslag.csv")
def report_list() -> ResponseReturnValue:
    """Every figure of the report, one a row."""
    return _made(ReportFormat.LIST)


@blueprint.get("/verslag.pdf")
def report_paper() -> ResponseReturnValue:
    """The report as a document."""
    return _made(ReportFormat.PAPER)


def file_language() -> str:
    """The language of a file: that which the address asks for, else that of the reader."""
    return supported_locale(request.args.get(FILE_LANGUAGE)) or current_locale()


def _made(kind: ReportFormat) -> ResponseReturnValue:
    """The file, made now; at a large desk the page on which it can be asked for."""
    asked, language = asked_report(), file_language()
    if not made_at_once(current_session()):
        flash(_("Er staat veel in dit verslag. Vraag het bestand hier. U hoeft er niet op te wachten."))
        return redirect(url_for("accounting.report", **(asked.args | {FILE_LANGUAGE: language})), code=303)
    with use_locale(language):
        made = the_report(asked)
        content = file_of(made, kind)
    funder = made.funder.slug if made.funder is not None else None
    return report_response(content, funder, made.period, kind)


def report_response(content: bytes, funder: str | None, period: FigurePeriod, kind: ReportFormat) -> Response:
    """A file of a report, to save."""
    response = Response(content, content_type=kind.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(funder, period, kind)}"'
    return response


# Texts -----------------------------------------------------------------------------------------------------------------


@blueprint.route("/verslag/tekst", methods=["GET", "POST"])
def report_text() -> ResponseReturnValue:
    """Write one text of the report. A figure stands in it by its key, and is filled in whenever the report is read."""
    asked = asked_report()
    made = the_report(asked)
    part = request.args.get("onderdeel", next(iter(TEXTS)))
    texts = {text.key: text for chapter in made.chapters for text in chapter.texts}
    written = found(texts.get(part))
    decide_on(lambda: [Stand("revision", _("Versie van de tekst"), written.revision, str(written.revision))])
    form = ReportTextForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            place = TextPlace(asked.funder, asked.period.first, asked.period.last, part)
            write_report_text(
                current_session(),
                place=place,
                text=form.text.data or "",
                seen=written.revision,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De tekst is bewaard."), "ok")
            return redirect(url_for("accounting.report", **asked.args), code=303)
    elif request.method in READING:
        form.text.data = written.text
    totals = {cell.figure: cell.said for chapter in made.chapters for cell in chapter.figures}
    return page(
        "accounting/report_text.html",
        form=form,
        title=written.title,
        about=f"{report_title(made)}. {period_words(made)}",
        action=url_for("accounting.report_text", onderdeel=part, **asked.args),
        back=url_for("accounting.report", **asked.args),
        figures=[["{" + key + "}", str(REGISTRY[key].label), said] for key, said in totals.items()],
        day=format_date(asked.period.on),
    )
