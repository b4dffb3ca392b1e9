"""Files that belong to nothing are removed by the jobs of the desk, after two days, and only with the vault at hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from portal.commands.due import desk_jobs
from portal.platform.database import unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.post.files.actions import KEPT_UNUSED, Vault, store_file
from tests.factories import SYSTEM
from tests.portal.post.files.hostile import pdf


def test_a_file_that_nothing_uses_is_removed_after_two_days(engine: Engine, tmp_path: Path, now: datetime) -> None:
    vault = Vault.under(tmp_path, "geheim")
    unit_of_work(engine, lambda s: store_file(s, vault=vault, content=pdf(), name="factuur.pdf", actor=SYSTEM, now=now))
    late = now + KEPT_UNUSED + timedelta(minutes=1)

    def run(at: datetime, with_vault: bool = True) -> dict[str, int]:
        jobs = [job for job in desk_jobs(vault if with_vault else None) if job.name == "remove_loose_files"]
        return run_jobs(engine, jobs=jobs, now=at).done

    assert run(now) == {"remove_loose_files": 1} and len(list(vault.folder.iterdir())) == 1, "too young"
    assert run(late, with_vault=False) == {} and len(list(vault.folder.iterdir())) == 1
    assert run(late) == {"remove_loose_files": 1}
    assert list(vault.folder.iterdir()) == []
    assert run(late) == {}, "once a day"
