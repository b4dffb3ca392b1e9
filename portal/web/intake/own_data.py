"""Everything that the desk keeps of a question, for who asked, to take along (AVG 15 and 20): as JSON and as a PDF.

The JSON has the answers as values beside the same overview in words. Notes of staff are not in it; both say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.queries import decisions_of
from portal.cases.asked import asked_of
from portal.cases.conversations.models import ConversationState
from portal.cases.corrections.queries import corrections_of, undone
from portal.cases.diaries.models import TalkWay
from portal.oversight.privacy.told import kept_words
from portal.papers.correspondence import desk_of
from portal.papers.own_data_paper import own_data_pdf
from portal.platform.clock import local_date, local_time, now
from portal.platform.i18n import LazyString, format_date, format_datetime, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.queries import letters_of
from portal.post.messages.queries import consents_of
from portal.web.edge import page
from portal.web.intake.answered import sent_answers
from portal.web.intake.case import STATES, records_of, title_of
from portal.web.intake.decided import HAPPENED, letter_title
from portal.web.intake.happened import WAYS, Records
from portal.web.intake.looked import looks_of
from portal.web.intake.own_messages import messages_of
from portal.web.intake.pieces import piece_views
from portal.web.intake.stands import voucher_stand
from portal.web.intake.state import Intake
from portal.words.decision_labels import OBJECTION_STATES
from portal.words.labels import MESSAGE_TOPICS, label

FORMAT = "ontwikkelloket/my-data/1"
Pair = tuple[str, str]
TALKS: Mapping[ConversationState, LazyString] = {
    ConversationState.PLANNED: _l("gepland"),
    ConversationState.HELD: _l("gevoerd"),
    ConversationState.CANCELLED: _l("afgezegd"),
    ConversationState.MISSED: _l("niet doorgegaan"),
}


KEPT: Mapping[str, LazyString] = {
    "development_question": _l("Uw vraag"),
    "bundled_training": _l("Opleidingen"),
    "cost_line": _l("Kosten"),
    "contact": _l("Contact"),
    "former_contact": _l("Contact van vroeger"),
    "employer_address": _l("Adres van de werkgever"),
    "pledge": _l("Bijdrage van de werkgever"),
    "representative": _l("Wie u helpt"),
    "call_back": _l("Terugbellen"),
    "conversation": _l("Gesprekken"),
    "application": _l("Uw aanvraag"),
    "evidence": _l("Stukken"),
    "information_request": _l("Vragen van de adviseur"),
    "correction": _l("Verbeterd"),
    "group_declaration": _l("Bedrijven in uw groep"),
    "privacy_request": _l("Uw privacyverzoeken"),
    **dict.fromkeys(("decision", "decision_outcome", "taking"), _l("Wat is besloten")),
    "hearing": _l("Uw mening voor het besluit"),
    **dict.fromkeys(("objection", "objection_repair", "further_delay"), _l("Bezwaar")),
    **dict.fromkeys(("voucher", "voucher_change", "settlement", "resettlement"), _l("Vouchers")),
    "invoice": _l("Facturen"),
    **dict.fromkeys(
        ("own_debt", "default_notice", "penalty_again", "own_interest", "repayment"), _l("Wat u van ons krijgt")
    ),
    **dict.fromkeys(
        ("recovery_entry", "collection_step", "collection_charge", "interest_undone", "set_off", "set_off_undone"),
        _l("Terugbetalen"),
    ),
}
"""What is kept in which table, in words of who asked."""


def overview_of(intake: Intake) -> dict[str, list[Pair]]:
    """Everything in words: per part rows of what it is and what it says, and at the end what no part said yet."""
    known = records_of(intake, decisions_of(intake.session, question=intake.question, actor=intake.actor))
    parts = {
        _("Uw vraag"): _question(intake),
        _("Uw antwoorden, zoals u ze verstuurde"): _answers(intake),
        _("Uw aanvraag"): _application(intake, known),
        _("Gesprekken"): _talks(known),
        _("Vragen van de adviseur"): _requests(known),
        _("Stukken"): _evidence(intake),
        _("Wat is besloten"): _decisions(intake, known),
        _("Vouchers"): _vouchers(intake, known),
        _("Terugbetalen"): ((one.state, " ".join(one.says)) for one in known.claims),
        _("Bezwaar"): _objections(known),
        _("Brieven"): _letters(intake),
        _("Berichten"): ((one.when, f"{one.what} ({one.how})") for one in messages_of(intake)),
        _("Wie keek"): ((format_date(day), f"{role}, {number}×") for day, role, number in looks_of(intake)),
    }  # fmt: skip
    found = {title: [(label, value) for label, value in rows if value] for title, rows in parts.items()}
    found[_("Wat wij verder bewaren")] = list(_unsaid(intake, found))
    return {title: rows for title, rows in found.items() if rows}


def _unsaid(intake: Intake, found: Mapping[str, list[Pair]]) -> Iterator[Pair]:
    """Whatever words are kept of this case and stand in no part above."""
    said = "\n".join(value for rows in found.values() for _label, value in rows)
    for table, value in kept_words(intake.session, question_id=intake.question.id):
        words = format_date(value) if isinstance(value, date) else value
        if words not in said:
            said = f"{said}\n{words}"
            yield str(KEPT[table]), words


def _question(intake: Intake) -> Iterator[Pair]:
    question = intake.question
    yield _("Nummer"), question.reference_number or ""
    yield _("Stand"), str(STATES[question.state][0])
    yield _("Verstuurd op"), format_datetime(question.submitted_at)
    yield _("Reden om in te trekken"), question.withdraw_reason or ""
    yield _("Reden om niet te behandelen"), question.set_aside_reason or ""
    agreed = [label(MESSAGE_TOPICS, one.topic) for one in consents_of(intake.session, question_id=question.id)]
    yield _("Mag per e-mail"), "; ".join(agreed)


def _answers(intake: Intake) -> Iterator[Pair]:
    for one in sent_answers(intake):
        yield one.label, one.sent
        if one.now:
            yield _("%(what)s, nu", what=one.label), one.now


def _application(intake: Intake, known: Records) -> Iterator[Pair]:
    application = known.application
    if application is None:
        return
    yield _("Nummer"), application.number
    yield _("Aangevraagd op"), format_date(application.applied_on)
    schemes = [title_of(intake, slug, application.scheme_versions.get(slug)) for slug in application.schemes]
    yield _("Regelingen"), "; ".join(schemes)
    yield _("Naam"), application.name
    yield _("Geboortedatum"), format_date(application.birth_date) if application.birth_date is not None else ""
    yield _("Adres"), f"{application.street} {application.house_number}, {application.postcode} {application.city}"


def _talks(known: Records) -> Iterator[Pair]:
    for talk in known.talks:
        way: str = str(WAYS[TalkWay(talk.way)])
        yield format_datetime(talk.planned_for), f"{TALKS[talk.state]}, {way}"


def _requests(known: Records) -> Iterator[Pair]:
    for one in known.requests:
        yield _("Gevraagd op %(day)s", day=format_date(one.asked_on)), one.text
        if one.answered_on is not None:
            yield _("Uw antwoord op %(day)s", day=format_date(one.answered_on)), one.answer or ""


def _evidence(intake: Intake) -> Iterator[Pair]:
    for piece in piece_views(intake.session, question=intake.question, actor=intake.actor, on=intake.today):
        days = "; ".join(f"{one.text}, {format_date(one.handed_in_at)}" for one in piece.files)
        yield piece.text, f"{piece.state}. {days}" if days else piece.state


def _decisions(intake: Intake, known: Records) -> Iterator[Pair]:
    for decision in known.decisions:
        title = f"{format_date(local_date(decision.decided_at))}: {HAPPENED[decision.kind]}"
        yield title, decision.rationale
        for one in decision.outcomes:
            said = format_euros(one.amount_cents) if one.amount_cents else one.reason or ""
            yield title_of(intake, one.scheme, one.scheme_version), "" if said == decision.rationale else said


def _vouchers(intake: Intake, known: Records) -> Iterator[Pair]:
    for voucher in known.vouchers:
        stand = voucher_stand(voucher, intake.today)
        lowered = voucher.released_cents if voucher.is_live else 0
        amount, day = format_euros(voucher.amount_cents - lowered), format_date(voucher.valid_until)
        said = _("%(amount)s, geldig tot en met %(day)s", amount=amount, day=day)
        title = title_of(intake, voucher.scheme, voucher.scheme_version)
        yield title, " ".join([f"{stand.text}.", f"{said}.", *stand.says])


def _letters(intake: Intake) -> Iterator[Pair]:
    for letter in letters_of(intake.session, question_id=intake.question.id):
        yield format_date(letter.dated), letter_title(letter)


def _objections(known: Records) -> Iterator[Pair]:
    for one in known.objections:
        state = str(OBJECTION_STATES[one.state.value][0])
        yield f"{one.number}, {format_date(one.received_on)}", f"{state}. {one.grounds}"
        yield _("Besluit op bezwaar %(number)s", number=one.number), one.rationale or ""


# Files -----------------------------------------------------------------------------------------------------------------


def own_data_page(intake: Intake) -> ResponseReturnValue:
    """Everything on a page, with both files."""
    return page(
        "intake/own_data.html",
        parts=overview_of(intake),
        back=url_for(f"{intake.audience}.status", question_id=intake.id),
        json=url_for(f"{intake.audience}.own_data_json", question_id=intake.id),
        pdf=url_for(f"{intake.audience}.own_data_pdf", question_id=intake.id),
    )


def own_data_json(intake: Intake) -> ResponseReturnValue:
    """Everything as JSON: the answers as values, as sent and as they are now, and all of it in words."""
    asked = asked_of(intake.session, intake.question)
    rows = corrections_of(intake.session, question=intake.question, actor=intake.actor)
    data: dict[str, Any] = {
        "format": FORMAT,
        "made_at": local_time(now()).isoformat(timespec="seconds"),
        "number": intake.question.reference_number,
        "answers_sent": undone(asked, rows),
        "answers_now": asked,
        "overview": {
            title: [{"what": what, "value": value} for what, value in pairs]
            for title, pairs in overview_of(intake).items()
        },
        "not_included": without(),
    }
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return _file(intake, Response(text, content_type="application/json; charset=utf-8"), "json")


def own_data_paper(intake: Intake) -> ResponseReturnValue:
    """Everything as a PDF."""
    made_at: datetime = now()
    body = own_data_pdf(overview_of(intake), without=without(), author=desk_of(intake.session)["name"], made_at=made_at)
    return _file(intake, Response(body, mimetype="application/pdf"), "pdf")


def without() -> str:
    """What is not in it, and how one gets that."""
    return _("Aantekeningen van medewerkers staan hier niet in. Wilt u die ook zien? Vraag het ons.")


def _file(intake: Intake, response: Response, kind: str) -> Response:
    number = re.sub(r"[^A-Za-z0-9-]", "", intake.question.reference_number or "")
    response.headers["Content-Disposition"] = f'attachment; filename="mijn-gegevens-{number}.{kind}"'
    return response
