"""Whatever is killed at whatever moment leaves all in order, and run again it finishes the job.

A few moments of each job (see ``killing``); ``--moments 200`` by hand tries more.
"""

import os
import subprocess
import sys

import pytest

from tests.databases import address
from tests.operations.jobs import JOBS
from tests.transfer.conftest import ROOT

MOMENTS = 3 * len(JOBS)


@pytest.mark.django_db(transaction=True)
def test_a_killed_job_leaves_all_in_order_and_is_finished_by_the_next_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.killing", "--moments", str(MOMENTS)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address()},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr  # with the seed of chance
    for job in JOBS:
        assert f"{job.name:18}   3 moments in" in done.stdout
