"""Tokens with which programs use the desk."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.tokens.actions import NewToken, approve_token, end_token, make_token, replace_token
from portal.framework.tokens.models import ApiToken, TokenScope
from portal.people.accounts.actions import create_account, ensure_organisation
from portal.people.accounts.models import Account, OrganisationKind, Role
from portal.people.actor import Actor, Audience
from portal.post.letters.actions import DrawnLetter, keep_letter
from portal.post.messages.models import OutboxMessage
from portal.post.registrations.actions import claim_registration, lay_down, note_refused, register_again
from portal.post.registrations.models import LetterRegistration
from portal.post.webhooks.actions import NewWebhook, add_webhook, end_webhook, send_delivery_again
from portal.post.webhooks.models import Webhook, WebhookDelivery
from tests.factories import ADMIN, NOW, SYSTEM, a_question
from tests.reliability.pairs.acts import Scene, by, row, the
from tests.web.programs import a_webhook

OTHER_ADMIN = Actor(Audience.ADMIN, account_id=991, display_name="Andere Beheerder")
THIRD_ADMIN = Actor(Audience.ADMIN, account_id=992, display_name="Derde Beheerder")
KASSA = NewToken("Kassa", [TokenScope.INVOICES_READ], 30)


def _tokens(session: Session) -> None:
    place = ensure_organisation(
        session, slug="school", name="School", kind=OrganisationKind.PROVIDER, actor=SYSTEM, now=NOW
    )
    pia = create_account(
        session,
        email="pia@school.example",
        display_name="Pia",
        role=Role.PROVIDER,
        organisation=place,
        actor=SYSTEM,
        now=NOW,
    )
    ada = create_account(
        session, email="ada@loket.example", display_name="Ada", role=Role.ADVISOR, actor=SYSTEM, now=NOW
    )
    make_token(session, account=pia, wanted=KASSA, actor=ADMIN, now=NOW)
    reads = NewToken("Dashboard", [TokenScope.QUESTIONS_READ], 30)
    make_token(session, account=ada, wanted=reads, actor=ADMIN, now=NOW)


WORKS, WAITS = the(ApiToken, needs_second=False), the(ApiToken, needs_second=True)
PROGRAMS = Scene(
    "a token that works and one that waits",
    _tokens,
    (
        row(make_token, account=the(Account, role=Role.PROVIDER), wanted=KASSA, actor=ADMIN),
        row(approve_token, token=WAITS, actor=by(OTHER_ADMIN, THIRD_ADMIN)),
        row(replace_token, token=WORKS, actor=ADMIN),
        row(end_token, token=WORKS, actor=ADMIN),
    ),
)

HOOKS = Scene(
    "a system that is told what happens, and a word that was given up",
    a_webhook,
    (
        row(add_webhook, wanted=NewWebhook("BI", "https://bi.voorbeeld.nl/", ["voucher.issued"]), actor=ADMIN),
        row(end_webhook, webhook=the(Webhook), actor=ADMIN),
        row(send_delivery_again, delivery=the(WebhookDelivery), actor=ADMIN),
    ),
)


def _not_taken(session: Session) -> None:
    a_question(session)
    message = session.scalars(select(OutboxMessage)).one()
    drawn = DrawnLetter("Besluit", {}, b"%PDF-1.7", NOW.date())
    letter = keep_letter(session, message=message, drawn=drawn, actor_id=SYSTEM.reference, now=NOW)
    lay_down(session, letter=letter, decision_id=1, now=NOW)
    taken = claim_registration(session, now=NOW)
    assert taken is not None
    note_refused(session, registration=taken, attempt=taken.attempts, trouble="status_404", final=True, now=NOW)


ARCHIVE = Scene(
    "a letter that the archive did not take",
    _not_taken,
    (row(register_again, registration=the(LetterRegistration), actor=ADMIN),),
)
SCENES = (PROGRAMS, HOOKS, ARCHIVE)
