"""Two programs that change the tables at the same moment: one does, the other waits and finds nothing to do."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from portal.migrations import current_revision, head_revision, require_head, upgrade
from portal.platform.database import make_engine
from portal.platform.errors import WrongSchema


def test_two_at_once_follow_each_other(migrated: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a desk that is one step behind, so that both have something to do; each in a connection of its own."""
    from portal.migrations import downgrade

    downgrade(migrated, revision="-1")
    behind = current_revision(migrated)
    assert behind != head_revision()
    failed: list[BaseException] = []
    ready = threading.Barrier(2)

    def one() -> None:
        engine = make_engine(migrated.url)
        try:
            ready.wait()
            upgrade(engine)
        except BaseException as error:
            failed.append(error)
        finally:
            engine.dispose()

    both = [threading.Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert failed == [] and current_revision(migrated) == head_revision()
    require_head(migrated)


@pytest.mark.norm("DigiD C.08")
@pytest.mark.parametrize("database", ["sqlite"])
def test_a_revision_of_a_newer_program_is_refused_and_not_touched(
    migrated: Engine, database: str, tmp_path: Path
) -> None:
    with migrated.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for look in (lambda: require_head(migrated), lambda: upgrade(migrated)):
        with pytest.raises(WrongSchema, match=r"newer version.*loket restore"):
            look()
    assert current_revision(migrated) == "9999"
