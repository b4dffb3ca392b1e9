"""A decision before it is taken: the case it is about, what somebody wrote down to decide, and who decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from matching.problem.proposal import Share
from portal.awarding.decisions.requirements import Checks
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import stored_proposal
from portal.cases.applications.models import Application
from portal.cases.hearings.models import RefusalGround
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce
from portal.people.actor import Actor
from portal.platform.clock import local_date


@dataclass(frozen=True)
class Draft:
    """What an advisor wrote down to decide on a proposal. Nothing is decided by it."""

    proposal: ProposalRecord
    rationale: str
    checks: Checks
    shares: Sequence[Share] | None = None
    """The advisor's own mix; None takes the proposal as it is."""
    rejections: Mapping[str, str] = field(default_factory=dict)
    """Per scheme why it pays nothing; without a reason of its own the rationale says it."""
    ground: RefusalGround | None = None
    """On whose facts a refusal in the mix rests; needed when there is one."""

    @property
    def proposed(self) -> tuple[Share, ...]:
        """The mix as it was proposed."""
        return stored_proposal(self.proposal).shares

    @property
    def mix(self) -> tuple[Share, ...]:
        """The mix to decide: the advisor's own, or else the one proposed."""
        return self.proposed if self.shares is None else tuple(self.shares)


@dataclass(frozen=True)
class CaseToDecide:
    """A question with its application, and the schemes applied for in the version that counts, by slug."""

    question: DevelopmentQuestion
    application: Application
    schemes: Mapping[str, SchemeInForce]


@dataclass(frozen=True)
class Decider:
    """Who decides and when; `prepared_by` is the first person where four eyes are needed."""

    actor: Actor
    now: datetime
    prepared_by: str | None = None

    @property
    def today(self) -> date:
        """The day of the decision."""
        return local_date(self.now)
