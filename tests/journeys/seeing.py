"""What every page must satisfy in a browser: axe finds nothing, it fits narrow and wide, and everything can be hit.

axe takes most of the time of the journeys, and most of that goes to contrast. So a page that differs only in its words from one
that was looked at is not looked at again, and contrast is judged once for every text in the same colours on the same ground.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.conftest import SEEN_FOLDER

WIDTHS = (360, 1280)
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "rules": {"color-contrast": {"enabled": False}},
}
"""Everything but contrast, which `judge_contrast` sees to."""
AXE = Axe().axe_script


class Seen:
    """What was found sound, in a folder that all test processes of a run share."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def __contains__(self, what: str) -> bool:
        return self._file(what).exists()

    def add(self, what: str) -> None:
        """Nobody of this run need look at it again."""
        self._file(what).touch()

    def _file(self, what: str) -> Path:
        folder = self.folder or Path(os.environ[SEEN_FOLDER])
        return folder / hashlib.sha256(what.encode()).hexdigest()


SEEN = Seen()
"""Anatomies of pages (`anatomy_of`) and colours of texts, each with its theme."""


def assert_accessible(page: Page) -> None:
    """axe finds nothing on this page (WCAG 2.2 A and AA, and best practice). The page must have JavaScript on."""
    anatomy = anatomy_of(page)
    if anatomy in SEEN:
        return
    violations, colours = judge_all_but_contrast(page)
    violations += judge_contrast(page, [one for one in colours if one not in SEEN])
    found = [
        f"{violation['id']}: {violation['help']}\n    " + "\n    ".join(html[:200] for html in violation["nodes"])
        for violation in violations
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)
    SEEN.add(anatomy)


def judge_all_but_contrast(page: Page) -> tuple[list[dict[str, Any]], list[str]]:
    """What axe finds wrong, and the colours of all texts. From then on the page has axe loaded."""
    violations, colours = page.evaluate(
        f"""async options => {{ {AXE}; {_COLOURS}; {_PLAIN};
          const result = await axe.run(options);
          return [result.violations.map(plain), [...new Set(colours().map(one => one[0]))]]; }}""",
        AXE_OPTIONS,
    )
    return violations, colours


def judge_contrast(page: Page, new: list[str]) -> list[dict[str, Any]]:
    """What axe finds wrong with the contrast of texts in these colours; what it passes is seen."""
    if not new:
        return []
    violations, sound = page.evaluate(
        f"""async wanted => {{ {_COLOURS}; {_PLAIN};
          const told = new Map(colours().map(([told, element]) => [element, told]));
          const elements = [...told].filter(([, told]) => wanted.includes(told)).map(([element]) => element);
          const options = {{runOnly: {{type: 'rule', values: ['color-contrast']}}, elementRef: true}};
          const result = await axe.run({{include: elements}}, options);
          const passed = result.passes.flatMap(rule => rule.nodes.map(node => told.get(node.element)));
          return [result.violations.map(plain), [...new Set(passed)].filter(one => one)]; }}""",
        new,
    )
    for colours in sound:
        SEEN.add(colours)
    return list(violations)


_PLAIN = "const plain = ({id, help, nodes}) => ({id, help, nodes: nodes.map(node => node.html)})"
_COLOURS = """const colours = () => {
  const theme = ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print'].map(query => matchMedia(query).matches);
  const grounds = new Map();
  const ground = element => {
    if (!element) return `${theme}`;
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode,
        style.position === 'static' || style.position === 'relative' ? '' : style.position].join();
      const below = ground(element.parentElement);
      grounds.set(element, own === 'rgba(0, 0, 0, 0),none,1,none,normal,' ? below : `${below}/${own}`);
    }
    return grounds.get(element);
  };
  const hasText = element => element.matches('input:not([type=checkbox], [type=radio], [type=hidden]), textarea')
    ? element.value : element.matches('select') || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const isShown = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && getComputedStyle(element).clipPath !== 'inset(50%)';
  return [...document.body.querySelectorAll('*')].filter(element => hasText(element) && isShown(element)).map(element => {
      const style = getComputedStyle(element);
      const text = [style.color, style.fontSize, style.fontWeight, style.textShadow,
        element.matches(':disabled, [aria-disabled=true]')].join();
      return [`${ground(element)}|${text}`, element];
    });
}"""


def anatomy_of(page: Page) -> str:
    """A page without its words: everything axe judges by. Rows and items that are alike count once."""
    page.wait_for_load_state()
    return str(page.evaluate(_ANATOMY))


