"""What people ask of their own data: the register, and answering within the term."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.cases.rights import actions
from portal.cases.rights.actions import LONGEST, answer_right, extend_right, lift_restriction, tell_of_lifting
from portal.cases.rights.models import PrivacyRequest, Right
from portal.cases.rights.queries import privacy_register, privacy_request_by_public_id
from portal.oversight.privacy.requested import grant_erasure
from portal.platform.clock import local_date, now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField
from portal.words.labels import label, tag
from portal.words.privacy_labels import REQUEST_STATES, RIGHTS

GRANTED, REFUSED = "granted", "refused"


class AskedForm(Form):
    """What somebody asked by post, by phone or at the desk."""

    kind = ChoiceField(
        _l("Wat vraagt de aanvrager?"), choices=list(RIGHTS.items()), missing=_l("Kies wat wordt gevraagd.")
    )
    text = TextField(_l("In eigen woorden"), maximum=LONGEST, multiline=True)
    asked_on = DutchDateField(
        _l("Wanneer kwam het binnen?"), latest=today, nearest="last", missing=_l("Vul de dag in.")
    )


class PrivacyAnswerForm(Form):
    """What is answered."""

    outcome = ChoiceField(
        _l("Wat antwoordt u?"),
        choices=[(GRANTED, _l("Toegewezen: het is gedaan")), (REFUSED, _l("Afgewezen"))],
        missing=_l("Kies uw antwoord."),
    )
    answer = TextField(
        _l("Uw antwoord aan de aanvrager"), maximum=LONGEST, multiline=True, missing=_l("Schrijf uw antwoord op.")
    )


class LiftReasonForm(Form):
    """Why the desk goes on with a case of which the data were restricted."""

    reason = TextField(_l("Waarom gaat u weer verder?"), maximum=1000, multiline=True, missing=_l("Vul de reden in."))


class LiftForm(Form):
    """The person was told: the desk goes on."""


class LongerForm(Form):
    """Why two months more are needed."""

    reason = TextField(
        _l("Waarom hebt u meer tijd nodig?"), maximum=1000, multiline=True, missing=_l("Vul de reden in.")
    )


def the_request(asked_id: str) -> tuple[PrivacyRequest, DevelopmentQuestion]:
    """A request about a case that this advisor may see, or a 404; the look is logged."""
    session, actor = current_session(), current_actor()
    asked = found(privacy_request_by_public_id(session, public_id=asked_id, actor=actor))
    question = found(question_by_id(session, question_id=asked.question_id, actor=actor))
    return asked, the_question(question.public_id)


@blueprint.get("/privacyverzoeken")
def privacy_list() -> ResponseReturnValue:
    """Everything that was asked, by number of the case: what is open first."""
    session, actor = current_session(), current_actor()
    rows = []
    for asked, question in privacy_register(session, actor=actor):
        late = asked.is_open and asked.answer_by < today()
        until = {"text": format_date(asked.answer_by, "short"), "note": _("te laat") if late else None}
        rows.append(
            [
                {
                    "text": label(RIGHTS, asked.kind.value),
                    "href": url_for("advisor.privacy_request", asked_id=asked.public_id),
                },
                question.reference_number,
                format_date(asked.asked_on, "short"),
                until if asked.is_open else format_date(asked.answered_at, "short") if asked.answered_at else "",
                tag(REQUEST_STATES, asked.state.value),
            ]
        )
    return page("advisor/privacy_list.html", rows=rows)


@blueprint.route("/vraag/<question_id>/privacy", methods=["GET", "POST"])
def ask_right(question_id: str) -> ResponseReturnValue:
    """Write down what somebody asked of the own data."""
    question = the_question(question_id)
    form = AskedForm()
    if form.validate_on_submit():
        with form.refusals():
            asked = actions.ask_right(
                current_session(),
                question=question,
                kind=Right(form.kind.data),
                text=form.text.data or "",
                asked_on=form.asked_on.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("Het privacyverzoek is vastgelegd."), "ok")
            return redirect(url_for("advisor.privacy_request", asked_id=asked.public_id), code=303)
    return page("advisor/ask_right.html", form=form, question=question, back=case_url(question))


@blueprint.route("/privacyverzoek/<asked_id>", methods=["GET", "POST"])
def privacy_request(asked_id: str) -> ResponseReturnValue:
    """One request: what is asked, until when, and the answer."""
    session, actor = current_session(), current_actor()
    asked, question = the_request(asked_id)
    decide_on(lambda: _stands(asked), asked)
    if asked.restricts:
        return _lifting(asked, question)
    form = PrivacyAnswerForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            granted, said = form.outcome.data == GRANTED, form.answer.data
            if granted and asked.kind is Right.ERASURE:
                grant_erasure(session, request=asked, answer=said, actor=actor, now=now())
                flash(_("Toegewezen. De gegevens worden gewist als het antwoord weg is."), "ok")
            else:
                answer_right(session, request=asked, granted=granted, answer=said, actor=actor, now=now())
                flash(_("Het antwoord is vastgelegd."), "ok")
            return redirect(url_for("advisor.privacy_list"), code=303)
    return _request_page(asked, question, form)


def _lifting(asked: PrivacyRequest, question: DevelopmentQuestion) -> ResponseReturnValue:
    """Telling the person first that the desk goes on, and then going on."""
    session, actor = current_session(), current_actor()
    form = LiftReasonForm() if asked.lift_told_at is None else LiftForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            if isinstance(form, LiftReasonForm):
                tell_of_lifting(session, request=asked, reason=form.reason.data, actor=actor, now=now())
                flash(_("De aanvrager krijgt bericht. Daarna heft u de beperking op."), "ok")
            else:
                lift_restriction(session, request=asked, actor=actor, now=now())
                flash(_("De beperking is opgeheven. De zaak gaat verder."), "ok")
            return redirect(url_for("advisor.privacy_request", asked_id=asked.public_id), code=303)
    return _request_page(asked, question, form)


def _request_page(asked: PrivacyRequest, question: DevelopmentQuestion, form: Form) -> ResponseReturnValue:
    may_extend = asked.is_open and asked.extended_at is None
    return page(
        "advisor/privacy_request.html",
        form=form,
        title=label(RIGHTS, asked.kind.value),
        asked=asked,
        question=question,
        back=case_url(question),
        facts=_facts(asked),
        longer=url_for("advisor.extend_privacy", asked_id=asked.public_id) if may_extend else None,
    )


@blueprint.route("/privacyverzoek/<asked_id>/verlengen", methods=["GET", "POST"])
def extend_privacy(asked_id: str) -> ResponseReturnValue:
    """Take two months more."""
    asked, question = the_request(asked_id)
    decide_on(lambda: _stands(asked), asked)
    form = LongerForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            extend_right(current_session(), request=asked, reason=form.reason.data, actor=current_actor(), now=now())
            flash(_("De termijn is twee maanden langer. De aanvrager krijgt bericht."), "ok")
            return redirect(url_for("advisor.privacy_request", asked_id=asked.public_id), code=303)
    back = url_for("advisor.privacy_request", asked_id=asked.public_id)
    title = label(RIGHTS, asked.kind.value)
    return page("advisor/extend_privacy.html", form=form, question=question, back=back, title=title)


def _stands(asked: PrivacyRequest) -> list[Stand]:
    state = tag(REQUEST_STATES, asked.state.value)
    return [
        Stand("state", _("Stand"), asked.state.value, str(state["text"])),
        Stand.of_day("answer_by", _("Uiterlijk antwoorden"), asked.answer_by),
        Stand.of_day("lift_told", _("Opheffen gemeld"), local_date(asked.lift_told_at) if asked.lift_told_at else None),
    ]


def _facts(asked: PrivacyRequest) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("Artikel"), _("AVG artikel %(number)s", number=asked.kind.article)),
        (_("Gevraagd"), format_date(asked.asked_on)),
        (_("Uiterlijk antwoorden"), format_date(asked.answer_by)),
        (_("Stand"), str(tag(REQUEST_STATES, asked.state.value)["text"])),
        (_("In eigen woorden"), asked.text),
        (_("Verlengd omdat"), asked.extend_reason or ""),
        (_("Antwoord"), asked.answer or ""),
        (_("Beantwoord door"), asked.answered_by_name or ""),
        (_("Opheffen gemeld"), format_date(asked.lift_told_at) if asked.lift_told_at is not None else ""),
        (_("Opgeheven omdat"), asked.lift_reason or ""),
        (_("Opgeheven"), format_date(asked.lifted_at) if asked.lifted_at is not None else ""),
        (_("Gewist"), format_date(asked.done_at) if asked.done_at is not None else ""),
    ]
    return [(what, value) for what, value in facts if value]
