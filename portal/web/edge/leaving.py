"""Leaving a page without losing what was typed in it, for who has no script: ways out under every form to be filled in.

They are buttons of the form itself. What is typed is kept sealed for this browser (`portal.web.edge.keeping`) and nothing else is
done, so that a page in another language, or this one after going back, shows it again. The ordinary links of the page do so too
where there is a script. It works on the page as it is sent, so that no form can be forgotten.
"""

from __future__ import annotations

import re
from html import escape

from portal.platform.i18n import gettext as _

LEAVE = "leave"
"""The field with the address to go to: what else is in the form is only kept."""
SAVES_BY_ITSELF = 'form="answers" name="later"'
"""On a page with such a button what is right is saved as an answer, wherever one goes."""
_FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>.*?</form>', re.DOTALL)
_TYPED_IN = re.compile(r'<(?:textarea|select)\b|<input\b(?![^>]*\btype="(?:hidden|submit|file)")')
_LANGUAGES = re.compile(r'<nav class="language".*?</nav>', re.DOTALL)
_LANGUAGE = re.compile(r'<a href="([^"]*)" lang="([a-z]+)"[^>]*>([^<]*)</a>')
_BACK = re.compile(r'<a class="back" href="([^"]*)">([^<]*)</a>')


def with_ways_out(html: str) -> str:
    """The page with its link back and its other languages as buttons at the end of each form in which something is typed."""
    head, main, rest = html.partition('<main id="main"')
    if not main or 'method="post"' not in rest or SAVES_BY_ITSELF in rest:
        return html
    ways = [_button(href, text) for href, text in _BACK.findall(head)]
    ways += [
        _button(href, text, lang) for menu in _LANGUAGES.findall(head) for href, lang, text in _LANGUAGE.findall(menu)
    ]
    if not ways:
        return html
    told = escape(_("Met wat u hier invulde:"))
    under = f'<noscript><p class="keep no-print">{told} {" ".join(ways)}</p></noscript></form>'
    return head + main + _FORM.sub(lambda form: _with(form[0], under), rest)


def _with(form: str, under: str) -> str:
    return form.removesuffix("</form>") + under if _TYPED_IN.search(form) else form


def _button(href: str, text: str, lang: str | None = None) -> str:
    """A button that looks like the link that it stands for. What it is made of stands on the page already, escaped."""
    said = f' lang="{lang}"' if lang else ""
    return f'<button class="button link" type="submit" name="{LEAVE}" value="{href}"{said}>{text}</button>'
