"""The desk's other pages: articles, sections and text, outlines, and what the lists cost."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from digest.models import Article, Category, Passage
from editorial.models import Outline, Revision
from editorial.transitions import State
from tests.editorial.factories import People, category, revision_in
from tests.editorial.test_admin_form import ADD, change_url, shown, typed
from tests.factories import PassageFactory


def test_revise_begins_a_draft(people: People, client: Client) -> None:
    live = revision_in(State.PUBLISHED, people)
    client.force_login(people.second_author)
    page = reverse("admin:digest_article_change", args=[live.article_id])
    revise = reverse("admin:digest_article_revise", args=[live.article_id])
    assert f'action="{revise}"' in shown(client.get(page))
    assert client.get(revise).status_code == 405
    answer = client.post(revise)
    draft = Revision.objects.get(state=State.DRAFT)
    assert answer.headers["Location"] == change_url(draft)
    assert f'action="{revise}"' not in shown(client.get(page))
    second = client.post(revise)
    assert second.status_code == 409
    assert "second_author" in shown(second)


def test_staff_without_the_right_cannot_revise(people: People, client: Client) -> None:
    live = revision_in(State.PUBLISHED, people)
    client.force_login(people.bystander)
    revise = reverse("admin:digest_article_revise", args=[live.article_id])
    assert client.post(revise).status_code == 403
    assert Revision.objects.count() == 1


def test_an_article_is_taken_down_and_restored_on_its_page(people: People, client: Client) -> None:
    live = revision_in(State.PUBLISHED, people)
    client.force_login(people.publisher)
    page = reverse("admin:digest_article_change", args=[live.article_id])
    down = reverse("admin:editorial_revision_move", args=[live.pk, "take_down"])
    assert f'action="{down}"' in shown(client.get(page))
    answer = client.post(down, {"version": live.version, "note": "撤稿", "next": page})
    assert answer.headers["Location"] == page
    assert not Article.objects.published().exists()
    assert reverse("admin:editorial_revision_move", args=[live.pk, "restore"]) in shown(
        client.get(page)
    )


def test_an_article_cannot_be_changed_by_a_form(people: People, client: Client) -> None:
    live = revision_in(State.PUBLISHED, people)
    client.force_login(people.superuser)
    page = reverse("admin:digest_article_change", args=[live.article_id])
    assert client.post(page, {"headline": "假的"}).status_code == 403
    assert Article.objects.get().headline == live.headline


def test_publishers_keep_sections_and_text(people: People, client: Client) -> None:
    client.force_login(people.publisher)
    form = {"title": "大模型评估", "slug": "", "position": "", "depth": "2"}
    client.post("/admin/digest/category/add/", form)
    section = Category.objects.get()
    assert (section.slug, section.position) == ("大模型评估", 1)
    text = {"category": section.pk, "position": "", "source": "引言**「好」**。\r\n\r\n完"}
    client.post("/admin/digest/passage/add/", text)
    passage = Passage.objects.get()
    assert passage.source == "引言**「好」**。\n\n完"
    assert "<strong>" in passage.html
    wrong = client.post("/admin/digest/passage/add/", {**text, "source": "# 一、标题"})
    assert wrong.status_code == 200
    assert "errorlist" in shown(wrong)
    gone = reverse("admin:digest_passage_delete", args=[passage.pk])
    assert client.post(gone, {"post": "yes"}).status_code == 302
    assert not Passage.objects.exists()


def test_a_section_that_is_in_use_is_not_deleted(people: People, client: Client) -> None:
    live = revision_in(State.PUBLISHED, people)
    client.force_login(people.publisher)
    gone = reverse("admin:digest_category_delete", args=[live.category_id])
    assert client.post(gone, {"post": "yes"}).status_code in {200, 302}
    assert Category.objects.exists()


@pytest.mark.parametrize("name", ["author", "reviewer", "bystander"])
def test_others_do_not_touch_the_frame(name: str, people: People, client: Client) -> None:
    section, passage = category(), PassageFactory.create()
    client.force_login(getattr(people, name))
    for model, row in (("category", section), ("passage", passage)):
        for verb in ("change", "delete"):
            url = reverse(f"admin:digest_{model}_{verb}", args=[row.pk])
            assert client.post(url, {"title": "x", "source": "x", "post": "yes"}).status_code == 403
        assert client.post(reverse(f"admin:digest_{model}_add"), {}).status_code == 403


def test_a_permission_of_djangos_alone_does_not_let_anyone_write(
    people: People, client: Client
) -> None:
    """The action asks for the right to publish, whatever the admin's own permissions say."""
    codes = ["add_category", "change_category", "add_revision", "change_revision", "view_revision"]
    people.bystander.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(people.bystander)
    client.post(
        "/admin/digest/category/add/", {"title": "x", "slug": "x", "position": "1", "depth": "2"}
    )
    assert not Category.objects.exists()
    assert client.post(ADD, typed(category())).status_code == 403
    assert not Revision.objects.exists()


def test_publishers_decide_about_outlines(people: People, client: Client) -> None:
    outline = Outline.objects.create(text="## 一、新的\n", author=people.author)
    page = reverse("admin:editorial_outline_change", args=[outline.pk])
    accept = reverse("admin:editorial_outline_accept", args=[outline.pk])
    client.force_login(people.reviewer)
    assert client.post(accept).status_code == 403
    client.force_login(people.publisher)
    assert f'action="{accept}"' in shown(client.get(page))
    assert client.get(accept).status_code == 405
    assert client.post(accept).status_code == 302
    assert Category.objects.get().title == "新的"
    outline.refresh_from_db()
    assert (outline.state, outline.decided_by) == ("accepted", people.publisher)
    assert client.post(accept).status_code == 409
    assert f'action="{accept}"' not in shown(client.get(page))


@pytest.mark.parametrize("key", ["0", "-1", "x", "１", "9" * 19, "9" * 5_000])
def test_a_number_that_no_revision_has_is_not_found(
    key: str, people: People, client: Client
) -> None:
    client.force_login(people.author)
    assert client.get(f"/admin/editorial/revision/{key}/change/").status_code == 404
