"""The rules at one entry: found in its field, mended on request, and errors are not submitted."""

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from digest.models import Article
from digest.readme import Entry, Link, Picture
from editorial import actions
from editorial.flaws import (
    ENTRY_RULES,
    all_fixed,
    fields_of,
    fixed,
    flaws_among_others,
    flaws_of,
)
from editorial.incoming import import_readme
from editorial.links import gathering
from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, publish_change, revision_in
from tests.transfer.conftest import SEED

GOOD = Entry(
    headline="高效微调方法，快2倍！",
    url="https://mp.weixin.qq.com/s/abc",
    title="Finetuning Made Cheap",
    summary="它只需要「**单个**」GPU。",
    links=(
        Link("paper", "https://arxiv.org/abs/2305.14314"),
        Link("code", "https://github.com/a/b"),
    ),
    picture=Picture("assets/a.png", "图"),
)
BOLD = "它**「只需要」**单个GPU。"
TRACKED = "https://example.org/post?utm_source=x"


def found(entry: Entry) -> set[tuple[str, str]]:
    return {(flaw.field, flaw.code) for flaw in flaws_of(entry)}


def test_a_good_entry_has_none() -> None:
    assert found(GOOD) == set()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"headline": "**「快」**2倍"}, ("headline", "bold-literal")),
        ({"summary": BOLD}, ("summary", "bold-literal")),
        ({"title": ""}, ("title", "title-missing")),
        ({"summary": ""}, ("summary", "summary-empty")),
        ({"summary": "长" * 700}, ("summary", "summary-long")),
        ({"summary": "少了一个（括号。"}, ("summary", "bracket-unbalanced")),
        ({"links": ()}, ("links", "link-missing")),
        ({"links": (Link("code", "https://shop.com/x"),)}, ("links", "link-code")),
        ({"links": (Link("paper", "file:///C:/x.pdf"),)}, ("links", "link-unsafe")),
        ({"url": TRACKED}, ("url", "link-tracking")),
        ({"url": "file:///C:/x"}, ("url", "link-unsafe")),
        ({"picture": Picture("assets/a.png", "")}, ("picture_alt", "picture-alt")),
    ],
)
def test_it_is_found_in_its_field(changes: dict[str, object], where: tuple[str, str]) -> None:
    assert where in found(GOOD.edit(**changes))


def test_the_same_text_in_two_fields_is_told_apart() -> None:
    entry = GOOD.edit(headline="快", title="快", summary=f"快 {BOLD}")
    assert ("summary", "bold-literal") in found(entry)
    assert not any(field in {"headline", "title"} for field, _code in found(entry))


def test_a_writer_may_say_that_a_rule_does_not_hold_here() -> None:
    entry = GOOD.edit(summary=f"{BOLD} <!-- digest: ignore bold-literal -->")
    assert found(entry) == set()


def test_messages_are_in_the_language_of_the_page() -> None:
    [flaw] = flaws_of(GOOD.edit(summary=BOLD))
    with translation.override("en"):
        assert flaw.message == "GitHub shows ** as it stands."
    with translation.override("zh-hans"):
        assert flaw.message == "GitHub 会原样显示 **。"
        assert flaw.why


@pytest.mark.parametrize(
    ("code", "changes", "mended"),
    [
        ("bold-literal", {"summary": BOLD}, {"summary": "它「**只需要**」单个GPU。"}),
        ("link-tracking", {"url": TRACKED}, {"url": "https://example.org/post"}),
        ("title-missing", {"title": ""}, {"title": ""}),
        ("anchor-dead", {"summary": BOLD}, {"summary": BOLD}),
        ("no-such-rule", {"summary": BOLD}, {"summary": BOLD}),
    ],
)
def test_mending_changes_what_the_rule_found(
    code: str, changes: dict[str, object], mended: dict[str, object]
) -> None:
    assert fixed(GOOD.edit(**changes), code) == GOOD.edit(**mended)


def test_all_is_mended_that_can_be() -> None:
    entry = all_fixed(GOOD.edit(summary=BOLD, url=TRACKED, title=""))
    assert found(entry) == {("title", "title-missing")}
    assert all_fixed(entry) == entry


def test_every_rule_of_an_entry_is_one_of_the_lists() -> None:
    assert len({rule.code for rule in ENTRY_RULES}) == len(ENTRY_RULES)


# --- Submitting -----------------------------------------------------------------------------------


def test_errors_stop_a_submission_and_name_the_field(people: People) -> None:
    draft = RevisionFactory.create(author=people.author, summary=BOLD)
    with pytest.raises(actions.Invalid, match="bold-literal") as refusal:
        actions.perform(draft, "submit", people.author)
    assert refusal.value.field == "summary"
    assert Revision.objects.get().state == State.DRAFT


def test_warnings_do_not(people: People) -> None:
    draft = RevisionFactory.create(author=people.author, title="", links=[["code", "https://a.cn"]])
    actions.perform(draft, "submit", people.author)
    assert draft.state == State.IN_REVIEW


def test_what_was_public_already_is_no_reason(people: People) -> None:
    """Whoever mends a comma is not made to hunt for a lost paper."""
    live = revision_in(State.PUBLISHED, people, links=[["paper", "file:///C:/x.pdf"]])
    changed = publish_change(live, people, summary="一个逗号，改了。")
    assert changed.state == State.PUBLISHED
    with pytest.raises(actions.Invalid):
        publish_change(changed, people, summary=BOLD)


def test_an_import_for_review_is_taken_as_it_is(people: People) -> None:
    report = import_readme(SEED.read_bytes().decode(), people.author)
    assert report.new == 16
    assert Revision.objects.filter(state=State.IN_REVIEW).count() == 16


# --- Among others ---------------------------------------------------------------------------------


def test_the_same_paper_and_the_same_address_are_found_by_their_indexes(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    here, there = category(), category()
    paper = [["paper", "https://arxiv.org/abs/2305.14314v2"]]
    first = revision_in(State.PUBLISHED, people, category=here, links=paper, headline="第一篇")
    revision_in(State.PUBLISHED, people, category=there, links=paper)
    address = revision_in(State.PUBLISHED, people, category=here).url
    gathering.gather(first.updated_at)
    draft = RevisionFactory.create(
        author=people.author, category=here, links=[["paper", "https://arxiv.org/abs/2305.14314"]],
        url=address,
    )  # fmt: skip
    with django_assert_num_queries(3):
        flaws = flaws_among_others(draft)
    assert {(flaw.field, flaw.code) for flaw in flaws} == {
        ("title", "paper-repeated"), ("title", "paper-elsewhere"), ("url", "address-shared"),
    }  # fmt: skip
    assert "第一篇" in flaws[0].message


def test_an_article_is_no_double_of_itself(people: People) -> None:
    live = revision_in(State.PUBLISHED, people)
    assert live.article
    assert flaws_among_others(live.article) == []
    assert flaws_among_others(actions.revise(live.article, people.author)) == []


def test_what_was_mended_is_an_edit_of_its_fields(people: People) -> None:
    draft = RevisionFactory.create(author=people.author, summary=BOLD)
    entry = all_fixed(GOOD.edit(summary=BOLD))
    actions.edit(draft, people.author, draft.version, **fields_of(entry))
    assert draft.summary == "它「**只需要**」单个GPU。"
    assert not Article.objects.exists()
