"""Several employees or trainings at once: the list, one training, the spreadsheet, the one result over all, and sending."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from matching.answering.bundle_answer import BundleAnswer
from portal.awarding.of_employer import EmployerRow, rows_of_employer
from portal.cases.bundles.actions import add_training, change_training, drop_training, replace_trainings, send_together
from portal.cases.bundles.models import BundledTraining
from portal.cases.bundles.queries import sent_together, trainings_of, without_vat_unknown
from portal.cases.contents import VAT_FACT
from portal.cases.linked.queries import group_of_question
from portal.cases.origins.actions import note_heard_from
from portal.cases.questions.models import ContactWay
from portal.platform.clock import now
from portal.platform.database import stop_reading
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.platform.limits.actions import take
from portal.platform.limits.models import BUNDLES
from portal.platform.spreadsheets import TYPE
from portal.web.edge import READING, found, note_refusal, page, read_told, repeatable
from portal.web.edge.keeping import typed_field
from portal.web.employer.blueprint import blueprint
from portal.web.employer.bundle_computing import asked_of, goes_on, kept_of, outcome_url, takes_long
from portal.web.employer.bundle_kept import keep_what_was_said, then_and_now
from portal.web.employer.bundle_result import labels_of, result_of
from portal.web.employer.bundle_rows import SheetRow, choices_of, columns, read_row, written_of
from portal.web.employer.bundle_sheet import LARGEST_FILE, as_written, rows_of, template
from portal.web.employer.desk import applies_now, lacking
from portal.web.employer.desk_rows import RowGroup, people_cells, people_columns, todo_of
from portal.web.employer.desk_sheet import people_table, sheet_file
from portal.web.employer.steps import DOOR, FLOW
from portal.web.intake.drafting import LINK, new_link, shown_once
from portal.web.intake.flow import TO_BUNDLE, about_aid, seen
from portal.web.intake.people import SendForm
from portal.web.intake.state import Intake

NEW = "nieuw"
CONFIRM = "rows"


@blueprint.route("/werkgever/vraag/<question_id>/samen", methods=["GET", "POST"])
@repeatable
def bundle(question_id: str) -> ResponseReturnValue:
    """The trainings so far, what is missing, and the ways to add one. The button of a row takes it away."""
    intake = DOOR.draft(question_id)
    if request.method == "POST":
        drop_training(
            intake.session,
            question=intake.question,
            position=_position(request.form.get("drop")),
            actor=intake.actor,
            now=now(),
        )
        return redirect(url_for("employer.bundle", question_id=question_id), code=303)
    trainings = trainings_of(intake.session, question=intake.question)
    return page(
        "employer/bundle/list.html",
        trainings=trainings,
        missing=_missing(intake),
        useful=[*_about_vat(intake), *_about_aid(intake)],
        vat=intake.said(VAT_FACT),
        vat_page=FLOW.page_of(intake, VAT_FACT, naar=TO_BUNDLE),
        with_vat=sum(without_vat_unknown(one) for one in trainings) if intake.said(VAT_FACT) is True else 0,
        outcome=outcome_url(intake, len(trainings)),
        work=goes_on(intake, len(trainings)),
        intake=intake,
    )


def _about_vat(intake: Intake) -> list[tuple[str, str]]:
    """Whether the organisation reclaims VAT is asked once, for all trainings: then costs count without it."""
    if VAT_FACT not in intake.known.facts or intake.answered(VAT_FACT):
        return []
    return [(_("Of uw organisatie de btw kan terugvragen"), FLOW.page_of(intake, VAT_FACT, naar=TO_BUNDLE))]


def _about_aid(intake: Intake) -> list[tuple[str, str]]:
    """What the desk asks of the organisation once, for all trainings, to know how much aid it may still have."""
    used = intake.known.region.settings.de_minimis.used_fact
    if used in intake.known.facts and not intake.answered(used):
        return [(_("Hoeveel steun uw organisatie al kreeg"), FLOW.page_of(intake, used, naar=TO_BUNDLE))]
    if about_aid(intake) and group_of_question(intake.session, question=intake.question) is None:
        return [(_("Of uw organisatie bij een groep hoort"), FLOW.url(intake, "group", naar=TO_BUNDLE))]
    return []


def _missing(intake: Intake) -> list[tuple[str, str]]:
    """What the desk still has to know of the organisation: title and address of the page."""
    pages = [("company", _("Naam en KVK-nummer van uw organisatie"), intake.question.employer_kvk is not None)]
    for fact, title in (
        ("employer_municipality", _("Gemeente van de vestiging")),
        ("employer_size", _("Hoeveel mensen er werken")),
        ("employer_sector_fund", _("Sectorfonds")),
    ):
        if fact in intake.known.facts:
            pages.append((fact, title, intake.answered(fact)))
    return [(title, FLOW.url(intake, name, naar=TO_BUNDLE)) for name, title, done in pages if not done]


def _position(text: str | None) -> int:
    """A place in the list; 404 for what is no place."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 4:
        abort(404)
    return int(text)


