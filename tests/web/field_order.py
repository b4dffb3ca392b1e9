"""The errors of a form stand in the order of its fields: then somebody mends them from the top of the page to the bottom. And what
is called optional is never asked for."""

from __future__ import annotations

from itertools import pairwise

from lxml.html import document_fromstring

from tests.web.walking import with_class, words_of


def out_of_order(page: str) -> list[str]:
    """What the summary of a page names before something that stands higher on it."""
    tree = document_fromstring(page)
    named = [link.get("href", "#").lstrip("#") for one in with_class(tree, "error-summary") for link in one.iter("a")]
    places = {str(name): place for place, name in reversed(list(enumerate(tree.xpath("//@id"))))}
    found = [
        name for name in named if name in places
    ]  # who posts what a page does not show gets an answer without a field
    return [f"{before} before {after}" for before, after in pairwise(found) if places[before] > places[after]]


def optional_but_asked(page: str) -> list[str]:
    """The fields on a page that are called optional and have an error: what may be left out was asked for all the same."""
    found = []
    for box in with_class(document_fromstring(page), "has-error"):
        called = [one for one in with_class(box, "optional") if with_class(one, "field", "ancestor")[-1] is box]
        found += [words_of(one.getparent()) for one in called]
    return found
