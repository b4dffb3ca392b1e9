"""Was it right? Asked of who asked, on a page of its own; the region sees counts only."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.queries import decision_of
from portal.oversight.feedback.actions import give_feedback
from portal.oversight.feedback.models import FeedbackAnswer, FeedbackSubject
from portal.oversight.feedback.queries import feedback_of
from portal.platform.clock import now
from portal.platform.i18n import LazyString
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import page
from portal.web.forms import ChoiceField, Form
from portal.web.intake.state import Intake

ASKED: Mapping[FeedbackSubject, LazyString] = {
    FeedbackSubject.OUTCOME: _l("Klopte wat wij u vertelden over wie wat betaalt?"),
    FeedbackSubject.TREATMENT: _l("Bent u goed geholpen?"),
    FeedbackSubject.DECISION: _l("Was het besluit duidelijk?"),
}
ANSWERS: Mapping[FeedbackAnswer, LazyString] = {
    FeedbackAnswer.YES: _l("Ja"),
    FeedbackAnswer.PARTLY: _l("Voor een deel"),
    FeedbackAnswer.NO: _l("Nee"),
}
_CHOICES = [(answer.value, words) for answer, words in ANSWERS.items()]


class FeedbackForm(Form):
    """Three questions, each of which may be left open."""

    outcome = ChoiceField(ASKED[FeedbackSubject.OUTCOME], optional=True, choices=_CHOICES)
    treatment = ChoiceField(ASKED[FeedbackSubject.TREATMENT], optional=True, choices=_CHOICES)
    decision = ChoiceField(ASKED[FeedbackSubject.DECISION], optional=True, choices=_CHOICES)


def feedback_page(intake: Intake) -> ResponseReturnValue:
    """Say whether it was right. About a decision is asked when there is one."""
    session, question, actor = intake.session, intake.question, intake.actor
    back = url_for(f"{intake.audience}.status", question_id=intake.id)
    said = feedback_of(session, question=question, actor=actor)
    form = FeedbackForm(data={subject.value: answer.value for subject, answer in said.items()})
    subjects = [*FeedbackSubject]
    if decision_of(session, question=question, actor=actor) is None:
        del form.decision
        subjects.remove(FeedbackSubject.DECISION)
    if form.validate_on_submit():
        with form.refusals():
            for subject in subjects:
                answer = form[subject.value].data
                if answer:
                    give_feedback(
                        session,
                        question=question,
                        subject=subject,
                        answer=FeedbackAnswer(answer),
                        actor=actor,
                        now=now(),
                    )
            flash(_("Bedankt. Hiermee maken wij het loket beter."), "ok")
            return redirect(back, code=303)
    return page("intake/feedback.html", form=form, back=back)
