"""Pages on which who asked hands in what the schemes want to see: the list, one piece, and the files."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.evidence.models import Evidence
from portal.cases.evidence.queries import evidence_by_public_id, may_open
from portal.cases.handing_in import HandedIn, hand_in, take_out
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.web.edge import found, page
from portal.web.forms.uploads import attachment, vault
from portal.web.intake.pieces import HandInForm, PieceView, piece_views
from portal.web.intake.state import Intake


def evidence_url(intake: Intake) -> str:
    """The address of the list of pieces."""
    return url_for(f"{intake.audience}.evidence", question_id=intake.id)


def evidence_page(intake: Intake) -> ResponseReturnValue:
    """Every piece that is asked for, with where it stands; a file that nobody looked at can be taken back."""
    if request.method == "POST":
        one = _own(intake, request.form.get("take_out", ""))
        take_out(intake.session, evidence=one, actor=intake.actor, now=now())
        flash(_("Het bestand is weggehaald."), "ok")
        return redirect(evidence_url(intake), code=303)
    return page(
        "intake/evidence.html",
        intake=intake,
        question=intake.question,
        pieces=_pieces(intake),
        back=url_for(f"{intake.audience}.status", question_id=intake.id),
    )


def piece_page(intake: Intake, piece: str) -> ResponseReturnValue:
    """Hand a file in for one piece; a paper of more pages is more photos."""
    view = found(next((one for one in _pieces(intake) if one.key == piece), None))
    form = HandInForm()
    if form.validate_on_submit():
        with form.refusals():
            hand_in(
                intake.session,
                question=intake.question,
                piece=piece,
                file=HandedIn(form.file.data.content, form.file.data.name),
                vault=vault(),
                actor=intake.actor,
                now=now(),
            )
            flash(_("Wij hebben uw bestand. Een adviseur kijkt ernaar."), "ok")
            return redirect(evidence_url(intake), code=303)
    return page("intake/hand_in.html", form=form, intake=intake, piece=view, back=evidence_url(intake))


def evidence_file(intake: Intake, evidence_id: str) -> Response:
    """A file that was handed in, to save."""
    one = _own(intake, evidence_id)
    return attachment(one.file if may_open(one, intake.actor) else None, name=_("stuk"))


def _pieces(intake: Intake) -> list[PieceView]:
    return piece_views(intake.session, question=intake.question, actor=intake.actor, on=intake.today)


def _own(intake: Intake, evidence_id: str) -> Evidence:
    """The file in the address, of this question and no other, or a 404."""
    one = evidence_by_public_id(intake.session, public_id=evidence_id, actor=intake.actor)
    return found(one if one is not None and one.question_id == intake.question.id else None)
