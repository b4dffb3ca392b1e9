"""Who is asking: a resident, somebody with an account, a program. What they may do stands in `portal.web.edge.policy`."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace


class Grade(enum.StrEnum):
    """How much of a role somebody has."""

    FULL = "full"
    TRAINEE = "trainee"
    """Does the work of the role, and nothing that takes a power or a mandate: a colleague does that."""
    READER = "reader"
    """Sees what the role sees, and changes nothing but the own way in."""


class Audience(enum.StrEnum):
    """Whom a screen is for. `ANYONE` in the policy admits everybody; as the audience of an actor it means: not signed in."""

    ANYONE = "anyone"
    RESIDENT = "resident"
    EMPLOYER = "employer"
    ADVISOR = "advisor"
    OWNER = "owner"
    REGION = "region"
    PROVIDER = "provider"
    ADMIN = "admin"
    HELPER = "helper"
    """Somebody of a library or another body who fills in a question together with its person, and sees no more than that."""
    FUNDER = "funder"
    """A body that brings money: its own money and reports, and no person."""
    CONTROLLER = "controller"
    """Who looks after the money of the region: all of it and all registers, and nothing of what a case is about."""
    AUDITOR = "auditor"
    """Who audits the accounts from outside: what a controller sees, and the vouchers of a sample whole."""
    SYSTEM = "system"


@dataclass(frozen=True)
class CaseSight:
    """What somebody sees who does not see all cases: those of some teams, and some besides. What is of no team everybody sees."""

    teams: frozenset[int] = frozenset()
    cases: frozenset[int] = frozenset()
    """Of other teams: what this person has, such as for a colleague who is away."""


STAFF = frozenset(
    {
        Audience.ADVISOR,
        Audience.OWNER,
        Audience.REGION,
        Audience.PROVIDER,
        Audience.ADMIN,
        Audience.HELPER,
        Audience.FUNDER,
        Audience.CONTROLLER,
        Audience.AUDITOR,
    }
)
"""Audiences that enter with an account."""

BY_LINK = frozenset({Audience.RESIDENT, Audience.EMPLOYER})
"""Audiences that enter by a link to one question; an employer also by one to all that it asked."""


@dataclass(frozen=True)
class Actor:
    """Who is asking. `question_id` is the question whose link a resident or employer came in by; `schemes` those an owner owns.

    With both an account and a question somebody fills in a draft for its person: the audience is that of the person, what is done
    is logged in the name of the account, and only the pages of a draft open (`is_helping`).
    """

    audience: Audience
    account_id: int | None = None
    organisation_id: int | None = None
    question_id: int | None = None
    display_name: str = ""
    schemes: frozenset[str] = frozenset()
    origin: str = ""
    """Where the request came from, as a keyed hash; empty for programs."""
    employer_email: str = ""
    """The address by which an employer came in for all that it asked; empty for who came in by a link to one question."""
    questions: frozenset[int] = frozenset()
    """More questions that an employer may act for: those sent together with its own, or all of the employer."""
    grade: Grade = Grade.FULL
    only_schemes: frozenset[str] = frozenset()
    """The schemes about which somebody decides; empty: about all of the role."""
    sight: CaseSight | None = None
    """The cases that somebody sees who is limited to the own teams; None: all that the role sees."""
    representative_id: int | None = None
    """Set when somebody acts for the resident or employer with an authorisation; acts are logged in that name."""

    @classmethod
    def anonymous(cls) -> Actor:
        """Somebody who is not signed in."""
        return cls(Audience.ANYONE)

    @classmethod
    def system(cls, name: str = "system") -> Actor:
        """A program: a command or a job. `name` is what it is called in the audit log."""
        return cls(Audience.SYSTEM, display_name=name)

    @property
    def reference(self) -> str:
        """The actor as it stands in ``*_by`` columns and logs, without a name: ``account:12``, ``resident``, ``system``.

        Somebody who acts for the person is ``representative:7``.
        """
        if self.representative_id is not None:
            return f"representative:{self.representative_id}"
        return f"account:{self.account_id}" if self.account_id is not None else self.audience.value

    @property
    def signature(self) -> str:
        """The name as it is kept beside what somebody did, in columns of 100 characters (``by_name``, ``decided_by_name``).

        A longer name is cut: nobody is refused for the length of a name, and `reference` says who it was.
        """
        return self.display_name[:100]

    @property
    def is_helping(self) -> bool:
        """Whether somebody with an account fills in this question for the person."""
        return self.account_id is not None and self.question_id is not None

    def may_act_for(self, question_id: int) -> bool:
        """Whether this is the resident or employer of that question."""
        if self.audience not in BY_LINK:
            return False
        return self.question_id == question_id or question_id in self.questions

    def at(self, origin: str) -> Actor:
        """The same actor, seen at `origin`."""
        return replace(self, origin=origin)
