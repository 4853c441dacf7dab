"""A repository's history becomes the desk's: each version published on the day of its commit."""

import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from digest import exporting
from digest.models import Article, Readme
from editorial import actions
from editorial.models import Event, Revision, Upstream
from tests.transfer.conftest import Run
from tests.transfer.histories import Keeper
from tests.transfer.replay import Outcome, follow
from tests.transfer.repositories import Repo

ONE = "# 甲\n\n1、[微调](https://one)\n\n摘要。\n"
TWO = f"{ONE}\n2、[评估](https://two)\n\n摘要。\n"
THREE = TWO.replace("微调", "高效微调")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "list")


def replay(run: Run, repo: Repo, *args: str) -> str:
    return run("import_history", "--repo", str(repo.folder), "--by", "publisher", *args)


def rows() -> tuple[int, ...]:
    return (Revision.objects.count(), Event.objects.count(), Readme.objects.get(pk=1).version)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_generated_history_is_replayed_from_a_real_repository(
    publisher: User, repo: Repo, run: Run, seed: int
) -> None:
    """30 versions in all; ``python -m tests.transfer.replay --git`` does 200."""
    outcome = Outcome()
    for number, version in enumerate(Keeper(seed).versions(15)):
        repo.write(version.text)
        repo.commit(f"Version {number}")
        assert "1 version taken in" in replay(run, repo)
        follow(outcome, version)
    assert (outcome.versions, outcome.unlike, outcome.wrong) == (15, [], [])
    assert outcome.kept >= 0.99


def test_articles_get_the_days_of_their_commits_and_the_log_names_them(
    publisher: User, repo: Repo, run: Run
) -> None:
    for text, message in ((ONE, "First"), (TWO, "Add 评估"), (THREE, "Reword"), (ONE, "Cut")):
        repo.write(text)
        repo.commit(message, name="王", email="wang@example.org")
    assert "4 versions taken in (2023-05-25 to 2023-05-28)" in replay(run, repo)
    assert exporting.readme() == ONE
    one, two = Article.objects.order_by("pk")
    days = [(row.published_at, row.updated_at, row.taken_down_at) for row in (one, two)]
    day = repo.moment
    assert days == [(day(0), day(3), None), (day(1), day(1), day(3))]
    assert Readme.objects.get(pk=1).updated_at == day(3)
    added = Event.objects.filter(revision__article=two).order_by("pk")
    assert [(event.transition, event.at) for event in added] == [
        ("import", day(1)),
        ("take_down", day(3)),
    ]
    sha = repo.head("HEAD~2")[:10]
    assert added[0].note == f"Commit {sha} by 王: Add 评估"
    assert f"Commit {repo.head()[:10]} by 王: Cut" in added[1].note
    revisions = Revision.objects.order_by("pk")
    assert [row.created_at for row in revisions] == [day(0), day(1), day(2), day(3)]
    assert {row.author for row in revisions} == {publisher}


def test_who_has_an_account_with_the_address_acts_in_their_own_name(
    author: User, reviewer: User, publisher: User, repo: Repo, run: Run
) -> None:
    User.objects.filter(pk=author.pk).update(email="A@example.org")
    boss = User.objects.create_superuser("boss", "boss@example.org")
    repo.write(ONE)
    repo.commit("By the author", email="a@example.org")
    repo.write(TWO)
    repo.commit("By the boss", email="boss@example.org")
    repo.write(THREE)
    repo.commit("By a stranger", email="nobody@example.org")
    replay(run, repo)
    by = [
        (row.author.username, row.events.earliest("pk").user)
        for row in Revision.objects.order_by("pk")
    ]
    assert by == [("author", publisher), ("boss", boss), ("publisher", publisher)]
    assert User.objects.count() == 4


def test_renames_are_followed_and_a_merge_is_one_change(
    publisher: User, repo: Repo, run: Run
) -> None:
    repo.write(ONE, "list.md")
    repo.commit("First")
    repo.git("checkout", "--quiet", "-b", "contribution")
    repo.write(TWO.replace("评估", "评"), "list.md")
    repo.commit("A draft of it")
    repo.write(TWO, "list.md")
    repo.commit("As it should be")
    repo.git("checkout", "--quiet", "main")
    at = repo.moment(5).isoformat()
    merge = ("merge", "--quiet", "--no-ff", "-m", "Merge it", "contribution")
    repo.git(*merge, GIT_AUTHOR_DATE=at, GIT_COMMITTER_DATE=at)
    repo.git("mv", "list.md", "README.md")
    repo.commit("Rename")
    repo.write(THREE)
    repo.commit("Reword")
    assert "4 versions taken in" in replay(run, repo)
    assert exporting.readme() == THREE
    assert Revision.objects.count() == 3
    assert Article.objects.get(url="https://two").published_at == repo.moment(5)


