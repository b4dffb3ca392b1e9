"""Tables of organisations, accounts, links that let people in, and sessions. Secrets are stored as SHA-256 only."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.people.actor import Audience, Grade
from portal.platform.database import Base, choice, new_public_id

_IN_FORCE = text("ended_at IS NULL")


class OrganisationKind(enum.StrEnum):
    """What an organisation is to the desk."""

    DESK = "desk"
    SCHEME_OWNER = "scheme_owner"
    PROVIDER = "provider"
    REGION = "region"
    FUNDER = "funder"
    AUDITOR = "auditor"


class Role(enum.StrEnum):
    """The role of an account; the same words as the audiences that enter with one."""

    ADVISOR = "advisor"
    OWNER = "owner"
    REGION = "region"
    PROVIDER = "provider"
    ADMIN = "admin"
    HELPER = "helper"
    FUNDER = "funder"
    CONTROLLER = "controller"
    AUDITOR = "auditor"

    @property
    def audience(self) -> Audience:
        """The audience this role belongs to."""
        return Audience(self.value)


class Door(enum.StrEnum):
    """For whom a link to one question is."""

    RESIDENT = "resident"
    EMPLOYER = "employer"


class WayIn(enum.StrEnum):
    """How the browser of a session came in."""

    SIGN_IN_LINK = "sign_in_link"
    """A link for an account; `SignInLink` says who asked for it and from where."""
    ACCESS_LINK = "access_link"
    """A link to a question; `AccessLink` says who made it."""
    DRAFT = "draft"
    """Who began a question goes on with it in the same browser."""
    DEMO = "demo"
    """A button of the demonstration."""
    EMPLOYER_LINK = "employer_link"
    """A link for an employer, sent to an address that it is known by; `EmployerLink` says which."""
    SERVICE = "service"
    """An identity service said who it is, such as the one of a municipality."""


class EndOfSession(enum.StrEnum):
    """Why a session is over: time passed, or the access that it gave came to an end."""

    IDLE = "idle"
    LONG = "long"
    """It lasted as long as one may last, or longer ago than is known."""
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere"
    """The person ended it from another browser."""
    LINKS_ENDED = "links_ended"
    """Who asked had all links to the question ended."""
    OTHER_ADDRESS = "other_address"
    """The desk reaches who asked at another address from now on."""
    ASKED_ELSEWHERE = "asked_elsewhere"
    """The employer was asked to pay at another address."""
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    """The desk closed the question."""
    THROWN_AWAY = "thrown_away"
    """Who filled in the draft threw it away."""
    DRAFT_TOO_OLD = "draft_too_old"
    ERASED = "erased"
    NO_LONGER_ACTS = "no_longer_acts"
    """Who acted for somebody may not any more."""
    ACCOUNT_CLOSED = "account_closed"
    RIGHTS_CHANGED = "rights_changed"
    STEPS_FORGOTTEN = "steps_forgotten"
    """The second step was taken away, for who lost it."""
    ENDED_BY_DESK = "ended_by_desk"
    """An administrator ended all sessions of the account."""


BY_TIME = frozenset({EndOfSession.IDLE, EndOfSession.LONG})
"""Ends that no act brings about: nothing is written down of them."""


class AddressProof(enum.StrEnum):
    """How it is known that an address speaks for an employer."""

    ADVISOR = "advisor"
    """An advisor made sure of it."""
    AWARD = "award"
    """An application from this address was awarded to the employer."""


class Organisation(Base):
    """A municipality, sector fund, training provider or desk that has accounts."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    ownerships: Mapped[list[SchemeOwnership]] = relationship(order_by="SchemeOwnership.scheme", viewonly=True)


