"""Residents and employers have the same pages, registered once: each at its own address, for its own audience only."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.people.actor import Audience
from portal.web.edge.policy import POLICY
from portal.web.employer.steps import DOOR as EMPLOYER
from portal.web.intake.door import AskerDoor
from portal.web.intake.registration import DRAFT_PAGES, SENT_PAGES
from portal.web.resident.steps import DOOR as RESIDENT

DOORS = pytest.mark.parametrize(
    ("door", "audience"), [(RESIDENT, Audience.RESIDENT), (EMPLOYER, Audience.EMPLOYER)], ids=["resident", "employer"]
)


@pytest.fixture
def database() -> str:
    """Once is enough: nothing here touches the database."""
    return "sqlite"


@DOORS
def test_every_shared_page_stands_at_the_address_of_the_door_and_opens_for_its_audience_alone(
    app: Flask, door: AskerDoor, audience: Audience
) -> None:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    for address, pages in ((door.draft_address, DRAFT_PAGES), (door.sent_address, SENT_PAGES)):
        for page in pages:
            endpoint = f"{audience.value}.{page.name}"
            rule = rules[endpoint]
            assert (rule.rule, "POST" in (rule.methods or ())) == (address + page.path, page.posts)
            assert POLICY[endpoint] == {audience}


@DOORS
def test_every_fact_with_an_address_of_its_own_is_a_step_of_the_flow(door: AskerDoor, audience: Audience) -> None:
    asked = {step.fact for step in door.flow.steps if step.fact is not None}
    own = {"residence_municipality"} if audience is Audience.RESIDENT else set()
    assert set(door.fact_pages.values()) == asked - own


def test_a_page_that_takes_a_file_or_may_be_sent_twice_is_marked_behind_both_doors(app: Flask) -> None:
    for name, mark in (("training_paid_bill", "takes_file"), ("costs", "repeatable"), ("fact", "repeatable")):
        assert all(getattr(app.view_functions[f"{one}.{name}"], mark, False) for one in ("resident", "employer"))
    assert not hasattr(app.view_functions["resident.send"], "repeatable")