def test_broken_versions_are_named_and_left_out(publisher: User, repo: Repo, run: Run) -> None:
    repo.write(ONE)
    repo.commit("Good")
    repo.write(ONE.encode("gb18030"))
    repo.commit("In GB18030")
    repo.write("# 甲\n\nnul\0\n")
    repo.commit("With a NUL")
    (repo.folder / "README.md").unlink()
    repo.commit("Removed")
    (repo.folder / "README.md").symlink_to("/etc/hostname")
    repo.commit("A link")
    (repo.folder / "README.md").unlink()
    repo.write(TWO)
    repo.commit("Good again")
    out = replay(run, repo)
    assert "2 versions taken in (2023-05-25 to 2023-05-30), 4 left out" in out
    assert "“In GB18030” (Keeper, 2023-05-26): README.md:1: not UTF-8" in out
    assert "README.md:3: a NUL character" in out
    assert "“Removed” (Keeper, 2023-05-28): the file was removed" in out
    assert "README.md: not a plain file" in out
    assert exporting.readme() == TWO


def test_the_same_run_again_writes_nothing_and_a_later_one_goes_on(
    publisher: User, repo: Repo, run: Run
) -> None:
    repo.write(ONE)
    repo.commit("One")
    replay(run, repo)
    before = rows()
    assert "0 versions taken in, 1 known already" in replay(run, repo)
    assert rows() == before
    repo.write(TWO)
    second = repo.commit("Two")
    assert "1 version taken in (2023-05-26 to 2023-05-26), 1 known" in replay(run, repo)
    assert Upstream.objects.get().commit == second
    assert exporting.readme() == TWO


def test_a_dry_run_tells_and_writes_nothing(publisher: User, repo: Repo, run: Run) -> None:
    for text in (ONE, TWO):
        repo.write(text)
        repo.commit("x")
    out = replay(run, repo, "--dry-run")
    assert "2 versions taken in (2023-05-25 to 2023-05-26) (dry run: nothing written)" in out
    assert not Revision.objects.exists()
    assert not Upstream.objects.exists()


def test_a_desk_with_another_list_is_refused_and_left(
    publisher: User, repo: Repo, run: Run, tmp_path: Path
) -> None:
    file = repo.write(ONE)
    repo.commit("One")
    run("import_readme", str(file), "--by", "publisher", "--publish")
    before = rows()
    assert "the desk has a list already" in replay(run, repo)
    assert rows() == before


def test_a_history_that_is_not_the_lists_or_was_left_at_the_desk_is_refused(
    publisher: User, repo: Repo, run: Run, tmp_path: Path
) -> None:
    repo.write(ONE)
    repo.commit("One")
    replay(run, repo)
    other = Repo(tmp_path / "other")
    other.write(TWO)
    other.commit("Another history")
    assert "which is not in this history" in replay(run, other)
    (revision,) = Revision.objects.all()
    actions.perform(revision, "take_down", publisher, "Wrong.")
    before = rows()
    assert "0 versions taken in" in replay(run, repo), "nothing new is nothing to undo"
    repo.write(TWO)
    repo.commit("Two")
    assert "the list was changed at the desk" in replay(run, repo)
    assert rows() == before


def test_what_cannot_be_is_refused_in_one_line(
    author: User, publisher: User, repo: Repo, run: Run, tmp_path: Path
) -> None:
    repo.write(ONE)
    repo.commit("One")
    folder = str(repo.folder)
    assert "does not allow" in run("import_history", "--repo", folder, "--by", "author")
    assert "no commit of this branch" in replay(run, repo, "--path", "no.md")
    assert "by its path inside" in replay(run, repo, "--path", "../README.md")
    assert "no such folder" in run("import_history", "--repo", f"{folder}-", "--by", "publisher")
    bare = tmp_path / "bare"
    bare.mkdir()
    assert "git rev-parse failed" in run("import_history", "--repo", str(bare), "--by", "publisher")
    assert not Revision.objects.exists()


def test_hostile_names_are_data(publisher: User, repo: Repo, run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    hook = repo.folder / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {trace}\n")
    hook.chmod(0o755)
    shutil.copy(hook, hook.with_name("reference-transaction"))
    repo.git("config", "core.fsmonitor", f"touch {trace}")
    repo.git("config", "log.showSignature", "true")
    path = "--output=x :(exclude)$(touch ran) “名”.md"
    repo.write(ONE, path)
    repo.git("config", "core.hooksPath", "/dev/null")
    repo.git("-c", "core.fsmonitor=false", "add", "--all")
    repo.commit("$(touch ran) `touch ran`\n\n\x01 %H", name="--exec=touch ran")
    repo.git("config", "--unset", "core.hooksPath")
    trace.unlink(missing_ok=True)
    assert "1 version taken in" in replay(run, repo, "--path", path)
    assert exporting.readme() == ONE
    assert not trace.exists()
    assert "by --exec=touch ran: $(touch ran) `touch ran`" in Event.objects.latest("pk").note
