"""The question on the table: everything that was asked as one form, and beside it what every change does to the mix.

The page works as an ordinary form. With a script each change is sent by itself, and only what it changes comes back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.correcting import TwoAnswers, correct_question, now_and_before, take_back_correction
from portal.cases.applications.asked_anew import complete_again_after
from portal.cases.applications.queries import application_by_question
from portal.cases.asked import AFTER_DECISION, FACT, SUBJECTS, Asked, asked_of
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.corrections.queries import correction_by_public_id, corrections_by_question, taken_back, undone
from portal.cases.pledges.models import PledgeKind
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import DevelopmentQuestion, QuestionState, Route
from portal.framework.catalogue.queries import Catalogue, catalogue
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import LazyString
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import LIVE_STATES
from portal.spending.vouchers.queries import vouchers_of_question
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.discuss_form import DiscussForm, discuss_form
from portal.web.advisor.discuss_mix import changed_rows, lever_rows, missing_rows, payer_rows
from portal.web.advisor.mix import CaseNames, names_of
from portal.web.edge import READING, decide_on, found, page, read_told, require_seen
from portal.web.edge.guards import large_form
from portal.web.edge.policy import current_actor
from portal.web.edge.sight import Stand, seen_values
from portal.web.intake.state import Intake, is_about_training
from portal.web.labels.corrected import subject_label, value_text
from portal.words.labels import QUESTION_STATES, label
from portal.words.proof_words import open_steps

LONGEST = 300
"""How much of a value a difference shows, in characters."""
FILLED_BY_LEVER = ("pledge",)
PLACE_NOTES: Mapping[frozenset[str], LazyString] = {
    frozenset({"higher_costs", "another_training"}): _l(
        "Er is een aanvraag. Worden de kosten hoger, of wordt het een andere opleiding? Dan telt de aanvraag pas vanaf dat "
        "moment mee in de volgorde van ontvangst. Draait u dat terug, dan krijgt zij haar plaats terug."
    ),
    frozenset({"higher_costs"}): _l(
        "Er is een aanvraag. Worden de kosten hoger? Dan telt de aanvraag pas vanaf dat moment mee in de volgorde van ontvangst. "
        "Draait u dat terug, dan krijgt zij haar plaats terug. Bij een andere opleiding houdt zij haar plaats."
    ),
    frozenset({"another_training"}): _l(
        "Er is een aanvraag. Wordt het een andere opleiding? Dan telt de aanvraag pas vanaf dat moment mee in de volgorde van "
        "ontvangst. Draait u dat terug, dan krijgt zij haar plaats terug. Bij hogere kosten houdt zij haar plaats."
    ),
    frozenset(): _l(
        "Er is een aanvraag. Die houdt haar plaats in de volgorde van ontvangst, ook als de kosten hoger worden of als het een "
        "andere opleiding wordt."
    ),
}
"""What becomes of the place of an application, by the changes that move it."""


@dataclass(frozen=True)
class PartOfTable:
    """One heading of the page with what stands under it; `open` when something that is folded is wrong."""

    title: str
    whole: list[str]
    facts: list[str]
    folded: list[str]
    open: bool
    note: str = ""


class Discussion:
    """One question on the table: what was asked, what can be changed, and what was changed."""

    def __init__(self, question: DevelopmentQuestion) -> None:
        self.session, self.actor, self.question = current_session(), current_actor(), question

    @cached_property
    def asked(self) -> Asked:
        """What was asked, as it stands."""
        return asked_of(self.session, self.question)

    @cached_property
    def known(self) -> Catalogue:
        """The region."""
        return catalogue(self.session)

    @cached_property
    def names(self) -> CaseNames:
        """How everything is called."""
        return names_of(self.session, self.question)

    @cached_property
    def corrections(self) -> list[Correction]:
        """What was corrected, oldest first."""
        return corrections_by_question(self.session, question=self.question)

    @property
    def decided(self) -> bool:
        """Whether there is a decision: then only what can be decided again on is corrected."""
        return self.question.state is QuestionState.DECIDED

    @property
    def open(self) -> bool:
        """Whether anything can be changed."""
        return self.question.is_open or self.decided

    @property
    def place_note(self) -> str:
        """What becomes of the place in the order of receipt when something else is asked for; empty when there is none."""
        application = application_by_question(self.session, question=self.question)
        if application is None or not self.question.is_open or application.completed_at is None:
            return ""
        moving = complete_again_after(self.session, question=self.question, application=application)
        return str(PLACE_NOTES[moving])

    @cached_property
    def promised(self) -> bool:
        """Whether the employer itself promised something: only the employer changes that."""
        pledge = pledge_by_question(self.session, question=self.question)
        return pledge is not None and pledge.counts

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """What can be changed here, in the order of the page."""
        employer = self.question.route is Route.EMPLOYER
        gone = {
            "contact",
            *(("pledge", "borrow_up_to") if employer else ("employer",)),
        }  # contact has a page of its own
        own = [one for one in SUBJECTS if one not in gone and not (one == "pledge" and self.promised)]
        asked = [FACT + key for key, fact in self.known.facts.items() if fact.derived is None and key != "goals"]
        return tuple(one for one in (*own, *asked) if not self.decided or one.startswith(AFTER_DECISION))

    def stands(self) -> list[Stand]:
        """Everything that this page shows and changes."""
        names = self.names.names
        state = self.question.state
        return [
            Stand("state", _("Stand van de vraag"), state.value, label(QUESTION_STATES, state)),
            *(
                Stand(
                    one,
                    subject_label(one, names),
                    json.dumps(self.asked.get(one), sort_keys=True),
                    value_text(one, self.asked.get(one), names)[:LONGEST],
                )
                for one in self.subjects
            ),
        ]

    def form(self, asked: Asked, *, sent: bool, only: Sequence[str] | None = None) -> DiscussForm:
        """The form, filled with what was asked, and with `sent` with what came along; with `only` no more of it than of these."""
        on = self.question.reference_date or today()
        return discuss_form(
            self.known, asked, self.subjects, on, sent=self.subjects if sent and only is None else only or ()
        )

    def sections(self, wrong: Collection[str]) -> list[PartOfTable]:
        """The subjects under the headings of the page. What was not asked and changes nothing now is folded."""
        facts = [one for one in self.subjects if one.startswith(FACT)]
        keys = {one: one.removeprefix(FACT) for one in facts}
        training = [one for one in facts if is_about_training(keys[one], self.known.facts[keys[one]].who_knows)]
        employer = [one for one in facts if keys[one].startswith("employer_") and one not in training]
        person = [one for one in facts if one not in training and one not in employer]
        parts: tuple[tuple[str, tuple[str, ...], list[str]], ...] = (
            (_("Wens en opleiding"), ("wish", "goals", "training"), training),
            (_("Kosten"), ("costs",), []),
            (_("Persoon"), ("borrow_up_to",), person),
            (_("Werkgever"), ("employer", "pledge"), employer),
        )
        needed = {FACT + fact for one in self.answers.now.verdicts if one.can_be_offered for fact in one.missing_facts}
        made = []
        for title, subjects, asked in parts:
            whole = [one for one in subjects if one in self.subjects]
            folded = [one for one in asked if one not in self.asked and one not in needed]
            if whole or asked:
                shown = [one for one in asked if one not in folded]
                own = _("De werkgever heeft zelf toegezegd wat hij betaalt. Alleen de werkgever kan dat veranderen.")
                note = own if self.promised and "pledge" in subjects else ""
                made.append(PartOfTable(title, whole, shown, folded, any(one in wrong for one in folded), note))
        return made

    def changed_since(self, seen: Asked | None) -> list[str]:
        """The subjects that are not as somebody saw them."""
        return [one for one in self.subjects if seen is not None and seen.get(one) != self.asked.get(one)]

    # The mix ----------------------------------------------------------------------------------------------------------

    @cached_property
    def compared_from(self) -> int:
        """From which correction on the mix is compared: what the address says, else the ones that were made last together."""
        text = request.args.get("vanaf", "")
        if text.isascii() and text.isdigit() and len(text) < 6:
            return min(int(text), len(self.corrections))
        last = self.corrections[-1].at if self.corrections else None
        return next((place for place, row in enumerate(self.corrections) if row.at == last), 0)

    @cached_property
    def answers(self) -> TwoAnswers:
        """The answer now and before."""
        before = undone(self.asked, self.corrections[self.compared_from :])
        return now_and_before(self.session, question=self.question, before=before, today=today())

    def beside(self) -> dict[str, Any]:
        """What stands beside the form: the mix now and before, what changed, what to ask next and what is missing."""
        names, rows = self.names, self.corrections
        asked_next = Intake(self.session, self.question, self.actor, today()).next if self.open else None
        asks = [one.removeprefix(FACT) for one in self.subjects if one.startswith(FACT)]
        fact = asked_next.fact if asked_next is not None else None
        return {
            "payers": payer_rows(self.answers, names),
            "open_steps": () if self.answers.now.proposal is None else open_steps(self.answers.now.proposal.passes),
            "unconfirmed": self.asked["pledge"] is not None and not self.promised,
            "changes": changed_rows(rows, taken_back(rows), names, self.asked) if rows else [],
            "compared_from": self.compared_from,
            "next_fact": names.names.question(fact) if fact is not None else "",
            "next_anchor": f"fact_{fact}" if fact in asks else "",
            "missing": missing_rows(self.answers.now, names, asks),
        }

    def levers(self) -> list[Any]:
        """What would make who asks pay less. Takes a while: everything is solved again."""
        insight = self.answers.now.insight()
        return (
            lever_rows(insight.levers, self.names, self.asked["pledge"], self.subjects) if insight is not None else []
        )


@blueprint.route("/vraag/<question_id>/bespreken", methods=["GET", "POST"])
@large_form
def discuss(question_id: str) -> ResponseReturnValue:
    """Change a question that was sent, and see what each change does."""
    question = the_question(question_id)
    table = Discussion(question)
    decide_on(table.stands, question)
    if request.method in READING:
        return _shown(table, table.form(table.asked, sent=False), _again())
    seen = _seen(table)
    shown = table.form(seen if seen is not None else table.asked, sent=False)
    form = table.form(table.asked, sent=True)
    adds_line, touched, moved = form.changed_lines(), form.touched(shown), table.changed_since(seen)
    if moved:  # what somebody else changed and this person did not touch stands as it is now
        form = table.form(table.asked, sent=True, only=touched)
        form.changed_lines()
    if adds_line:
        return _shown(table, form, ["costs", *moved, *_again()], saved=False)
    try:
        done = _carried_out(table, form, touched)
        if done is not None:
            return done
    except Refusal as refusal:
        form.refuse_at(refusal)
    return _shown(table, form, [*touched, *moved, *_again()], saved=False)


def _seen(table: Discussion) -> Asked | None:
    """What the page that was sent showed; None when that cannot be read."""
    told = seen_values()
    try:
        values = {one: read_told(str(told[one])) for one in table.subjects}
        seen = table.asked | {one: value for one, value in values.items() if not one.startswith(FACT)}
        facts = {one: value for one, value in values.items() if one.startswith(FACT)}
        table.form(seen | facts, sent=False)
        return {one: value for one, value in (seen | facts).items() if value is not None or not one.startswith(FACT)}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _carried_out(table: Discussion, form: DiscussForm, touched: list[str]) -> ResponseReturnValue | None:
    """Do what was sent: take a correction back, fill in a lever, keep what was typed. Back to the page; None when it is wrong."""
    require_seen()
    if not form.judge(touched):
        return None
    count, by = len(table.corrections), dict[str, Any]({"actor": table.actor, "now": now()})
    changes = {one: form.value(one, table.asked.get(one)) for one in touched}
    with table.session.begin_nested():
        if "undo" in request.form:
            row = _correction(table, request.form["undo"])
            take_back_correction(table.session, correction=row, **by)
            changes.pop(row.subject, None)
        changes |= _lever(table)
        if changes:
            word = OnWord(form.on_word.data)
            correct_question(table.session, question=table.question, changes=changes, on_word=word, **by)
    where = url_for(
        "advisor.discuss",
        question_id=table.question.public_id,
        vanaf=count,
        ook=",".join(_again()) or None,
        woord=None if form.on_word.data == OnWord.TOLD.value else form.on_word.data,
        _anchor=None if _by_script() else "mix-now",
    )
    return redirect(where, code=303)


def _correction(table: Discussion, public_id: str) -> Correction:
    row = found(correction_by_public_id(table.session, public_id=public_id[:40], actor=table.actor))
    return found(row if row.question_id == table.question.id else None)


def _lever(table: Discussion) -> dict[str, Any]:
    """What a button of a lever fills in: facts that this page can change, and what the employer pays."""
    try:
        told = read_told(request.form.get("lever", "{}")[:2000])
        ours = [one for one in table.subjects if one.startswith(FACT) or one in FILLED_BY_LEVER]
        wanted = {one: told[one] for one in told if one in ours}
        if "pledge" in wanted:
            money = wanted["pledge"]
            wanted["pledge"] = {"kind": PledgeKind(money["kind"]).value, "amount_cents": int(money["amount_cents"])}
            wanted["pledge"]["categories"] = (table.asked["pledge"] or {}).get("categories")
        return wanted
    except (ValueError, TypeError, KeyError):
        raise Conflict("lever_unreadable", _l("Deze knop werkt niet meer. Probeer het opnieuw.")) from None


def _by_script() -> bool:
    return request.headers.get("HX-Request") == "true"


def _again() -> list[str]:
    """The subjects that had an error on the page: they come back, right or wrong."""
    told = request.form.get("wrong", "") if request.method == "POST" else request.args.get("ook", "")
    return [one for one in told[:2000].split(",") if one]


def _shown(table: Discussion, form: DiscussForm, changed: list[str], *, saved: bool = True) -> ResponseReturnValue:
    """The whole page; or for a script what is different on it, or the levers alone."""
    asks_levers = request.args.get("hefbomen") == "1"
    part = _by_script()
    if part and asks_levers:
        return page("advisor/discuss/levers.html", levers=table.levers())
    wrong = [one for one in table.subjects if any(field.errors for field in form.fields_of(one))]
    just = [row.subject for row in table.corrections[table.compared_from :]] if saved else []
    changed = [*changed, *wrong, *just]
    question, anchors = table.question, {one: anchor_of(one) for one in table.subjects}
    return page(
        "advisor/discuss/changed.html" if part else "advisor/discuss.html",
        form=form,
        question=question,
        table=table,
        anchors=anchors,
        known=table.known.facts,
        sections=table.sections(wrong) if not part else [],
        changed=[one for one in table.subjects if one in changed],
        wrong=",".join(wrong),
        saved=saved and bool(changed),
        here=url_for("advisor.discuss", question_id=question.public_id),
        levers=table.levers() if asks_levers else None,
        vouchers=_vouchers(table) if table.decided else [],
        **table.beside(),
    )


def anchor_of(subject: str) -> str:
    """The id of the part of the page where a subject stands."""
    return "part-" + subject.replace(".", "-")


def _vouchers(table: Discussion) -> list[Mapping[str, str]]:
    """The live vouchers of a question, with where they are made higher."""
    rows = vouchers_of_question(table.session, question=table.question, actor=table.actor)
    return [
        {"title": table.names.title(one.scheme), "href": url_for("advisor.raise_amount", voucher_id=one.public_id)}
        for one in rows
        if one.state in LIVE_STATES
    ]
