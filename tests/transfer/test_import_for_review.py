"""``import_readme`` without a flag: nothing reaches readers before a review."""

import random

import pytest
from django.contrib.auth.models import User

from digest import exporting
from digest.models import Article, Category
from editorial import actions
from editorial.incoming import accept_outline, decline_outline, import_readme
from editorial.models import Outline, Revision
from editorial.transitions import State


def review_all(reviewer: User, publisher: User) -> None:
    revisions = list(Revision.objects.filter(state=State.IN_REVIEW))
    random.Random(7).shuffle(revisions)
    for revision in revisions:
        actions.perform(revision, "approve", reviewer)
        actions.perform(revision, "publish", publisher)


def test_a_new_list_waits_whole_and_is_then_published_byte_for_byte(
    author: User, reviewer: User, publisher: User, seed: str
) -> None:
    report = import_readme(seed, author)
    assert (report.new, report.frame_changed) == (16, True)
    assert Revision.objects.filter(state=State.IN_REVIEW, author=author).count() == 16
    assert not Article.objects.exists()
    assert not Category.objects.exists()
    accept_outline(Outline.objects.get(), publisher)
    assert [c.title for c in Category.objects.all()][-1] == "大模型(LLMs)周边"
    assert "QLoRA" not in exporting.readme()
    review_all(reviewer, publisher)
    assert exporting.readme() == seed


def test_the_same_file_again_proposes_nothing_twice(author: User, seed: str) -> None:
    import_readme(seed, author)
    report = import_readme(seed, author)
    assert (report.new, report.changed, report.waiting, report.writes) == (0, 0, 16, False)
    assert Revision.objects.count() == 16
    assert Outline.objects.count() == 1


def test_entries_under_a_new_section_wait_for_it(
    author: User, reviewer: User, publisher: User, seed: str
) -> None:
    import_readme(seed, publisher, publish=True)
    text = f"{seed.rstrip()}\n\n\n\n# 六、新方向\n\n**1、[新文章](https://new)**\n\n新摘要。\n"
    import_readme(text, author)
    revision = Revision.objects.get(headline="新文章")
    assert (revision.category, revision.section) == (None, "新方向")
    actions.perform(revision, "approve", reviewer)
    with pytest.raises(actions.Refused, match="新方向"):
        actions.perform(revision, "publish", publisher)
    accept_outline(Outline.objects.get(), publisher)
    revision.refresh_from_db()
    actions.perform(revision, "publish", publisher)
    assert exporting.readme() == text


def test_a_changed_entry_becomes_a_revision_of_its_article(
    author: User, reviewer: User, publisher: User, seed: str
) -> None:
    import_readme(seed, publisher, publish=True)
    text = seed.replace("QLoRA是一种", "QLoRA 是一种")
    report = import_readme(text, author)
    assert (report.new, report.changed, report.same, report.frame_changed) == (0, 1, 15, False)
    revision = Revision.objects.get(state=State.IN_REVIEW)
    assert revision.article == Article.objects.get(headline__startswith="QLoRA")
    assert exporting.readme() == seed
    assert not import_readme(text, author).writes
    review_all(reviewer, publisher)
    assert exporting.readme() == text


def test_new_text_around_entries_waits_for_a_publisher(
    author: User, publisher: User, seed: str
) -> None:
    import_readme(seed, publisher, publish=True)
    text = seed.replace("欢迎watch", "欢迎 watch")
    report = import_readme(text, author)
    assert (report.new, report.changed, report.same, report.frame_changed) == (0, 0, 16, True)
    assert exporting.readme() == seed
    accept_outline(Outline.objects.get(), publisher)
    assert exporting.readme() == text


def test_a_newer_outline_replaces_the_one_that_waits(
    author: User, publisher: User, seed: str
) -> None:
    import_readme(seed, publisher, publish=True)
    for word in ("一", "二"):
        import_readme(seed.replace("欢迎watch", word), author)
    assert list(Outline.objects.order_by("pk").values_list("state", flat=True)) == [
        "declined",
        "waiting",
    ]


def test_an_outline_is_decided_once_and_by_a_publisher(
    author: User, publisher: User, seed: str
) -> None:
    import_readme(seed, author)
    outline = Outline.objects.get()
    with pytest.raises(actions.NoRight):
        accept_outline(outline, author)
    decline_outline(outline, publisher)
    with pytest.raises(actions.WrongState):
        accept_outline(outline, publisher)
    assert not Category.objects.exists()


def test_an_entry_added_in_the_middle_asks_for_no_new_outline(
    author: User, reviewer: User, publisher: User, seed: str
) -> None:
    import_readme(seed, publisher, publish=True)
    entry = "**2、[新文章](https://new)**\n\n新摘要。\n\n"
    text = seed.replace("**2、[Meta", f"{entry}**3、[Meta")
    report = import_readme(text, author)
    assert (report.new, report.changed, report.frame_changed) == (1, 0, False)
    review_all(reviewer, publisher)
    assert exporting.readme() == text


def test_a_draft_of_the_same_entry_that_says_something_else_is_left(
    author: User, reviewer: User, seed: str
) -> None:
    import_readme(seed, author)
    text = seed.replace("QLoRA是一种", "QLoRA 是一种")
    report = import_readme(text, reviewer)
    assert (report.new, report.waiting, report.conflicts) == (0, 15, 1)
    assert [note.line for note in report.notes if "author" in note.text] == [43]


def test_an_entry_moved_to_another_section_is_one_revision_and_no_outline(
    author: User, reviewer: User, publisher: User, seed: str
) -> None:
    import_readme(seed, publisher, publish=True)
    start, end = seed.index("**4、[模块化"), seed.index("\n\n\n\n# 三、")
    entry = seed[start:end].replace("**4、", "**2、")
    text = seed[: start - 2] + seed[end:]
    text = text.replace("**2、[Pok", f"{entry}\n\n**3、[Pok")
    report = import_readme(text, author)
    assert (report.new, report.changed, report.frame_changed) == (0, 1, False)
    review_all(reviewer, publisher)
    assert exporting.readme() == text
