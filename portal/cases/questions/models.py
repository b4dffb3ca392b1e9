"""Tables of development questions, and the plain values that fill them.

State, instant and person of every step stand or fall together (named CHECKs).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, Cents, Json, choice, new_public_id
from portal.platform.sealed_columns import ADDRESS, NAME, FactsJson, SealedText
from portal.post.messages.models import MessageTopic
from schemes.basics.plain import plain


class QuestionState(enum.StrEnum):
    """Where a development question stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPLIED = "applied"
    WAITING = "waiting"
    DECIDED = "decided"
    REFERRED = "referred"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Route(enum.StrEnum):
    """Who asks: a resident for himself or herself, or an employer for one employee."""

    INDIVIDUAL = "individual"
    EMPLOYER = "employer"


class Bearer(enum.StrEnum):
    """Who owes a cost line when nobody else pays it."""

    RESIDENT = "resident"
    EMPLOYER = "employer"


class ContactWay(enum.StrEnum):
    """How the person wants to be reached."""

    EMAIL = "email"
    PHONE = "phone"
    POST = "post"


class CloseReason(enum.StrEnum):
    """Why a question was closed."""

    HELPED = "helped"
    NO_ANSWER = "no_answer"
    FINISHED = "finished"
    OTHER = "other"


NOT_KNOWN = "unknown"
"""What stands in the facts when somebody says not to know."""
OPEN_STATES = (QuestionState.SUBMITTED, QuestionState.APPLIED, QuestionState.WAITING)
"""States in which an advisor still has something to do."""
DECIDED_STATES = (QuestionState.DECIDED, QuestionState.CLOSED)
"""States after a decision: what is decided then is decided again."""


def training_key_of(question_id: int, training_id: int | None, name: str | None) -> str:
    """By what the training of a question is counted; one without a name is like no other."""
    return key_of_training(training_id, name) or f"training:asked:{question_id}"


def key_of_training(training_id: int | None, name: str | None) -> str | None:
    """By what a training is counted: its id in the catalogue of the region, else its name without capitals and accents."""
    if training_id is not None:
        return f"training:{training_id}"
    known = plain(name or "")
    return f"training:named:{sha256(known.encode()).hexdigest()[:32]}" if known else None


def said_in_facts(key: str) -> str:
    """SQL for an answer in the facts as text; nothing for one that somebody does not know. The same on both databases."""
    return f"nullif(facts ->> '{key}', '{NOT_KNOWN}')"


def _worked_out(sql: str) -> Computed:
    """A column that the database works out from the others of its row, so that tables of many cases need not read the facts."""
    return Computed(sql, persisted=True)


