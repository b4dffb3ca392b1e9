"""The case of one development question: what is known, what was said, what is proposed, and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.queries import decision_of
from portal.awarding.proposals.queries import proposals_of
from portal.awarding.state_aid import AidOfUndertaking, aid_of
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_of
from portal.cases.appointments.queries import call_back_of
from portal.cases.bundles.queries import asked_together
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.conversations.queries import conversations_of, notes_of, requests_of, unread_answers
from portal.cases.corrections.queries import corrections_of, not_of_the_person
from portal.cases.evidence.queries import waiting_evidence
from portal.cases.hearings.queries import hearings_of
from portal.cases.linked.queries import group_of_question
from portal.cases.pledges.models import Pledge
from portal.cases.pledges.queries import pledge_of
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.cases.questions.queries import question_by_public_id
from portal.cases.representatives.queries import representatives_of
from portal.oversight.privacy.retention.queries import erased_on
from portal.people.accounts.queries import accounts
from portal.people.audit.models import AuditEvent
from portal.people.audit.queries import events_of, viewings_of
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Conflict
from portal.platform.i18n import format_date, format_datetime, format_euros, format_list, format_phone
from portal.platform.i18n import gettext as _
from portal.post.messages.queries import messages_about
from portal.spending.vouchers.queries import vouchers_of_question
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.heading import heading_of, marks_of, replies_of
from portal.web.advisor.mix import CaseNames, computed_now, folded, mix_of, names_of, scheme_rows, view_of
from portal.web.advisor.standing import standing_of
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.intake.group import group_said
from portal.web.intake.pieces import piece_views
from portal.web.labels.channel_words import channel_facts
from portal.words.labels import (
    ACTIONS,
    CONTACT_WAYS,
    MESSAGE_STATES,
    PLEDGE_KINDS,
    PLEDGE_STATES,
    PROPOSAL_KINDS,
    QUESTION_STATES,
    ROUTES,
    TALK_STATES,
    TALK_WAYS,
    label,
)
from portal.words.message_labels import MESSAGES
from portal.words.wording import category_label

Row = dict[str, Any]
A_MOMENT = timedelta(minutes=15)


def the_question(question_id: str) -> DevelopmentQuestion:
    """The question in the address as this advisor may see it, or a 404; the look is logged.

    Raises ``Conflict`` for one that was erased.
    """
    question = found(question_by_public_id(current_session(), public_id=question_id, actor=current_actor()))
    note_viewing(question_id=question.id)
    if (gone := erased_on(current_session(), question_id=question.id)) is not None:
        said = _("De gegevens van deze zaak zijn gewist op %(day)s. De boekhouding is er nog.", day=format_date(gone))
        raise Conflict("case_erased", said)
    return question


@blueprint.get("/vraag/<question_id>")
def question(question_id: str) -> ResponseReturnValue:
    """Everything about one question on one page."""
    session, actor = current_session(), current_actor()
    asked = the_question(question_id)
    names = names_of(session, asked)
    records = proposals_of(session, question=asked, actor=actor)
    newest = records[0] if records else None
    talks = conversations_of(session, question=asked, actor=actor)
    requests = requests_of(session, question=asked, actor=actor)
    application = application_of(session, question=asked, actor=actor)
    events = events_of(session, object_kind="question", object_id=asked.id)
    replies = replies_of(requests, hearings_of(session, question=asked))
    if newest is not None:
        mix = mix_of(session, record=newest, question=asked, names=names)
        schemes = mix.schemes if mix is not None else []
    else:
        answer = computed_now(session, question=asked, today=today())
        mix, schemes = view_of(answer, asked, names), scheme_rows(answer, names)
    return page(
        "advisor/question.html",
        question=asked,
        heading=heading_of(asked, talks),
        state=QUESTION_STATES[asked.state.value],
        facts=[
            *fact_rows(asked, names),
            *aid_rows(aid_of(session, question=asked, application=application, on=today())),
        ],
        who=who_rows(asked),
        contact=[*contact_rows(asked), *channel_facts(session, asked)],
        costs=cost_rows(asked),
        deadline=deadline_of(asked, application),
        stand=standing_of(asked, application, title=names.names.title),
        application=application,
        application_rows=application_rows(application, names) if application else [],
        pledge=pledge_rows(pledge_of(session, question=asked, actor=actor)),
        talks=talks,
        call_back=call_back_of(session, question=asked, actor=actor),
        talk_ways=TALK_WAYS,
        talk_states=TALK_STATES,
        notes=notes_of(session, question=asked, actor=actor),
        replies=replies,
        waiting=next((item for item in requests if item.is_open), None),
        mix=mix,
        newest=newest,
        outdated=newest is not None and newest.question_revision != asked.revision,
        earlier=records[1:],
        proposal_kinds=PROPOSAL_KINDS,
        schemes=folded(schemes),
        decision=decision_of(session, question=asked, actor=actor),
        vouchers=vouchers_of_question(session, question=asked, actor=actor),
        events=timeline_of(events, talks, marks_of(replies)),
        messages=message_links(asked),
        pieces=piece_views(session, question=asked, actor=actor, on=today()),
        unread=len(waiting_evidence(session, question=asked)) + len(unread_answers(session, question=asked)),
        objected=[row for row in corrections_of(session, question=asked, actor=actor) if row.is_open_point],
        unconfirmed=len(not_of_the_person(session, question=asked)) if application is not None else 0,
        together=asked_together(session, question=asked, actor=actor),
        question_states=QUESTION_STATES,
        now=now(),
    )


@blueprint.get("/vraag/<question_id>/verloop")
def history(question_id: str) -> ResponseReturnValue:
    """Who did what and who looked, with name and time."""
    session, actor = current_session(), current_actor()
    asked = the_question(question_id)
    people = {f"account:{account.id}": account.display_name for account in accounts(session)}
    for somebody in representatives_of(session, question=asked, actor=actor):
        people[f"representative:{somebody.id}"] = _("%(name)s, voor de aanvrager", name=somebody.name)
    acts, refused = [], []
    for event in reversed(events_of(session, object_kind="question", object_id=asked.id, refused=True)):
        when, who = format_datetime(event.at, "short"), _by(event.actor, event.role, people)
        if event.reason is None:
            acts.append([when, label(ACTIONS, event.action), who])
        else:
            refused.append([when, event.action, event.reason, who])
    looks: list[list[Any]] = []
    last: tuple[str, datetime] | None = None
    for look in reversed(viewings_of(session, question_id=asked.id)):
        if last is not None and last[0] == look.actor and last[1] - look.at < A_MOMENT:
            last = (look.actor, look.at)
            looks[-1][2] += 1
            continue
        looks.append([format_datetime(look.at, "short"), _by(look.actor, look.role, people), 1])
        last = (look.actor, look.at)
    records = proposals_of(session, question=asked, actor=actor)
    return page(
        "advisor/history.html",
        question=asked,
        acts=acts,
        refused=refused,
        looks=looks,
        proposals=records,
        proposal_kinds=PROPOSAL_KINDS,
    )


def _by(reference: str, role: str, people: dict[str, str]) -> str:
    known = people.get(reference)
    if known is not None:
        return known
    if reference.startswith("representative:"):
        return _("vertegenwoordiger")
    return {"resident": _("aanvrager"), "employer": _("werkgever")}.get(reference, role)


# Rows ------------------------------------------------------------------------------------------------------------------


def who_rows(question: DevelopmentQuestion) -> list[Row]:
    """Who asks, and what for."""
    rows: list[Row] = [{"label": _("Route"), "value": label(ROUTES, question.route)}]
    if question.route is Route.EMPLOYER:
        rows += [
            {"label": _("Werkgever"), "value": question.employer_name},
            {"label": _("KVK-nummer"), "value": question.employer_kvk},
            {"label": _("Contactpersoon"), "value": question.employer_contact},
            {"label": _("Werknemer"), "value": question.learner_name},
            {"label": _("Groep"), "value": group_said(group_of_question(current_session(), question=question))},
        ]
    rows += [
        {"label": _("Opleiding"), "value": question.training_name or _("nog niet bekend")},
        {"label": _("Opleider"), "value": question.training_provider},
        {"label": _("Peildatum"), "value": format_date(question.reference_date)},
    ]
    if question.borrow_up_to_cents:
        rows.append({"label": _("Wil lenen tot"), "value": format_euros(question.borrow_up_to_cents)})
    return rows


def fact_rows(question: DevelopmentQuestion, names: CaseNames) -> list[Row]:
    """The answers of the person, under the questions that were asked."""
    rows = []
    if question.goals:
        rows.append({"label": names.names.question("goals"), "value": names.names.answer("goals", question.goals)})
    for key, value in question.facts.items():
        shown = _("weet de persoon niet") if value == "unknown" else names.answer(key, value)
        rows.append({"label": names.names.question(key), "value": shown})
    for entry in question.had_before:
        day = format_date(date.fromisoformat(entry["awarded_on"]))
        amount = format_euros(entry["amount_cents"])
        text = _("%(amount)s op %(day)s", amount=amount, day=day)
        rows.append(
            {"label": _("Eerder gekregen: %(scheme)s", scheme=names.names.title(entry["scheme"])), "value": text}
        )
    return rows


def aid_rows(aid: AidOfUndertaking | None) -> list[Row]:
    """What the undertaking had of this desk as state aid, and what it may still have; nothing for who is none or had nothing."""
    if aid is None or aid.left_cents is None or not (aid.here_cents or aid.declared_cents):
        return []
    return [
        {"label": _("Staatssteun via dit loket in drie jaar"), "value": format_euros(aid.here_cents)},
        {"label": _("Staatssteun die nog kan"), "value": format_euros(aid.left_cents)},
    ]


def contact_rows(question: DevelopmentQuestion) -> list[Row]:
    """How to reach the person."""
    contact = question.contact
    if contact is None:
        return []
    street = " ".join(filter(None, (contact.street, contact.house_number)))
    place = " ".join(filter(None, (contact.postcode, contact.city)))
    return [
        {"label": _("Naam"), "value": contact.name},
        {"label": _("Wil bericht per"), "value": label(CONTACT_WAYS, contact.way)},
        {"label": _("Telefoon"), "value": format_phone(contact.phone) if contact.phone else None},
        {"label": _("E-mail"), "value": contact.email},
        {"label": _("Adres"), "value": ", ".join(filter(None, (street, place)))},
    ]


def cost_rows(question: DevelopmentQuestion) -> list[list[Any]]:
    """The costs, one line each."""
    bearers = {"resident": _("inwoner"), "employer": _("werkgever")}
    rows: list[list[Any]] = []
    for line in question.cost_lines:
        note = None
        if line.amount_without_vat_cents is not None:
            note = _("%(amount)s zonder btw", amount=format_euros(line.amount_without_vat_cents))
        name = {"text": line.description or category_label(line.category), "note": note}
        if line.description:
            name["note"] = "; ".join(filter(None, (category_label(line.category), note)))
        due = format_date(line.due_on, "short") if line.due_on else None
        rows.append([name, due, bearers[line.bearer.value], format_euros(line.amount_cents, exact=True)])
    return rows


def application_rows(application: Application, names: CaseNames) -> list[Row]:
    """The application: who, what, when received and in which order."""
    street = f"{application.street} {application.house_number}"
    rows: list[Row] = [
        {"label": _("Nummer"), "value": application.number},
        {"label": _("Ontvangen"), "value": format_datetime(application.applied_at)},
        {
            "label": _("Compleet"),
            "value": format_datetime(application.completed_at) if application.completed_at else _("nog niet"),
        },
        {"label": _("Regelingen"), "value": format_list(names.names.title(slug) for slug in application.schemes)},
        {"label": _("Aanvrager"), "value": application.name},
    ]
    if application.learner_name:
        rows.append({"label": _("Werknemer"), "value": application.learner_name})
        rows.append({"label": _("KVK-nummer"), "value": application.kvk_number})
    rows += [
        {"label": _("Geboortedatum"), "value": format_date(application.birth_date)},
        {"label": _("Adres"), "value": f"{street}, {application.postcode} {application.city}"},
        {"label": _("Termijn"), "value": _("%(weeks)s weken", weeks=application.decision_weeks)},
    ]
    if application.stopped_days:
        rows.append({"label": _("Stilgestaan"), "value": _("%(days)s dagen", days=application.stopped_days)})
    return rows


def deadline_of(question: DevelopmentQuestion, application: Application | None) -> Row | None:
    """What must be done by when, in words, with the look of its tag."""
    if not question.is_open:
        return None
    if question.waiting_since is not None:
        text = _("De termijn staat stil sinds %(day)s.", day=format_date(question.waiting_since.date()))
        return {"text": text if application else _("Wacht op antwoord van de aanvrager."), "kind": "wait"}
    if question.decide_by is not None:
        return _until(question.decide_by, _("besluit uiterlijk %(day)s", day=format_date(question.decide_by)))
    if question.responded_at is None and question.respond_by is not None:
        return _until(question.respond_by, _("reactie uiterlijk %(day)s", day=format_date(question.respond_by)))
    return None


def _until(day: date, text: str) -> Row:
    left = (day - today()).days
    if left < 0:
        return {"text": _("%(text)s, dat is %(days)s dagen te laat", text=text, days=-left), "kind": "no"}
    if left == 0:
        return {"text": _("%(text)s, dat is vandaag", text=text), "kind": "wait"}
    return {"text": _("%(text)s, nog %(days)s dagen", text=text, days=left), "kind": "wait" if left <= 7 else "info"}


def pledge_rows(pledge: Pledge | None) -> Row | None:
    """What the employer promised."""
    if pledge is None:
        return None
    rows: list[Row] = [{"label": _("Werkgever"), "value": pledge.employer_name or pledge.given_by_name}]
    if pledge.amount_cents is not None and pledge.kind is not None:
        amount = f"{format_euros(pledge.amount_cents)} ({label(PLEDGE_KINDS, pledge.kind)})"
        rows.append({"label": _("Bedrag"), "value": amount})
        kinds = (
            format_list(category_label(name) for name in pledge.categories) if pledge.categories else _("alle kosten")
        )
        rows.append({"label": _("Voor"), "value": kinds})
    if pledge.given_at is not None:
        by = ", ".join(filter(None, (pledge.given_by_name, pledge.given_by_function)))
        rows.append({"label": _("Toegezegd door"), "value": f"{by} ({format_date(pledge.given_at.date())})"})
    elif pledge.asked_at is not None:
        rows.append({"label": _("Gevraagd op"), "value": format_date(pledge.asked_at.date())})
    text, kind = PLEDGE_STATES[pledge.state.value]
    return {"rows": rows, "state": text, "kind": kind, "counts": pledge.counts}


def timeline_of(
    events: Sequence[AuditEvent], talks: Sequence[Conversation], marks: Mapping[tuple[datetime, str], str]
) -> list[Row]:
    """What happened and what comes, the newest first; `marks` says where more of it stands, by instant and act."""
    coming = [
        {
            "when": format_datetime(talk.planned_for),
            "title": _("Gesprek: %(way)s", way=label(TALK_WAYS, talk.way)),
            "state": "later",
        }
        for talk in talks
        if talk.state is ConversationState.PLANNED
    ]
    done = [
        {
            "when": format_datetime(event.at),
            "title": label(ACTIONS, event.action),
            "state": "done",
            "href": marks.get((event.at, event.action)),
        }
        for event in reversed(events)
        if event.action not in ("session.opened", "session.closed")
    ]
    return [*reversed(coming), *done]


def message_links(question: DevelopmentQuestion) -> list[Row]:
    """The messages about a case, oldest first, as links with their state."""
    return [
        {
            "text": label(MESSAGES, message.template),
            "href": url_for("advisor.message", message_id=message.public_id),
            "when": format_datetime(message.created_at, "short"),
            "state": MESSAGE_STATES[message.state.value],
        }
        for message in messages_about(current_session(), object_kind="question", object_id=question.id)
    ]


def case_url(question: DevelopmentQuestion) -> str:
    """The address of the case."""
    return url_for("advisor.question", question_id=question.public_id)
