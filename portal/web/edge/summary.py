"""The summary of errors on a page names them in the order in which their fields stand on that page.

A form knows the order in which its fields were written down, a page the order in which somebody sees them; who mends a page goes
from the top to the bottom. The summary stands above the fields, so only the finished page can say where they are.
"""

from __future__ import annotations

import re

_SUMMARY = re.compile(r'(id="error-summary"[^>]*>.*?<ul>)(.*?)(</ul>)', re.DOTALL)
_ITEM = re.compile(r"\s*<li>.*?</li>", re.DOTALL)
_TARGET = re.compile(r'<a href="#([^"]+)"')


def in_order_of_fields(html: str) -> str:
    """The same page, its summary in order: first what is about the page as a whole, then field after field."""
    summary = _SUMMARY.search(html)
    if summary is None:
        return html
    places = {name: place for place, name in reversed(list(enumerate(re.findall(r'\sid="([^"]+)"', html))))}
    items = sorted(_ITEM.findall(summary[2]), key=lambda item: _place(item, places))
    return f"{html[: summary.start(2)]}{''.join(items)}\n  {html[summary.end(2) :]}"


def _place(item: str, places: dict[str, int]) -> int:
    target = _TARGET.search(item)
    return -1 if target is None else places.get(target[1], -1)