@blueprint.route("/werkgever/vraag/<question_id>/samen/opleiding/<place>", methods=["GET", "POST"])
@repeatable
def bundle_training(question_id: str, place: str) -> ResponseReturnValue:
    """One training of one employee: a new one, or one to change."""
    intake = DOOR.draft(question_id)
    facts, stored = intake.known.facts, None
    if place != NEW:
        rows = trainings_of(intake.session, question=intake.question)
        stored = found(next((one for one in rows if one.position == _position(place)), None))
    row = SheetRow(0, written_of(stored, facts) if stored is not None else {})
    if request.method == "POST":
        row = read_row(0, {column.key: request.form.get(column.key, "")[:500] for column in columns(facts)}, facts)
        if row.training is not None and _kept(intake, row, stored):
            return redirect(url_for("employer.bundle", question_id=question_id), code=303)
    fields = [(column, choices_of(column, facts)) for column in columns(facts)]
    return page(
        "employer/bundle/training.html",
        row=row,
        fields=fields,
        intake=intake,
        status=422 if request.method == "POST" else None,
    )


def _kept(intake: Intake, row: SheetRow, stored: Any) -> bool:
    """Keep a training; False when that is refused, with the reason in the row."""
    act: dict[str, Any] = {"question": intake.question, "training": row.training, "actor": intake.actor, "now": now()}
    try:
        if stored is None:
            add_training(intake.session, **act)
        else:
            change_training(intake.session, position=stored.position, **act)
    except Refusal as refusal:
        note_refusal(refusal)
        row.errors["training"] = refusal.message
        return False
    return True


