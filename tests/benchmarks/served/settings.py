"""The site's own settings; static files are gathered beside the scratch database."""

from digest.settings import *  # noqa: F403
from digest.settings import MIDDLEWARE as USUAL
from digest.settings import env
from tests.benchmarks.served import KEEPING

STATIC_ROOT = env.path("BENCH_STATIC_ROOT")
ROOT_URLCONF = "tests.benchmarks.served.urls"

if env.bool("BENCH_MAKES_ANEW"):
    MIDDLEWARE = [one for one in USUAL if one != KEEPING]
