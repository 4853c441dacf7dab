"""Both sides edit: what only one of them changed is taken or kept, what both changed is decided.

The base is what the README last said of an entry: imported from it, or exported to it.
"""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from digest import exporting, mirror
from digest.models import Article
from editorial import actions
from editorial.incoming import accept_outline, import_readme
from editorial.incoming.change import Kind
from editorial.models import Event, Outline, Revision
from editorial.transitions import State
from tests.transfer.conftest import Run

SUMMARY = ("QLoRA是一种", "QLoRA 是一种")
HEADLINE = ("[QLoRA：一种高效", "[QLoRA：高效")


def qlora() -> Article:
    return Article.objects.get(title__startswith="QLORA")


def publish_change(publisher: User, article: Article, **fields: str) -> None:
    """Let the desk change what readers see."""
    revision = actions.revise(article, publisher)
    actions.edit(revision, publisher, revision.version, **fields)
    Revision.objects.filter(pk=revision.pk).update(state=State.APPROVED)
    revision.refresh_from_db()
    actions.perform(revision, "publish", publisher)


@pytest.fixture
def listed(publisher: User, seed: str) -> str:
    import_readme(seed, publisher, publish=True)
    return seed


def test_what_only_the_desk_changed_is_kept_and_named(publisher: User, listed: str) -> None:
    publish_change(publisher, qlora(), summary="编辑部的说法。")
    text = listed.replace("Meta发布的最新", "Meta 发布的最新")
    report = import_readme(text, publisher, publish=True)
    assert (report.changed, report.desk_only) == (1, 1)
    assert report.named(Kind.KEPT) == [qlora().headline]
    assert qlora().summary == "编辑部的说法。"


def test_different_fields_are_merged_and_the_log_says_so(
    publisher: User, author: User, listed: str
) -> None:
    publish_change(publisher, qlora(), headline="编辑部的标题")
    text = listed.replace(*SUMMARY)
    report = import_readme(text, author)
    assert (report.merged, report.changed, report.conflicts) == (1, 0, 0)
    revision = Revision.objects.get(state=State.IN_REVIEW)
    assert revision.headline == "编辑部的标题"
    assert revision.summary.startswith("QLoRA 是一种")
    note = Event.objects.get(revision=revision, transition="edit").note
    assert str(Revision._meta.get_field("headline").verbose_name) in note
    assert not import_readme(text, author).writes
    assert Revision.objects.filter(state=State.IN_REVIEW).count() == 1


def test_a_merged_change_is_published_with_publish(publisher: User, listed: str) -> None:
    publish_change(publisher, qlora(), headline="编辑部的标题")
    assert import_readme(listed.replace(*SUMMARY), publisher, publish=True).merged == 1
    assert qlora().headline == "编辑部的标题"
    assert qlora().summary.startswith("QLoRA 是一种")


@pytest.mark.parametrize("publish", [True, False])
def test_the_same_field_is_a_conflict_that_waits(
    publisher: User, listed: str, publish: bool
) -> None:
    publish_change(publisher, qlora(), summary="编辑部的说法。")
    text = listed.replace(*SUMMARY)
    report = import_readme(text, publisher, publish=publish)
    assert (report.conflicts, report.changed, report.merged) == (1, 0, 0)
    (conflict,) = (one for one in report.changes if one.kind is Kind.CONFLICT)
    sides = (conflict.base, conflict.ours, conflict.theirs)
    said = [side["summary"][:8] if side else "" for side in sides]
    assert said == ["QLoRA是一种", "编辑部的说法。", "QLoRA 是一"]
    assert conflict.line == 43
    assert qlora().summary == "编辑部的说法。"
    assert Outline.objects.get(state="waiting").text == text
    assert not import_readme(text, publisher, publish=publish).writes
    assert Outline.objects.count() == 1


def test_what_both_changed_alike_is_no_conflict(publisher: User, listed: str) -> None:
    text = listed.replace(*SUMMARY)
    publish_change(publisher, qlora(), summary=qlora().summary.replace(*SUMMARY))
    report = import_readme(text, publisher, publish=True)
    assert (report.conflicts, report.changed, report.desk_only, report.same) == (0, 0, 0, 16)
    back = import_readme(listed, publisher, publish=True)
    assert (back.conflicts, back.changed) == (0, 1)


