"""What to do next, the most useful first. There is always a next step: a talk with an advisor."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.cases.evidence.queries import pieces_of_schemes
from portal.cases.pledges.models import Pledge, PledgeState
from portal.platform.i18n import format_list, in_sentence, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.web.intake.outcome import OutcomePage
from portal.web.intake.state import Intake

Todo = list[dict[str, Any]]


def resident_todo(
    intake: Intake, result: OutcomePage, pledge: Pledge | None, *, employer_said_no: bool = False
) -> Todo:
    """The next steps of a resident with a draft. An employer that does not pay is not asked again."""
    if not intake.has_training:
        return _without_training(intake, result)
    steps = [_send(intake)]
    steps += _training(intake, result)
    steps += _evidence(intake, result)
    if intake.has_employer and not employer_said_no and (pledge is None or pledge.state is PledgeState.EXPECTED):
        text = _(
            "Na het versturen kunt u uw werkgever een link sturen. Uw werkgever ziet uw naam, de opleiding en de kosten."
        )
        steps.append({"title": _("Vraag uw werkgever om mee te betalen."), "text": text})
    steps += _elsewhere(result)
    if result.loans and result.own_cents and not intake.question.borrow_up_to_cents:
        href = url_for("resident.borrow", question_id=intake.id, naar="controle")
        steps.append(
            {
                "title": _("Wilt u een deel lenen?"),
                "text": _(
                    "Een lening moet u terugbetalen, met rente. Daarom rekenen wij die alleen mee als u dat vraagt."
                ),
                "href": href,
                "link": _("Lening meerekenen"),
            }
        )
    return steps


def employer_todo(intake: Intake, result: OutcomePage) -> Todo:
    """The next steps of an employer with a draft."""
    if not intake.has_training:
        return _without_training(intake, result)
    return [_send(intake), *_training(intake, result), *_evidence(intake, result), *_elsewhere(result)]


def _without_training(intake: Intake, result: OutcomePage) -> Todo:
    """The next steps of who does not know the training: a talk first; nothing that only has a meaning with a training."""
    talk = {
        "title": _("Praat met een adviseur."),
        "text": _("U kiest zelf een moment. Een gesprek is gratis en u zit nergens aan vast."),
    }
    return [talk, *_training(intake, result), *_elsewhere(result)]


def _send(intake: Intake) -> dict[str, Any]:
    days = intake.known.region.settings.response_days
    text = ngettext(
        "U vraagt om advies. Binnen %(num)s werkdag hoort u van ons. U zit nergens aan vast.",
        "U vraagt om advies. Binnen %(num)s werkdagen hoort u van ons. U zit nergens aan vast.",
        days,
    )
    return {"title": _("Verstuur uw vraag naar een adviseur."), "text": text}


def _training(intake: Intake, result: OutcomePage) -> Todo:
    question = intake.question
    if not intake.has_training:
        return [
            {
                "title": _("Zoek een opleiding die bij uw werknemer past.")
                if intake.employer_route
                else _("Zoek een opleiding die bij u past."),
                "text": _("Een adviseur helpt u daarbij. Weet u al iets? Dan kunt u het hier invullen."),
                "href": _page(intake, "training"),
                "link": _("Opleiding invullen"),
            }
        ]
    if not question.cost_lines:
        return [
            {
                "title": _("Vraag de opleider wat de opleiding kost."),
                "text": _("Met de kosten rekenen wij uit wie wat betaalt."),
                "href": _page(intake, "costs"),
                "link": _("Kosten invullen"),
            }
        ]
    if result.begun:
        return [
            {
                "title": _("Zoek de rekening of het contract van de opleider op."),
                "text": _("Daarin staat wat de opleiding kost en wanneer zij begon."),
            }
        ]
    return [
        {
            "title": _("Vraag een offerte bij de opleider."),
            "text": _("In een offerte staat wat de opleiding kost en wanneer die begint. Schrijf nog niemand in.")
            if intake.employer_route
            else _("In een offerte staat wat de opleiding kost en wanneer die begint. Schrijf u nog niet in."),
        }
    ]


def _evidence(intake: Intake, result: OutcomePage) -> Todo:
    """What the schemes that may pay here want to see, so that one can look for it before it is asked."""
    rows = result.in_mix or result.possible
    asked = pieces_of_schemes(intake.definitions[row.scheme] for row in rows)
    if not asked:
        return []
    pieces = format_list(in_sentence(localized(piece.words)) for piece in asked)
    text = _("Leg dit klaar: %(pieces)s. U levert het in nadat u uw vraag hebt verstuurd.", pieces=pieces)
    return [{"title": _("Dit hebben wij straks van u nodig."), "text": text}]


def _page(intake: Intake, name: str) -> str:
    audience = "employer" if intake.employer_route else "resident"
    return url_for(f"{audience}.{name}", question_id=intake.id, naar="controle")


def _elsewhere(result: OutcomePage) -> Todo:
    """Schemes in the mix that another body pays: who has to be asked there."""
    outside = [row for row in result.in_mix if not row.here]
    if not outside:
        return []
    return [
        {
            "title": _("Vraag ook aan bij: %(names)s.", names=format_list(row.title for row in outside)),
            "text": " ".join(dict.fromkeys(row.how for row in outside)),
        }
    ]
