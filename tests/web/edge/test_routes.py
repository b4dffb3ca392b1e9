"""Addresses are written as Werkzeug writes them; what writes them is made when one is first asked."""

import pytest
from werkzeug.routing import Map, Rule

from portal.web.edge.edge import LateRule

ADDRESSES = (
    ("a", {"name": "één", "number": 3}, "/a/%C3%A9%C3%A9n/b/3"),
    ("a", {"name": "x", "number": 3, "rule": "y", "self": 1}, "/a/x/b/3?rule=y&self=1"),
    ("fixed", {}, "/fixed"),
)


def routes(kind: type[Rule]) -> Map:
    return Map([kind("/a/<name>/b/<int:number>", endpoint="a"), kind("/fixed", endpoint="fixed")])


@pytest.mark.parametrize(("endpoint", "values", "written"), ADDRESSES)
def test_the_same_addresses_are_written_and_read(endpoint: str, values: dict[str, object], written: str) -> None:
    for kind in (Rule, LateRule):
        urls = routes(kind).bind("desk.example")
        assert [urls.build(endpoint, values) for _ in range(2)] == [written, written]
        assert urls.match(written.partition("?")[0])[0] == endpoint


def test_nothing_is_made_before_an_address_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    original = Rule._compile_builder

    def counted(rule: Rule, append_unknown: bool = True) -> object:
        made.append(rule.rule)
        return original(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    urls = routes(LateRule).bind("desk.example")
    assert not made
    assert urls.build("fixed") == urls.build("fixed") and made == ["/fixed"]
    routes(Rule)
    assert len(made) > 1, "Werkzeug's own rules make it at once"
