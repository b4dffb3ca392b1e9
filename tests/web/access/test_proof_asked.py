"""Which forms and files are asked to prove who one is: found by following every screen to the acts that it does."""

from __future__ import annotations

import ast
import inspect
from functools import cache

import pytest
from flask import Flask

from portal.people.actor import STAFF
from portal.web.edge import fresh
from portal.web.edge.policy import POLICY
from tests.architecture.test_code import modules, name_of, parse
from tests.reliability.pairs.test_trainees import NEEDS_ALL
from tests.web.conftest import app

__all__ = ["app"]
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DATA = (".csv", ".xlsx", ".ods", ".zip", ".xml", ".xaf", ".json", "/bestand")
NO_EXPORT = {
    "accounting.administration_template": "an empty form",
    "owner.export_version": "a scheme as it is published, in which nobody stands",
    "advisor.shortlist_pdf": "the list of one question",
}


@cache
def screens() -> dict[str, frozenset[str]]:
    """Per function of the screens, by its whole name, what it mentions of others."""
    found: dict[str, frozenset[str]] = {}
    for path, text in modules("portal"):
        name = name_of(path)
        if "portal/web/" in name:
            module = name[name.index("portal/web/") :].removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found |= mentions(module, parse(text))
    return found


def mentions(module: str, tree: ast.Module) -> dict[str, frozenset[str]]:
    """What each function, class and constant of a module mentions, by whole names."""
    known = {name: f"{module}.{name}" for node in tree.body for name in named(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return {f"{module}.{name}": frozenset(mentioned(node, known)) for node in tree.body for name in named(node)}


def named(node: ast.stmt) -> list[str]:
    """The names that a statement gives a module."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [one.id for one in targets if isinstance(one, ast.Name)]


def mentioned(node: ast.stmt, known: dict[str, str]) -> set[str]:
    names = {known[one.id] for one in ast.walk(node) if isinstance(one, ast.Name) and one.id in known}
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in known:
            names.add(f"{known[one.value.id]}.{one.attr}")
    return names


def acts_of(app: Flask, endpoint: str, acts: frozenset[str] | set[str] = NEEDS_ALL) -> set[str]:
    """The acts to which a form leads, of those under a power, or that take two people or a whole role; or of others."""
    view = inspect.unwrap(app.view_functions[endpoint])
    seen: set[str] = set()
    ahead = [f"{view.__module__}.{view.__name__}"]
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead.extend(screens().get(one, ()))
    return seen & acts


def forms(app: Flask) -> list[str]:
    """What staff may send."""
    sent = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    return sorted(one for one in sent if POLICY[one] & STAFF)


def test_whatever_form_leads_to_an_act_under_a_power_or_for_two_people_asks_who_one_is(app: Flask) -> None:
    leads = {one: acts for one in forms(app) if (acts := acts_of(app, one))}
    assert len(leads) > 50
    assert {one: sorted(acts) for one, acts in leads.items() if not fresh.needs_proof(one, reading=False)} == {}


def test_every_act_under_a_power_is_led_to_by_a_form_or_the_search_sees_too_little(app: Flask) -> None:
    led_to = set().union(*(acts_of(app, one) for one in forms(app)))
    assert len(led_to) > 0.8 * len(NEEDS_ALL), sorted(NEEDS_ALL - led_to)


@pytest.mark.parametrize("left_out", ["advisor.approve", "advisor.reject", "advisor.decide", "owner.publish"])
def test_a_form_that_is_left_out_is_seen(app: Flask, monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    monkeypatch.setattr(fresh, "FORMS", fresh.FORMS - {left_out})
    assert acts_of(app, left_out)
    assert not fresh.needs_proof(left_out, reading=False)


def test_every_form_and_file_that_is_named_is_there(app: Flask) -> None:
    assert set(forms(app)) >= fresh.FORMS
    assert fresh.NOT_MANY | NO_EXPORT.keys() <= POLICY.keys()


def test_every_file_with_more_than_one_thing_in_it_asks_who_one_is(app: Flask) -> None:
    files = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.endswith(DATA) and "GET" in (rule.methods or ()) and POLICY[rule.endpoint] & STAFF
    }
    assert len(files) > 20
    unasked = {one for one in files if not fresh.needs_proof(one, reading=True)}
    assert unasked - fresh.NOT_MANY - NO_EXPORT.keys() == set()
