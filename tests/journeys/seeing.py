"""What every page must satisfy in a browser: axe finds nothing, it fits narrow and wide, and everything can be hit.

axe takes most of the time of the journeys. So a page that differs only in its words from one that was looked at is not looked at
again; of a new page axe leaves out the parts that stood in the same place before; and contrast is judged once for every text in the
same colours on the same ground.
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

WIDTHS = (320, 1280)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FRAME_RULES = [
    "accesskeys",
    "bypass",
    "duplicate-id-aria",
    "heading-order",
    "landmark-banner-is-top-level",
    "landmark-complementary-is-top-level",
    "landmark-contentinfo-is-top-level",
    "landmark-main-is-top-level",
    "landmark-no-duplicate-banner",
    "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main",
    "landmark-one-main",
    "landmark-unique",
    "page-has-heading-one",
    "region",
    "skip-link",
]
"""What is about a page as a whole: its landmarks, headings, ids and keys, and what stands outside them."""
FRAME_OPTIONS: dict[str, Any] = {"runOnly": {"type": "rule", "values": FRAME_RULES}, "resultTypes": ["violations"]}
PART_OPTIONS: dict[str, Any] = {
    "runOnly": TAGS,
    "resultTypes": ["violations"],
    "rules": {rule: {"enabled": False} for rule in ("color-contrast", *FRAME_RULES)},
}
"""All other rules, except contrast, which `judge_contrast` sees to."""
WHOLE_OPTIONS: dict[str, Any] = {**PART_OPTIONS, "rules": {"color-contrast": {"enabled": False}}}
"""Both at once: axe takes as long to prepare a page as to judge it."""
AXE = Axe().axe_script.encode()
AXE_PATH = "/axe-of-the-tests.js"
"""Where every live server has it."""


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


def assert_accessible(page: Page, anatomy: str | None = None) -> None:
    """axe finds nothing on this page (WCAG 2.2 A and AA, and best practice). The page must have JavaScript on.

    `anatomy`: what `anatomy_of` said of it, for who asked already.
    """
    anatomy = anatomy or anatomy_of(page)
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
    """What axe finds wrong, and the colours of all texts.

    What says something of the page as a whole is judged when its frame is new. The rest is judged part by part: a part that stood
    in the same place on a page that was looked at, or earlier on this one, is left out, unless the frame is new too.
    """
    frame, parts, colours = page.evaluate(f"() => {{ {_COLOURS}; {_BONES}; {_PARTS}; {_TELL}; return tell(); }}")
    known: set[str] = set()
    left_out, is_new = [], False
    under = -1
    for place, (last, part, itself) in enumerate(parts):
        if place <= under:
            continue
        if part in known or part in SEEN:
            left_out.append(place)
            under = last
        elif itself not in known and itself not in SEEN:
            is_new = True
        known |= {part, itself}
    violations: list[dict[str, Any]] = []
    if frame not in SEEN:
        violations = judge(page, WHOLE_OPTIONS if is_new else FRAME_OPTIONS, [])
    elif is_new:
        violations = judge(page, PART_OPTIONS, left_out)
    if not violations:
        for one in {frame} | {name for _, *names in parts for name in names}:
            SEEN.add(one)
    return violations, colours


def judge(page: Page, options: dict[str, Any], left_out: list[int]) -> list[dict[str, Any]]:
    """What axe finds wrong by some of its rules; parts are left out by their places."""
    found: list[dict[str, Any]] = _with_axe(
        page,
        f"""async ([options, places]) => {{ {_BONES}; {_PARTS}; {_PLAIN};
          const exclude = places.length ? parts().filter((_, place) => places.includes(place)).map(one => one.element) : [];
          const result = await axe.run({{include: [document], exclude}}, options);
          return result.violations.map(plain); }}""",
        [options, left_out],
    )
    return found


def _with_axe(page: Page, script: str, given: list[Any]) -> Any:
    """What a function of JavaScript finds with axe, which the page gets from the live server; a browser keeps it compiled."""
    return page.evaluate(
        f"""async given => {{
          if (!('axe' in window)) await new Promise((resolve, reject) => {{
            const part = Object.assign(document.createElement('script'), {{src: '{AXE_PATH}', onload: resolve, onerror: reject}});
            document.head.append(part); part.remove(); }});
          return await ({script})(given); }}""",
        given,
    )


def judge_contrast(page: Page, new: list[str]) -> list[dict[str, Any]]:
    """What axe finds wrong with the contrast of texts in these colours; what it passes is seen."""
    if not new:
        return []
    violations, sound = _with_axe(
        page,
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
      const points = Math.ceil(parseFloat(style.fontSize) * 72) / 96;
      const large = points >= 18 || (points >= 14 && style.fontWeight >= 700);
      const text = [style.color, large ? 'large' : 'small', style.textShadow,
        element.matches(':disabled, [aria-disabled=true]')].join();
      return [`${ground(element)}|${text}`, element];
    });
}"""


def anatomy_of(page: Page) -> str:
    """A page without its words: everything axe judges by. Rows and items that are alike count once."""
    page.wait_for_load_state()
    return str(page.evaluate(_ANATOMY))


