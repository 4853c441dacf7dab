"""``manage.py sync`` refuses what it cannot keep in step, with what to do, and changes nothing."""

import fcntl
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from editorial.git import clone
from editorial.models import Event, Revision
from tests.transfer.conftest import Run
from tests.transfer.repositories import Workshop

Setting = Callable[[Workshop], object]


def dirty(shop: Workshop) -> None:
    shop.desk.write("Changed.\n")


def staged(shop: Workshop) -> None:
    shop.desk.write("New.\n", "名 字.md")
    shop.desk.git("add", "--all")


def detached(shop: Workshop) -> None:
    shop.desk.git("checkout", "--quiet", "--detach")


def diverged(shop: Workshop) -> None:
    shop.contribute(lambda text: f"{text}\nTheirs.\n")
    shop.desk.write("Ours.\n", "notes.md")
    shop.desk.commit("Ours")


def merging(shop: Workshop) -> None:
    shop.contribute(lambda text: f"{text}\nTheirs.\n")
    shop.desk.write("Ours.\n", "notes.md")
    shop.desk.commit("Ours")
    shop.desk.git("fetch", "--quiet")
    shop.desk.git("merge", "--quiet", "--no-commit", "-s", "ours", "origin/main")


def without_upstream(shop: Workshop) -> None:
    shop.desk.git("checkout", "--quiet", "--no-track", "-b", "other")


def without_remote(shop: Workshop) -> None:
    shop.desk.git("remote", "set-url", "origin", str(shop.root / "gone.git"))


def without_the_branch(shop: Workshop) -> None:
    shop.desk.git("push", "--quiet", "origin", "main:kept")
    shop.desk.git("--git-dir", shop.remote, "symbolic-ref", "HEAD", "refs/heads/kept")
    shop.desk.git("push", "--quiet", "origin", ":main")


def locked(shop: Workshop) -> None:
    (shop.desk.folder / ".git" / "index.lock").touch()


def removed(shop: Workshop) -> None:
    (shop.other.folder / "README.md").unlink()
    shop.other.commit("Removed")
    shop.other.git("push", "--quiet", "origin", "main")


def linked(shop: Workshop) -> None:
    path = shop.other.folder / "README.md"
    path.unlink()
    path.symlink_to("/etc/hostname")
    shop.other.commit("A link")
    shop.other.git("push", "--quiet", "origin", "main")


def undecodable(shop: Workshop) -> None:
    shop.other.write("# 甲\n\n好\n".encode("gb18030"))
    shop.other.commit("In GB18030")
    shop.other.git("push", "--quiet", "origin", "main")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (dirty, "has changes that are not committed (README.md); commit them, or"),
        (staged, "has changes that are not committed (名 字.md)"),
        (detached, "is on no branch (detached HEAD); switch to one: git -C "),
        (diverged, "main and origin/main have gone different ways; bring them together: git -C "),
        (merging, "is in the middle of a merge; end it: git -C "),
        (without_upstream, "the branch other follows no branch of a remote; let it: git -C "),
        (without_remote, "cannot fetch origin/main: "),
        (without_the_branch, "cannot fetch origin/main: couldn't find remote ref"),
        (locked, "index.lock says that git is at work here; wait until it ends or, if"),
        (removed, "has no README.md; if that is its name, begin it: manage.py export_readme"),
        (linked, "README.md: not a plain file"),
        (undecodable, "README.md:1: not UTF-8"),
    ],
)
def test_it_is_refused_with_its_remedy(
    publisher: User, tmp_path: Path, seed: str, run: Run, setting: Setting, message: str
) -> None:
    shop = Workshop(tmp_path, seed)
    setting(shop)
    before = shop.desk.head(), shop.desk.git("status", "--porcelain")
    out = run("sync", "--repo", str(shop.desk.folder), "--by", "publisher", "--publish", "--push")
    assert out.startswith("CommandError: ")
    assert message in out
    assert out.count("\n") == 0
    assert not Revision.objects.exists()
    if setting not in (removed, linked, undecodable):
        assert (shop.desk.head(), shop.desk.git("status", "--porcelain")) == before


