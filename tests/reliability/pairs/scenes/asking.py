"""Questions before a decision: drafts, questions that were sent, and all that is said about them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import refer_question
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.applications.actions import apply_for_awards
from portal.cases.bundles.actions import add_training, change_training, drop_training, replace_trainings, send_together
from portal.cases.bundles.models import TrainingInput
from portal.cases.contents import (
    add_had_before,
    leave_open,
    remove_had_before,
    save_borrowing,
    save_costs,
    save_employer,
    save_facts,
    save_had_before,
    save_training,
    save_wish,
)
from portal.cases.conversations.actions import add_note, cancel_conversation, plan_conversation, record_conversation
from portal.cases.conversations.models import Conversation, InformationRequest
from portal.cases.conversations.requests import answer_more, ask_more, end_request
from portal.cases.own_contact.actions import ask_link_by_post, change_own_contact
from portal.cases.own_links import ask_new_link, end_own_links
from portal.cases.owners.actions import claim_case, hand_over_case, release_case
from portal.cases.pledges.actions import (
    Contribution,
    ask_pledge,
    decline_pledge,
    expect_no_pledge,
    expect_pledge,
    give_pledge,
)
from portal.cases.questions.actions import (
    close_question,
    discard_draft,
    expire_drafts,
    submit_question,
    withdraw_question,
)
from portal.cases.questions.models import (
    CloseReason,
    ContactDetails,
    ContactWay,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    HadBeforeInput,
    Route,
)
from portal.cases.representatives.actions import (
    Authorisation,
    authorise_representative,
    confirm_representative,
    end_representation,
)
from portal.cases.representatives.models import Representative
from portal.people.accounts.actions import (
    change_role,
    create_account,
    disable_account,
    grant_access_link,
    revoke_access_links,
)
from portal.people.accounts.models import Account, EndOfSession, Role
from portal.people.actor import Actor, Audience
from portal.post.messages.actions import set_consent
from portal.second_look.in_one_go import OneGo, settle_in_one_go
from tests.factories import (
    ADMIN,
    ADVISOR,
    ALL_CHECKED,
    MAIL,
    NOW,
    SAM,
    SECOND,
    SYSTEM,
    a_draft,
    a_question,
    asker,
    employer,
)
from tests.reliability.pairs.acts import NO, OTHERS, THIRD, Found, Scene, made, row, the, who_asked

DAY = timedelta(days=1)
START = (NOW + timedelta(days=60)).date().isoformat()
QUESTION = the(DevelopmentQuestion)
NUMBER = made(lambda question: question.id, QUESTION)
ASKER = who_asked()
EMPLOYER = made(employer, QUESTION)
BEFORE = HadBeforeInput("leervoucher", 10_000, NOW.date() - 100 * DAY)
MORE_BEFORE = HadBeforeInput("leervoucher", 20_000, NOW.date() - 90 * DAY)
CHEAPER = [CostInput("tuition", 90_000)]


def a_training(person: str) -> TrainingInput:
    """One of an employer."""
    return TrainingInput(
        person, f"Opleiding {person}", None, {"training_start": START}, (CostInput("tuition", 50_000),)
    )


# Drafts ------------------------------------------------------------------------------------------------------------------

OLD = NOW + 31 * DAY
"""When nobody touched the draft for thirty days."""


def _a_draft(session: Session) -> None:
    draft = a_draft(session)
    me = asker(draft)
    save_had_before(session, question=draft, entries=[BEFORE], actor=me, now=NOW)
    expect_pledge(session, question=draft, money=Contribution("up_to", 5_000), actor=me, now=NOW)


mine = partial(row, question=QUESTION, actor=ASKER, now=OLD)
corrections = (
    (save_wish, {"wish": "Iets anders.", "goals": ["other_job"]}),
    (save_facts, {"facts": {"training_start": START}}),
    (save_training, {"name": "Lasser", "provider": None}),
    (save_costs, {"costs": CHEAPER}),
    (save_borrowing, {"up_to_cents": 1_000}),
    (save_had_before, {"entries": [MORE_BEFORE]}),
    (add_had_before, {"entry": MORE_BEFORE}),
    (remove_had_before, {"entry": BEFORE}),
)
DRAFT = Scene(
    "a draft",
    _a_draft,
    (
        *(mine(act, **values) for act, values in corrections),
        mine(expect_pledge, money=Contribution("up_to", 7_000)),
        mine(expect_no_pledge),
        mine(leave_open, page="costs", said="unknown"),
        mine(submit_question, contact=MAIL),
        mine(discard_draft),
        row(expire_drafts, actor=NO, now=OLD),
    ),
)


def _trainings(session: Session) -> None:
    draft = a_draft(session, route=Route.EMPLOYER)
    replace_trainings(
        session, question=draft, trainings=[a_training("a"), a_training("b")], actor=asker(draft), now=NOW
    )


TRAININGS = Scene(
    "a draft of an employer with trainings",
    _trainings,
    (
        mine(add_training, training=a_training("c")),
        mine(change_training, position=1, training=a_training("d")),
        mine(drop_training, position=1),
        mine(replace_trainings, trainings=[a_training("e")]),
        mine(send_together, contact=MAIL),
        mine(submit_question, contact=MAIL),
        mine(discard_draft),
        mine(save_employer, employer=EmployerDetails("Proef bv", "87654321", "Kees"), learner_name="Kim"),
    ),
)

# What was sent -----------------------------------------------------------------------------------------------------------


def advisors(session: Session) -> None:
    """Accounts of the two advisors, with the numbers that their acts bear, and of a colleague."""
    for one in (ADVISOR, SECOND, THIRD):
        create_account(
            session,
            email=f"{one.account_id}@loket.example",
            display_name=one.display_name,
            role=Role.ADVISOR,
            actor=SYSTEM,
            now=NOW,
        ).id = one.account_id or 0
        session.flush()


def _sent(session: Session) -> None:
    question = a_question(session)
    advisors(session)
    save_had_before(session, question=question, entries=[BEFORE], actor=ADVISOR, now=NOW)


case = partial(row, question=QUESTION)
REFERENCE = Found(lambda session, who: QUESTION.look(session, who).reference_number)
PROOF_SEEN = Authorisation("authorised", "Bo Bewind", "Machtiging", NOW.date(), seen=True)
REACHED_BY_PHONE = ContactDetails(ContactWay.PHONE, "Sam", phone="+31612345678")
COLLEAGUE = the(Account, display_name="Dirk Derde")
ALL_AT_ONCE = OneGo("Past bij de vraag.", ALL_CHECKED, schemes=("leervoucher",), applicant=SAM, confirmed=True)


def agreed(_: ProposalRecord) -> None:
    """Whatever the proposal says."""


SENT = Scene(
    "a question that was sent",
    _sent,
    (
        *(case(act, **values) for act, values in corrections),
        case(plan_conversation, planned_for=NOW + 2 * DAY, way="desk", place="Kamer 2"),
        case(add_note, text="Belt liever."),
        case(ask_more, text="Offerte?", answer_by=NOW.date() + 14 * DAY),
        case(ask_pledge, employer_name="Staal bv", employer_email="hr@staal.example"),
        case(apply_for_awards, schemes=["leervoucher"], applicant=SAM, confirmed=True),
        case(make_proposal),
        case(settle_in_one_go, wanted=ALL_AT_ONCE, agree=agreed),
        case(withdraw_question, reason=None, actor=ASKER),
        case(close_question, reason=CloseReason.HELPED),
        case(refer_question, referred_to="UWV", explanation="Die helpt u."),
        case(claim_case),
        case(hand_over_case, to=COLLEAGUE),
        case(authorise_representative, given=PROOF_SEEN),
        row(disable_account, account=COLLEAGUE, actor=ADMIN),
        row(change_role, account=COLLEAGUE, role=Role.REGION, prepared_by="account:991", actor=ADMIN),
        row(grant_access_link, question_id=NUMBER, audience=Audience.RESIDENT),
        row(revoke_access_links, question_id=NUMBER, because=EndOfSession.LINKS_ENDED),
        case(end_own_links, here=None, actor=ASKER),
        case(change_own_contact, contact=REACHED_BY_PHONE, here=None, actor=ASKER),
        row(
            ask_link_by_post, reference=REFERENCE, postcode="7411AB", house_number="1", site="", actor=Actor.anonymous()
        ),
        row(ask_new_link, reference=REFERENCE, email="sam@voorbeeld.example", actor=Actor.anonymous()),
        row(set_consent, question_id=NUMBER, topics=(), actor_id="resident", actor=NO),
    ),
)

TALKED = NOW + 20 * DAY
"""After the day by which an answer was asked."""


def _in_talk(session: Session) -> None:
    question = a_question(session)
    advisors(session)
    plan_conversation(
        session, question=question, planned_for=NOW + 2 * DAY, way="desk", place="2", actor=ADVISOR, now=NOW
    )
    ask_pledge(
        session, question=question, employer_name="Staal bv", employer_email="a@b.example", actor=ADVISOR, now=NOW
    )
    authorise_representative(session, question=question, given=PROOF_SEEN, actor=ADVISOR, now=NOW)
    claim_case(session, question=question, actor=ADVISOR, now=NOW)
    ask_more(session, question=question, text="Offerte?", answer_by=NOW.date() + 14 * DAY, actor=ADVISOR, now=NOW)


talk = partial(row, conversation=the(Conversation), now=TALKED)
request = partial(row, request=the(InformationRequest), now=TALKED)
later = partial(row, question=QUESTION, now=TALKED)
GIVEN = Contribution("fixed", 30_000, ["tuition"])
IN_TALK = Scene(
    "a question that is talked about",
    _in_talk,
    (
        talk(record_conversation, notes="Wil techniek.", held_at=NOW + 2 * DAY),
        talk(cancel_conversation),
        request(answer_more, answer="Hier is zij.", actor=ASKER),
        request(end_request),
        later(give_pledge, money=GIVEN, name="Bea Baas", function=None, actor=EMPLOYER),
        later(decline_pledge, name="Bea Baas", actor=EMPLOYER),
        later(ask_pledge, employer_name="IJzer bv", employer_email="c@d.example"),
        later(apply_for_awards, schemes=["leervoucher"], applicant=SAM, confirmed=True),
        later(save_costs, costs=CHEAPER),
        later(withdraw_question, reason=None, actor=ASKER),
        later(close_question, reason=CloseReason.NO_ANSWER),
        later(end_representation, somebody=the(Representative)),
        later(confirm_representative, somebody=the(Representative), actor=OTHERS),
        later(release_case, actor=ADVISOR),
        later(hand_over_case, to=COLLEAGUE, actor=ADVISOR),
        row(disable_account, account=COLLEAGUE, actor=ADMIN, now=TALKED),
    ),
)

SCENES = (DRAFT, TRAININGS, SENT, IN_TALK)
