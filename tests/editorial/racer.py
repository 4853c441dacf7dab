"""One of the processes of ``test_race_of_processes``: it acts when it is told to, as one person.

Each line of its input names an act.  It reads what the act is about, says so, waits for the next
line, acts, and says what came of it.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from digest.models import Article
from editorial import actions
from editorial.models import Revision
from editorial.transitions import BY_NAME, EDITABLE, LIVE, OPEN


def main() -> None:
    """Act until the input ends."""
    user = User.objects.get(username=sys.argv[1])
    for line in sys.stdin:
        act = prepared(user, **json.loads(line))
        say("ready")
        sys.stdin.readline()
        say(outcome(act))


def prepared(user: User, act: str, article: int, text: str) -> Callable[[], Revision]:
    """Read what the act is about, as a page shows it before somebody presses its button."""
    live = Article.objects.get(pk=article)
    if act == "revise":
        return partial(actions.revise, live, user)
    states = LIVE if act in {"take_down", "restore"} else OPEN
    revision = live.revisions.get(state__in=states)
    starts = EDITABLE if act == "edit" else BY_NAME[act].sources
    if revision.state not in starts:
        # The page is of another moment; only the database can tell.
        revision.state = min(starts)
    if act == "edit":
        return partial(actions.edit, revision, user, revision.version, headline=text)
    return partial(actions.perform, revision, act, user, text)


def outcome(act: Callable[[], Revision]) -> dict[str, Any]:
    """Act; tell which revision was changed, or how that was refused, or what went wrong."""
    try:
        return {"won": act().pk}
    except actions.Refused as refusal:
        return {"refused": type(refusal).__name__}
    except Exception as error:  # noqa: BLE001 - the test says that there must be none
        return {"error": repr(error)}


def say(what: Any) -> None:
    """Answer in a line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
