"""The salt of pseudonyms is that of the database, also where one process has two databases with the same region."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from portal.framework.catalogue.models import RegionRecord
from portal.framework.catalogue.queries import catalogue
from portal.framework.loading import load_region
from portal.platform.database import load_models, make_engine
from tests.factories import NOW, PROEFLAND, SYSTEM


def salts(folder: Path, name: str) -> tuple[str, str]:
    """The salt that was written in a new database, and the one that is used."""
    engine = make_engine(f"sqlite:///{folder / name}")
    load_models().create_all(engine)
    with Session(engine) as session:
        load_region(session, folder=PROEFLAND, actor=SYSTEM, now=NOW)
        session.commit()
    with Session(engine) as session:
        found = session.query(RegionRecord.holder_salt).scalar(), catalogue(session).holder_salt
    engine.dispose()
    return found


def test_two_databases_with_the_same_region_keep_their_own_salt(tmp_path: Path) -> None:
    first, second = salts(tmp_path, "one.db"), salts(tmp_path, "two.db")
    assert first[0] == first[1] and second[0] == second[1]
    assert first[0] != second[0]
