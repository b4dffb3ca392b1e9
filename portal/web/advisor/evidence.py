"""Pages on which an advisor looks at what was handed in: accept it, ask again, or hand it in for the person."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.answered_facts import accept_answers
from portal.cases.asked import FACT
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.queries import open_request, requests_of
from portal.cases.evidence.models import Evidence
from portal.cases.evidence.queries import evidence_by_public_id
from portal.cases.handing_in import HandedIn, accept_evidence, hand_in, return_evidence
from portal.cases.handing_in import see_piece as seen_elsewhere
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import localized
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.forms import LONGEST_NOTE, in_two_years
from portal.web.advisor.mix import names_of
from portal.web.advisor.talks import ANSWER_WEEKS, of, the_request
from portal.web.edge import Stand, decide_on, found, leave_for, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoicesField, DutchDateField, Form, TextField
from portal.web.forms.uploads import attachment, takes_file, vault
from portal.web.intake.pieces import HandInForm, PieceView, piece_views
from portal.web.labels.corrected import value_text
from portal.words.names import Names


class ReturnForm(Form):
    """Why a piece is not right, and until when another can be handed in."""

    reason = TextField(
        _l("Wat is er niet goed?"),
        missing=_l("Schrijf op wat er niet goed is. De aanvrager leest dit."),
        maximum=LONGEST_NOTE,
        multiline=True,
    )
    answer_by = DutchDateField(
        _l("Uiterste dag voor het antwoord"), missing=_l("Vul de uiterste dag in."), latest=in_two_years
    )


class GivenAnswersForm(Form):
    """Which answers become the fact."""

    facts = ChoicesField(_l("Neem deze antwoorden over"), optional=True)


def evidence_url(question: DevelopmentQuestion) -> str:
    """The address of the pieces of a case."""
    return url_for("advisor.evidence", question_id=question.public_id)


@blueprint.get("/vraag/<question_id>/stukken")
def evidence(question_id: str) -> ResponseReturnValue:
    """Every piece that is asked for, with its files; and answers on facts that wait."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    requests = requests_of(session, question=question, actor=actor)
    return page(
        "advisor/evidence.html",
        question=question,
        pieces=piece_views(session, question=question, actor=actor, on=today()),
        given=[one for one in requests if one.given and one.looked_at is None],
    )


