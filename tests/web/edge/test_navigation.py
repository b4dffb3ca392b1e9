"""Every name in the menus is a screen, and each audience may open what its menu offers."""

from __future__ import annotations

from flask import Flask

from portal.people.actor import Audience
from portal.web.edge.navigation import FOOTER, MENU
from portal.web.edge.policy import admits


def test_every_endpoint_in_the_menu_and_the_footer_exists(app: Flask) -> None:
    named = {endpoint for entries in MENU.values() for _text, endpoint in entries} | {name for _text, name in FOOTER}
    assert named - app.view_functions.keys() == set()


def test_a_menu_offers_only_what_its_audience_may_open(app: Flask) -> None:
    offered = [(audience, endpoint) for audience, entries in MENU.items() for _text, endpoint in entries]
    assert [(audience, endpoint) for audience, endpoint in offered if not admits(endpoint, audience)] == []


def test_the_footer_is_for_everybody(app: Flask) -> None:
    assert [endpoint for _text, endpoint in FOOTER if not admits(endpoint, Audience.ANYONE)] == []


def test_every_audience_that_signs_in_has_a_menu() -> None:
    assert {
        Audience.ADVISOR,
        Audience.OWNER,
        Audience.REGION,
        Audience.PROVIDER,
        Audience.ADMIN,
        Audience.HELPER,
    } <= MENU.keys()


def test_a_menu_entry_needs_no_object_in_its_address(app: Flask) -> None:
    for entries in MENU.values():
        for _text, endpoint in entries:
            rules = app.url_map._rules_by_endpoint[endpoint]
            assert any(not rule.arguments for rule in rules), endpoint