class SchemeOwnership(Base):
    """An organisation owns a scheme (by slug)."""

    __tablename__ = "scheme_ownership"
    __table_args__ = (UniqueConstraint("organisation_id", "scheme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class Account(Base):
    """Somebody who works at the desk or for an organisation; enters by a link that works once."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("(disabled_at IS NULL) = (disabled_by IS NULL)", name="disabled_at_and_by"),
        CheckConstraint(
            "role NOT IN ('owner', 'provider', 'funder') OR organisation_id IS NOT NULL", name="role_needs_organisation"
        ),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_at_and_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(choice(Role))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation | None] = relationship()
    locale: Mapped[str] = mapped_column(String(5), default="nl")
    grade: Mapped[Grade] = mapped_column(choice(Grade), default=Grade.FULL)
    only_schemes: Mapped[str] = mapped_column(String(1000), default="")
    """The schemes about which this person decides, in order, with a comma between them; empty: about all of the role."""
    only_own_teams: Mapped[bool] = mapped_column(default=False)
    """Whether this person sees the cases of the own teams alone, and what that person has."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    reviewed_at: Mapped[datetime | None]
    """When somebody last said that these rights are still right."""
    reviewed_by: Mapped[str | None] = mapped_column(String(80))
    disabled_at: Mapped[datetime | None]
    disabled_by: Mapped[str | None] = mapped_column(String(80))


class SignInLink(Base):
    """A link that lets an account in once, for a few minutes."""

    __tablename__ = "sign_in_link"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        CheckConstraint("(asked_in IS NULL) = (code_hash IS NULL)", name="asked_in_and_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    account: Mapped[Account] = relationship()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    """Who asked for it: ``anyone`` when somebody typed the address on the page to sign in."""
    created_from: Mapped[str] = mapped_column(String(64), default="")
    """Where that was, as `Actor.origin` says it."""
    asked_in: Mapped[str | None] = mapped_column(String(64), index=True)
    """The hash of what only the browser has that asked: the link works in that one alone. None: nobody asked in a browser."""
    code_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the code in the mail, for who reads it elsewhere and types it in the browser that asked."""
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]


class AccessLink(Base):
    """A link that opens one question for its resident or employer, until it is revoked or was not used for long.

    `question_id` has no foreign key: accounts lie below questions, and a link to a question that is gone opens nothing.
    """

    __tablename__ = "access_link"
    __table_args__ = (
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_at_and_by"),
        CheckConstraint("expires_at <= ends_at", name="expires_before_it_ends"),
        Index("ix_access_link_question_id_door", "question_id", "door"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int]
    door: Mapped[Door] = mapped_column(choice(Door))
    representative_id: Mapped[int | None]
    """Set when the link is of somebody who acts for the person; without a foreign key, as `question_id`."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    created_from: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime]
    """Moves on each time the link is used, never past `ends_at`."""
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(80))


class EmployerAddress(Base):
    """An e-mail address that speaks for the employer with a KvK number: who reads mail there sees all that it asked.

    Nobody gets here by typing a KvK number: an advisor put the address there, or it was the address of an application that was
    awarded to that number. `kvk_number` stands in no table of its own: an employer is who asks under it.
    """

    __tablename__ = "employer_address"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_at_and_by"),
        CheckConstraint("email = lower(email) AND email <> ''", name="email_lower_case"),
        CheckConstraint("length(kvk_number) = 8", name="kvk_number_eight_digits"),
        Index(
            "uq_employer_address_in_force",
            "email",
            "kvk_number",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    kvk_number: Mapped[str] = mapped_column(String(8), index=True)
    email: Mapped[str] = mapped_column(String(254))
    proof: Mapped[AddressProof] = mapped_column(choice(AddressProof))
    question_id: Mapped[int]
    """The question by which this became known; without a foreign key, as that of `AccessLink`."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))


class EmployerLink(Base):
    """A link that lets the reader of one e-mail address in once, as the employer that it speaks for.

    It is there from when somebody asked for it; it gets its token, and its few minutes, when its mail leaves.
    """

    __tablename__ = "employer_link"
    __table_args__ = (
        CheckConstraint("(token_hash IS NULL) = (expires_at IS NULL)", name="token_and_end"),
        CheckConstraint("consumed_at IS NULL OR token_hash IS NOT NULL", name="used_has_token"),
        CheckConstraint("expires_at IS NULL OR expires_at > created_at", name="expires_after_creation"),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    created_from: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime | None]
    consumed_at: Mapped[datetime | None]


class SessionRecord(Base):
    """One browser's session: anonymous, of an account, of an employer, of who asked one question, or of who helps with one."""

    __tablename__ = "session_record"
    __table_args__ = (
        CheckConstraint("(question_id IS NULL) = (door IS NULL)", name="question_and_door"),
        CheckConstraint(
            "account_id IS NULL OR question_id IS NULL OR access_link_id IS NULL", name="helps_without_link"
        ),
        CheckConstraint("access_link_id IS NULL OR question_id IS NOT NULL", name="link_with_question"),
        CheckConstraint(
            "replaced_at IS NULL OR (account_id IS NULL AND question_id IS NULL)", name="replaced_is_nobody"
        ),
        CheckConstraint(
            "sign_in_link_id IS NULL OR account_id IS NOT NULL OR pending_account_id IS NOT NULL",
            name="sign_in_link_of_an_account",
        ),
        CheckConstraint(
            "pending_account_id IS NULL OR (account_id IS NULL AND question_id IS NULL AND employer_link_id IS NULL"
            " AND replaced_at IS NULL)",
            name="pending_is_nobody_yet",
        ),
        CheckConstraint("proved_at IS NULL OR account_id IS NOT NULL", name="proved_of_an_account"),
        CheckConstraint(
            "ended_because IS NULL OR (account_id IS NULL AND question_id IS NULL AND employer_link_id IS NULL"
            " AND pending_account_id IS NULL AND ended_because NOT IN ('idle', 'long'))",
            name="ended_is_nobody",
        ),
        CheckConstraint(
            "COALESCE(way_in, '') <> 'sign_in_link' OR sign_in_link_id IS NOT NULL", name="way_in_by_which_link"
        ),
        CheckConstraint(
            "(COALESCE(way_in, '') = 'employer_link') = (employer_link_id IS NOT NULL)", name="employer_by_which_link"
        ),
        CheckConstraint(
            "employer_link_id IS NULL OR (account_id IS NULL AND access_link_id IS NULL AND replaced_at IS NULL"
            " AND COALESCE(door, 'employer') = 'employer')",
            name="employer_is_nobody_else",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    access_link_id: Mapped[int | None] = mapped_column(ForeignKey("access_link.id"), index=True)
    access_link: Mapped[AccessLink | None] = relationship(viewonly=True)
    sign_in_link_id: Mapped[int | None] = mapped_column(ForeignKey("sign_in_link.id"), index=True)
    sign_in_link: Mapped[SignInLink | None] = relationship(viewonly=True)
    employer_link_id: Mapped[int | None] = mapped_column(ForeignKey("employer_link.id"), index=True)
    pending_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Whose first step was taken here; until the second one is, this browser is nobody."""
    proved_at: Mapped[datetime | None]
    """When it was last proved here who this is, with a second step or by signing in."""
    way_in: Mapped[WayIn | None] = mapped_column(choice(WayIn))
    """How this browser came in; nothing for somebody who is nobody yet."""
    question_id: Mapped[int | None] = mapped_column(index=True)
    door: Mapped[Door | None] = mapped_column(choice(Door))
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    replaced_at: Mapped[datetime | None]
    ended_because: Mapped[EndOfSession | None] = mapped_column(choice(EndOfSession))
    """Why an act ended it: it is nobody's any more, and only tells this browser why."""


OF_WHOM = (
    *("account_id", "access_link_id", "question_id", "door", "way_in", "sign_in_link_id", "employer_link_id"),
    *("pending_account_id", "proved_at"),
)
"""What says in `SessionRecord` whose session it is."""
