"""Journeys in a real Chromium: the browser, a server for an application, and what every page must satisfy.

Chromium is looked for in CHROME_BIN, then as chromium-headless-shell (the lightest), chromium, chromium-browser and google-chrome. Without it these tests are
skipped, visibly; with REQUIRE_BROWSER=1 (continuous integration) a missing browser is a failure.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine
from werkzeug.serving import make_server

from portal import create_app, demo
from portal.commands.opening import load_region_once, vault_of
from portal.platform import clock
from portal.platform.config import load_settings
from portal.platform.database import load_models, make_engine
from tests.conftest import SEEN_FOLDER

LAUNCH_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
WIDTHS = (360, 1280)
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

CATALOGUE = Path(__file__).parents[2] / "schemes" / "catalogue" / "stedendriehoek"

OpenPage = Callable[..., Page]
Serve = Callable[[Flask], str]


def chromium_path() -> str | None:
    """Where Chromium is, or None. CHROME_BIN must exist when it is set."""
    given = os.environ.get("CHROME_BIN")
    if given:
        return shutil.which(given)
    return next((path for path in map(shutil.which, NAMES) if path), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    path = chromium_path()
    if path is None:
        reason = "no Chromium: set CHROME_BIN, or install it (Debian: apt-get install chromium)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but {reason}", pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=LAUNCH_FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The address of a running server for an application, on a free port of this machine when none is given."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="live-server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server for an application; it stops after the test."""
    open_servers = []

    def start(app: Flask) -> str:
        running = serving(app)
        open_servers.append(running)
        return running.__enter__()

    yield start
    for running in open_servers:
        running.__exit__(None, None, None)


@pytest.fixture
def open_page(browser: Browser, serve: Serve) -> Iterator[OpenPage]:
    """A page in a fresh context; pages close before a server stops.

    Afterwards: no violation of the content security policy, no error in the console, no crash. Keywords: ``width``,
    ``height``, ``colours`` ("light", "dark"), ``script`` (JavaScript on), and what Playwright takes.
    """
    contexts, problems = [], []

    def start(
        *, width: int = 1280, height: int = 900, colours: str = "light", script: bool = True, **options: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=colours,
            java_script_enabled=script,
            locale="nl-NL",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if _is_problem(message, page) else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield start
    for context in contexts:
        context.close()
    assert not problems, problems


@dataclass(frozen=True)
class DemoDesk:
    """A running desk with the invented history of the demonstration. All journeys of a run share it: make what you change."""

    address: str
    app: Flask
    engine: Engine

    def doors(self) -> dict[str, str]:
        """Addresses to enter by, as `loket run` prints them; those of accounts work once. Labels end before the name."""
        lines = demo.doors(self.engine, address=self.address, now=clock.now())
        return {label.split(",")[0]: address for label, address in lines}


@pytest.fixture(scope="session")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    """A live server in demo mode, over an SQLite database that was filled as `make run` does."""
    folder = tmp_path_factory.mktemp("demo-desk")
    engine = make_engine(f"sqlite:///{folder / 'desk.db'}")
    load_models().create_all(engine)
    port = _free_port()
    settings = load_settings(portal_env="demo", state_dir=folder, log_level="error", port=port)
    load_region_once(engine, CATALOGUE, at=demo.opening(clock.now()))
    demo.fill(engine, now=clock.now(), vault=vault_of(settings))
    app = create_app(settings, engine=engine)
    with serving(app, port=port) as address:
        yield DemoDesk(address, app, engine)
    engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_problem(message: Any, page: Page) -> bool:
    refused_answer = message.text.startswith("Failed to load resource: the server responded with a status of 4")
    # In the editor of schemes, typing on replaces a preview that is under way.
    replaced = "/eigenaar/" in page.url and message.text in ("htmx:sendAbort", "htmx:afterRequest")
    wrong = message.type == "error" and not refused_answer and not replaced
    return "Content Security Policy" in message.text or wrong


class Anatomies:
    """What axe found nothing in, as `anatomy_of` tells it, in a folder that all test processes of a run share."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def __contains__(self, anatomy: str) -> bool:
        return self._file(anatomy).exists()

    def add(self, anatomy: str) -> None:
        """Nobody of this run need look at it again."""
        self._file(anatomy).touch()

    def _file(self, anatomy: str) -> Path:
        folder = self.folder or Path(os.environ[SEEN_FOLDER])
        return folder / hashlib.sha256(anatomy.encode()).hexdigest()


LOOKED_AT = Anatomies()
"""Pages that differ only in their words are judged once per theme."""


def assert_accessible(page: Page) -> None:
    """axe finds nothing on this page (WCAG 2.2 A and AA, and best practice). The page must have JavaScript on.

    What axe has seen in this theme is not looked at again: the same elements, classes, states and landmarks, other words.
    """
    anatomy = anatomy_of(page)
    if anatomy in LOOKED_AT:
        return
    result = Axe().run(page, options=AXE_OPTIONS)
    found = [
        f"{violation['id']}: {violation['help']}\n    "
        + "\n    ".join(node["html"][:200] for node in violation["nodes"])
        for violation in result.response["violations"]
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)
    LOOKED_AT.add(anatomy)


def anatomy_of(page: Page) -> str:
    """A page without its words: everything axe judges by. Rows and items that are alike count once."""
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
