"""The first questions: what somebody wants, and where somebody lives."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.cases.contents import save_facts
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized
from portal.web.edge import found, page, repeatable
from portal.web.intake import drafting
from portal.web.intake.asking import save_answer
from portal.web.intake.fields import ELSEWHERE, municipality_form, words_of
from portal.web.intake.flow import TO_CHECK
from portal.web.intake.forms import ResidentWishForm
from portal.web.intake.state import UNKNOWN, Intake
from portal.web.resident.blueprint import blueprint
from portal.web.resident.forms import PostcodeForm
from portal.web.resident.steps import DOOR, FLOW
from schemes.facts.references import ValueVersion, municipalities_for_postcode, version_on


@blueprint.route("/vraag/<question_id>/wens", methods=["GET", "POST"])
@repeatable
def wish(question_id: str) -> ResponseReturnValue:
    """What somebody wants to learn or reach, in own words and as goals."""
    return drafting.wish_page(FLOW, DOOR.draft(question_id), ResidentWishForm)


@blueprint.route("/vraag/<question_id>/postcode", methods=["GET", "POST"])
@repeatable
def postcode(question_id: str) -> ResponseReturnValue:
    """The digits of the postcode: they only suggest a municipality."""
    intake = DOOR.draft(question_id)
    form = PostcodeForm(data={"postcode": _known(intake, "residence_postcode")})
    unsure = request.method == "POST" and UNKNOWN in request.form
    if unsure or form.validate_on_submit():
        with form.refusals():
            digits = UNKNOWN if unsure else form.postcode.data
            if digits != intake.said("residence_postcode"):
                facts = {"residence_postcode": digits, "residence_municipality": None}
                save_facts(intake.session, question=intake.question, facts=facts, actor=intake.actor, now=now())
            if "residence_municipality" not in intake.known.facts:
                return redirect(FLOW.following(intake, "postcode"), code=303)
            query = {"naar": TO_CHECK} if request.args.get("naar") == TO_CHECK else {}
            return redirect(FLOW.url(intake, "municipality", **query), code=303)
    return page("resident/postcode.html", form=form, place=FLOW.place(intake, "postcode"))


@blueprint.route("/vraag/<question_id>/gemeente", methods=["GET", "POST"])
@repeatable
def municipality(question_id: str) -> ResponseReturnValue:
    """The municipality, suggested by the postcode and confirmed by the person."""
    intake = DOOR.draft(question_id)
    words = words_of(found(intake.known.facts.get("residence_municipality")))
    digits = _known(intake, "residence_postcode")
    suggested = municipalities_for_postcode(intake.known.references, digits, intake.on) if digits else []
    form = municipality_form(intake, "residence_municipality", words, suggested)
    if form.validate_on_submit():
        with form.refusals():
            save_answer(intake, "residence_municipality", form.code)
            if form.code not in intake.known.region.municipalities:
                flash(outside_the_region(intake.again(), form.code), "info")
            return redirect(FLOW.following(intake, "municipality"), code=303)
    return page(
        "resident/municipality.html",
        form=form,
        words=words,
        digits=digits,
        suggested=suggested,
        place=FLOW.place(intake, "municipality"),
    )


def outside_the_region(intake: Intake, municipality: str) -> str:
    """What is said to who lives elsewhere: what there is, the own region by name where it is known, and work in this one."""
    said = [
        _(
            "U woont in %(place)s. Dat is buiten deze regio. Dat geeft niet: er zijn ook landelijke regelingen.",
            place=intake.names.answer("residence_municipality", municipality),
        )
        if municipality != ELSEWHERE
        else _("U woont buiten deze regio. Dat geeft niet: er zijn ook landelijke regelingen.")
    ]
    own = _region_of(intake, municipality)
    if own is not None:
        said.append(_("Uw gemeente hoort bij %(region)s. Ook de regelingen daarvan rekenen wij mee.", region=own))
    if "employer_municipality" in intake.needed:
        said.append(
            _(
                "Er zijn ook regelingen voor wie in deze regio werkt. Maakt dat voor u uit? Dan vragen wij straks waar u werkt."
            )
        )
    return " ".join([*said, _("Ga gewoon verder.")])


OF_A_REGION = ("Gemeenten van ", "Municipalities of ")
"""How the title of a list of the municipalities of one region begins."""


def _region_of(intake: Intake, municipality: str) -> str | None:
    """What the region of a municipality elsewhere is called; None when no list of the region says it."""
    for reference in intake.known.references.values():
        version, title = version_on(reference, intake.on), localized(reference.title)
        begins = next((words for words in OF_A_REGION if title.startswith(words)), None)
        items = version.items if isinstance(version, ValueVersion) else ()
        if begins is not None and municipality in {item.value for item in items}:
            return title.removeprefix(begins)
    return None


def _known(intake: Intake, fact: str) -> str | None:
    said = intake.said(fact)
    return said if isinstance(said, str) and said != UNKNOWN else None
