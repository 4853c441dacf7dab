"""``manage.py sync``: the desk and a clone of a real remote stay one list."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from PIL import Image

from digest import exporting
from digest.models import Article, Category
from digest.readme import Entry
from editorial import actions
from editorial.models import Event, Outline, Revision, Upstream
from editorial.pictures import Album
from editorial.transitions import State
from tests.transfer.conftest import SEED, Run
from tests.transfer.repositories import Repo, Workshop

SUMMARY = ("QLoRA是一种", "QLoRA 是一种")


@pytest.fixture
def shop(tmp_path: Path, seed: str) -> Workshop:
    return Workshop(tmp_path, seed)


@pytest.fixture
def sync(run: Run, shop: Workshop) -> Run:
    def call(*args: str) -> str:
        return run("sync", "--repo", str(shop.desk.folder), "--by", "publisher", *args)

    return call


@pytest.fixture
def started(publisher: User, reviewer: User, sync: Run, shop: Workshop) -> str:
    out = sync("--publish", "--push")
    assert "in: 16 new" in out
    assert "out: nothing to commit" in out
    return shop.desk.head()


def publish(revision: Revision, author: User, reviewer: User, publisher: User) -> None:
    for name, user in (("submit", author), ("approve", reviewer), ("publish", publisher)):
        actions.perform(revision, name, user)


def reword(user: User, reviewer: User, publisher: User, title: str, **fields: str) -> Revision:
    revision = actions.revise(Article.objects.get(title__startswith=title), user)
    actions.edit(revision, user, revision.version, **fields)
    publish(revision, user, reviewer, publisher)
    return revision


def rows() -> tuple[int, int, int]:
    return Revision.objects.count(), Event.objects.count(), Outline.objects.count()


def test_the_same_sync_again_commits_and_writes_nothing(
    started: str, sync: Run, shop: Workshop
) -> None:
    before = rows()
    out = sync("--publish", "--push")
    assert out.splitlines() == [
        "origin/main: 0 new commits",
        "in: nothing new",
        "out: nothing to commit",
    ]
    assert (rows(), shop.desk.head(), shop.remote_head()) == (before, started, started)


def test_what_the_desk_publishes_goes_out_as_a_commit_that_says_what(
    started: str,
    author: User,
    reviewer: User,
    publisher: User,
    sync: Run,
    shop: Workshop,
) -> None:
    author.email, author.first_name = "author@example.org", "王 <x>"
    author.save()
    reword(author, reviewer, publisher, "QLORA", summary="编辑部的说法。")
    (gone,) = Revision.objects.filter(title__startswith="LIMA")
    actions.perform(gone, "take_down", publisher, "Wrong.")
    new = actions.propose(
        author,
        category=Category.objects.get(title__contains="评估"),
        entry=Entry("一个新条目", "https://new.example.org"),
    )
    publish(new, author, reviewer, publisher)
    out = sync("--push")
    assert "out: " in out
    assert "pushed to origin/main" in out
    assert shop.remote_head() == shop.desk.head() != started
    assert shop.desk.git("status", "--porcelain") == ""
    assert shop.desk.git("show", "HEAD:README.md") == exporting.readme()
    assert shop.desk.git("log", "-1", "--format=%B") == (
        "Add 1, change 1, take down 1\n\n"
        "Add:\n- 一个新条目\n\n"
        "Change:\n- QLoRA：一种高效LLMs微调方法，48G内存可调LLaMA-65B (开源) (summary)\n\n"
        "Take down:\n- Meta最新模型：LIMA-65B，没有RLHF，模型效果远胜Alpaca！！\n\n"
        "Co-authored-by: 王 x <author@example.org>\n\n"
    )
    before = rows()
    assert "out: nothing to commit" in sync("--push")
    assert rows() == before


def test_one_change_is_the_subject_in_72_characters(
    started: str, author: User, reviewer: User, publisher: User, sync: Run, shop: Workshop
) -> None:
    reword(author, reviewer, publisher, "QLORA", headline="很长的标题" * 30)
    assert "out: " in sync()
    subject = shop.desk.git("log", "-1", "--format=%s").strip()
    assert len(subject) == 72
    assert subject.startswith("Change 很长的标题")
    assert shop.remote_head() == started, "without --push nothing is pushed"
    assert "pushed" in sync("--push")
    assert shop.remote_head() == shop.desk.head()


def test_moves_are_named(started: str, publisher: User, sync: Run, shop: Workshop) -> None:
    category = Category.objects.get(title__contains="应用")
    before = list(category.articles.order_by("position").values_list("pk", flat=True))
    after = [before[2], *before[:2], *before[3:]]
    actions.order_entries(publisher, category, before, after)
    sync()
    body = shop.desk.git("log", "-1", "--format=%B").strip()
    assert body.startswith("Move 近乎完美！最强算术语言模型: Goar-7B")


def test_a_change_outside_comes_in_for_review_and_nothing_goes_out_until_it_is_decided(
    started: str, author: User, reviewer: User, publisher: User, sync: Run, shop: Workshop
) -> None:
    theirs = shop.contribute(lambda text: text.replace(*SUMMARY))
    reword(author, reviewer, publisher, "LIMA", summary="编辑部的说法。")
    out = sync("--push")
    assert "origin/main: 1 new commit" in out
    assert "in: 0 new, 1 changed" in out
    assert "out: held back until it is decided about 1 revision" in out
    assert (shop.desk.head(), shop.remote_head()) == (theirs, theirs)
    assert "held back" in sync("--push")
    (waiting,) = Revision.objects.filter(state=State.IN_REVIEW)
    actions.perform(waiting, "approve", reviewer)
    actions.perform(waiting, "publish", publisher)
    assert "“Change Meta最新模型" in sync("--push")
    text = shop.desk.git("show", "origin/main:README.md")
    assert text == exporting.readme()
    assert "QLoRA 是一种" in text
    assert "编辑部的说法。" in text


def test_what_was_declined_is_taken_out_of_the_repository_again(
    started: str, reviewer: User, sync: Run, shop: Workshop, seed: str
) -> None:
    shop.contribute(lambda text: text.replace(*SUMMARY))
    sync("--push")
    (waiting,) = Revision.objects.filter(state=State.IN_REVIEW)
    actions.perform(waiting, "decline", reviewer, "No.")
    assert "“Change QLoRA" in sync("--push")
    assert shop.desk.git("show", "origin/main:README.md") == seed
    assert "out: nothing to commit" in sync("--push")


def test_with_publish_both_sides_meet_in_one_run(
    started: str, author: User, reviewer: User, publisher: User, sync: Run, shop: Workshop
) -> None:
    shop.contribute(lambda text: text.replace(*SUMMARY))
    reword(author, reviewer, publisher, "QLORA", headline="编辑部的标题")
    out = sync("--push", "--publish")
    assert "1 merged with changes of the desk" in out
    assert "pushed" in out
    text = shop.desk.git("show", "origin/main:README.md")
    assert text == exporting.readme()
    assert "QLoRA 是一种" in text
    assert "编辑部的标题" in text


@pytest.mark.parametrize("moment", ["before", "within"])
def test_a_push_that_is_rejected_is_explained_and_the_next_run_does_it(
    started: str,
    author: User,
    reviewer: User,
    publisher: User,
    sync: Run,
    shop: Workshop,
    moment: str,
) -> None:
    """Somebody pushes between the fetch and the push, or while the push is under way."""
    reword(author, reviewer, publisher, "LIMA", summary="编辑部的说法。")
    overtake = shop.overtake_before if moment == "before" else shop.overtake_within
    overtake(lambda text: text.replace(*SUMMARY))
    out = sync("--push", "--publish")
    assert "CommandError: origin/main has got other commits meanwhile" in out
    assert "run the same command again" in out
    assert shop.desk.head() == started, "the commit that was rejected is no part of the branch"
    shop.desk.git("config", "--replace-all", "remote.origin.url", shop.remote)
    out = sync("--push", "--publish")
    assert "origin/main: 1 new commit" in out
    assert "in: 0 new, 1 changed" in out
    assert "pushed" in out
    text = shop.desk.git("show", "origin/main:README.md")
    assert text == exporting.readme()
    assert "QLoRA 是一种" in text
    assert "编辑部的说法。" in text


def test_a_split_list_stays_split_and_stale_archives_go(
    started: str, sync: Run, shop: Workshop, seed: str
) -> None:
    assert "out: " in sync("--split", "year", "--limit", "8000")
    names = shop.desk.git("ls-files").split()
    year = Article.objects.latest("pk").published_at.year
    assert names == [f"README-{year}.md", "README.md"]
    assert "out: nothing to commit" in sync("--split", "year", "--limit", "8000")
    assert "is split into archives: say --split" in sync()
    sync("--split", "year")
    assert shop.desk.git("ls-files").split() == ["README.md"]
    assert shop.desk.git("show", "HEAD:README.md") == seed


def test_pictures_that_the_list_names_go_out_with_it(
    started: str, author: User, reviewer: User, publisher: User, sync: Run, shop: Workshop
) -> None:
    (shop.root / "x").mkdir()
    Image.new("RGB", (2, 2)).save(shop.root / "x" / "new.png")
    stored = Album(shop.root / "x").name_of("new.png", 1)
    reword(author, reviewer, publisher, "LIMA", picture=stored, picture_src="assets/new.png")
    sync("--push")
    assert "assets/new.png" in shop.desk.git("ls-tree", "-r", "--name-only", "origin/main")
    assert (shop.desk.folder / "assets" / "new.png").exists()


def test_a_dry_run_tells_and_changes_nothing(
    started: str, author: User, reviewer: User, publisher: User, sync: Run, shop: Workshop
) -> None:
    reword(author, reviewer, publisher, "LIMA", summary="编辑部的说法。")
    before = rows()
    assert "out: a commit “Change Meta最新模型" in sync("--dry-run", "--push")
    shop.contribute(lambda text: text.replace(*SUMMARY))
    out = sync("--dry-run", "--push")
    assert "in: 0 new, 1 changed" in out
    assert "out: depends on what comes in" in out
    assert (rows(), shop.desk.head()) == (before, started)
    assert Upstream.objects.get().commit == started


def test_line_ends_and_filters_of_the_clone_change_no_byte(
    publisher: User, sync: Run, shop: Workshop, author: User, reviewer: User
) -> None:
    shop.contribute(lambda text: text.replace("\n", "\r\n"))
    shop.desk.git("config", "core.autocrlf", "true")
    shop.desk.git("config", "core.safecrlf", "true")
    sync("--publish")
    reword(author, reviewer, publisher, "LIMA", summary="编辑部的说法。")
    sync("--push")
    sent = shop.desk.git("cat-file", "blob", "origin/main:README.md")
    assert sent.encode() == exporting.readme().encode()
    assert sent.count("\r\n") == sent.count("\n")
    assert "out: nothing to commit" in sync("--push")


def test_a_sync_goes_on_where_a_history_ended(
    publisher: User, run: Run, sync: Run, shop: Workshop
) -> None:
    run("import_history", "--repo", str(shop.desk.folder), "--by", "publisher")
    before = rows()
    assert "in: nothing new" in sync("--publish", "--push")
    shop.contribute(lambda text: text.replace(*SUMMARY))
    assert "in: 0 new, 1 changed" in sync("--publish", "--push")
    assert rows() == (before[0] + 1, before[1] + 2, 0)
    assert Article.objects.earliest("pk").published_at == shop.desk.moment(0)


def reorder(publisher: User) -> None:
    category = Category.objects.get(title__contains="应用")
    before = list(category.articles.order_by("position").values_list("pk", flat=True))
    actions.order_entries(publisher, category, before, [before[2], *before[:2], *before[3:]])


@pytest.mark.parametrize("publish", [True, False])
def test_what_the_desk_put_in_order_stays_when_others_edit_an_entry(
    started: str, publisher: User, reviewer: User, sync: Run, shop: Workshop, publish: bool
) -> None:
    reorder(publisher)
    ordered = exporting.readme()
    shop.contribute(lambda text: text.replace(*SUMMARY))
    sync("--push", *(["--publish"] if publish else []))
    if not publish:
        assert not Outline.objects.filter(state="waiting").exists(), "only the desk changed that"
        (waiting,) = Revision.objects.filter(state=State.IN_REVIEW)
        actions.perform(waiting, "approve", reviewer)
        actions.perform(waiting, "publish", publisher)
        sync("--push")
    assert exporting.readme() == ordered.replace(*SUMMARY)
    assert shop.desk.git("show", "origin/main:README.md") == exporting.readme()


def test_with_publish_frames_that_both_sides_changed_are_merged(
    started: str, publisher: User, sync: Run, shop: Workshop
) -> None:
    reorder(publisher)
    ordered = exporting.readme()
    words = ("欢迎watch和fork", "欢迎 watch 和 fork")
    section = ("# 五、大模型(LLMs)周边", "# 五、周边")
    shop.contribute(lambda text: text.replace(*words).replace(*section))
    sync("--push", "--publish")
    assert exporting.readme() == ordered.replace(*words).replace(*section)
    assert shop.desk.git("show", "origin/main:README.md") == exporting.readme()


def test_without_publish_a_frame_that_others_changed_waits_for_a_publisher(
    started: str, publisher: User, sync: Run, shop: Workshop
) -> None:
    reorder(publisher)
    shop.contribute(lambda text: text.replace("欢迎watch和fork", "欢迎 watch 和 fork"))
    out = sync("--push")
    assert "held back until it is decided about an incoming README" in out
    assert Outline.objects.get(state="waiting").asks == {"frame": None}


def test_the_seed_is_what_the_tests_begin_with(shop: Workshop) -> None:
    assert (shop.desk.folder / "README.md").read_bytes() == SEED.read_bytes()
    assert isinstance(shop.desk, Repo)
