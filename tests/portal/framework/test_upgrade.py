"""A desk from before the workshop: its versions get an editor, a reason and a base, and its files say nothing new."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.framework.catalogue.queries import schemes_in_force, versions_of
from portal.framework.loading import load_region
from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from schemes.files.canonical import canonical_json, content_hash
from schemes.region.loading import load_region as read_region
from tests.factories import NOW, PROEFLAND, SYSTEM


def put_old_versions(engine: Engine) -> None:
    """What revision 0001 held after a first load, and a draft made from a changed file."""
    insert = text(
        "INSERT INTO scheme_version (scheme_id, version, definition_json, content_hash, source_hash, state, "
        "in_force_from, created_at, created_by, published_at, published_by) VALUES (:scheme, :version, :text, :hash, "
        ":source, :state, :first, :at, 'system', :published, :by)"
    )
    definitions = read_region(PROEFLAND).schemes
    with engine.begin() as connection:
        for number, (slug, definition) in enumerate(definitions.items(), start=1):
            row = {"slug": slug, "owner": definition.owner, "at": NOW.replace(tzinfo=None).isoformat(" ")}
            connection.execute(
                text(f"INSERT INTO scheme (id, slug, owner, created_at) VALUES ({number}, :slug, :owner, :at)"),
                row,
            )
            values = {
                "scheme": number,
                "version": 1,
                "text": canonical_json(definition),
                "hash": content_hash(definition),
                "source": content_hash(definition),
                "state": "in_force",
                "first": "2000-01-01",
                "at": row["at"],
                "published": row["at"],
                "by": "system",
            }
            connection.execute(insert, values)
            if slug == "leervoucher":
                other = definition.model_copy(update={"version": 2, "rounding_unit_cents": 100})
                draft = values | {
                    "version": 2,
                    "text": canonical_json(other),
                    "hash": content_hash(other),
                    "state": "draft",
                    "source": content_hash(other.model_copy(update={"version": 1})),
                    "first": None,
                    "published": None,
                    "by": None,
                }
                connection.execute(insert, draft)


def test_old_versions_keep_what_they_say_and_files_say_nothing_new(empty: Engine, tmp_path: Path) -> None:
    upgrade(empty, revision="0001")
    put_old_versions(empty)
    upgrade(empty)

    def look(session: Session) -> None:
        draft, held = versions_of(session, slug="leervoucher")
        assert (held.publish_reason, held.edited_by, held.revision) == ("Geladen uit het bestand", "system", 1)
        assert (draft.based_on_id, held.based_on_id, draft.work_hash) == (held.id, None, draft.source_hash)
        assert len(schemes_in_force(session, on=date(2026, 3, 2))) == 5
        folder = tmp_path / "proefland"
        shutil.copytree(PROEFLAND, folder)
        assert load_region(session, folder=folder, actor=SYSTEM, now=NOW).drafts_made == ()
        path = folder / "schemes" / "materiaalvoucher.yaml"
        path.write_text(path.read_text().replace('"50%"', '"40%"'))
        assert load_region(session, folder=folder, actor=SYSTEM, now=NOW).drafts_made == ("materiaalvoucher",)

    unit_of_work(empty, look)
    downgrade(empty, revision="0001")
    with empty.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM scheme_version")).scalar() == 7
    upgrade(empty)
