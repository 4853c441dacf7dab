"""What a move does to the live tables: what readers see, and what stays hidden from them."""

import pytest
from django.core.management import call_command
from taggit.models import Tag

from digest.models import Article, Category, Paper, Passage, Readme
from editorial import actions
from editorial.actions import moves
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import (
    People,
    RevisionFactory,
    category,
    publish,
    publish_change,
    revision_in,
)
from tests.factories import PassageFactory


def live(revision: Revision) -> Article:
    return Article.objects.get(revision=revision.pk)


def order(section: Category | None) -> list[str]:
    """What stands in a section, in order: headlines of articles, sources of passages."""
    articles = [(a.position, a.headline) for a in Article.objects.filter(category=section)]
    passages = [(p.position, p.source) for p in Passage.objects.filter(category=section)]
    return [text for _position, text in sorted(articles + passages)]


def approved(people: People, **fields: object) -> Revision:
    return RevisionFactory.create(state=State.APPROVED, author=people.author, **fields)


def test_nothing_is_live_before_it_is_published(people: People) -> None:
    for state in (State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED):
        revision_in(state, people)
    assert not Article.objects.exists()
    assert not Paper.objects.exists()
    assert not Tag.objects.exists()


def test_an_article_says_what_its_revision_says(people: People) -> None:
    revision = approved(
        people,
        headline="**快**2倍",
        summary="它$MP^2$。",
        picture_src="a.png",
        picture_alt="图",
        tag_names=["大模型", "LLM"],
        gap="\n\n\n",
        source_place=3,
    )
    actions.perform(revision, "publish", people.publisher)
    article = live(revision)
    assert article == revision.article
    for name in ("headline", "url", "title", "summary", "links", "picture_src", "gap"):
        assert getattr(article, name) == getattr(revision, name)
    assert article.headline_html == "<strong>快</strong>2倍"
    assert "<math" in article.summary_html
    assert article.category == revision.category
    assert article.published_at == article.updated_at == revision.updated_at
    assert sorted(article.tags.names()) == ["LLM", "大模型"]
    assert article.paper is not None
    assert article.paper.title == revision.title


def test_a_change_stays_hidden_until_it_is_published(people: People) -> None:
    first = revision_in(State.PUBLISHED, people, tag_names=["LLM"])
    assert first.article
    change = actions.revise(first.article, people.author)
    actions.edit(change, people.author, 1, headline="换了", tag_names=["RLHF"])
    actions.perform(change, "submit", people.author)
    actions.perform(change, "approve", people.reviewer)
    before = live(first)
    assert (before.headline, list(before.tags.names())) == (first.headline, ["LLM"])
    actions.perform(change, "publish", people.publisher)
    after = live(change)
    assert after.pk == before.pk
    assert (after.headline, list(after.tags.names())) == ("换了", ["RLHF"])
    assert after.published_at == before.published_at
    assert after.updated_at > before.updated_at
    assert after.position == before.position


def test_publishing_a_change_supersedes_what_was_live(people: People) -> None:
    first = revision_in(State.PUBLISHED, people)
    change = publish_change(first, people, headline="换了")
    first.refresh_from_db()
    assert (first.state, change.state) == (State.SUPERSEDED, State.PUBLISHED)
    moves = Event.objects.filter(at=change.updated_at).values_list("revision", "transition", "user")
    publisher = people.publisher.pk
    assert list(moves) == [
        (first.pk, "supersede", publisher),
        (change.pk, "publish", publisher),
    ]


def test_taking_down_hides_and_restoring_shows_again(people: People) -> None:
    revision = revision_in(State.PUBLISHED, people)
    actions.perform(revision, "take_down", people.publisher, "撤稿")
    assert not Article.objects.published().exists()
    actions.perform(revision, "restore", people.publisher, "改好了")
    assert Article.objects.published().get() == revision.article


def test_a_change_of_what_was_taken_down_waits_for_its_return(people: People) -> None:
    revision = revision_in(State.PUBLISHED, people)
    assert revision.article
    change = actions.revise(revision.article, people.author)
    actions.perform(change, "submit", people.author)
    actions.perform(change, "approve", people.reviewer)
    actions.perform(revision, "take_down", people.publisher, "撤稿")
    with pytest.raises(actions.WrongState):
        actions.perform(change, "publish", people.publisher)
    change.refresh_from_db()
    revision.refresh_from_db()
    assert (change.state, revision.state) == (State.APPROVED, State.TAKEN_DOWN)
    actions.perform(revision, "restore", people.publisher, "改好了")
    actions.perform(change, "publish", people.publisher)
    assert live(change).taken_down_at is None


