"""Versions of an entry: rebuilt from the log, and compared field by field."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from digest.models import Article
from editorial import actions
from editorial.changes import comparing, versions
from editorial.changes.comparing import Item, compare
from editorial.changes.textdiff import Kind, Run
from editorial.changes.versions import History, Version, version_at
from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, revision_in

A, B, C = ("paper", "https://e.org/a"), ("code", "https://e.org/b"), ("项目", "https://e.org/c")


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def changes(before: Version, after: Version) -> dict[str, str]:
    """Return what differs as a line of text by field."""
    signs = {Kind.EQUAL: "{}", Kind.DELETE: "[-{}-]", Kind.INSERT: "{{+{}+}}"}
    return {
        difference.field: "".join(signs[run.kind].format(run.text) for run in difference.runs)
        for difference in compare(before, after)
    }


def states(field: str, before: Any, after: Any) -> list[tuple[str, str]]:
    """Return each item of a list that differs, with what became of it."""
    (difference,) = compare(Version(**{field: before}), Version(**{field: after}))
    return [("".join(run.text for run in item.runs), state(item)) for item in difference.items]


def state(item: Item) -> str:
    return " ".join(filter(None, [item.change, "moved" if item.moved else ""]))


def edit(revision: Revision, people: People, **fields: Any) -> None:
    actions.edit(revision, people.author, revision.version, **fields)


# --- Fields --------------------------------------------------------------------------------------


def test_only_what_differs_is_told_in_the_forms_order() -> None:
    before = Version(summary="快2倍", headline="标题", url="https://e.org/1", title="A Title")
    after = Version(summary="快3倍", headline="标题", url="https://e.org/2", title="A New Title")
    assert list(changes(before, after).items()) == [
        ("url", "https://e.org/[-1-]{+2+}"),
        ("title", "A {+New +}Title"),
        ("summary", "快[-2-]{+3+}倍"),
    ]
    assert comparing.unchanged(after, compare(before, after)) == ["headline"]
    assert compare(after, after) == []


def test_a_section_is_another_as_a_whole_and_a_place_only_when_it_is_given() -> None:
    before, after = Version(category="大模型调优", position=3), Version(category="大模型评估")
    assert changes(before, after) == {"category": "[-大模型调优-]{+大模型评估+}"}
    assert changes(before, Version(category="大模型调优", position=12)) == {
        "position": "[-3-]{+12+}"
    }
    assert changes(Version(), before) == {"category": "{+大模型调优+}"}


def test_every_field_has_a_name_for_people() -> None:
    labels = [comparing.label_of(field) for field in comparing.FIELDS]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert set(comparing.FIELDS) == set(Version.__dataclass_fields__)


def test_stored_pictures_come_with_their_addresses() -> None:
    before, after = Version(picture="pictures/a.png"), Version()
    (difference,) = compare(before, after)
    assert difference.pictures == ("/media/pictures/a.png", "")
    assert difference.runs == (Run(Kind.DELETE, "pictures/a.png"),)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((A, B), (A, C, B), ["", "added", ""]),
        ((A, B, C), (A, C), ["", "removed", ""]),
        ((A, B, C), (C, A, B), ["moved", "", ""]),
        ((A, B), (B, A), ["moved", ""]),
        ((A,), (("paper", "https://e.org/x"),), ["changed"]),
        ((A, B), (("code", B[1]), ("arXiv", A[1])), ["moved", "changed"]),
        ((A, A), (A,), ["", "removed"]),
        ((A,), (C,), ["removed", "added"]),
    ],
)
def test_links_are_followed(before: Any, after: Any, expected: list[str]) -> None:
    assert [state for _text, state in states("links", before, after)] == expected


def test_a_changed_link_shows_what_changed_in_it() -> None:
    before, after = Version(links=(A, B)), Version(links=(A, ("code", "https://e.org/b/new")))
    (difference,) = compare(before, after)
    assert difference.items[1] == Item(
        (Run(Kind.EQUAL, "code https://e.org/b"), Run(Kind.INSERT, "/new")), before=2, after=2
    )


def test_tags_come_go_and_change_places() -> None:
    assert states("tags", ("LLM", "微调", "评估"), ("评估", "LLM", "QLoRA")) == [
        ("评估", "moved"),
        ("微调", "removed"),
        ("LLM", ""),
        ("QLoRA", "added"),
    ]
    assert states("tags", ("llm",), ("LLM",)) == [("llmLLM", "changed")]


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_both_lists_can_be_read_from_the_items(before: list[str], after: list[str]) -> None:
    differences = compare(Version(tags=tuple(before)), Version(tags=tuple(after)))
    assert bool(differences) is (before != after)
    for difference in differences:
        old = sorted((item.before, item.runs[0].text) for item in difference.items if item.before)
        new = [(item.after, item.runs[0].text) for item in difference.items if item.after]
        assert old == list(enumerate(before, 1))
        assert new == list(enumerate(after, 1))


# --- Versions ------------------------------------------------------------------------------------


def test_a_revision_of_an_article_differs_in_nothing_until_it_is_edited(people: People) -> None:
    revision_in(State.PUBLISHED, people, tag_names=["LLM", "微调"])
    article = Article.objects.get()
    draft = actions.revise(article, people.author)
    assert compare(versions.of_article(article), versions.of_revision(draft)) == []
    edit(draft, people, summary="它「**不需要**」单个GPU。", tag_names=["微调"])
    assert changes(versions.of_article(article), versions.of_revision(draft)) == {
        "summary": "它「**[-只-]{+不+}需要**」单个GPU。",
        "tags": "",
    }


def test_spellings_that_mean_the_same_do_not_differ(people: People) -> None:
    written = RevisionFactory.build(
        author=None, category=None, summary="一\r\n二 ", links=[["Paper", "https://e.org/a"]]
    )
    tidy = RevisionFactory.build(
        author=None,
        category=None,
        headline=written.headline,
        url=written.url,
        title=written.title,
        summary="一\n二",
        links=[["paper", "https://e.org/a"]],
    )
    assert versions.of_revision(written) == versions.of_revision(tidy)


def test_earlier_versions_are_rebuilt_from_the_log(people: People) -> None:
    first, second = category(title="从前"), category(title="后来")
    revision = RevisionFactory.create(author=people.author, category=first, tag_names=["LLM"])
    said = {1: versions.of_revision(revision)}
    steps: list[dict[str, Any]] = [
        {"headline": "新的标题", "links": [["code", "https://e.org/c"]]},
        {"category": second, "tag_names": []},
        {"headline": "更新的标题", "picture_src": "https://e.org/p.png", "picture_alt": "图"},
    ]
    for fields in steps:
        edit(revision, people, **fields)
        said[revision.version] = versions.of_revision(revision)
    assert len(said) == 4
    stored = Revision.objects.get()
    assert {number: version_at(stored, number) for number in said} == said
    assert History(stored).begun() == said[1]
    assert said[1].category == "从前"


def test_a_move_makes_a_version_that_says_the_same(people: People) -> None:
    revision = RevisionFactory.create(author=people.author)
    edit(revision, people, title="Second")
    actions.perform(revision, "submit", people.author)
    assert version_at(revision, revision.version) == versions.of_revision(revision)
    assert version_at(revision, 1).title != "Second"


def test_a_deleted_section_has_no_title(people: People) -> None:
    gone = category(title="没了")
    revision = RevisionFactory.create(author=people.author, category=gone)
    edit(revision, people, category=category(title="还在"))
    gone.delete()
    assert [version_at(revision, number).category for number in (1, 2)] == ["", "还在"]


def test_an_entry_stands_in_the_section_that_it_waits_for() -> None:
    waiting = RevisionFactory.build(author=None, category=None, section="新的一节")
    assert versions.of_revision(waiting).category == "新的一节"


def test_the_last_review_is_the_one_before_the_latest_edits(people: People) -> None:
    revision = RevisionFactory.create(author=people.author, headline="初稿")
    edit(revision, people, headline="二稿")
    assert History(revision).review is None
    actions.perform(revision, "submit", people.author)
    assert History(revision).review is None
    actions.perform(revision, "request_changes", people.reviewer, "短一点")
    edit(revision, people, headline="三稿")
    edit(revision, people, headline="四稿")
    for submitted in (False, True):
        if submitted:
            actions.perform(revision, "submit", people.author)
        history = History(revision)
        assert history.review
        assert history.review.transition == "request_changes"
        assert history.when(history.review).headline == "二稿"


def test_the_log_is_read_once(people: People, django_assert_num_queries: Any) -> None:
    revision = RevisionFactory.create(author=people.author)
    for number in range(5):
        edit(revision, people, headline=f"第{number}稿")
    history = History(revision)
    with django_assert_num_queries(2):  # the log, the sections
        assert [history.at(number).headline for number in (2, 4)] == ["第0稿", "第2稿"]
        history.begun()
