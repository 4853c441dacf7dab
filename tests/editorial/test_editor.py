"""What the form asks the server for while people type: the preview and suggestions of tags."""

import re
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from taggit.models import Tag, TaggedItem

from digest.models import Article
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, publish, revision_in
from tests.editorial.test_admin_form import ADD, browser_form, shown, typed
from tests.editorial.test_pictures import png
from tests.factories import ArticleFactory

TYPED = reverse("admin:editorial_revision_typed")
TAGS = reverse("admin:editorial_revision_tags")


@pytest.fixture
def author(people: People, client: Client) -> Client:
    client.force_login(people.author)
    return client


def typed_url(revision: Revision) -> str:
    return reverse("admin:editorial_revision_typed", args=[revision.pk])


def entry_in(page: str) -> list[str]:
    """Return the entry in a page as a list of words and tags.

    Links go, for only what is published has pages to link to, and so do the level of headings and
    the second of publishing, which for a preview is now.
    """
    found = re.search(r"<article class=\"entry\".*?</article>", page, re.DOTALL)
    assert found
    volatile = r"</?a\b[^>]*>|(?<=</h)[1-6]|(?<=<h)[1-6]|(?<=data-published=\")\d+"
    return re.sub(volatile, "", found[0]).split()


# --- The preview ----------------------------------------------------------------------------------


def test_what_is_typed_looks_as_readers_will_get_it(people: People, author: Client) -> None:
    form = typed(
        category(),
        headline="快 *2* 倍 <3",
        summary="一种「**高效**」的$x^2$方法。\r\n\r\n第二段。",
        picture_alt="图",
        tags="LLM",
    )
    # The first attempt leaves the picture behind.
    again = shown(author.post(ADD, {**form, "headline": "", "picture_file": png()}))
    form |= {name: browser_form(again)[name] for name in ("picture_kept", "picture_src")}
    preview = shown(author.post(TYPED, form))
    author.post(ADD, form)
    publish(Revision.objects.get(), people)
    assert entry_in(preview) == entry_in(shown(author.get("/")))
    for part in ("<math", "<img", form["url"], "https://arxiv.org/abs/2305.14342"):
        assert part in preview


def test_a_change_of_a_live_entry_keeps_its_number(people: People, author: Client) -> None:
    section = category()
    revision_in(State.PUBLISHED, people, category=section)
    live = revision_in(State.PUBLISHED, people, category=section)
    change = RevisionFactory.create(author=people.author, article=live.article, category=section)
    page = shown(author.post(typed_url(change), typed(section, headline="改了")))
    assert ">2<" in page
    assert "改了" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"headline": ""},
        {"category": ""},
        {"category": "x"},
        {"links": "paper https://e.org/ok\r\nnone"},
        {"url": "javascript:alert(1)"},
        {"summary": "a\0b"},
        {"tags": "字" * 200},
        {"picture_src": "a.png", "picture_kept": "forged"},
    ],
    ids=str,
)
def test_what_is_wrong_does_not_stop_the_preview(wrong: dict[str, str], author: Client) -> None:
    answer = author.post(TYPED, typed(category(), title="SEEN TITLE", **wrong))
    assert answer.status_code == 200
    assert "SEEN TITLE" in shown(answer)
    assert "javascript:" not in " ".join(entry_in(shown(answer)))
    assert '="javascript:' not in shown(answer)


def test_a_link_shows_while_the_next_is_being_typed(author: Client) -> None:
    page = shown(author.post(TYPED, typed(category(), links="paper https://e.org/ok\r\nco")))
    assert "https://e.org/ok" in page


def test_hostile_text_is_harmless(author: Client) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    names = ("headline", "title", "summary", "tags", "picture_alt")
    page = shown(author.post(TYPED, typed(category(), **dict.fromkeys(names, evil))))
    assert "<script" not in page
    assert "<img" not in page


def test_a_preview_writes_nothing(people: People, author: Client) -> None:
    revision = RevisionFactory.create(author=people.author)
    before = Revision.objects.values().get()
    form = typed(category(), summary="别的", picture_file=png())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        author.post(typed_url(revision), form)
    assert not [q for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert Revision.objects.values().get() == before
    assert not Event.objects.exists()
    assert not Article.objects.exists()


def test_a_preview_costs_the_same_in_a_long_list(people: People, author: Client) -> None:
    section = category()
    revision = RevisionFactory.create(author=people.author, category=section)
    counts = []
    for _ in range(2):
        ArticleFactory.create_batch(3, category=section)
        with CaptureQueriesContext(connection) as queries:
            author.post(typed_url(revision), typed(section))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_preview_is_for_those_who_may_write(people: People, client: Client) -> None:
    form = typed(category())
    assert client.post(TYPED, form).status_code == 302
    client.force_login(people.bystander)
    assert client.post(TYPED, form).status_code == 403
    client.force_login(people.author)
    assert client.get(TYPED).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people.author)
    assert strict.post(TYPED, form).status_code == 403


def test_a_text_without_end_is_not_rendered(author: Client) -> None:
    assert author.post(TYPED, typed(category(), summary="字" * 400_000)).status_code == 413


# --- Tags -----------------------------------------------------------------------------------------


def tagged(name: str, times: int) -> None:
    """Give a tag to so many published articles."""
    tag = Tag.objects.create(name=name)
    kind = ContentType.objects.get_for_model(Article)
    for article in ArticleFactory.create_batch(times):
        TaggedItem.objects.create(tag=tag, object_id=article.pk, content_type=kind)


def suggested(author: Client, letters: str) -> list[tuple[str, int]]:
    found: Any = author.get(TAGS, {"q": letters}).json()["tags"]
    return [(one["name"], one["entries"]) for one in found]


def test_tags_are_found_by_their_letters(author: Client) -> None:
    for name, times in {"LLM": 1, "LLaMA": 3, "多模态LLM": 9, "大模型": 2, "Ölung": 1}.items():
        tagged(name, times)
    assert suggested(author, "ll") == [("LLaMA", 3), ("LLM", 1), ("多模态LLM", 9)]
    assert suggested(author, " 模") == [("多模态LLM", 9), ("大模型", 2)]
    assert suggested(author, "öl") == [("Ölung", 1)]
    assert suggested(author, "100%") == suggested(author, "_") == suggested(author, "") == []


def test_only_what_readers_see_is_counted(author: Client) -> None:
    tagged("LLM", 2)
    hidden = Article.objects.order_by("pk")[:1].get()
    Article.objects.filter(pk=hidden.pk).update(taken_down_at=hidden.published_at)
    assert suggested(author, "llm") == [("LLM", 1)]


def test_suggestions_are_few_and_cost_the_same_whatever_there_is(author: Client) -> None:
    counts = []
    for size in (5, 150):
        Tag.objects.bulk_create(Tag(name=f"t{size}-{n}", slug=f"t{size}-{n}") for n in range(size))
        with CaptureQueriesContext(connection) as queries:
            found = suggested(author, "t")
        counts.append(len(queries))
    assert len(found) == 10
    assert counts[0] == counts[1]


def test_suggestions_are_for_those_who_may_write(people: People, client: Client) -> None:
    assert client.get(TAGS).status_code == 302
    client.force_login(people.bystander)
    assert client.get(TAGS).status_code == 403
