"""The work that ``killing`` interrupts: each job's ground, its command, and what it leaves."""

import hashlib
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import execute_from_command_line
from PIL import Image

from digest import exporting
from digest.models import Article
from editorial import actions
from editorial.incoming import import_readme
from editorial.models import Revision
from editorial.transitions import State
from tests.benchmarks.lists import SEED, generated
from tests.transfer.repositories import Workshop

ENTRIES = 150
AUTHOR, PUBLISHER = "author", "publisher"


@dataclass(frozen=True)
class Job:
    """``prepare`` lays the ground: an empty folder, a database with an author and a publisher.

    ``files`` are those that others see: each is as before the job or as after it, never half.
    ``whole`` says that it changes the database all at once; ``settled`` asks what else must hold
    when it was run again.
    """

    name: str
    prepare: Callable[[Path], object]
    run: Callable[[Path], object]
    files: Callable[[Path], dict[str, bytes]] = lambda _folder: {}
    whole: bool = False
    settled: Callable[[Path], object] = lambda _folder: None


def manage(*words: str) -> Callable[[Path], object]:
    """Return a command, as it is typed; DIR stands for the job's folder."""

    def run(folder: Path) -> None:
        typed = [word.replace("DIR", str(folder)) for word in words]
        execute_from_command_line(["manage.py", *typed, "--traceback"])

    return run


def markdown(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.md")}


def at_the_remote(folder: Path) -> dict[str, bytes]:
    return {"README.md": git(folder / "remote.git", "show", "main:README.md")}


def in_step(folder: Path) -> None:
    """The clone's files, its branch and the remote's are one."""
    desk, remote = folder / "desk", folder / "remote.git"
    assert (desk / "README.md").read_bytes() == at_the_remote(folder)["README.md"]
    assert git(desk, "status", "--porcelain") == b""
    assert git(desk, "rev-parse", "main") == git(remote, "rev-parse", "main")


def git(folder: Path, *words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True).stdout


def person(name: str) -> User:
    return User.objects.get(username=name)


def a_list(folder: Path) -> None:
    """Leave a file, and beside it the pictures that it names."""
    text = generated(ENTRIES)
    (folder / "README.md").write_text(text, encoding="utf-8")
    (folder / "assets").mkdir()
    for number, name in enumerate(sorted(set(re.findall(r'src="(assets/[^"]+)"', text)))):
        Image.effect_noise((900, 600), 40 + number).save(folder / name)


def pictures_whole(_folder: Path) -> None:
    """Each stored picture is what it was: its name is made of its content."""
    stored = list((Path(settings.MEDIA_ROOT) / "pictures").glob("[!.]*"))
    assert stored
    for path in stored:
        assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.stem), path


def a_changed_list(folder: Path) -> None:
    """Leave the list published, and a file in which entries changed, came and went."""
    import_readme(generated(ENTRIES), person(PUBLISHER), publish=True)
    text = generated(ENTRIES + 20).replace("QLoRA", "QLoRA 2")
    (folder / "README.md").write_text(text.replace("**7、", "7 "), encoding="utf-8")


def approved_entries(_folder: Path) -> None:
    """Leave entries that wait to be published: new ones, and changes of live ones."""
    import_readme(generated(30), person(PUBLISHER), publish=True)
    text = generated(50).replace("QLoRA", "QLoRA 2")
    import_readme(text, person(AUTHOR))
    waiting = list(Revision.objects.filter(state=State.IN_REVIEW))
    actions.perform_all(waiting, "approve", person(PUBLISHER))


def publish_each(_folder: Path) -> None:
    """Publish what is approved, one by one, as a publisher does."""
    user = person(PUBLISHER)
    for revision in Revision.objects.filter(state=State.APPROVED).order_by("pk"):
        actions.perform(revision, "publish", user)


def a_newer_list(folder: Path, split: Sequence[str] = ()) -> None:
    """Leave the files of a list as it was, and the list as it is, of several years."""
    user = person(PUBLISHER)
    import_readme(generated(ENTRIES), user, publish=True)
    for pk in Article.objects.values_list("pk", flat=True):
        at = datetime(2020 + pk % 4, 3, 1, tzinfo=UTC)
        Article.objects.filter(pk=pk).update(published_at=at)
    manage("export_readme", "DIR/README.md", *split)(folder)
    changed = exporting.readme().replace("QLoRA", "QLoRA 2")
    import_readme(changed, user, publish=True)


def two_sides(folder: Path) -> None:
    """Leave a clone in step, then an entry that others changed and one that the desk changed."""
    shop = Workshop(folder, SEED.read_text(encoding="utf-8"))
    sync(folder)
    shop.contribute(lambda text: text.replace("QLoRA：", "QLoRA 2："))
    article = Article.objects.get(headline__contains="PEARL")
    change = actions.revise(article, person(AUTHOR))
    headline = f"{article.headline}（2）"
    actions.edit(change, person(AUTHOR), change.version, headline=headline)
    actions.perform(change, "submit", person(AUTHOR))
    actions.perform(change, "approve", person(PUBLISHER))
    actions.perform(change, "publish", person(PUBLISHER))


YEAR = ("--split", "year", "--limit")
sync = manage("sync", "--repo", "DIR/desk", "--by", PUBLISHER, "--publish", "--push")
take_in = manage("import_readme", "DIR/README.md", "--by", PUBLISHER, "--publish")
JOBS = (
    Job("import", a_list, take_in, whole=True, settled=pictures_whole),
    Job("import of changes", a_changed_list, take_in, whole=True),
    Job("publish", approved_entries, publish_each),
    Job("export", a_newer_list, manage("export_readme", "DIR/README.md"), markdown),
    Job(
        "split",
        partial(a_newer_list, split=(*YEAR, "90000")),
        manage("export_readme", "DIR/README.md", *YEAR, "60000"),
        markdown,
    ),
    Job("sync", two_sides, sync, at_the_remote, settled=in_step),
)