def test_an_entry_that_waits_for_its_section_is_not_published(people: People) -> None:
    revision = approved(people, category=None, section="周边")
    with pytest.raises(actions.WrongState, match="周边"):
        actions.perform(revision, "publish", people.publisher)
    assert not Article.objects.exists()


def test_every_change_that_readers_see_counts(people: People) -> None:
    def version() -> int:
        return Readme.objects.get().version

    start = version()
    revision = revision_in(State.APPROVED, people)
    assert version() == start
    for count, (move, note) in enumerate(
        [("publish", ""), ("take_down", "撤稿"), ("restore", "改好了")], 1
    ):
        actions.perform(revision, move, people.publisher, note)
        assert version() == start + count
        assert Readme.objects.get().updated_at == revision.updated_at


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_the_row_that_counts() -> None:
    call_command("flush", verbosity=0, interactive=False)
    assert Readme.objects.get(pk=1).version == 0


def test_many_are_published_at_once_or_none(people: People) -> None:
    good, waits = approved(people), approved(people, category=None, section="周边")
    with pytest.raises(actions.WrongState):
        actions.perform_all([good, waits], "publish", people.publisher)
    good.refresh_from_db()
    assert good.state == State.APPROVED
    assert not Article.objects.exists()


def test_a_late_refusal_takes_all_batches_back(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves, "BATCH", 2)
    revisions = [approved(people) for _ in range(5)]
    Revision.objects.filter(pk=revisions[4].pk).update(version=7)
    with pytest.raises(actions.Stale):
        actions.perform_all(revisions, "publish", people.publisher)
    assert not Article.objects.exists()
    assert {(revision.state, revision.version) for revision in revisions} == {("approved", 1)}
    revisions[4].refresh_from_db()
    actions.perform_all(revisions, "publish", people.publisher)
    assert [revision.article.headline for revision in revisions if revision.article] == [
        revision.headline for revision in revisions
    ]
    assert [revision.version for revision in revisions] == [2, 2, 2, 2, 8]


def test_one_revision_twice_is_refused(people: People) -> None:
    revision = approved(people)
    with pytest.raises(actions.Refused):
        actions.perform_all([revision, revision], "publish", people.publisher)
    assert not Article.objects.exists()


# --- Places --------------------------------------------------------------------------------------


def test_a_new_entry_follows_the_last_and_later_text_moves_on(people: People) -> None:
    section = category()
    for position, source in ((1, "引言"), (3, "后记"), (4, "完")):
        PassageFactory.create(category=section, position=position, source=source)
    first = approved(people, category=section, position=2, headline="一")
    actions.perform(first, "publish", people.publisher)
    new = [approved(people, category=section, headline=text) for text in "二三"]
    actions.perform_all(new, "publish", people.publisher)
    assert order(section) == ["引言", "一", "二", "三", "后记", "完"]


def test_the_first_entry_of_a_section_follows_its_introduction(people: People) -> None:
    section = category()
    PassageFactory.create(category=section, position=1, source="引言")
    actions.perform(approved(people, category=section, headline="一"), "publish", people.publisher)
    assert order(section) == ["引言", "一"]


def test_an_entry_with_a_place_goes_there(people: People) -> None:
    section = category()
    for text in "一三":
        entry = approved(people, category=section, headline=text)
        actions.perform(entry, "publish", people.publisher)
    between = approved(people, category=section, headline="二", position=2)
    actions.perform(between, "publish", people.publisher)
    assert order(section) == ["一", "二", "三"]


def test_many_entries_with_places_go_there_together(people: People) -> None:
    section = category()
    old = [approved(people, category=section, headline=text) for text in "甲乙丙"]
    actions.perform_all(old, "publish", people.publisher)
    new = [
        approved(people, category=section, headline=text, position=position)
        for position, text in ((1, "一"), (3, "三"))
    ]
    actions.perform_all(new, "publish", people.publisher)
    assert order(section) == ["一", "甲", "三", "乙", "丙"]


def test_other_sections_do_not_move(people: People) -> None:
    other = PassageFactory.create(category=category(), position=1)
    section = category()
    PassageFactory.create(category=section, position=1, source="引言")
    actions.perform(
        approved(people, category=section, position=1, headline="一"), "publish", people.publisher
    )
    other.refresh_from_db()
    assert other.position == 1
    assert order(section) == ["一", "引言"]


