"""The frame of the list: what publishers may do to its sections and to the text around."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from digest.models import Category, Passage, Readme
from editorial import actions, outline
from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, revision_in
from tests.factories import PassageFactory


def titles() -> list[tuple[int, str]]:
    return list(Category.objects.values_list("position", "title"))


@pytest.fixture
def sections(db: None) -> list[Category]:
    sources = ("## 一、调优", "# 应用", "## 三、评估")
    return [
        category(position=place, title=source.lstrip("# ")[-2:], source=source, depth=2)
        for place, source in enumerate(sources, 1)
    ]


def test_a_new_section_is_the_last(people: People, sections: list[Category]) -> None:
    outline.save_category(people.publisher, Category(title=" 周边 "))
    assert titles() == [(1, "调优"), (2, "应用"), (3, "评估"), (4, "周边")]
    assert Category.objects.get(position=4).slug == "周边"
    assert sections


def test_a_section_moves_and_ordinals_follow(people: People, sections: list[Category]) -> None:
    last = sections[2]
    last.position = 1
    outline.save_category(people.publisher, last)
    assert titles() == [(1, "评估"), (2, "调优"), (3, "应用")]
    # A heading with an ordinal that is no longer true is written anew, the others stay.
    assert list(Category.objects.values_list("source", flat=True)) == ["", "", "# 应用"]


def test_a_renamed_section_is_written_anew_and_keeps_its_address(
    people: People, sections: list[Category]
) -> None:
    first, slug = sections[0], sections[0].slug
    first.title = "微调"
    outline.save_category(people.publisher, first)
    first.refresh_from_db()
    assert (first.title, first.source, first.slug) == ("微调", "", slug)


def test_saving_a_section_as_it_is_keeps_its_source(
    people: People, sections: list[Category]
) -> None:
    outline.save_category(people.publisher, sections[0])
    assert Category.objects.get(pk=sections[0].pk).source == "## 一、调优"


def test_two_sections_of_one_title_have_two_addresses(people: People) -> None:
    for _ in range(2):
        outline.save_category(people.publisher, Category(title="C++ & C#"))
    outline.save_category(people.publisher, Category(title="…"))
    slugs = list(Category.objects.values_list("slug", flat=True))
    assert len(set(slugs)) == 3
    assert all(slugs)


@pytest.mark.parametrize("title", ["", " ", "一\n二", "a\0b", "一、调优", "长" * 501])
def test_a_title_that_would_not_come_back_is_refused(title: str, people: People) -> None:
    with pytest.raises(actions.Invalid):
        outline.save_category(people.publisher, Category(title=title))
    assert not Category.objects.exists()


def test_an_empty_section_goes_and_the_others_close_up(
    people: People, sections: list[Category]
) -> None:
    PassageFactory.create(category=sections[0])
    outline.delete_category(people.publisher, sections[0])
    assert titles() == [(1, "应用"), (2, "评估")]
    assert not Passage.objects.exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.PUBLISHED, State.TAKEN_DOWN])
def test_a_section_in_use_stays(state: State, people: People) -> None:
    revision = revision_in(state, people)
    assert revision.category
    with pytest.raises(actions.WrongState):
        outline.delete_category(people.publisher, revision.category)
    assert Category.objects.count() == 1


def test_old_revisions_let_go_of_a_section(people: People, client: Client) -> None:
    old = RevisionFactory.create(state=State.WITHDRAWN, category=category(title="旧的"))
    client.force_login(people.publisher)
    gone = reverse("admin:digest_category_delete", args=[old.category_id])
    assert client.post(gone, {"post": "yes"}).status_code == 302
    stored = Revision.objects.get()
    assert (stored.category, stored.section) == (None, "旧的")


# --- Passages ------------------------------------------------------------------------------------


def test_text_is_stored_with_its_html(people: People) -> None:
    typed = "\r\n引言**「好」**。\r\n\r\n完\r\n"
    made = outline.save_passage(people.publisher, Passage(source=typed))
    assert (made.source, made.kind, made.position) == ("引言**「好」**。\n\n完", "text", 1)
    assert "<strong>「好」</strong>" in made.html


def test_a_table_of_contents_is_known_as_one(people: People) -> None:
    contents = "### 目录\n\n[**一、调优**](#一调优)\n\n[**二、应用**](#二应用)"
    made = outline.save_passage(people.publisher, Passage(source=contents))
    assert made.kind == Passage.Kind.CONTENTS


def test_text_takes_its_place_and_others_make_room(people: People) -> None:
    live = revision_in(State.PUBLISHED, people)
    assert live.article
    place = live.article.position
    outline.save_passage(
        people.publisher, Passage(category=live.category, position=place, source="引言")
    )
    live.article.refresh_from_db()
    assert live.article.position == place + 1
    last = outline.save_passage(people.publisher, Passage(category=live.category, source="完"))
    assert last.position == place + 2


def test_a_windows_file_keeps_its_newlines(people: People) -> None:
    Readme.objects.update(newline="\r\n")
    made = outline.save_passage(people.publisher, Passage(source="一\n二"))
    assert made.source == "一\r\n二"


def test_mixed_newlines_stay_when_nothing_was_typed(people: People) -> None:
    passage = PassageFactory.create(source="一\r\n二\n三")
    passage.source = "一\r\n二\r\n三"  # as a browser sends it back
    outline.save_passage(people.publisher, passage)
    passage.refresh_from_db()
    assert passage.source == "一\r\n二\n三"


@pytest.mark.parametrize(
    "source", ["", " \n ", "a\0b", "## 一、标题\n\n文", "**1、[题](https://e.org)**"]
)
def test_text_that_would_be_something_else_is_refused(source: str, people: People) -> None:
    with pytest.raises(actions.Invalid):
        outline.save_passage(people.publisher, Passage(category=category(), source=source))
    assert not Passage.objects.exists()


# --- Rights --------------------------------------------------------------------------------------

ATTEMPTS: dict[str, Callable[[User], object]] = {
    "save a section": lambda user: outline.save_category(user, Category(title="新的")),
    "delete a section": lambda user: outline.delete_category(user, Category.objects.get()),
    "save text": lambda user: outline.save_passage(user, Passage(source="新的")),
    "delete text": lambda user: outline.delete_passage(user, Passage.objects.get()),
}


@pytest.mark.parametrize("name", ["author", "reviewer", "bystander"])
@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_only_publishers_may(attempt: Callable[[User], object], name: str, people: People) -> None:
    category()
    PassageFactory.create()
    before = [*Category.objects.values(), *Passage.objects.values(), *Readme.objects.values()]
    with pytest.raises(actions.NoRight):
        attempt(getattr(people, name))
    after = [*Category.objects.values(), *Passage.objects.values(), *Readme.objects.values()]
    assert after == before


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_every_change_counts(attempt: Callable[[User], object], people: People) -> None:
    category()
    PassageFactory.create()
    attempt(people.publisher)
    assert Readme.objects.get().version == 1