@blueprint.route("/vraag/<question_id>/stukken/<piece>", methods=["GET", "POST"])
@takes_file
def hand_in_piece(question_id: str, piece: str) -> ResponseReturnValue:
    """Hand a file in for the person: brought to the counter, or sent by post."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    view, form = the_piece(question, piece), HandInForm()
    if form.validate_on_submit():
        with form.refusals():
            file = HandedIn(form.file.data.content, form.file.data.name)
            hand_in(session, question=question, piece=piece, file=file, vault=vault(), actor=actor, now=now())
            flash(_("Het bestand is bewaard."), "ok")
            return redirect(evidence_url(question), code=303)
    return page("advisor/hand_in.html", form=form, question=question, piece=view)


@blueprint.post("/vraag/<question_id>/stukken/<piece>/gezien")
def see_piece(question_id: str, piece: str) -> ResponseReturnValue:
    """Keep that a piece was seen on paper or at the counter."""
    question = the_question(question_id)
    the_piece(question, piece)
    seen_elsewhere(current_session(), question=question, piece=piece, actor=current_actor(), now=now())
    flash(_("Bewaard: u hebt dit stuk gezien."), "ok")
    return redirect(evidence_url(question), code=303)


@blueprint.get("/stukken/<evidence_id>")
def evidence_file(evidence_id: str) -> Response:
    """A file that was handed in, to save; the look is logged."""
    one = the_evidence(evidence_id)
    of(one.question_id)
    return attachment(one.file, name=f"stuk-{one.id}")


@blueprint.post("/stukken/<evidence_id>/akkoord")
def accept_piece(evidence_id: str) -> ResponseReturnValue:
    """Say that a piece is right."""
    one = the_evidence(evidence_id)
    question = of(one.question_id)
    accept_evidence(current_session(), evidence=one, actor=current_actor(), now=now())
    flash(_("Dit stuk is akkoord."), "ok")
    return redirect(evidence_url(question), code=303)


@blueprint.route("/stukken/<evidence_id>/opnieuw", methods=["GET", "POST"])
def return_piece(evidence_id: str) -> ResponseReturnValue:
    """Say what is not right and ask for the piece again."""
    session, actor, one = current_session(), current_actor(), the_evidence(evidence_id)
    question = of(one.question_id)
    asked = open_request(session, question=question, actor=actor)
    form = ReturnForm(data={"answer_by": asked.answer_by if asked is not None else today() + ANSWER_WEEKS})
    if form.validate_on_submit():
        with form.refusals():
            return_evidence(
                session,
                evidence=one,
                reason=form.reason.data,
                answer_by=form.answer_by.data,
                actor=actor,
                now=now(),
            )
            flash(_("De aanvrager krijgt bericht en kan het stuk opnieuw inleveren."), "ok")
            return redirect(evidence_url(question), code=303)
    return page("advisor/return_evidence.html", form=form, question=question, what=localized(one.words), asked=asked)


def the_piece(question: DevelopmentQuestion, piece: str) -> PieceView:
    """The piece in the address as it is asked of this question, or a 404."""
    views = piece_views(current_session(), question=question, actor=current_actor(), on=today())
    return found(next((one for one in views if one.key == piece), None))


def the_evidence(evidence_id: str) -> Evidence:
    """The evidence in the address, or a 404."""
    return found(evidence_by_public_id(current_session(), public_id=evidence_id, actor=current_actor()))


# Answers on facts ------------------------------------------------------------------------------------------------------


@blueprint.route("/verzoek/<request_id>/antwoorden", methods=["GET", "POST"])
def given_answers(request_id: str) -> ResponseReturnValue:
    """Take over what the person answered on facts: what is ticked becomes the fact, the rest stays as it was."""
    session, asked = current_session(), the_request(request_id)
    question = of(asked.question_id)
    given = asked.given
    if not given:
        return leave_for(evidence_url(question), _l("Deze antwoorden zijn al verwerkt, of wij vragen ze niet meer."))
    names = names_of(session, question).names
    form = GivenAnswersForm(data={"facts": list(given)})
    form.facts.choices = [(key, _change(question, key, value, names)) for key, value in given.items()]
    decide_on(lambda: _stands(question, asked, names))
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            accept_answers(session, request=asked, accepted=form.facts.data or [], actor=current_actor(), now=now())
            flash(_("De antwoorden zijn verwerkt."), "ok")
            return redirect(evidence_url(question), code=303)
    return page("advisor/given_answers.html", form=form, question=question, asked=asked)


def _change(question: DevelopmentQuestion, key: str, value: Any, names: Names) -> str:
    """What an answer would change: the question, what stands there now, and what the person answered."""
    was, becomes = (value_text(FACT + key, one, names) for one in (question.facts.get(key), value))
    return _("%(asked)s Nu: %(was)s. Antwoord: %(becomes)s.", asked=names.question(key), was=was, becomes=becomes)


def _stands(question: DevelopmentQuestion, asked: InformationRequest, names: Names) -> list[Stand]:
    """What the page decides on: the answers, what stands there now, and whether somebody looked at them."""
    given = asked.given or {}
    rows = [
        Stand(key, names.question(key), str([question.facts.get(key), value]), _change(question, key, value, names))
        for key, value in given.items()
    ]
    looked = _("ja") if asked.looked_at is not None else _("nee")
    return [*rows, Stand("looked_at", _("Al bekeken"), int(asked.looked_at is not None), looked)]
