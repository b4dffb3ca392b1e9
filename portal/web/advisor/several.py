"""One act on several cases: first what will happen and what will not, then each case through the act itself.

What the page says will happen was tried, by the act with its own guards, and undone. When it is done, what was seen of each
case is compared: one that changed meanwhile is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.handovers.actions import hand_over_several, put_back_several
from portal.cases.handovers.models import HandOver, HandOverKind
from portal.cases.handovers.queries import hand_over_by_public_id, handed_questions, names_of, who_is_away
from portal.cases.one_by_one import MOST_AT_ONCE, EachOutcome, one_by_one, stand_of
from portal.cases.owners.actions import give_case
from portal.cases.owners.queries import advisors, owner_names
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion
from portal.cases.questions.queries import may_see, question_by_public_id
from portal.cases.reminding import remind_asker
from portal.oversight.worklist.selection import selected_ids
from portal.people.accounts.models import Account
from portal.people.actor import Actor
from portal.people.audit.actions import record_refusal
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_datetime, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.filtering import Asked, asked_back
from portal.web.advisor.forms import CloseForm
from portal.web.edge import found, page, start_over
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import ChoiceField, Form
from portal.words.labels import QUESTION_STATES, label

NAMED = 5
"""So many numbers of cases stand behind a reason in the message afterwards."""


class AssignForm(Form):
    """To whom the cases go."""

    to = ChoiceField(_l("Aan wie geeft u de vragen?"), missing=_l("Kies een adviseur."))


class RemindForm(Form):
    """Nothing is asked for a reminder."""


@dataclass(frozen=True)
class SeveralAct:
    """An act that can be done on several cases, with its words."""

    title: LazyString
    button: LazyString
    after: LazyString
    """What can be done about it afterwards."""
    form: type[Form]


ACTS: Mapping[str, SeveralAct] = {
    "assign": SeveralAct(
        _l("Vragen toewijzen"),
        _l("Toewijzen"),
        _l("U kunt dit een dag lang terugdraaien, zolang de vraag nog bij dezelfde collega is."),
        AssignForm,
    ),
    "remind": SeveralAct(
        _l("Aanvragers herinneren"),
        _l("Herinnering sturen"),
        _l("Een herinnering kunt u niet terugdraaien: het bericht gaat meteen weg."),
        RemindForm,
    ),
    "close": SeveralAct(
        _l("Vragen afsluiten"),
        _l("Afsluiten"),
        _l("Afsluiten kunt u niet terugdraaien. De persoon kan altijd een nieuwe vraag sturen."),
        CloseForm,
    ),
}


@blueprint.post("/samen")
def several() -> ResponseReturnValue:
    """What an act will do to the chosen cases; with `stap` it is done."""
    asked = asked_back(request.form.get("terug", ""))
    what = request.form.get("wat", "")
    questions = _chosen(asked)
    if what not in ACTS or not questions:
        flash(_("Kies eerst een of meer vragen."), "warning")
        return redirect(asked.address(), code=303)
    if len(questions) > MOST_AT_ONCE:
        flash(_("Kies hoogstens %(most)s vragen tegelijk.", most=MOST_AT_ONCE), "warning")
        return redirect(asked.address(), code=303)
    people = _people()
    form = ACTS[what].form()
    if isinstance(form, AssignForm):
        form.to.choices = _colleagues(people)
    if request.form.get("stap") != "doen":
        return _preview(what, form, questions, people, asked)
    if form.validate_on_submit():
        return _do(what, form, questions, people, asked)
    return _preview(what, form, questions, people, asked)


def _chosen(asked: Asked) -> list[DevelopmentQuestion]:
    """The cases that were ticked, or all that are filtered; who may not see one has not chosen it."""
    session, actor = current_session(), current_actor()
    wanted: Sequence[str] = request.form.getlist("zaak")
    if request.form.get("alles") == "y":
        wanted = selected_ids(session, actor=actor, now=now(), chosen=asked.selection, limit=MOST_AT_ONCE + 1)
    wanted = list(dict.fromkeys(wanted))[: MOST_AT_ONCE + 1]
    questions = (question_by_public_id(session, public_id=public_id, actor=actor) for public_id in wanted)
    return [question for question in questions if question is not None]


def _people() -> dict[str, Account]:
    return {one.public_id: one for one in advisors(current_session())}


def _colleagues(people: Mapping[str, Account]) -> list[tuple[str, str]]:
    """Every advisor, oneself first; who is away says so."""
    mine = current_actor().account_id
    away = {one.hand_over.from_account_id: one.hand_over.until for one in who_is_away(current_session())}

    def name(one: Account) -> str:
        text = _("uzelf") if one.id == mine else one.display_name
        until = away.get(one.id)
        if until is None:
            return text
        return _("%(name)s (afwezig tot en met %(day)s)", name=text, day=format_date(until, "short"))

    return [(key, name(one)) for key, one in sorted(people.items(), key=lambda pair: pair[1].id != mine)]


def _act(what: str, form: Form, to: Account | None) -> Callable[[DevelopmentQuestion], object]:
    """The act itself on one case."""
    session, by = current_session(), {"actor": current_actor(), "now": now()}
    if what == "assign":
        return lambda question: give_case(session, question=question, to=_needed(to), **by)  # type: ignore[arg-type]
    if what == "remind":
        return lambda question: remind_asker(session, question=question, **by)  # type: ignore[arg-type]
    reason = CloseReason(getattr(form, "reason").data or CloseReason.OTHER)  # noqa: B009
    return lambda question: close_question(session, question=question, reason=reason, **by)  # type: ignore[arg-type]


def _needed(to: Account | None) -> Account:
    assert to is not None, "somebody is chosen, or there is nobody to choose"
    return to


def _preview(
    what: str, form: Form, questions: Sequence[DevelopmentQuestion], people: Mapping[str, Account], asked: Asked
) -> ResponseReturnValue:
    """Try the act on each case, undo all of it, and say what came of each."""
    session = current_session()
    for question in questions:
        note_viewing(question_id=question.id)
    stands = {question.public_id: stand_of(session, question=question) for question in questions}
    owners = owner_names(session, question_ids=[question.id for question in questions])
    shown = [
        {
            "public_id": question.public_id,
            "stand": stands[question.public_id],
            "number": question.reference_number,
            "name": question.employer_name or (question.contact.name if question.contact else ""),
            "state": label(QUESTION_STATES, question.state),
            "owner": owners.get(question.id) or _("niemand"),
        }
        for question in questions
    ]
    to = _to(form, people) or _somebody_else(people)
    came = one_by_one(session, questions=questions, act=_act(what, form, to))
    texts = [str(outcome.why) if outcome.why is not None else None for outcome in came]
    start_over()
    return page(
        "advisor/several.html",
        form=form,
        act=ACTS[what],
        what=what,
        asked=asked,
        cases=[one | {"why": why} for one, why in zip(shown, texts, strict=True)],
        can=sum(1 for why in texts if why is None),
    )


def _to(form: Form, people: Mapping[str, Account]) -> Account | None:
    return people.get(form.to.data or "") if isinstance(form, AssignForm) else None


def _somebody_else(people: Mapping[str, Account]) -> Account | None:
    """With whom assigning is tried as long as nobody was chosen."""
    mine = current_actor().account_id
    return next((one for one in people.values() if one.id != mine), next(iter(people.values()), None))


def _do(
    what: str, form: Form, questions: Sequence[DevelopmentQuestion], people: Mapping[str, Account], asked: Asked
) -> ResponseReturnValue:
    """Do it, and say what came of it."""
    session, actor = current_session(), current_actor()
    seen = dict(one.split(":", 1) for one in request.form.getlist("gezien") if ":" in one)
    if what == "assign":
        to = people[getattr(form, "to").data]  # noqa: B009
        given, came = hand_over_several(session, questions=questions, to=to, seen=seen, actor=actor, now=now())
        _say(what, came)
        if given is not None:
            return redirect(url_for("advisor.handed", hand_over_id=given.public_id), code=303)
        return redirect(asked.address(), code=303)
    _say(what, one_by_one(session, questions=questions, act=_act(what, form, None), seen=seen))
    return redirect(asked.address(), code=303)


def _say(what: str, came: Sequence[EachOutcome]) -> None:
    """How many were done, and per reason which were not. What was refused is logged with what was done."""
    for one in came:
        if one.code is not None:
            about = ("question", one.question_id)
            by = {"actor": current_actor(), "action": request.endpoint or "", "now": now()}
            record_refusal(current_session(), about=about, reason=one.code, **by)  # type: ignore[arg-type]
    done = sum(1 for outcome in came if outcome.why is None)
    words = {
        "assign": ngettext("%(num)s vraag is toegewezen.", "%(num)s vragen zijn toegewezen.", done),
        "remind": ngettext("%(num)s herinnering is verstuurd.", "%(num)s herinneringen zijn verstuurd.", done),
        "close": ngettext("%(num)s vraag is afgesloten.", "%(num)s vragen zijn afgesloten.", done),
        "back": ngettext("%(num)s vraag is terug.", "%(num)s vragen zijn terug.", done),
    }
    flash(words[what], "ok" if done else "warning")
    reasons = Counter(str(outcome.why) for outcome in came if outcome.why is not None)
    for reason, number in reasons.items():
        numbers = [
            outcome.reference_number for outcome in came if outcome.why is not None and str(outcome.why) == reason
        ]
        named = ", ".join(numbers[:NAMED]) + (" …" if number > NAMED else "")
        flash(_("%(num)s niet: %(reason)s (%(which)s)", num=number, reason=reason, which=named), "warning")


# Cases that went to a colleague ----------------------------------------------------------------------------------------


@blueprint.get("/overdracht/<hand_over_id>")
def handed(hand_over_id: str) -> ResponseReturnValue:
    """Which cases went to a colleague, and putting them back."""
    session, actor = current_session(), current_actor()
    hand_over = found(hand_over_by_public_id(session, public_id=hand_over_id))
    went = handed_questions(session, hand_over=hand_over)
    rows = [(question, case) for question, case in went if may_see(question, actor)]
    for question, _handed in rows:
        note_viewing(question_id=question.id)
    owners = owner_names(session, question_ids=[question.id for question, _handed in rows])
    had = {handed_case.from_account_id for _question, handed_case in rows}
    names = names_of(session, account_ids={*had, hand_over.to_account_id})
    cells = [
        [
            {
                "text": question.reference_number,
                "href": url_for("advisor.question", question_id=question.public_id),
                "note": question.employer_name or (question.contact.name if question.contact else None),
            },
            label(QUESTION_STATES, question.state),
            names.get(handed_case.from_account_id) or _("niemand"),
            owners.get(question.id) or _("niemand"),
        ]
        for question, handed_case in rows
    ]
    return page(
        "advisor/handed.html",
        hand_over=hand_over,
        to_name=names[hand_over.to_account_id],
        when=format_datetime(hand_over.at),
        rows=cells,
        can_undo=_can_undo(hand_over, actor),
    )


def _can_undo(hand_over: HandOver, actor: Actor) -> bool:
    return hand_over.kind is HandOverKind.SEVERAL and hand_over.back_at is None and hand_over.by == actor.reference


@blueprint.post("/overdracht/<hand_over_id>/terug")
def put_back_handed(hand_over_id: str) -> ResponseReturnValue:
    """Put back what went to a colleague, as far as it is where it went."""
    session = current_session()
    hand_over = found(hand_over_by_public_id(session, public_id=hand_over_id))
    _say("back", put_back_several(session, hand_over=hand_over, actor=current_actor(), now=now()))
    return redirect(url_for("advisor.handed", hand_over_id=hand_over_id), code=303)
