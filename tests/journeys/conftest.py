"""Journeys in a real Chromium: the browser, a server for an application, and what every page must satisfy.

Chromium is looked for in CHROME_BIN, then as chromium, chromium-browser and google-chrome. Without it these tests are
skipped, visibly; with REQUIRE_BROWSER=1 (continuous integration) a missing browser is a failure.
"""

from __future__ import annotations

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
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine
from werkzeug.serving import make_server

from portal import clock, create_app, demo
from portal.commands.opening import load_region_once, vault_of
from portal.config import load_settings
from portal.database import load_models, make_engine

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
AXE_OPTIONS: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NAMES = ("chromium", "chromium-browser", "google-chrome")

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
        page.on("console", lambda message: problems.append(message.text) if _is_problem(message) else None)
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


def _is_problem(message: Any) -> bool:
    refused_answer = message.text.startswith("Failed to load resource: the server responded with a status of 4")
    replaced = message.text in ("htmx:sendAbort", "htmx:afterRequest")  # typing on replaces a preview that is under way
    wrong = message.type == "error" and not refused_answer and not replaced
    return "Content Security Policy" in message.text or wrong


def assert_accessible(page: Page) -> None:
    """axe finds nothing on this page (WCAG 2.2 A and AA, and best practice). The page must have JavaScript on."""
    result = Axe().run(page, options=AXE_OPTIONS)
    found = [
        f"{violation['id']}: {violation['help']}\n    "
        + "\n    ".join(node["html"][:200] for node in violation["nodes"])
        for violation in result.response["violations"]
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)


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


def assert_targets_are_large_enough(page: Page, smallest: int = 24) -> None:
    """Everything to press is at least 24 by 24 px, except links inside a sentence (WCAG 2.5.8)."""
    small = page.evaluate(
        """smallest => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), textarea, summary')]
             .filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.closest('p, .details-body') && !e.matches('.skip'))
             .map(e => [e, e.matches('.choice input') ? e.closest('.choice').getBoundingClientRect() : e.getBoundingClientRect()])
             .filter(([, box]) => box.width < smallest || box.height < smallest)
             .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 120)}`)""",
        smallest,
    )
    assert not small, f"{page.url}: {small}"
