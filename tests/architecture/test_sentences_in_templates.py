"""Two sentences on two lines of a template stand apart on the page: the end of a line after a tag is taken away (``trim_blocks``)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
RUN_TOGETHER = re.compile(r"[.?!]\{% endtrans %\}(\{% endif %\})?\n\s*(\{% (if|for)[^%]*%\})*\{% trans")


def test_no_sentence_runs_into_the_next() -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}:{text[: fault.start()].count(chr(10)) + 1}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for text in [path.read_text(encoding="utf-8")]
        for fault in RUN_TOGETHER.finditer(text)
    ]
    assert found == [], "end the line with {{ ' ' }}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{% trans %}Een.{% endtrans %}\n{% trans %}Twee.{% endtrans %}", True),
        ("{% trans %}Een.{% endtrans %}{% endif %}\n{% if two %}{% trans %}Twee.{% endtrans %}", True),
        ("{% trans %}Een.{% endtrans %}{{ ' ' }}\n{% trans %}Twee.{% endtrans %}", False),
        ("{% trans %}Een.{% endtrans %}\n{% else %}{% trans %}Twee.{% endtrans %}", False),
        ("{% trans %}Een.{% endtrans %}</p>\n<p>{% trans %}Twee.{% endtrans %}", False),
    ],
)
def test_control_what_runs_together_is_told_from_what_does_not(text: str, fault: bool) -> None:
    assert bool(RUN_TOGETHER.search(text)) is fault
