"""The site's own settings; static files are gathered beside the scratch database."""

from digest.settings import *  # noqa: F403
from digest.settings import env

STATIC_ROOT = env.path("BENCH_STATIC_ROOT")
ROOT_URLCONF = "tests.benchmarks.served.urls"