_BONES = """
  const words = new Set(['id', 'name', 'value', 'href', 'src', 'action', 'formaction', 'title', 'alt', 'aria-label', 'placeholder',
    'content', 'datetime', 'd', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'points', 'transform', 'viewbox', 'width',
    'height', 'min', 'max', 'pattern', 'data-label', 'maxlength']);
  const references = new Set(['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'headers', 'list', 'form']);
  const alike = new Set(['LI', 'TR', 'OPTION', 'rect', 'path', 'line', 'circle']);
  const landmarks = 'main, nav, aside, section, form, header, footer, [role]';
  const named = id => document.getElementById(id);
  const there = id => named(id) !== null;
  const attribute = (element, one) => {
    if (references.has(one.name)) {
      const ids = one.value.trim().split(/\\s+/);
      if (!one.value.trim() || !ids.every(there)) return 'lost';
      return ids.some(id => named(id).textContent.trim() || !one.name.startsWith('aria-')) ? 'there' : 'mute';
    }
    if (one.name === 'href' && one.value.startsWith('#')) return there(one.value.slice(1)) ? 'here' : 'nowhere';
    if (words.has(one.name) || one.name.startsWith('data-')) return one.value.trim() ? 'words' : 'empty';
    return one.value;
  };
  const label = element => element.getAttribute('aria-label') || (element.getAttribute('aria-labelledby') || '').split(/\\s+/)
    .map(id => id && there(id) ? named(id).textContent.trim() : '').join(' ');
  const told = node => {
    const said = [...node.attributes].map(one => `${one.name}=${attribute(node, one)}`).sort();
    if (node.checked) said.push('checked');
    if (node.labels) said.push(`labels ${[...node.labels].map(one => one.textContent.trim() ? 'words' : 'empty')}`);
    return `${node.tagName} ${said.join(' ')}`;
  };
  const known = new Map();
  const bone = node => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim() ? 'words' : '';
    if (node.nodeType !== Node.ELEMENT_NODE || ['SCRIPT', 'STYLE'].includes(node.tagName)) return '';
    if (known.has(node)) return known.get(node);
    const inside = [];
    for (const child of node.childNodes) {
      const part = bone(child);
      if (part && !(alike.has(child.tagName) && inside[inside.length - 1] === part)) inside.push(part);
    }
    known.set(node, `<${told(node)}>${inside.join('')}</>`);
    return known.get(node);
  };
  const frame = () => {
    const around = 'main, nav, aside, header, footer, [role]';
    const matter = `html, title, h1, h2, h3, h4, h5, h6, iframe, [tabindex], [accesskey], .skip, ${landmarks}`;
    const place = element => element ? `${place(element.parentElement)}${element.matches(around) ? `/${told(element)}` : ''}` : '';
    const loose = element => !element.closest(around) && !element.matches('head *, script, style')
      && (element.matches('img, svg, input, button, select, textarea, iframe, video, canvas')
        || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()));
    const labels = [];
    const same = element => {
      if (!element.matches(landmarks)) return '';
      const one = `${element.tagName} ${element.getAttribute('role')} ${label(element)}`;
      if (!labels.includes(one)) labels.push(one);
      return labels.indexOf(one);
    };
    return [...document.querySelectorAll('*')].filter(element => element.matches(matter) || loose(element)).map(element =>
      [place(element.parentElement), told(element), same(element), element.checkVisibility(), !!element.textContent.trim()].join(' '));
  };
  const theme = ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print'].map(query => matchMedia(query).matches);
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  const twice = ids.length - new Set(ids).size;
"""
"""`bone`: an element with all that is in it, without the words; `told`: the element itself. `frame`: what is about the page as a
whole, with which landmarks have the same name."""
_ANATOMY = f"() => {{ {_BONES} return `${{theme}} ${{twice}} ${{frame()}} ${{bone(document.documentElement)}}`; }}"
_PARTS = """
  const holders = new Set(['HTML', 'BODY', 'HEADER', 'NAV', 'MAIN', 'ASIDE', 'FOOTER', 'SECTION', 'ARTICLE', 'FORM', 'FIELDSET',
    'DETAILS', 'DIV', 'UL', 'OL', 'LI']);
  const holds = element => holders.has(element.tagName) && element.children.length
    && ![...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const parts = () => {
    const found = [];
    const walk = (element, above) => {
      const shown = element.checkVisibility({visibilityProperty: true});
      const below = `${above}|${shown}|${told(element)}`;
      const kinds = new Set([...element.children].map(child => `${child.tagName} ${child.getAttribute('role') ?? ''}`));
      const one = {element, part: `${above}|${shown}|${bone(element)}`, itself: `${below}|${[...kinds]}`};
      found.push(one);
      if (holds(element)) for (const child of element.children) if (bone(child)) walk(child, below);
      if (!holds(element)) one.itself = one.part;
      one.last = found.length - 1;
    };
    walk(document.documentElement, `${theme}`);
    return found;
  };
"""
"""The page cut up: what holds other things is a part, and so is each thing in it. `last`: the place of the last one within it."""
_TELL = """
  const short = text => {
    let [one, two] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      one = Math.imul(one ^ code, 2654435761);
      two = Math.imul(two ^ code, 1597334677);
    }
    return `${text.length} ${(one >>> 0).toString(36)} ${(two >>> 0).toString(36)}`;
  };
  const tell = () => [`${theme} ${twice} ${short(`${frame()}`)}`, parts().map(one => [one.last, short(one.part), short(one.itself)]),
    [...new Set(colours().map(one => one[0]))]];
"""


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
    page.evaluate(
        """() => document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity)
             .forEach(one => one.finish())"""  # waiting for them can take for ever: a page that draws nothing has no next frame
    )


def at_widths(page: Page, widths: tuple[int, ...] = WIDTHS) -> Iterator[int]:
    """The window narrow and wide, first as it is, and then as it was; words are there before the styles that lay them out."""
    page.wait_for_load_state("load")
    before = page.viewport_size
    now = before and before["width"]
    for width in sorted(widths, key=lambda width: width != now):
        if width != now:
            page.set_viewport_size({"width": width, "height": 900})
        now = width
        yield width
    if before is not None and now != before["width"]:
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
               .filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.closest('p, details > div') && !e.matches('.skip'))
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
