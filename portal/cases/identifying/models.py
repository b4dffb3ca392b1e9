"""Table of identifications. No number of a document and no number of a citizen stands here."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.people.accounts.models import Door
from portal.platform.database import Base, choice, new_public_id
from portal.platform.identity_services import Level

AT_DESK = "desk"
"""The means of who was identified at the desk."""


class IdentityPaper(enum.StrEnum):
    """The document that somebody showed at the desk."""

    PASSPORT = "passport"
    ID_CARD = "id_card"
    DRIVING_LICENCE = "driving_licence"
    RESIDENCE = "residence"
    """A residence document."""
    EXTRACT = "extract"
    """An extract of the trade register together with a document of who may sign: for an employer."""


class Identification(Base):
    """Once it became known, and how surely, who asked; personal data that go with the case."""

    __tablename__ = "identification"
    __table_args__ = (
        CheckConstraint("(means = 'desk') = (paper IS NOT NULL)", name="paper_at_the_desk"),
        CheckConstraint("(means = 'desk') = (subject_hash IS NULL)", name="subject_of_a_service"),
        CheckConstraint("level <> 'none'", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    door: Mapped[Door] = mapped_column(choice(Door))
    level: Mapped[Level] = mapped_column(choice(Level))
    means: Mapped[str] = mapped_column(String(40))
    """The name of the service, or `AT_DESK`."""
    subject_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    """What the service calls this person, as a keyed hash."""
    paper: Mapped[IdentityPaper | None] = mapped_column(choice(IdentityPaper))
    representative_id: Mapped[int | None]
    """Set when it was somebody who acts for the person that was identified; without a foreign key, as that of `AccessLink`."""
    identified_at: Mapped[datetime]
    identified_by: Mapped[str] = mapped_column(String(80))
    identified_by_name: Mapped[str] = mapped_column(String(100))
