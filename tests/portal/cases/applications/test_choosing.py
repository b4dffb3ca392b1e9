"""What can be applied for at once: nothing that excludes each other, and nothing while it is not known what it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.cases.applications.actions import apply_for_awards
from portal.cases.applications.choosing import ExcludingSchemes, excluding, has_what_it_is_for, require_together
from portal.cases.contents import save_training
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.queries import SchemeInForce
from portal.people.actor import Actor
from portal.platform.errors import Refusal
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Exclusion, GroupRule
from tests.benchmarks.questions import region
from tests.factories import ADVISOR, NOW, SAM, a_draft, a_question, asker

PERSON, TO_WORK = "ontwikkelfonds-individueel", "werk-naar-werk-voucher"


def of(*slugs: str) -> list[SchemeDefinition]:
    return [region().schemes[slug] for slug in slugs]


def held(definitions: list[SchemeDefinition]) -> list[SchemeInForce]:
    return [SchemeInForce(one.scheme, one.version, 1, one.scheme, one) for one in definitions]


def with_rules(name: str, *rules: GroupRule, alone: bool = False) -> SchemeDefinition:
    [base] = of(PERSON)
    return base.model_copy(
        update={"scheme": name, "exclusion": Exclusion(groups=rules, no_other_public_money=alone), "public_money": True}
    )


def rule(at_most: int, scope: Any = "training") -> GroupRule:
    return GroupRule(group="g", at_most=at_most, scope=scope)


@pytest.mark.parametrize(
    ("schemes", "found"),
    [
        (of(PERSON, TO_WORK), [ExcludingSchemes((PERSON, TO_WORK), 1)]),
        (of(PERSON), []),
        ([with_rules("a", rule(2)), with_rules("b", rule(2))], []),
        ([with_rules(name, rule(2)) for name in "abc"], [ExcludingSchemes(("a", "b", "c"), 2)]),
        ([with_rules("a", rule(2)), with_rules("b", rule(1))], [ExcludingSchemes(("a", "b"), 1)]),
        ([with_rules("a", rule(1, "line")), with_rules("b", rule(1, "line"))], []),
        ([with_rules("a", alone=True), with_rules("b")], [ExcludingSchemes(("a", "b"), 1)]),
        ([with_rules("a"), with_rules("b")], []),
    ],
)
def test_what_excludes_each_other_for_a_whole_training_is_found(
    schemes: list[SchemeDefinition], found: list[ExcludingSchemes]
) -> None:
    assert excluding(schemes) == found == excluding(schemes[::-1])


def test_what_excludes_each_other_is_refused_in_a_sentence_that_names_it() -> None:
    with pytest.raises(Refusal) as refused:
        require_together(held(of(PERSON, TO_WORK)))
    message = str(refused.value.message)
    assert refused.value.field == "schemes" and message.endswith("Kies er één.")
    assert all(scheme.title.nl in message for scheme in of(PERSON, TO_WORK)) and PERSON not in message
    require_together(held(of(PERSON)))


def apply(session: Session, question: DevelopmentQuestion, actor: Actor, now: datetime = NOW) -> object:
    given: dict[str, Any] = {"schemes": ["leervoucher"], "applicant": SAM, "confirmed": True}
    return apply_for_awards(session, question=question, actor=actor, now=now, **given)


def test_who_asks_starts_no_legal_clock_without_costs_or_a_training_and_an_advisor_may(session: Session) -> None:
    without_costs = a_question(session, costs=())
    with pytest.raises(Refusal) as refused:
        apply(session, without_costs, asker(without_costs))
    assert (refused.value.code, refused.value.field) == ("nothing_to_award", "schemes")
    assert (without_costs.state, without_costs.decide_by) == (QuestionState.SUBMITTED, None)
    apply(session, without_costs, ADVISOR)
    assert without_costs.state is QuestionState.APPLIED


def test_who_asks_names_no_two_that_exclude_each_other(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    question = a_question(session)
    both: dict[str, Any] = {"schemes": ["leervoucher", "materiaalvoucher"], "applicant": SAM, "confirmed": True}

    def excluded(chosen: list[SchemeInForce]) -> None:
        require_together([replace(one, definition=with_rules(one.slug, rule(1))) for one in chosen])

    with monkeypatch.context() as patch:
        patch.setattr("portal.cases.applications.actions.require_together", excluded)
        with pytest.raises(Refusal) as refused:
            apply_for_awards(session, question=question, actor=asker(question), now=NOW, **both)
        assert refused.value.code == "schemes_exclude_each_other" and question.state is QuestionState.SUBMITTED
    apply_for_awards(session, question=question, actor=asker(question), now=NOW, **both)
    assert question.state is QuestionState.APPLIED


def test_a_training_that_is_not_named_is_nothing_to_award(session: Session) -> None:
    draft = a_draft(session)
    save_training(session, question=draft, name=None, provider=None, actor=asker(draft), now=NOW)
    assert draft.cost_lines and draft.training_name is None
    assert not has_what_it_is_for(draft) and has_what_it_is_for(a_question(session))