@blueprint.get("/werkgever/vraag/<question_id>/samen/leeg-bestand")
def bundle_template(question_id: str) -> ResponseReturnValue:
    """The empty spreadsheet."""
    intake = DOOR.draft(question_id)
    response = Response(template(intake.known.facts), mimetype=TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="opleidingen.xlsx"'
    return response


@blueprint.route("/werkgever/vraag/<question_id>/samen/bestand", methods=["GET", "POST"])
@repeatable
def bundle_upload(question_id: str) -> ResponseReturnValue:
    """A spreadsheet that was filled in: first every row with what is wrong in it; kept only when that is confirmed."""
    intake = DOOR.draft(question_id)
    if request.method in READING:
        return _kept_preview(intake) or page(
            "employer/bundle/upload.html", rows=[], errors=[], fields=[], intake=intake
        )
    try:
        rows = _confirmed(intake, request.form[CONFIRM]) if CONFIRM in request.form else _uploaded(intake)
        if CONFIRM in request.form and all(row.training is not None for row in rows):
            trainings = [row.training for row in rows if row.training is not None]
            replace_trainings(
                intake.session, question=intake.question, trainings=trainings, actor=intake.actor, now=now()
            )
            flash(_("De opleidingen uit het bestand staan in de lijst."), "ok")
            return redirect(url_for("employer.bundle", question_id=question_id), code=303)
    except Refusal as refusal:
        note_refusal(refusal)
        return page(
            "employer/bundle/upload.html", rows=[], errors=[refusal.message], fields=[], intake=intake, status=422
        )
    return _preview(intake, rows)


def _preview(intake: Intake, rows: list[SheetRow]) -> Response:
    wrong = [row for row in rows if row.training is None]
    return page(
        "employer/bundle/upload.html",
        rows=rows,
        errors=[],
        wrong=len(wrong),
        fields=columns(intake.known.facts),
        replaced=len(trainings_of(intake.session, question=intake.question)),
        data=None if wrong else json.dumps(as_written(rows), ensure_ascii=True),
        intake=intake,
        status=422 if wrong else None,
    )


def _uploaded(intake: Intake) -> list[SheetRow]:
    """The rows of the file that was sent. Raises ``Refusal``."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Refusal("no_file", _("Kies een bestand."))
    with upload.stream as stream:
        return rows_of(stream.read(LARGEST_FILE + 1), intake.known.facts)


def _kept_preview(intake: Intake) -> Response | None:
    """The rows that waited to be confirmed when the session ended; None when there are none."""
    sent = typed_field(CONFIRM)
    try:
        return None if sent is None else _preview(intake, _confirmed(intake, sent))
    except Refusal as refusal:
        note_refusal(refusal)
        return None


def _confirmed(intake: Intake, sent: str) -> list[SheetRow]:
    """The rows of the preview, read again: what a browser sends is never taken on trust. Raises ``Refusal``."""
    try:
        sent_back = read_told(sent)
    except ValueError:
        sent_back = None
    if not isinstance(sent_back, list) or not all(isinstance(one, dict) for one in sent_back) or not sent_back:
        raise Refusal("no_rows", _("Kies het bestand opnieuw."))
    keys = [column.key for column in columns(intake.known.facts)]
    return [
        read_row(number, {key: str(one.get(key, ""))[:500] for key in keys}, intake.known.facts)
        for number, one in enumerate(sent_back, start=2)
    ]


@blueprint.get("/werkgever/vraag/<question_id>/samen/uitkomst")
def bundle_outcome(question_id: str) -> ResponseReturnValue:
    """The one best division over all trainings as it is now. After sending it can be looked at still."""
    intake = seen(question_id)
    trainings, asked = trainings_of(intake.session, question=intake.question), asked_of(intake)
    if asked is None:
        return redirect(url_for("employer.bundle", question_id=question_id), code=303)
    if takes_long(intake, asked):
        return redirect(url_for("employer.bundle_computing", question_id=question_id), code=303)
    kept = kept_of(intake, asked)
    stop_reading(intake.session)
    answer = asked.answer(kept=kept)
    return page(
        "employer/bundle/outcome.html",
        result=result_of(answer, trainings, intake.names),
        then=then_and_now(intake, trainings, answer, labels_of(trainings)),
        intake=intake,
        missing=_missing(intake),
    )


@blueprint.route("/werkgever/vraag/<question_id>/samen/versturen", methods=["GET", "POST"])
def bundle_send(question_id: str) -> ResponseReturnValue:
    """How the employer wants to be reached; then every training goes to the desk as a question of its own."""
    intake = DOOR.draft(question_id)
    form = SendForm(data={"name": intake.question.employer_contact})
    number = len(trainings_of(intake.session, question=intake.question))
    if form.validate_on_submit():
        with form.refusals():
            contact = form.details()
            if contact.email:
                take(intake.session, limit=BUNDLES, who=contact.email.strip().lower(), now=now())
            note_heard_from(
                intake.session, question=intake.question, heard_from=form.heard(), actor=intake.actor, now=now()
            )
            trainings, said = _as_said(intake)
            send_together(intake.session, question=intake.question, contact=contact, actor=intake.actor, now=now())
            if said is not None:
                keep_what_was_said(intake, trainings, said)
            session[LINK] = new_link(intake)
            return redirect(url_for("employer.bundle_sent", question_id=question_id), code=303)
    return page("employer/bundle/send.html", form=form, intake=intake, number=number)


def _as_said(intake: Intake) -> tuple[list[BundledTraining], BundleAnswer | None]:
    """The trainings that are sent now, and what the outcome says of them; None when that takes long and nobody looked at it."""
    trainings, asked = trainings_of(intake.session, question=intake.question), asked_of(intake)
    if asked is None or takes_long(intake, asked):
        return trainings, None
    return trainings, asked.answer(kept=kept_of(intake, asked))


@blueprint.get("/werkgever/vraag/<question_id>/samen/verstuurd")
def bundle_sent(question_id: str) -> ResponseReturnValue:
    """All that was sent together as one thing: what is to be done, everybody with outcome, status and voucher, and one link.

    Who filled it in for the employer sees that it was sent, and the link only when the employer gets it on paper.
    """
    intake = DOOR.sent(question_id)
    link, contact = shown_once(), intake.question.contact
    if intake.actor.is_helping:
        sent = sent_together(intake.session, question=intake.question)
        by_mail = contact is not None and contact.way is ContactWay.EMAIL
        return page("employer/bundle/helped.html", intake=intake, questions=sent, link=None if by_mail else link)
    mine = _bundled(intake)
    if not mine:
        return redirect(url_for("employer.status", question_id=question_id), code=303)
    group, on = RowGroup(mine, question_id), intake.today
    return page(
        "employer/bundle/sent.html",
        intake=intake,
        group=group,
        rows=[people_cells(row, on) for row in mine],
        columns=people_columns(),
        todo=todo_of([group], [], on=on, lacking=lacking(mine), can_apply=applies_now(mine, intake.actor)),
        decided=any(row.decision is not None for row in mine),
        total=sum(row.question.total_cents for row in mine),
        awarded=sum(row.awarded_cents for row in mine),
        outcome=outcome_url(intake, len(mine)),
        link=link,
    )


@blueprint.get("/werkgever/vraag/<question_id>/samen/overzicht.xlsx")
def bundle_file(question_id: str) -> ResponseReturnValue:
    """Everybody of what was sent together, as a spreadsheet."""
    intake = DOOR.sent(question_id)
    mine = _bundled(intake)
    if not mine:
        return redirect(url_for("employer.status", question_id=question_id), code=303)
    return sheet_file(f"opleidingen-{intake.today}.xlsx", [people_table(mine, intake.today)])


def _bundled(intake: Intake) -> list[EmployerRow]:
    """Everybody of what was filled in together in this question; nobody for one that was sent alone."""
    rows = rows_of_employer(intake.session, actor=intake.actor)
    return [row for row in rows if row.place is not None and row.place.bundle == intake.question.id]
