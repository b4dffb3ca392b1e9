"""Journeys in a real Chromium: the browser, and a server for an application.

Chromium is looked for in CHROME_BIN, then as chromium-headless-shell (the lightest), chromium, chromium-browser and google-chrome. Without it these tests are
skipped, visibly; with REQUIRE_BROWSER=1 (continuous integration) a missing browser is a failure.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import psutil
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from sqlalchemy import Engine
from werkzeug.serving import make_server

from portal import create_app, demo
from portal.platform import clock
from portal.platform.config import load_settings
from portal.platform.database import make_engine
from tests.filled_desk import DATABASE, copy_of_filled_desk
from tests.journeys.seeing import AXE, AXE_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LAUNCH_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # A next page of the same site is drawn where the one before it was: a third less work than a frame of its own for each.
    "--enable-features=RenderDocument:level/crashed-frame",
]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

LONGEST_JOURNEY = 300.0
"""In seconds; on a quiet machine the longest takes less than one minute."""

LONGEST_WAIT = 30_000.0
"""In milliseconds, for whatever a page is asked: what Playwright waits by itself."""

Colours = Literal["light", "dark"]
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


@pytest.fixture(autouse=True)
def a_browser_that_hangs_is_ended() -> Iterator[None]:
    """Not every call to a browser has an end of its own: after five minutes the journey fails, and the run goes on."""

    def end() -> None:
        for process in psutil.Process().children(recursive=True):
            if "chrom" in process.name():
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    watch = threading.Timer(LONGEST_JOURNEY, end)
    watch.daemon = True
    watch.start()
    yield
    watch.cancel()


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The address of a running server for an application, on a free port of this machine when none is given."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, _beside_axe(app), threaded=True)
    # How long stopping it takes at most; by itself half a second.
    often = {"poll_interval": 0.02}
    thread = threading.Thread(target=server.serve_forever, kwargs=often, name="live-server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def _beside_axe(app: Flask) -> WSGIApplication:
    """An application, with axe beside it."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != AXE_PATH:
            return app(environ, start)
        start("200 OK", [("Content-Type", "text/javascript; charset=utf-8"), ("Cache-Control", "max-age=3600")])
        return [AXE]

    return answer


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


class Pages:
    """Pages of the one browser, each in a context of its own; who is done with one leaves it, empty, to the next.

    A new context is a new process, that must learn everything again.
    """

    MOST = 8
    """As many are kept; a longer story opens more."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.free: defaultdict[bool, list[Page]] = defaultdict(list)

    def take(self, *, size: ViewportSize, colours: Colours, script: bool, options: dict[str, Any]) -> Page:
        """A page that knows nothing of those who had it before."""
        if not options and self.free[script]:
            page = self.free[script].pop()
            if page.viewport_size != size:
                page.set_viewport_size(size)
            page.emulate_media(media="null", color_scheme=colours)
            return page
        context = self.browser.new_context(
            viewport=size, color_scheme=colours, java_script_enabled=script, locale="nl-NL", **options
        )
        return context.new_page()

    def leave(self, page: Page, *, script: bool, options: dict[str, Any]) -> None:
        """The page is open, and nothing of what was done in it is left but files that are the same for everybody."""
        if options or page.is_closed() or len(page.context.pages) > 1 or len(self.free[script]) >= self.MOST:
            page.context.close()
            return
        page.context.clear_cookies()
        page.goto("about:blank")
        page.set_default_timeout(LONGEST_WAIT)
        expect.set_options(timeout=LONGEST_WAIT)
        self.free[script].append(page)


@pytest.fixture(scope="session")
def pages(browser: Browser) -> Pages:
    """The pages that all journeys use in turn."""
    return Pages(browser)


@pytest.fixture
def open_page(pages: Pages, serve: Serve) -> Iterator[OpenPage]:
    """A page in a context without anything of others; pages are left before a server stops.

    Afterwards: no violation of the content security policy, no error in the console, no crash. Keywords: ``width``,
    ``height``, ``colours`` ("light", "dark"), ``script`` (JavaScript on), and what Playwright takes.
    """
    problems: list[str] = []
    with ExitStack() as closing:

        def start(
            *, width: int = 1280, height: int = 900, colours: Colours = "light", script: bool = True, **options: Any
        ) -> Page:
            size = ViewportSize(width=width, height=height)
            page = pages.take(size=size, colours=colours, script=script, options=options)

            def on_console(message: Any) -> None:
                if _is_problem(message, page):
                    problems.append(message.text)

            def on_error(error: Any) -> None:
                problems.append(str(error))

            page.on("console", on_console)
            page.on("pageerror", on_error)
            closing.callback(pages.leave, page, script=script, options=options)
            closing.callback(page.remove_listener, "pageerror", on_error)
            closing.callback(page.remove_listener, "console", on_console)
            return page

        yield start
    assert not problems, problems


@dataclass(frozen=True)
class DemoDesk:
    """A running desk with the invented history of the demonstration. All journeys of a run share it: make what you change."""

    address: str
    app: Flask
    engine: Engine

    def doors(self) -> dict[str, str]:
        """Addresses to enter by, as `loket run` prints them; those of accounts work once. Of each kind the first."""
        lines = demo.doors(self.engine, address=self.address, now=clock.now())
        return {label.split(",")[0]: address for label, address in reversed(lines)}


@pytest.fixture(scope="session")
def demo_app(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[DemoDesk]:
    """A live server in demo mode, over an SQLite database that was filled as `make run` does."""
    folder = copy_of_filled_desk(tmp_path_factory, worker_name)
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    port = _free_port()
    settings = load_settings(portal_env="demo", state_dir=folder, log_level="error", port=port)
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
