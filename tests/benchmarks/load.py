"""``python -m tests.benchmarks.load --minutes 10``: everybody at once, on loopback.

Readers, crawlers, feed readers and three editors (see ``visitors``) use one site: production
settings, two gunicorn workers, a database made for it (as ``DATABASE_URL`` says).  Then: answers by
kind, errors, whether every publish that was answered is live and in the log, and the workers'
memory.  ``--foe`` lets readers come alone, then beside one who means harm, all through nginx and
with as many workers as a server has (``.deploy``).
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

import django

from tests.benchmarks.serving import size_of

SHARES = (0.5, 0.95, 0.99)
TURNS = 3
FOES = 8  # at once, at one address
INSTALLED = 2 * (os.cpu_count() or 1) + 1  # gunicorn's workers, as `.deploy/install` has them


def main() -> None:
    """Run it and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--entries", type=int, default=1_000, help="articles in the list (1,000)")
    parser.add_argument("--visitors", type=int, default=20, help="at once, editors included (20)")
    parser.add_argument("--foe", action="store_true", help="measure what one hostile client does")
    options = parser.parse_args()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "digest.settings",
        "DIGEST_ENV": "development",
        "DIGEST_DEBUG": "0",
    }
    django.setup()
    from django.db import connection  # noqa: PLC0415 - once the settings are known

    from tests.benchmarks import scratch  # noqa: PLC0415
    from tests.benchmarks.lists import generated  # noqa: PLC0415
    from tests.benchmarks.pages import site  # noqa: PLC0415
    from tests.benchmarks.proxy import nginx  # noqa: PLC0415

    with scratch.database() as folder:
        readme = folder / "README.md"
        readme.write_text(generated(options.entries), encoding="utf-8")
        scratch.publish(readme, scratch.person("publisher").username)
        password = secrets.token_urlsafe(12)
        for number in range(3):
            editor(f"editor{number}", password)
        connection.close()
        seconds = int(options.minutes * 60)
        print(f"{connection.display_name}, {options.entries:,} articles, {options.visitors} "
              f"visitors, {seconds} s, load of the machine {os.getloadavg()[0]:.1f}")  # fmt: skip
        if options.foe:
            with site(folder, workers=INSTALLED) as address, nginx(folder, address) as front:
                beside_a_foe(Run(front, folder, password), seconds, options.visitors)
        else:
            with site(folder) as address:
                together(Run(address, folder, password), seconds, options.visitors)


def editor(name: str, password: str) -> None:
    """Make somebody who may write, review and publish."""
    from django.contrib.auth.models import Group, User  # noqa: PLC0415 - once Django is set up

    user = User.objects.create_user(name, password=password, is_staff=True)
    user.groups.add(Group.objects.get(name="publisher"))


class Run:
    """Visitors of one site, by locust in a process of its own."""

    def __init__(self, address: str, folder: Path, password: str) -> None:
        self.address, self.published = address, folder / "published"
        self.environment = {
            **os.environ, "LOAD_PUBLISHED": str(self.published), "LOAD_PASSWORD": password,
        }  # fmt: skip
        self.published.touch()
        for _ in range(20):  # so that each worker has begun
            size_of(address)
        self.memory: list[list[int]] = []

    def visitors(self, seconds: int, number: int, *kinds: str) -> list[Any]:
        """Let so many of these kinds come for so long; return locust's figures."""
        self.memory.append(workers_memory())
        with self.locust(seconds, number, *kinds) as locust:
            while locust.poll() is None:
                try:
                    out, errors = locust.communicate(timeout=10)
                except subprocess.TimeoutExpired:
                    self.memory.append(workers_memory())
            self.memory.append(workers_memory())
            assert out.strip().startswith("["), errors
        return parsed(out)

    def locust(self, seconds: int, number: int, *kinds: str) -> "subprocess.Popen[str]":
        """Start locust."""
        command = [
            sys.executable, "-m", "locust", "--headless", "--json", "--only-summary",
            "-f", str(Path(__file__).with_name("visitors.py")), "--host", self.address,
            "-u", str(number), "-r", "10", "-t", f"{seconds}s", "--stop-timeout", "20",
            "--exit-code-on-error", "0", *kinds,
        ]  # fmt: skip
        environment = {**self.environment, "LOAD_FOES": str(FOES if "Foe" in kinds else 0)}
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


def parsed(out: str) -> list[Any]:
    """Return the figures that locust printed."""
    found: list[Any] = json.loads(out[out.index("[") :])
    return found