class DevelopmentQuestion(Base):
    """One development question: wish, training, costs, facts, and where it stands. Personal data lives here."""

    __tablename__ = "development_question"
    __table_args__ = (
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="draft_until_submitted"),
        CheckConstraint("(submitted_at IS NULL) = (submitted_by IS NULL)", name="submitted_by_someone"),
        CheckConstraint("(submitted_at IS NULL) = (reference_number IS NULL)", name="numbered_when_submitted"),
        CheckConstraint("(submitted_at IS NULL) = (reference_date IS NULL)", name="reference_date_when_submitted"),
        CheckConstraint("(applied_at IS NULL) = (applied_by IS NULL)", name="applied_by_someone"),
        CheckConstraint("applied_at IS NULL OR submitted_at IS NOT NULL", name="applied_after_submitted"),
        CheckConstraint("state <> 'applied' OR applied_at IS NOT NULL", name="applied_has_instant"),
        CheckConstraint("state <> 'submitted' OR applied_at IS NULL", name="submitted_is_not_applied"),
        CheckConstraint("(state = 'waiting') = (waiting_since IS NOT NULL)", name="waiting_has_instant"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_someone"),
        CheckConstraint("state <> 'decided' OR decided_at IS NOT NULL", name="decided_has_instant"),
        CheckConstraint("decided_at IS NULL OR state IN ('decided', 'closed')", name="decided_stays_decided"),
        CheckConstraint("decided_at IS NULL OR applied_at IS NOT NULL", name="decided_on_application"),
        CheckConstraint("(referred_at IS NULL) = (referred_by IS NULL)", name="referred_by_someone"),
        CheckConstraint("state <> 'referred' OR referred_at IS NOT NULL", name="referred_has_instant"),
        CheckConstraint("referred_at IS NULL OR state IN ('referred', 'closed')", name="referred_stays_referred"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_instant"),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (close_reason IS NULL)",
            name="closed_by_someone_for_a_reason",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_instant"),
        CheckConstraint(
            "(set_aside_at IS NULL) = (set_aside_by IS NULL) AND (set_aside_at IS NULL) = (set_aside_reason IS NULL)",
            name="set_aside_by_someone_for_a_reason",
        ),
        CheckConstraint("(state = 'set_aside') = (set_aside_at IS NOT NULL)", name="set_aside_has_instant"),
        CheckConstraint("set_aside_at IS NULL OR applied_at IS NOT NULL", name="set_aside_on_application"),
        CheckConstraint("borrow_up_to_cents >= 0", name="borrowing_not_negative"),
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint("route = 'employer' OR employer_kvk IS NULL", name="kvk_of_employer_route"),
        Index(
            "ix_development_question_placed", "id", "route", "training_id", "municipality", "sector", "level", "born"
        ).ddl_if(dialect="postgresql"),  # SQLite finds a question by its number in the table itself
        Index("ix_development_question_state_submitted", "state", "submitted_at"),
        Index("ix_development_question_worklist", "state", "decide_by", "respond_by", "responded_at", "submitted_at"),
    )

    __mapper_args__ = {"eager_defaults": False}  # nobody reads back what the database works out

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    reference_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    route: Mapped[Route] = mapped_column(choice(Route))
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[QuestionState] = mapped_column(choice(QuestionState), default=QuestionState.DRAFT)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    """Goes up with every change of what was asked; a proposal tells which revision it answers."""

    wish: Mapped[str | None] = mapped_column(Text)
    goals: Mapped[list[str]] = mapped_column(Json, default=list)
    training_name: Mapped[str | None] = mapped_column(String(200))
    training_provider: Mapped[str | None] = mapped_column(String(200))
    training_id: Mapped[int | None] = mapped_column(ForeignKey("region_training.id"), index=True)
    """The training of the region that was chosen; None for one that is not in the catalogue, or not known yet."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    """The team that does the case: that of the advisor who took it, until it goes to another. None: of no team, all see it."""
    facts: Mapped[dict[str, Any]] = mapped_column(FactsJson, default=dict)
    borrow_up_to_cents: Mapped[int] = mapped_column(Cents, default=0)
    had_before: Mapped[list[Any]] = mapped_column(Json, default=list)
    left_open: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Per page of a draft what was answered and leaves no value behind: not known yet, no, asked later. So that it stays so."""
    employer_name: Mapped[str | None] = mapped_column(String(200))
    employer_kvk: Mapped[str | None] = mapped_column(String(8), index=True)
    employer_contact: Mapped[str | None] = mapped_column(SealedText(100, NAME))
    learner_name: Mapped[str | None] = mapped_column(SealedText(100, NAME))
    reference_date: Mapped[date | None] = mapped_column(Date)

    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(String(80))
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[str | None] = mapped_column(String(80))
    waiting_since: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    referred_at: Mapped[datetime | None]
    referred_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdraw_reason: Mapped[str | None] = mapped_column(Text)
    set_aside_at: Mapped[datetime | None]
    """When an incomplete application was not taken up (Awb 4:5); empty again when that was undone."""
    set_aside_by: Mapped[str | None] = mapped_column(String(80))
    set_aside_reason: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    close_reason: Mapped[CloseReason | None] = mapped_column(choice(CloseReason))

    respond_by: Mapped[date | None] = mapped_column(Date)
    """Day on which the desk promised to have reacted (region setting `response_days`, in working days)."""
    responded_at: Mapped[datetime | None]
    """When an advisor first did something for the person: planned a talk, asked back, decided, referred or closed."""
    decide_by: Mapped[date | None] = mapped_column(Date, index=True)
    """Last day of the legal decision term; None until there is an application."""

    municipality: Mapped[str | None] = mapped_column(
        Text,
        _worked_out(
            f"CASE WHEN route = 'employer' THEN {said_in_facts('employer_municipality')} "
            f"ELSE {said_in_facts('residence_municipality')} END"
        ),
        deferred=True,
    )
    """Where it comes from: where the resident lives, or where the employer is; None when that is not known."""
    sector: Mapped[str | None] = mapped_column(Text, _worked_out(said_in_facts("training_sector")), deferred=True)
    """The sector of the training, as it was answered."""
    level: Mapped[str | None] = mapped_column(Text, _worked_out(said_in_facts("training_level")), deferred=True)
    """The level of the training, as it was answered."""
    born: Mapped[str | None] = mapped_column(
        Text,
        _worked_out(f"substr(coalesce({said_in_facts('birth_date')}, {said_in_facts('birth_year')}), 1, 4)"),
        deferred=True,
    )
    """The year in which the learner was born, or what else was answered there: four letters at most."""

    cost_lines: Mapped[list[QuestionCostLine]] = relationship(
        back_populates="question", order_by="QuestionCostLine.position", cascade="all, delete-orphan", lazy="selectin"
    )
    contact: Mapped[Contact | None] = relationship(
        back_populates="question", cascade="all, delete-orphan", lazy="joined"
    )

    @property
    def said_place(self) -> str | None:
        """`municipality`, as it follows from the answers before the database worked it out."""
        said = self.facts.get(f"{'employer' if self.route is Route.EMPLOYER else 'residence'}_municipality")
        return said if isinstance(said, str) and said != "unknown" else None

    @property
    def is_draft(self) -> bool:
        """Whether the question was not sent yet."""
        return self.state is QuestionState.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether an advisor still has something to do."""
        return self.state in OPEN_STATES

    @property
    def is_over(self) -> bool:
        """Whether it ended without a decision: nothing runs on, as a voucher would, and the person need not come in for it."""
        return self.state in (QuestionState.WITHDRAWN, QuestionState.CLOSED) and self.decided_at is None

    @property
    def training_key(self) -> str:
        """By what its training is counted; without a name it is like no other."""
        return training_key_of(self.id, self.training_id, self.training_name)

    @property
    def total_cents(self) -> int:
        """The sum of all cost lines, in cents."""
        return sum(line.amount_cents for line in self.cost_lines)


class QuestionCostLine(Base):
    """One cost of the training. `line_key` is the id of the line in problems and mixes."""

    __tablename__ = "cost_line"
    __table_args__ = (
        UniqueConstraint("question_id", "line_key"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint(
            "amount_without_vat_cents IS NULL OR (amount_without_vat_cents > 0 AND amount_without_vat_cents <= amount_cents)",
            name="amount_without_vat_within",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    line_key: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    category: Mapped[str] = mapped_column(String(20))
    description: Mapped[str | None] = mapped_column(String(200))
    amount_cents: Mapped[int] = mapped_column(Cents)
    amount_without_vat_cents: Mapped[int | None] = mapped_column(Cents)
    due_on: Mapped[date | None] = mapped_column(Date)
    bearer: Mapped[Bearer] = mapped_column(choice(Bearer))

    question: Mapped[DevelopmentQuestion] = relationship(back_populates="cost_lines")


class Contact(Base):
    """How to reach the person who asked. The way that was chosen has its data (named CHECKs)."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("way <> 'email' OR email IS NOT NULL", name="email_when_by_email"),
        CheckConstraint("way <> 'phone' OR phone IS NOT NULL", name="phone_when_by_phone"),
        CheckConstraint(
            "way <> 'post' OR (street IS NOT NULL AND house_number IS NOT NULL AND postcode IS NOT NULL AND city IS NOT NULL)",
            name="address_when_by_post",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), unique=True)
    way: Mapped[ContactWay] = mapped_column(choice(ContactWay))
    name: Mapped[str] = mapped_column(SealedText(100, NAME))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    street: Mapped[str | None] = mapped_column(SealedText(100, ADDRESS))
    house_number: Mapped[str | None] = mapped_column(SealedText(20, ADDRESS))
    postcode: Mapped[str | None] = mapped_column(SealedText(10, ADDRESS))
    city: Mapped[str | None] = mapped_column(SealedText(100, ADDRESS))

    question: Mapped[DevelopmentQuestion] = relationship(back_populates="contact")


