"""A README brought to the desk: its plan with a tick for each change, and what applying makes."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from digest import exporting
from digest.models import Article, Category
from editorial import actions
from editorial.incoming import import_readme
from editorial.incoming.change import Kind
from editorial.models import Outline, Revision
from editorial.transitions import State
from tests.editorial.factories import People

ADD = "/en/admin/editorial/outline/add/"
LIST = (
    "# 甲\n\n"
    "**1、[苹果的故事](https://a)**\n\n**Apples**\n\n红色水果。\n\n"
    "**2、[香蕉的故事](https://b)**\n\n**Bananas**\n\n黄色水果。\n\n"
    "**3、[樱桃的故事](https://c)**\n\n**Cherries**\n\n小小的水果。\n"
)


@pytest.fixture
def listed(people: People) -> str:
    import_readme(LIST, people.publisher, publish=True)
    return LIST


def bring(client: Client, text: str) -> Outline:
    """Bring this text as a file, and go to its plan."""
    file = SimpleUploadedFile("README.md", text.encode())
    answer = client.post(ADD, {"file": file}, follow=True)
    assert answer.status_code == 200
    return Outline.objects.latest("pk")


def page_of(outline: Outline) -> str:
    with override("en"):
        return reverse("admin:editorial_outline_change", args=[outline.pk])


def look(client: Client, outline: Outline, query: str = "") -> str:
    return unescape(client.get(page_of(outline) + query).content.decode())


def press(client: Client, outline: Outline, do: str, *keys: str, **choices: str) -> None:
    """Press a button of the plan with these rows ticked."""
    shown = list(outline.planned.values_list("key", flat=True)[:50])
    client.post(page_of(outline), {"row": shown, "tick": keys, "do": do, **choices})


def key_of(outline: Outline, kind: Kind) -> str:
    return outline.planned.get(kind=kind).key


def publish_change(people: People, url: str, **fields: str) -> None:
    draft = actions.revise(Article.objects.get(url=url), people.author)
    actions.edit(draft, people.author, draft.version, **fields)
    actions.perform(draft, "submit", people.author)
    actions.perform(draft, "approve", people.reviewer)
    actions.perform(draft, "publish", people.publisher)


def test_only_what_is_ticked_becomes_a_revision(
    people: People, client: Client, listed: str
) -> None:
    client.force_login(people.author)
    text = listed.replace("红色", "青色").replace("黄色", "绿色")
    outline = bring(client, text)
    assert not Revision.objects.exclude(state=State.PUBLISHED).exists()
    page = look(client, outline)
    assert "<ins>" in page
    assert "line 3" in page
    assert page.count('name="tick"') == 2
    press(client, outline, "apply", "0.1")
    revision = Revision.objects.get(state=State.IN_REVIEW)
    assert (revision.author, revision.summary) == (people.author, "青色水果。")
    assert list(outline.planned.values_list("key", flat=True)) != []
    look(client, outline)
    assert [row.headline for row in outline.planned.all()] == ["香蕉的故事"]
    press(client, outline, "apply", "0.2")
    outline.refresh_from_db()
    assert outline.state == Outline.State.ACCEPTED
    assert exporting.readme() == listed


def test_pasted_text_is_taken_with_a_browsers_newlines(
    people: People, client: Client, listed: str
) -> None:
    client.force_login(people.author)
    client.post(ADD, {"text": listed.replace("\n", "\r\n").replace("红色", "青色")})
    outline = Outline.objects.get()
    look(client, outline)
    assert [row.kind for row in outline.planned.all()] == ["changed"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"# a\n\n\xff", "Line 3 is not UTF-8."),
        (b"# a\n\0", "Line 2 has a NUL character"),
        (b" ", "Choose a file or paste its text."),
    ],
)
def test_what_is_no_list_is_refused_with_its_line(
    people: People, client: Client, content: bytes, message: str
) -> None:
    client.force_login(people.author)
    answer = client.post(ADD, {"file": SimpleUploadedFile("README.md", content)})
    assert message in answer.content.decode()
    assert not Outline.objects.exists()


def test_nobody_without_a_role_comes_in(people: People, client: Client, listed: str) -> None:
    outline = Outline.objects.create(text=listed, author=people.author)
    client.force_login(people.bystander)
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"text": listed}).status_code == 403
    assert client.get(page_of(outline)).status_code == 403
    assert client.post(page_of(outline), {"do": "apply"}).status_code == 403


def test_a_conflict_is_decided_field_by_field(people: People, client: Client, listed: str) -> None:
    publish_change(people, "https://a", summary="编辑部的摘要。", headline="编辑部的标题")
    client.force_login(people.author)
    outline = bring(client, listed.replace("红色", "青色").replace("[苹果的", "[苹果之"))
    page = look(client, outline)
    for word in ("红色", "编辑部的", "The README’s", "The desk’s"):
        assert word in page
    press(client, outline, "apply", "0.1")
    assert "Choose a side" in look(client, outline)
    assert not Revision.objects.filter(state=State.IN_REVIEW).exists()
    sides = {"take-0.1-summary": "theirs", "take-0.1-headline": "ours"}
    press(client, outline, "apply", "0.1", **sides)
    revision = Revision.objects.get(state=State.IN_REVIEW)
    assert (revision.headline, revision.summary) == ("编辑部的标题", "青色水果。")


def test_the_desks_words_stay_and_are_not_asked_about_again(
    people: People, client: Client, listed: str
) -> None:
    publish_change(people, "https://a", summary="编辑部的摘要。")
    text = listed.replace("红色", "青色")
    assert import_readme(text, people.author).conflicts == 1
    outline = Outline.objects.get(state="waiting")
    client.force_login(people.author)
    look(client, outline)
    press(client, outline, "keep", "0.1")
    outline.refresh_from_db()
    assert outline.state == Outline.State.ACCEPTED
    report = import_readme(text, people.author)
    assert (report.conflicts, report.desk_only, report.writes) == (0, 1, False)
    assert import_readme(text.replace("青色", "蓝色"), people.author).conflicts == 1


@pytest.mark.parametrize("chosen", ["candidate", "new"])
def test_an_entry_in_doubt_is_assigned(people: People, client: Client, chosen: str) -> None:
    twins = (
        "# 甲\n\n1、[微调](u1)\n\n**Survey**\n\n摘要。\n\n2、[微调](u2)\n\n**Survey**\n\n摘要。\n"
    )
    import_readme(twins, people.publisher, publish=True)
    client.force_login(people.author)
    outline = bring(
        client, "# 甲\n\n1、[新](v)\n\n2、[微调](u3)\n\n**Survey**\n\n摘要。\n\n3、[又新](w)\n"
    )
    page = look(client, outline)
    key = key_of(outline, Kind.AMBIGUOUS)
    article = Article.objects.get(url="u2")
    assert f'value="article-{article.pk}"' in page
    press(client, outline, "apply", key)
    assert not Revision.objects.filter(url="u3").exists(), "nothing is guessed"
    row = f"article-{article.pk}" if chosen == "candidate" else "new"
    press(client, outline, "apply", key, **{f"entry-{key}": row})
    revision = Revision.objects.get(url="u3")
    assert revision.article == (article if chosen == "candidate" else None)


def test_two_entries_in_doubt_are_not_assigned_to_one(people: People, client: Client) -> None:
    twin = "[微调](u{})\n\n**Survey**\n\n摘要。\n\n"
    import_readme(f"# 甲\n\n1、{twin.format(1)}2、{twin.format(2)}", people.publisher, publish=True)
    client.force_login(people.author)
    text = f"# 甲\n\n1、[新](v)\n\n2、{twin.format(3)}3、[又](w)\n\n4、{twin.format(4)}5、[再](x)\n"
    outline = bring(client, text)
    keys = list(outline.planned.filter(kind=Kind.AMBIGUOUS).values_list("key", flat=True))
    assert len(keys) == 2
    row = f"article-{Article.objects.get(url='u1').pk}"
    press(client, outline, "apply", *keys, **{f"entry-{key}": row for key in keys})
    assert Revision.objects.filter(state=State.IN_REVIEW).count() == 1
    assert "look again" in look(client, outline)


def test_a_removal_is_a_publishers_to_decide(people: People, client: Client, listed: str) -> None:
    shorter = listed[: listed.index("**3、")]
    client.force_login(people.author)
    outline = bring(client, shorter)
    look(client, outline)
    key = key_of(outline, Kind.REMOVED)
    press(client, outline, "apply", key)
    assert Article.objects.published().count() == 3
    press(client, outline, "hand")
    assert Outline.objects.get().state == Outline.State.WAITING
    client.force_login(people.publisher)
    look(client, outline)
    press(client, outline, "apply", key)
    gone = Revision.objects.get(state=State.TAKEN_DOWN)
    assert gone.headline == "樱桃的故事"
    assert gone.events.get(transition="take_down").note


def test_a_removal_that_is_not_followed_is_not_asked_about_again(
    people: People, client: Client, listed: str
) -> None:
    shorter = listed[: listed.index("**3、")]
    import_readme(shorter, people.author)
    outline = Outline.objects.get()
    client.force_login(people.publisher)
    look(client, outline)
    press(client, outline, "keep", key_of(outline, Kind.REMOVED))
    assert Article.objects.published().count() == 3
    assert import_readme(shorter, people.author).removed == 0


def test_sections_and_text_are_taken_over_by_publishers_alone(
    people: People, client: Client, listed: str
) -> None:
    text = f"{listed}\n# 乙\n\n**1、[新的](https://n)**\n\n摘要。\n"
    client.force_login(people.author)
    outline = bring(client, text)
    assert "new section" in look(client, outline)
    press(client, outline, "apply", "frame")
    assert Category.objects.count() == 1
    client.force_login(people.publisher)
    press(client, outline, "apply", "frame", "1.1")
    assert Category.objects.count() == 2
    assert Revision.objects.get(url="https://n").category == Category.objects.get(title="乙")


def test_what_changed_since_somebody_looked_is_refused(
    people: People, client: Client, listed: str
) -> None:
    client.force_login(people.author)
    outline = bring(client, listed.replace("红色", "青色"))
    look(client, outline)
    publish_change(people, "https://a", summary="编辑部的摘要。")
    answer = client.post(
        page_of(outline), {"row": ["0.1"], "tick": ["0.1"], "do": "apply"}, follow=True
    )
    assert "look again" in answer.content.decode()
    assert not Revision.objects.filter(state=State.IN_REVIEW).exists()
    assert [row.kind for row in outline.planned.all()] == ["conflict"]


def test_a_conflict_with_a_revision_in_review_waits_until_that_is_sent_back(
    people: People, client: Client, listed: str
) -> None:
    draft = actions.revise(Article.objects.get(url="https://a"), people.author)
    actions.edit(draft, people.author, draft.version, summary="作者的摘要。")
    actions.perform(draft, "submit", people.author)
    client.force_login(people.publisher)
    outline = bring(client, listed.replace("红色", "青色"))
    assert "author is revising it" in look(client, outline)
    press(client, outline, "apply", "0.1", **{"take-0.1-summary": "theirs"})
    draft.refresh_from_db()
    assert draft.summary == "作者的摘要。"
    actions.perform(draft, "request_changes", people.reviewer, "看看 README")
    look(client, outline)
    press(client, outline, "apply", "0.1", **{"take-0.1-summary": "theirs"})
    draft.refresh_from_db()
    assert (draft.state, draft.summary) == (State.CHANGES_REQUESTED, "青色水果。")


def test_only_who_brought_it_or_a_publisher_closes_it(
    people: People, client: Client, listed: str
) -> None:
    client.force_login(people.author)
    outline = bring(client, listed.replace("红色", "青色"))
    client.force_login(people.second_author)
    assert 'value="discard"' not in look(client, outline)
    press(client, outline, "discard")
    outline.refresh_from_db()
    assert outline.state == Outline.State.PLANNED
    client.force_login(people.author)
    press(client, outline, "discard")
    outline.refresh_from_db()
    assert outline.state == Outline.State.DECLINED
    assert not outline.planned.exists()
    assert client.post(page_of(outline), {"do": "apply"}).status_code == 409


def test_markup_in_a_readme_is_shown_and_not_run(people: People, client: Client) -> None:
    client.force_login(people.author)
    outline = bring(
        client, "# <b>甲</b>\n\n1、[<script>alert(1)</script>](u)\n\n<img src=x>摘要。\n"
    )
    page = client.get(page_of(outline)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def many(entries: int) -> str:
    return "# 甲\n\n" + "\n".join(
        f"{n}、[第{n}篇文章 {n * 7919:x}](https://n/{n})\n\n摘要{n}。\n"
        for n in range(1, entries + 1)
    )


def test_ticks_outlive_pages_and_all_of_a_kind_are_ticked_at_once(
    people: People, client: Client
) -> None:
    import_readme(many(60), people.publisher, publish=True)
    text = many(180).replace("摘要", "新摘要")
    client.force_login(people.author)
    outline = bring(client, text)
    look(client, outline)
    first = list(outline.planned.values_list("key", flat=True)[:50])
    answer = client.post(
        page_of(outline), {"row": first, "tick": first[:3], "do": "go  2", "p": "1"}
    )
    assert answer["Location"].endswith("?p=2")
    second = list(outline.planned.values_list("key", flat=True)[50:100])
    client.post(page_of(outline), {"row": second, "tick": second[:2], "do": "go changed 1"})
    assert outline.planned.filter(ticked=True).count() == 5
    page = look(client, outline, "?kind=changed")
    assert "5 of 180 ticked" in page
    assert page.count('name="tick"') == 50
    assert page.count(" checked") == 3
    client.post(page_of(outline), {"kind": "changed", "row": [], "do": "all"})
    assert outline.planned.filter(ticked=True, kind="changed").count() == 60
    client.post(page_of(outline), {"kind": "new", "row": [], "do": "none"})
    client.post(page_of(outline), {"row": [], "do": "apply"})
    assert Revision.objects.filter(state=State.IN_REVIEW).count() == 60
    assert Revision.objects.filter(state=State.IN_REVIEW, article=None).count() == 0


def test_a_long_plan_costs_no_more_queries_and_no_longer_pages(
    people: People, client: Client
) -> None:
    client.force_login(people.author)
    costs = set()
    for entries in (100, 400):
        outline = bring(client, many(entries))
        look(client, outline)
        with CaptureQueriesContext(connection) as queries:
            page = look(client, outline, "?p=2")
        assert page.count('name="tick"') == 50
        costs.add(len(queries))
    assert len(costs) == 1
