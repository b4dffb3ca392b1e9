"""`python -m tests.journeys.pictures FOLDER` (`make pictures`): the ten pictures of the README's tour, taken anew of the demonstration."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import Engine, select

from portal import create_app, demo
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.platform import clock
from portal.platform.config import load_settings
from portal.platform.database import make_engine, unit_of_work
from tests.filled_desk import DATABASE, NOW, fill_desk
from tests.journeys.conftest import LAUNCH_FLAGS, chromium_path, serving
from tests.web.walking import WELDER, Walk

PHONE, DESK = (360, 720), (1280, 800)


@dataclass(frozen=True)
class Shown:
    """A desk that runs: its address, its database, and a resident who is at the check of the answers."""

    address: str
    engine: Engine
    resident: Walk

    def enter(self, page: Page, door: str) -> None:
        """Come in by a door; those of accounts open once."""
        lines = demo.doors(self.engine, address=self.address, now=clock.now())
        page.goto(next(where for label, where in lines if label.split(",")[0] == door))
        page.get_by_role("main").get_by_role("button").first.click()

    def as_resident(self, page: Page, part: str) -> None:
        """A page of the resident who fills in the questions."""
        cookie = self.resident.browser.client.get_cookie("loket")
        assert cookie is not None
        page.context.add_cookies([{"name": "loket", "value": cookie.value, "url": self.address}])
        page.goto(self.address + self.resident.path.replace("controle", part))


def _talk(desk: Shown, page: Page) -> None:
    """The table of a talk: the newest question about a training with costs that still is to be decided."""
    asked = (
        select(DevelopmentQuestion.public_id)
        .where(DevelopmentQuestion.state == QuestionState.SUBMITTED, DevelopmentQuestion.training_name.is_not(None))
        .where(DevelopmentQuestion.cost_lines.any())
        .order_by(DevelopmentQuestion.id.desc())
        .limit(1)
    )
    number = unit_of_work(desk.engine, lambda session: session.scalars(asked).one(), read_only=True)
    _of("Advisor", f"/adviseur/vraag/{number}/bespreken")(desk, page)


def _of(door: str, path: str = "") -> Callable[[Shown, Page], None]:
    def show(desk: Shown, page: Page) -> None:
        desk.enter(page, door)
        answer = page.goto(desk.address + path) if path else None
        if answer is not None and answer.status != HTTPStatus.OK:
            raise LookupError(f"{path}: {answer.status}")

    return show


PICTURES: Mapping[str, tuple[tuple[int, int], Callable[[Shown, Page], object]]] = {
    "01-start": (PHONE, lambda desk, page: page.goto(desk.address)),
    "02-question": (PHONE, lambda desk, page: desk.as_resident(page, "kosten")),
    "03-outcome": (PHONE, lambda desk, page: desk.as_resident(page, "uitkomst")),
    "04-own-page": (PHONE, _of("Resident with a voucher")),
    "05-employer": (DESK, _of("Employer with a voucher")),
    "06-for-me": (DESK, _of("Advisor", "/adviseur/voor-mij")),
    "07-talk": (DESK, _talk),
    "08-scheme": (DESK, _of("Scheme owner", "/eigenaar/regeling/ontwikkelfonds-individueel")),
    "09-region": (DESK, _of("Region", "/regio/")),
    "10-accounts": (DESK, _of("Region", "/verantwoording/in-beeld")),
}
"""Per picture how large the window is and how one comes there."""


@contextmanager
def shown() -> Iterator[Shown]:
    """The demonstration, filled and running, at the moment up to which its history goes."""
    with tempfile.TemporaryDirectory() as name, clock.frozen(NOW):
        folder = Path(name)
        fill_desk(folder)
        engine = make_engine(f"sqlite:///{folder / DATABASE}")
        app = create_app(load_settings(portal_env="demo", state_dir=folder, log_level="error"), engine=engine)
        walk = Walk(app, WELDER)
        walk.to_check()
        with serving(app) as address:
            yield Shown(address, engine, walk)
        engine.dispose()


def take(chromium: Chromium, desk: Shown, folder: Path) -> None:
    """Take every picture, each in a browser of its own."""
    for name, ((width, height), come) in PICTURES.items():
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="nl-NL", color_scheme="light"
        )
        page = context.new_page()
        come(desk, page)
        page.screenshot(path=folder / f"{name}.png")
        print(f"{name}: {page.title()}")
        context.close()


def main() -> int:
    """Take them; exit 1 without a browser."""
    path, folder = chromium_path(), Path(sys.argv[1])
    if path is None:
        print("no Chromium: set CHROME_BIN, or install it (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with shown() as desk, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=LAUNCH_FLAGS)
        take(chromium, desk, folder)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
