"""What every page of every audience must satisfy, as its source says it."""

from __future__ import annotations

from lxml.html import HtmlElement, document_fromstring
from werkzeug.test import TestResponse


def is_page(answer: TestResponse) -> bool:
    """Whether this is a whole page: no file, and no part that a script puts into one."""
    return (
        answer.status_code == 200 and answer.mimetype == "text/html" and "<!doctype html>" in answer.text[:100].lower()
    )


def faults_of(answer: TestResponse, language: str = "nl") -> list[str]:
    """What is wrong with a page: one heading of the first level, a title of its own, its language, and an order that is that of
    the text."""
    page, found = document_fromstring(answer.text), []
    if page.get("lang") != language:
        found.append(f"its language is {page.get('lang')}")
    if not title_of(page):
        found.append(f"no title of its own: {page.findtext('.//title')}")
    headings = [one.text_content().strip() for one in page.findall(".//h1")]
    if len(headings) != 1 or not headings[0]:
        found.append(f"headings of the first level: {headings}")
    if len(page.xpath("//main")) != 1:
        found.append("not one main part")
    if page.xpath("//@tabindex[number(.) > 0]"):
        found.append("a tabindex that changes the order")
    ids = [str(name) for name in page.xpath("//@id")]
    twice = sorted({name for name in ids if ids.count(name) > 1}) if len(set(ids)) < len(ids) else []
    return [*found, *(f"the id {name} stands twice" for name in twice)]


def title_of(page: HtmlElement) -> str:
    """What the title of a page says before the name of the desk."""
    return str(page.findtext(".//title") or "").rpartition(" – ")[0].strip()