def test_what_is_asked_wrongly_is_refused(
    publisher: User, author: User, tmp_path: Path, seed: str, run: Run
) -> None:
    shop = Workshop(tmp_path, seed)
    folder = str(shop.desk.folder)
    by = ("--by", "publisher")
    assert "is on the branch main; switch" in run("sync", "--repo", folder, *by, "--branch", "x")
    assert "has no files: name a clone" in run("sync", "--repo", shop.remote, *by)
    assert "no such folder" in run("sync", "--repo", f"{folder}-", *by)
    assert "by its path inside" in run("sync", "--repo", folder, *by, "--path", "/etc/hostname")
    assert "by its path inside" in run("sync", "--repo", folder, *by, "--path", ".git/config")
    assert "role does not allow" in run("sync", "--repo", folder, "--by", "author", "--publish")
    assert "say in whose name" in run("sync", "--repo", folder)
    with (shop.desk.folder / ".git" / "digest-sync.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another sync is at work here" in run("sync", "--repo", folder, *by)
    assert not Event.objects.exists()


def test_a_remote_that_does_not_answer_is_given_up(
    publisher: User, tmp_path: Path, seed: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Workshop(tmp_path, seed)
    monkeypatch.setattr(clone, "NETWORK_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"git://127.0.0.1:{silent.getsockname()[1]}/list.git"
        shop.desk.git("remote", "set-url", "origin", address)
        out = run("sync", "--repo", str(shop.desk.folder), "--by", "publisher")
    assert "git fetch took more than 1 s and was stopped; see whether the remote answers" in out


def test_who_commits_must_be_said(
    publisher: User, tmp_path: Path, seed: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Workshop(tmp_path, seed)
    sync = ("sync", "--repo", str(shop.desk.folder), "--by", "publisher", "--publish")
    run(*sync)
    shop.desk.git("config", "user.useConfigOnly", "true")
    shop.desk.git("config", "--unset", "user.email")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    out = run(*sync, "--split", "year", "--limit", "8000")
    assert "git cannot commit: " in out
    assert "config user.name NAME" in out
    assert shop.desk.git("status", "--porcelain") == ""


def test_what_is_in_the_way_stays_and_the_next_run_goes_on(
    publisher: User, tmp_path: Path, seed: str, run: Run
) -> None:
    shop = Workshop(tmp_path, seed)
    sync = ("sync", "--repo", str(shop.desk.folder), "--by", "publisher", "--publish", "--push")
    run(*sync)
    shop.other.write("Theirs.\n", "notes.md")
    shop.contribute(lambda text: text.replace("QLoRA是一种", "QLoRA 是一种"))
    mine = shop.desk.write("Mine.\n", "notes.md")
    out = run(*sync)
    assert "move away what is in its way, then run the same command again" in out
    assert mine.read_text() == "Mine.\n"
    mine.unlink()
    assert "1 changed" in run(*sync)


def test_hooks_do_not_run_and_names_are_data(
    publisher: User, tmp_path: Path, seed: str, run: Run
) -> None:
    shop = Workshop(tmp_path, seed)
    branch = "a;touch${IFS}ran,$(touch${IFS}ran)-‘名’"
    shop.desk.git("checkout", "--quiet", "-b", branch)
    path = "-c “$(touch ran)”.md"
    shop.desk.git("mv", "--", "README.md", path)
    shop.desk.commit("$(touch ran)", name="--exec=touch ran")
    shop.desk.git("push", "--quiet", "--set-upstream", "origin", branch)
    trace = tmp_path / "ran"
    for name in ("pre-push", "post-checkout", "post-merge", "reference-transaction", "pre-commit"):
        hook = shop.desk.folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {trace}\n")
        hook.chmod(0o755)
    publisher.email, publisher.first_name = "p@example.org", "a>\nInjected-by: b"
    publisher.save()
    args = (
        "sync",
        "--repo",
        str(shop.desk.folder),
        "--by",
        "publisher",
        f"--path={path}",
        "--push",
    )
    assert "16 new" in run(*args, "--publish")
    out = run(*args, "--push", "--split", "section", "--limit", "8000")
    assert f"pushed to origin/{branch}" in out
    assert not trace.exists()
    assert not list(tmp_path.rglob("ran"))
    assert "Injected" not in shop.desk.git("log", "-1", "--format=%(trailers:key=Injected-by)")
