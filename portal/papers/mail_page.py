"""The page of a mail, beside its text: the same words with a link that can be opened. Nothing in it is fetched from anywhere."""

from __future__ import annotations

import re

from markupsafe import Markup

from portal.papers.correspondence import Composed

_LINK = re.compile(r"https?://[^\s<>\"']+")
_PAGE = Markup(
    '<!doctype html><html lang="{}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
    "<title>{}</title></head>"
    '<body style="margin:0;padding:16px;font:16px/1.5 Arial,sans-serif"><div style="max-width:38em">{}</div></body></html>'
)
_TITLE = Markup('<h1 style="font-size:22px;line-height:1.3;margin:0 0 16px">{}</h1>')
_PARAGRAPH = Markup('<p style="margin:0 0 16px;overflow-wrap:anywhere">{}</p>')
_CODE = Markup('<p style="margin:0 0 16px;font-size:24px;letter-spacing:2px">{}</p>')


def as_page(composed: Composed, address: str) -> str:
    """A mail as HTML. Only what leads to the desk itself, whose address is given, can be opened."""
    parts = [part for part in re.split(r"\n\s*\n", composed.body) if part.strip()]
    shown = Markup("").join(_paragraph(part.strip("\n"), address) for part in parts)
    return str(_PAGE.format(composed.locale, composed.subject, _TITLE.format(composed.subject) + shown))


def _paragraph(text: str, address: str) -> Markup:
    if re.fullmatch(r"[0-9]{6}", text):
        return _CODE.format(text)
    return _PARAGRAPH.format(Markup("<br>").join(_line(line, address) for line in text.split("\n")))


def _line(line: str, address: str) -> Markup:
    shown, at = Markup(""), 0
    for found in _LINK.finditer(line):
        link = found[0].rstrip(".,;:)")
        if link == address or link.startswith(f"{address}/"):
            shown += Markup('{}<a href="{}">{}</a>').format(line[at : found.start()], link, link)
            at = found.start() + len(link)
    return shown + line[at:]