def workers_memory() -> list[int]:
    """Return the resident memory of each gunicorn worker, in MB."""
    found = []
    for master in children(os.getpid()):
        if b"gunicorn" in Path(f"/proc/{master}/cmdline").read_bytes():
            for worker in children(master):
                status = Path(f"/proc/{worker}/status").read_text()
                (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
                found.append(int(line.split()[1]) // 1024)
    return found


def children(pid: int) -> list[int]:
    """Return the processes that this one has started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def together(run: Run, seconds: int, visitors: int) -> None:
    """Let everybody come at once, and tell what became of it."""
    tell(run.visitors(seconds, visitors))
    lost, number = lost_writes(run.published)
    print(f"published and answered: {number}; not live or not in the log: {len(lost)} {lost[:5]}")
    samples = [run.memory[index] for index in (1, len(run.memory) // 2, -1)]
    print(f"memory of the workers in MB, at the start, halfway, at the end: {samples}")


def tell(figures: list[Any]) -> None:
    """Print a line for each kind of request, and one for each kind of visitor."""
    print(f"{'':34}{'answers':>9}{'errors':>8}{'median':>8}{'95 %':>8}{'99 %':>8}  ms")
    kinds: dict[str, list[Any]] = defaultdict(list)
    for figure in figures:
        kinds[figure["name"].partition(":")[0]].append(figure)
    for kind, rows in sorted(kinds.items()):
        for row in [*sorted(rows, key=lambda row: str(row["name"])), *([rows] * (len(rows) > 1))]:
            some = row if isinstance(row, list) else [row]
            name = f"{kind}: all" if isinstance(row, list) else row["name"]
            number = sum(one["num_requests"] for one in some)
            errors = sum(one["num_failures"] for one in some)
            shares = "".join(f"{percentile(some, share):8.0f}" for share in SHARES)
            print(f"{name:34}{number:9,}{errors:8}{shares}")


def percentile(figures: list[Any], share: float) -> float:
    """Return within how many ms this share of the answers came."""
    times: dict[float, int] = defaultdict(int)
    for figure in figures:
        for time_taken, count in figure["response_times"].items():
            times[float(time_taken)] += count
    left = share * sum(times.values())
    for milliseconds, count in sorted(times.items()):
        left -= count
        if left <= 0:
            return milliseconds
    return 0


def lost_writes(published: Path) -> tuple[list[int], int]:
    """Return the revisions that were said to be published and are not, and how many were said."""
    from digest.models import Article  # noqa: PLC0415 - once Django is set up
    from editorial.models import Event  # noqa: PLC0415

    answered = {int(line) for line in published.read_text().split()}
    live = set(Article.objects.published().values_list("revision", flat=True))
    logged = set(Event.objects.filter(transition="publish").values_list("revision", flat=True))
    return sorted(answered - (live & logged)), len(answered)


def beside_a_foe(run: Run, seconds: int, visitors: int) -> None:
    """Measure readers alone and beside a foe, by turns: a machine's mood lasts longer than one."""
    run.visitors(max(10, seconds // TURNS), visitors, "Reader")  # the first wait for the pages
    shares = []
    for _ in range(TURNS):
        alone = readers(run, seconds // TURNS, visitors)
        shares.append(readers(run, seconds // TURNS, visitors, foe=True) / max(1, alone))
    print(f"beside a foe : alone {median(shares):.2f} × (≤ 2), of {TURNS} turns "
          f"{min(shares):.2f} to {max(shares):.2f}")  # fmt: skip


def readers(run: Run, seconds: int, visitors: int, *, foe: bool = False) -> float:
    """Tell how readers fare; return their median in ms."""
    other, got = run.locust(seconds + 60, FOES, "Foe") if foe else None, {}
    time.sleep(8 if foe else 1)
    figures = run.visitors(seconds, visitors, "Reader")
    if other:
        other.terminate()
        got = {one["name"]: one["num_requests"] for one in parsed(other.communicate()[0])}
    answers = sum(figure["num_requests"] for figure in figures)
    errors = sum(figure["num_failures"] for figure in figures)
    half, most = percentile(figures, 0.5), percentile(figures, 0.95)
    print(f"readers {'beside a foe' if foe else 'alone':12} {answers:6,} answers, {errors} errors, "
          f"median {half:.0f} ms, 95 % {most:.0f} ms {got or ''}", flush=True)  # fmt: skip
    return half


if __name__ == "__main__":
    main()