_ANATOMY = """() => {
  const words = new Set(['id', 'name', 'value', 'href', 'src', 'action', 'formaction', 'title', 'alt', 'aria-label', 'placeholder',
    'content', 'datetime', 'd', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'points', 'transform', 'viewbox', 'width',
    'height', 'min', 'max', 'pattern', 'data-label', 'maxlength']);
  const references = new Set(['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'headers', 'list', 'form']);
  const alike = new Set(['LI', 'TR', 'OPTION', 'rect', 'path', 'line', 'circle']);
  const landmarks = 'main, nav, aside, section, form, header, footer, [role]';
  const there = id => document.getElementById(id) !== null;
  const attribute = (element, one) => {
    if (references.has(one.name)) return one.value.trim() && one.value.trim().split(/\\s+/).every(there) ? 'there' : 'lost';
    if (one.name === 'href' && one.value.startsWith('#')) return there(one.value.slice(1)) ? 'here' : 'nowhere';
    if (words.has(one.name) || one.name.startsWith('data-')) return one.value.trim() ? 'words' : 'empty';
    return one.value;
  };
  const label = element => element.getAttribute('aria-label') || (element.getAttribute('aria-labelledby') || '').split(/\\s+/)
    .map(id => id && there(id) ? document.getElementById(id).textContent.trim() : '').join(' ');
  const bone = node => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim() ? 'words' : '';
    if (node.nodeType !== Node.ELEMENT_NODE || ['SCRIPT', 'STYLE'].includes(node.tagName)) return '';
    const told = [...node.attributes].map(one => `${one.name}=${attribute(node, one)}`).sort();
    if (node.checked) told.push('checked');
    if (node.matches(landmarks)) told.push(`"${label(node)}"`);
    const inside = [];
    for (const child of node.childNodes) {
      const part = bone(child);
      if (part && !(alike.has(child.tagName) && inside[inside.length - 1] === part)) inside.push(part);
    }
    return `<${node.tagName} ${told.join(' ')}>${inside.join('')}</>`;
  };
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  const theme = ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print'].map(query => matchMedia(query).matches);
  return `${theme} ${ids.length - new Set(ids).size} ${bone(document.documentElement)}`;
}"""


@contextmanager
def unfolded(page: Page) -> Iterator[None]:
    """The page with all that folds opened, and as it was afterwards."""
    page.evaluate(
        """() => document.querySelectorAll('details:not([open])').forEach(part => {
             part.open = true; part.setAttribute('data-was-shut', '')})"""
    )
    yield
    page.evaluate(
        """() => document.querySelectorAll('[data-was-shut]').forEach(part => {
             part.open = false; part.removeAttribute('data-was-shut')})"""
    )


def in_colours(page: Page, colours: Literal["light", "dark"]) -> None:
    """Show the page in the light or the dark theme, with every transition over."""
    page.emulate_media(color_scheme=colours)
    page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished))")


def at_widths(page: Page, widths: tuple[int, ...] = WIDTHS) -> Iterator[int]:
    """The window narrow, then wide, then as it was."""
    before = page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        yield width
    if before is not None:
        page.set_viewport_size(before)


def assert_fits(page: Page) -> None:
    """In a narrow and in a wide window nothing scrolls sideways; in the narrow one everything can be hit."""
    for width in at_widths(page):
        assert_reflows(page)
        if width < WIDTHS[-1]:
            assert_targets_are_large_enough(page, or_apart=True)


def assert_reflows(page: Page) -> None:
    """Nothing makes the page itself scroll sideways (WCAG 1.4.10)."""
    size = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert size[0] <= size[1], (
        f"{page.url}: {size[0]} px wide in a window of {size[1]} px: {json.dumps(_too_wide(page))}"
    )


def _too_wide(page: Page) -> Any:
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
             && !e.closest('.scroll')).slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
    )


def assert_targets_are_large_enough(page: Page, smallest: int = 24, *, or_apart: bool = False) -> None:
    """Everything to press is at least 24 by 24 px, except links inside a sentence (WCAG 2.5.8).

    `or_apart`: what is smaller may also lie so far from the others that a circle of that size around it touches nothing else.
    """
    small = page.evaluate(
        """([smallest, orApart]) => {
             const boxes = [...document.querySelectorAll('a, button, select, input:not([type=hidden]), textarea, summary')]
               .filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.closest('p, .details-body') && !e.matches('.skip'))
               .map(e => [e, (e.matches('.choice input') ? e.closest('.choice') : e).getBoundingClientRect()]);
             const tooSmall = ([, box]) => box.width < smallest || box.height < smallest;
             const centre = box => [box.x + box.width / 2, box.y + box.height / 2];
             const touches = (box, other, otherIsSmall) => {
               const [x, y] = centre(box), [u, v] = centre(other);
               const across = Math.max(other.left - x, 0, x - other.right), down = Math.max(other.top - y, 0, y - other.bottom);
               return Math.hypot(across, down) < smallest / 2 || (otherIsSmall && Math.hypot(u - x, v - y) < smallest);
             };
             return boxes.filter(tooSmall)
               .filter(([e, box]) => !orApart || boxes.some(one => one[0] !== e && touches(box, one[1], tooSmall(one))))
               .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 120)}`);
           }""",
        [smallest, or_apart],
    )
    assert not small, f"{page.url}: {small}"