def test_an_export_to_a_file_is_a_base(
    publisher: User, listed: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "README.md"
    publish_change(publisher, qlora(), summary="编辑部的说法。")
    run("export_readme", str(path))
    text = path.read_text(encoding="utf-8").replace("编辑部的说法。", "外面的说法。")
    assert import_readme(text, publisher, publish=True).changed == 1
    assert qlora().summary == "外面的说法。"
    assert exporting.readme() == text


def test_what_standard_output_got_is_none(publisher: User, listed: str, run: Run) -> None:
    publish_change(publisher, qlora(), summary="编辑部的说法。")
    run("export_readme")
    assert import_readme(f"{listed}\n", publisher, publish=True).desk_only == 1


def test_a_removal_outside_waits_for_a_publisher(publisher: User, listed: str) -> None:
    start, end = listed.index("**3、[DTG"), listed.index("**4、[模块化")
    shorter = listed[:start] + listed[end:]
    report = import_readme(shorter, publisher, publish=True)
    assert (report.kept, report.removed, report.taken_down) == (1, 1, 0)
    assert report.named(Kind.REMOVED)[0].startswith("DTG")
    assert Article.objects.published().count() == 16
    assert Outline.objects.filter(state="waiting").exists()


def test_what_was_never_in_the_file_is_not_removed_from_it(
    publisher: User, listed: str, author: User
) -> None:
    draft = actions.propose(
        author, category=qlora().category, entry=mirror.entry_of(qlora()).edit(url="u")
    )
    Revision.objects.filter(pk=draft.pk).update(state=State.APPROVED)
    draft.refresh_from_db()
    actions.perform(draft, "publish", publisher)
    report = import_readme(f"{listed}\n", publisher, publish=True)
    assert (report.kept, report.removed) == (1, 0)


def test_a_newer_change_outside_replaces_the_revision_that_an_older_one_made(
    author: User, publisher: User, listed: str
) -> None:
    once, twice = listed.replace(*SUMMARY), listed.replace("QLoRA是一种", "QLoRA，一种")
    assert import_readme(once, author).changed == 1
    assert import_readme(twice, author).changed == 1
    revision = Revision.objects.get(state=State.IN_REVIEW)
    assert revision.summary.startswith("QLoRA，一种")
    assert Revision.objects.filter(state=State.WITHDRAWN).count() == 1
    assert not import_readme(twice, author).writes


def test_a_change_outside_reaches_a_draft_that_changed_other_fields(
    author: User, publisher: User, listed: str
) -> None:
    draft = actions.revise(qlora(), author)
    actions.edit(draft, author, draft.version, headline="作者的标题")
    assert import_readme(listed.replace(*SUMMARY), publisher).merged == 1
    draft.refresh_from_db()
    assert (draft.state, draft.headline) == (State.DRAFT, "作者的标题")
    assert draft.summary.startswith("QLoRA 是一种")


def test_what_the_desk_would_refuse_waits_and_stops_nothing_else(
    author: User, publisher: User, listed: str
) -> None:
    draft = actions.revise(qlora(), author)
    actions.edit(draft, author, draft.version, headline="作者的标题")
    text = listed.replace(
        "https://mp.weixin.qq.com/s/U9uHJrg3FbUprlZ46dptTQ", "javascript:alert(1)"
    )
    text = text.replace("Meta发布的最新", "Meta 发布的最新")
    report = import_readme(text, publisher)
    assert (report.changed, report.merged, report.conflicts) == (1, 0, 1)
    assert [note.line for note in report.notes if "javascript:" in note.text] == [43]
    assert Outline.objects.filter(state="waiting").exists()
    draft.refresh_from_db()
    assert (draft.headline, draft.url) == ("作者的标题", qlora().url)


def test_a_new_entry_that_was_declined_is_not_proposed_again(
    author: User, reviewer: User, listed: str
) -> None:
    text = listed.rstrip() + "\n\n**2、[新文章](https://new)**\n\n新摘要。\n\n\n\n"
    assert import_readme(text, author).new == 1
    actions.perform(Revision.objects.get(state=State.IN_REVIEW), "decline", reviewer, "不要")
    assert import_readme(text, author).new == 0
    assert import_readme(text.replace("新摘要", "更新的摘要"), author).new == 1


def test_an_undecided_conflict_outlives_the_export_that_overwrites_the_file(
    publisher: User, listed: str, run: Run, tmp_path: Path
) -> None:
    publish_change(publisher, qlora(), summary="编辑部的说法。")
    import_readme(listed.replace(*SUMMARY), publisher)
    run("export_readme", str(tmp_path / "README.md"))
    dtg = Article.objects.get(headline__startswith="DTG")
    text = exporting.readme().replace("DTG不仅", "DTG 不仅")
    publish_change(publisher, dtg, summary="编辑部说 DTG。")
    assert import_readme(text, publisher).conflicts == 1
    assert Outline.objects.filter(state="waiting").count() == 2


def test_a_conflict_that_the_file_has_settled_itself_is_not_asked_about(
    publisher: User, listed: str
) -> None:
    publish_change(publisher, qlora(), summary="编辑部的说法。")
    import_readme(listed.replace(*SUMMARY), publisher)
    import_readme(listed.replace("Meta发布的最新", "Meta 发布的最新"), publisher)
    assert Outline.objects.get().state == "declined"


def test_accepting_the_frame_leaves_a_conflict_to_decide(publisher: User, listed: str) -> None:
    publish_change(publisher, qlora(), summary="编辑部的说法。")
    import_readme(listed.replace(*SUMMARY).replace("欢迎watch", "欢迎 watch"), publisher)
    accept_outline(Outline.objects.get(), publisher)
    assert "欢迎 watch" in exporting.readme()
    assert Outline.objects.get().state == "waiting"
