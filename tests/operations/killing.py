"""``python -m tests.operations.killing --moments 200``: what a ``kill -9`` leaves, at any moment.

Each job runs as a process of its own, on a database made for it (SQLite or, where ``DATABASE_URL``
names one, PostgreSQL), and is killed after a random share of the time that it takes undisturbed.
Then the tables agree (``editorial.doctor``), each file is as it was or as it shall be, and the job
run again ends as it does undisturbed.  A kill that came too late is no moment: another is drawn.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection, connections
from django.utils import timezone

if TYPE_CHECKING:
    from tests.operations.jobs import Job

Run = Callable[[Path], object]
BARE, READY = "bare", "ready"


@dataclass(frozen=True)
class Outcome:
    """What a job left: rows of each kind, the list, and the files by their names."""

    rows: tuple[tuple[str, int], ...]
    text: str
    files: tuple[tuple[str, str], ...]


class Ground:
    """A database and a folder that can be laid out again as they were kept."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "job"
        self.log = root / "output.txt"
        self.database = str(connection.settings_dict["NAME"])
        self.folder.mkdir()

    def keep(self, name: str) -> None:
        """Keep both as they stand, by this name and in place of what was kept by it."""
        connections.close_all()
        shutil.rmtree(self.root / name, ignore_errors=True)
        shutil.copytree(self.folder, self.root / name, symlinks=True)
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.database)) as live:
                live.execute("VACUUM INTO ?", [self._file(name, fresh=True)])
        else:
            self._replace(f"{self.database}_{name}", self.database)

    def lay(self, name: str) -> None:
        """Put back what was kept by this name."""
        connections.close_all()
        shutil.rmtree(self.folder)
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)  # nothing has any when it begins
        shutil.copytree(self.root / name, self.folder, symlinks=True)
        if connection.vendor == "sqlite":
            for ending in ("-wal", "-shm"):
                Path(f"{self.database}{ending}").unlink(missing_ok=True)
            shutil.copy(self._file(name), self.database)
        else:
            self._replace(self.database, f"{self.database}_{name}")

    def forget(self, *names: str) -> None:
        """Remove the databases that were kept by these names; the folders go by themselves."""
        if connection.vendor == "postgresql":
            for name in names:
                self._server(f'DROP DATABASE IF EXISTS "{self.database}_{name}" WITH (FORCE)')

    def _file(self, name: str, *, fresh: bool = False) -> str:
        path = self.root / f"{name}.sqlite3"
        if fresh:
            path.unlink(missing_ok=True)
        return str(path)

    def _replace(self, one: str, other: str) -> None:
        self._server(
            f'DROP DATABASE IF EXISTS "{one}" WITH (FORCE)',
            f'CREATE DATABASE "{one}" TEMPLATE "{other}"',
        )

    def _server(self, *statements: str) -> None:
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def process(run: Run, ground: Ground, after: float | None = None, *, group: bool = False) -> int:
    """Run this in a process of its own, killed after so many seconds; return how it ended.

    ``group`` kills the programs that it has started as well, as a power cut does.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        with ground.log.open("w") as log:
            for number in (1, 2):
                os.dup2(log.fileno(), number)
            code = 1
            try:
                run(ground.folder)
                code = 0
            except BaseException:  # noqa: BLE001 - the parent reads what it was
                traceback.print_exc()
            sys.stdout.flush()
            os._exit(code)
    os.setpgid(child, child)  # here as well: whoever comes first
    if after is not None:
        time.sleep(after)
        (os.killpg if group else os.kill)(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def outcome(ground: Ground, job: "Job") -> Outcome:
    """Return what there is now."""
    from digest import exporting  # noqa: PLC0415 - once Django is set up
    from digest.models import Article, Category, Paper  # noqa: PLC0415
    from editorial.models import Event, Revision  # noqa: PLC0415

    counted: Counter[str] = Counter()
    for model in (Article, Category, Paper):
        counted[model.__name__] = model._default_manager.count()
    counted.update(Revision.objects.values_list("state", flat=True))
    counted.update(Event.objects.values_list("transition", flat=True))
    files = sorted(job.files(ground.folder).items())
    hashes = tuple((name, hashlib.sha256(content).hexdigest()) for name, content in files)
    return Outcome(tuple(sorted(counted.items())), exporting.readme(), hashes)


def doctor() -> None:
    """Let the tables agree, or say which do not."""
    from editorial.doctor import examine  # noqa: PLC0415 - once Django is set up

    found = [
        f"{check.code}: {finding.first}" for check, finding in examine(timezone.now()) if finding
    ]
    assert not found, found


def interrupt(job: "Job", ground: Ground, moments: int, chance: random.Random) -> str:
    """Kill this job at so many moments; return what was seen, in a line."""
    ground.lay(BARE)
    assert process(job.prepare, ground) == 0, ground.log.read_text()
    ground.keep(READY)
    before, usual = outcome(ground, job), float("inf")
    for _ in range(2):
        ground.lay(READY)
        started = time.perf_counter()
        assert process(job.run, ground) == 0, ground.log.read_text()
        usual = min(usual, time.perf_counter() - started)
    after = outcome(ground, job)
    assert before != after, f"{job.name}: it does nothing"
    seen: Counter[str] = Counter()
    while seen["killed"] < moments:
        ground.lay(READY)
        share, group = chance.random(), chance.random() < 0.5
        if process(job.run, ground, share * usual, group=group) != -signal.SIGKILL:
            seen["late"] += 1
            continue
        seen["killed"] += 1
        what = f"{job.name}, killed {'with all it started ' * group}at {share:.3f} of {usual:.2f} s"
        try:
            left = outcome(ground, job)
            seen[_kind(left, before, after, whole=job.whole)] += 1
            doctor()
            assert process(job.run, ground) == 0, ground.log.read_text()
            again = outcome(ground, job)
            assert again == after, _unlike(again, after)
            job.settled(ground.folder)
            doctor()
        except AssertionError as error:
            raise AssertionError(f"{what}: {error}") from None
    told = ", ".join(f"{count} {kind}" for kind, count in seen.items() if kind != "killed")
    return f"{job.name:18} {moments:3} moments in {usual:.2f} s: {told}"


def _kind(left: Outcome, before: Outcome, after: Outcome, *, whole: bool) -> str:
    """Say how far it came; refuse what is neither before nor after it."""
    allowed = {*before.files, *after.files}
    assert set(left.files) <= allowed, f"half written: {set(left.files) - allowed}"
    if left == before:
        return "as before"
    if left == after:
        return "as after"
    assert not whole, f"half taken in: {_unlike(left, before)}"
    return "part of the way"


def _unlike(one: Outcome, other: Outcome) -> str:
    rows = set(one.rows) ^ set(other.rows)
    files = {name for name, _ in set(one.files) ^ set(other.files)}
    return f"rows {sorted(rows)}, files {sorted(files)}, list {one.text == other.text}"


def main() -> None:
    """Kill every job, or those that were named."""
    parser = argparse.ArgumentParser(prog="python -m tests.operations.killing", description=__doc__)
    parser.add_argument("--moments", type=int, default=200, help="in all, over all jobs (200)")
    parser.add_argument("--seed", type=int, default=None, help="of chance; printed (random)")
    parser.add_argument("--only", help="jobs whose name begins so")
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "digest.settings", "DIGEST_ENV": "development"}
    with TemporaryDirectory(prefix="digest-killing-") as root:
        os.environ["DIGEST_MEDIA_ROOT"] = f"{root}/media"
        django.setup()
        run_checks()  # as every command does: what is imported once is not what is killed
        from tests.benchmarks import scratch  # noqa: PLC0415 - once Django is set up
        from tests.operations.jobs import AUTHOR, JOBS, PUBLISHER  # noqa: PLC0415

        seed = random.randrange(10**6) if options.seed is None else options.seed
        print(f"seed {seed}, {connection.vendor}", flush=True)
        jobs = [job for job in JOBS if job.name.startswith(options.only or "")]
        with scratch.database() as folder:
            for name in (AUTHOR, PUBLISHER):
                scratch.person(name)
            ground = Ground(folder)
            ground.keep(BARE)
            try:
                for number, job in enumerate(jobs):
                    moments = len(range(number, options.moments, len(jobs)))
                    chance = random.Random(f"{seed} {job.name}")
                    print(interrupt(job, ground, moments, chance), flush=True)
            finally:
                ground.forget(BARE, READY)


if __name__ == "__main__":
    main()