@dataclass(frozen=True)
class CostInput:
    """A cost line as it was filled in. Without a bearer: the employer in the employer route and for wage and guidance."""

    category: str
    amount_cents: int
    description: str | None = None
    amount_without_vat_cents: int | None = None
    due_on: date | None = None
    bearer: str | None = None


@dataclass(frozen=True)
class EmployerDetails:
    """The employer that asks for one employee."""

    name: str
    kvk_number: str
    contact_name: str | None = None


@dataclass(frozen=True)
class HadBeforeInput:
    """What was had before from a scheme, as the person says."""

    scheme: str
    amount_cents: int
    awarded_on: date


@dataclass(frozen=True)
class ContactDetails:
    """How to reach the person. `way` decides which data are needed."""

    way: ContactWay
    name: str
    email: str | None = None
    phone: str | None = None
    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    city: str | None = None
    by_mail: tuple[MessageTopic, ...] = ()
    """For who wants e-mail: what may go by e-mail besides messages about the question itself, as agreed per kind (Awb 2:8)."""

    @property
    def agreed(self) -> tuple[MessageTopic, ...]:
        """What may go by e-mail: for who chooses e-mail messages about the question, and what was agreed besides."""
        return (MessageTopic.CASE, *self.by_mail) if self.way is ContactWay.EMAIL else ()

    @property
    def reach(self) -> dict[str, Any]:
        """How to reach the person, without what was agreed."""
        return {name: value for name, value in vars(self).items() if name != "by_mail"}