def test_a_change_may_move_an_article_to_another_section(people: People) -> None:
    first = revision_in(State.PUBLISHED, people, gap="\n\n\n\n")
    stays = revision_in(State.PUBLISHED, people, headline="一")
    assert stays.category
    moved = publish_change(first, people, category=stays.category, headline="二")
    assert order(stays.category) == ["一", "二"]
    assert live(moved).gap is None  # the space belonged to the place, not to the entry


def test_a_change_keeps_its_place_while_others_move(people: People) -> None:
    section = category()
    old = [approved(people, category=section, headline=text) for text in "一三"]
    actions.perform_all(old, "publish", people.publisher)
    third = actions.revise(live(old[1]), people.author)
    between = approved(people, category=section, headline="二", position=2)
    actions.perform(between, "publish", people.publisher)
    actions.edit(third, people.author, 1, headline="叁")
    publish(third, people)
    assert order(section) == ["一", "二", "叁"]


# --- Papers --------------------------------------------------------------------------------------


def test_two_entries_about_one_paper_share_it(people: People) -> None:
    links = [["paper", "https://arxiv.org/abs/2305.14314v1"]]
    other = [["Paper", "https://arxiv.org/pdf/2305.14314v2.pdf"]]
    both = [approved(people, links=links), approved(people, links=other, title="QLoRA")]
    actions.perform_all(both, "publish", people.publisher)
    assert Paper.objects.get().articles.count() == 2
    assert live(both[1]).title == "QLoRA"


def test_an_entry_without_a_paper_has_none(people: People) -> None:
    revision = approved(people, title="", links=[])
    actions.perform(revision, "publish", people.publisher)
    assert live(revision).paper is None


def test_a_title_put_right_keeps_the_papers_address(people: People) -> None:
    first = revision_in(State.PUBLISHED, people, title="Atention", links=[])
    paper = live(first).paper
    changed = publish_change(first, people, title="Attention")
    assert live(changed).paper == paper == Paper.objects.get()
    assert Paper.objects.get().title == "Attention"


def test_a_change_of_one_entry_never_changes_a_shared_paper(people: People) -> None:
    both = [approved(people, title="Attention", links=[]) for _ in range(2)]
    actions.perform_all(both, "publish", people.publisher)
    changed = publish_change(both[0], people, title="Another Work")
    assert live(both[1]).paper == Paper.objects.get(title="Attention")
    assert live(changed).paper == Paper.objects.get(title="Another Work")


def test_an_article_joins_the_paper_that_is_there_and_leaves_none_behind(people: People) -> None:
    known = approved(people, title="Attention", links=[])
    wrong = approved(people, title="Atention", links=[])
    actions.perform_all([known, wrong], "publish", people.publisher)
    publish_change(wrong, people, title="Attention")
    assert Paper.objects.get().articles.count() == 2


# --- Tags ----------------------------------------------------------------------------------------


def test_tags_are_one_whatever_their_case_and_each_has_an_address(people: People) -> None:
    Tag.objects.create(name="LLM")
    names = ["llm", "大模型", "C++", "C#", "C", "***", "Émile"]
    revision = approved(people, tag_names=names)
    actions.perform(revision, "publish", people.publisher)
    again = approved(people, tag_names=["émile", "c++", "LLM"])
    actions.perform(again, "publish", people.publisher)
    tags = Tag.objects.all()
    assert {tag.name for tag in tags} == {"LLM", "大模型", "C++", "C#", "C", "***", "Émile"}
    assert len({tag.slug for tag in tags}) == len(tags)
    assert all(tag.slug for tag in tags)
    assert sorted(live(again).tags.names()) == ["C++", "LLM", "Émile"]


def test_a_change_takes_tags_away_and_adds_others(people: People) -> None:
    other = revision_in(State.PUBLISHED, people, tag_names=["LLM", "RLHF"])
    first = revision_in(State.PUBLISHED, people, tag_names=["LLM", "RLHF"])
    changed = publish_change(first, people, tag_names=["LLM", "评估"])
    assert sorted(live(changed).tags.names()) == ["LLM", "评估"]
    assert sorted(live(other).tags.names()) == ["LLM", "RLHF"]
    first.refresh_from_db()
    assert first.tag_names == ["LLM", "RLHF"]
