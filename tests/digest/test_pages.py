"""What readers see: the list in its order, entries at their addresses, nothing taken down."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from taggit.models import Tag, TaggedItem

from digest.models import Article, Category, Paper, Passage
from digest.sections import waterline
from tests.factories import ArticleFactory, CategoryFactory, PaperFactory, PassageFactory

pytestmark = pytest.mark.django_db
OWN_SCRIPTS = {f'<script src="/static/digest/{name}.js" defer>' for name in ("visit", "copy")}
DOWN = datetime(2023, 7, 1, tzinfo=UTC)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def texts(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def paper_of(article: Article) -> Paper:
    assert article.paper
    return article.paper


def in_order(text: str, *parts: str) -> bool:
    places = [text.index(part) for part in parts]
    return places == sorted(places)


def fill(number: int, sections: int = 5) -> None:
    """Publish so many entries, spread over the sections, each with a paper and a passage."""
    categories = [CategoryFactory.create(position=place) for place in range(1, sections + 1)]
    for place in range(1, number + 1):
        category = categories[place % sections]
        ArticleFactory.create(category=category, position=2 * place, tags=["微调", f"tag{place}"])
        PassageFactory.create(category=category, position=2 * place + 1)
    PassageFactory.create()


# --- The list ------------------------------------------------------------------------------------


def test_home_mirrors_the_readme(client: Client) -> None:
    second = CategoryFactory.create(title="大语言模型（LLMs）调优", position=2)
    first = CategoryFactory.create(title="人工反馈强化学习（RLHF）", position=1)
    PassageFactory.create(position=1, source="本仓库收集**最新**进展。")
    PassageFactory.create(position=2, kind=Passage.Kind.CONTENTS, source="### 旧目录", html="")
    ArticleFactory.create(category=second, position=3, headline="丙")
    ArticleFactory.create(category=first, position=3, headline="乙")
    ArticleFactory.create(category=first, position=1, headline="甲")
    PassageFactory.create(category=first, position=2, source="甲与乙之间。")

    html = page(client, "/")
    assert in_order(
        texts(html.partition("<main")[2]),
        *(
            "本仓库收集 最新 进展",
            "目录",
            "一、 人工反馈强化学习（RLHF）",
            "二、 大语言模型（LLMs）调优",
        ),
        *("1 （固定链接） 甲", "甲与乙之间。", "2 （固定链接） 乙", "1 （固定链接） 丙"),
    )
    assert "旧目录" not in html


def test_contents_lead_to_the_anchors_that_github_makes(client: Client) -> None:
    CategoryFactory.create(title="人工反馈强化学习（RLHF）", position=1)
    CategoryFactory.create(title="同名", position=2)
    html = page(client, "/")
    for anchor in ("一人工反馈强化学习rlhf", "二同名"):
        assert f'href="#{anchor}"' in html
        assert f'id="{anchor}"' in html


def test_an_entry_shows_all_its_parts(client: Client) -> None:
    article = ArticleFactory.create(
        headline="模块化**Prompt**",
        summary="简称$MP^2$，**「快」**。",
        links=[["paper", "https://arxiv.org/abs/1"], ["Code", "https://github.com/a/b"]],
        picture_alt="示意图",
        tags=["提示"],
    )
    article.picture.save("a.png", ContentFile(b"png"))
    html = page(client, "/")
    for part in (
        f'<a href="{article.url}" rel="noopener">模块化<strong>Prompt</strong></a>',
        paper_of(article).title,
        "<msup><mi>P</mi><mn>2</mn></msup>",
        "<strong>「快」</strong>",
        '<a href="https://arxiv.org/abs/1" rel="noopener">paper</a>',
        '<a href="https://github.com/a/b" rel="noopener">Code</a>',
        f'<img src="{article.picture.url}" alt="示意图"',
        f'<a href="{reverse("digest:tag", args=["提示"])}">提示</a>',
        f'<a class="number" href="{article.get_absolute_url()}"',
    ):
        assert part in html


def test_there_is_no_picture_without_a_file(client: Client) -> None:
    ArticleFactory.create(picture_src="assets/gone.png", picture_alt="x")
    assert "<img" not in page(client, "/")


@pytest.mark.parametrize("url", ["file:///C:/Users/Lenovo/Desktop/0526.pdf", "javascript:alert(1)"])
def test_an_address_out_of_reach_is_said_to_be_so(client: Client, url: str) -> None:
    paper = PaperFactory.create(url=url)
    article = ArticleFactory.create(paper=paper, url=url, links=[["paper", url]])
    for address in (
        "/",
        article.get_absolute_url(),
        paper_of(article).get_absolute_url(),
        "/feed.atom",
    ):
        html = page(client, address)
        assert url not in html
        if address != "/feed.atom":
            assert '<s class="dead" title="这个地址无法从这里访问。">' in html


def test_no_field_carries_a_script_onto_a_page(client: Client) -> None:
    evil = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
    category = CategoryFactory.create(title=evil)
    article = ArticleFactory.create(
        category=category,
        paper=PaperFactory.create(title=evil, url=f"https://x.org/{evil}"),
        headline=evil,
        title=evil,
        summary=evil,
        url=f"https://x.org/{evil}",
        links=[[evil, f"https://x.org/{evil}"], [evil, f"javascript:{evil}"]],
        picture_src=evil,
        picture_alt=evil,
        tags=[evil],
    )
    article.picture.save("a.png", ContentFile(b"png"))
    PassageFactory.create(source=evil)
    PassageFactory.create(category=category, source=evil)
    tag = article.tags.get()
    for address in (
        *("/", category.get_absolute_url(), article.get_absolute_url(), "/articles/", "/tags/"),
        *(paper_of(article).get_absolute_url(), reverse("digest:tag", args=[tag.slug])),
    ):
        html = page(client, address)
        data = re.findall(r'<script type="application/ld\+json">[^<]*</script>', html)
        scripts = re.findall(r"<script[^>]*>", html)
        assert {one for one in scripts if "ld+json" not in one} <= OWN_SCRIPTS, address
        assert len(data) == sum("ld+json" in one for one in scripts), address
        assert "<img src=x" not in html, address
        assert not re.search(r"<[^>]*\sonerror=[^>\"']*>", re.sub(r'"[^"]*"', "", html)), address


def test_sections_are_public_from_the_start_and_say_when_they_are_empty(client: Client) -> None:
    assert "还没有发布任何内容" in page(client, "/")
    category = CategoryFactory.create(title="空的")
    cache.clear()  # a factory counts no change of the list, as an action does
    for address in ("/", category.get_absolute_url()):
        assert "空的" in page(client, address)
        assert "暂无条目" in page(client, address)
    assert "没有符合条件的条目" in page(client, "/articles/")
    assert "还没有带标签的条目" in page(client, "/tags/")


def test_a_long_section_shows_its_first_entries_and_leads_to_the_rest(client: Client) -> None:
    category = CategoryFactory.create()
    for place in range(1, 56):
        ArticleFactory.create(category=category, position=2 * place, headline=f"第<{place}>条")
        PassageFactory.create(category=category, position=2 * place + 1, source=f"文字{place}。")
    Article.objects.filter(position=2).update(taken_down_at=DOWN)

    html = page(client, "/")
    assert html.count('<article class="entry"') == 50
    assert "文字50。" in html
    assert "文字51。" not in html
    assert "全部 54 个条目" in html

    first, second = (page(client, f"{category.get_absolute_url()}?page={n}") for n in (1, 2))
    assert in_order(texts(first), "1 （固定链接） 第", "文字50。", "50 （固定链接） 第")
    assert "文字51。" not in first
    assert in_order(
        texts(second), "文字51。", "51 （固定链接） 第", "54 （固定链接） 第", "文字55。"
    )
    assert second.count('<article class="entry"') == 4


def test_a_long_section_shows_its_newest_entries_by_their_numbers(client: Client) -> None:
    category = CategoryFactory.create()
    for place in range(1, 61):
        day = datetime(2023, 1 + place % 2, 1 + place % 28, tzinfo=UTC)
        ArticleFactory.create(
            category=category, position=place, headline=f"第{place}条", published_at=day
        )
    html = page(client, "/")
    oldest = Article.objects.order_by("published_at", "-position")[:10]
    shown = [int(number) for number in re.findall(r">(\d+)<span class=\"visually-hidden\">", html)]
    assert shown == sorted(set(range(1, 61)) - {article.position for article in oldest})
    assert all(f"第{number}条" in html for number in shown)
    assert "全部 60 个条目" in html


@pytest.mark.parametrize(
    ("totals", "limit"),
    [([], 50), ([16], 50), ([1000], 50), ([40] * 7, 50), ([40] * 10, 30), ([9] * 200, 3)],
)
def test_home_stays_small(totals: list[int], limit: int) -> None:
    assert waterline(totals) == limit


# --- Addresses -----------------------------------------------------------------------------------


def test_a_permalink_outlives_a_new_title(client: Client) -> None:
    article = ArticleFactory.create(title="Old Title")
    old = article.get_absolute_url()
    article.title = "新标题"
    article.save()
    for address in (old, f"/articles/{article.pk}/", f"/articles/{article.pk}-x/"):
        response = client.get(address)
        assert response.status_code == 301
        assert response["Location"] == article.get_absolute_url()
    assert "新标题" not in old
    page(client, article.get_absolute_url())
    assert client.get(f"/en/articles/{article.pk}/")["Location"].startswith("/en/articles/")


def test_what_was_taken_down_is_gone_from_everywhere(client: Client) -> None:
    article = ArticleFactory.create(
        headline="秘密", summary="秘密", tags=["秘密"], taken_down_at=DOWN
    )
    assert "秘密" not in page(client, article.get_absolute_url(), 410)
    assert "秘密" not in page(client, f"/articles/{article.pk}/", 410)
    page(client, paper_of(article).get_absolute_url(), 404)
    page(client, reverse("digest:tag", args=["秘密"]), 404)
    for address in (
        *("/", article.category.get_absolute_url(), "/articles/", "/tags/", "/feed.atom"),
        *("/sitemap-articles.xml", "/sitemap-papers.xml", "/sitemap-tags.xml", "/README.md"),
    ):
        html = b"".join(client.get(address)).decode()
        assert "秘密" not in html, address
        assert f"/articles/{article.pk}" not in html, address
        assert paper_of(article).title not in html, address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/nope",
            "/articles/1/",
            "/articles/99999999999999999999/",
            "/articles/1-x/",
            "/papers/1-x/",
        ),
        *("/tags/无/", "/categories/无/", "/articles/?page=9", "/articles/?page=x", "/en/nope"),
    ],
)
def test_an_unknown_address_is_not_found(client: Client, address: str) -> None:
    html = page(client, address, 404)
    assert "main" in html
    assert "href=" in html


def test_an_error_page_needs_nothing_that_may_be_broken() -> None:
    assert "服务器出错了" in render_to_string("500.html")


def test_a_paper_shows_every_entry_about_it(client: Client) -> None:
    paper = PaperFactory.create()
    one, two = (ArticleFactory.create(paper=paper, headline=headline) for headline in ("甲", "乙"))
    html = page(client, paper.get_absolute_url())
    assert in_order(html, one.headline, two.headline)


def test_a_tag_counts_and_shows_published_entries(client: Client) -> None:
    ArticleFactory.create(headline="甲", tags=["微调", "C++"])
    ArticleFactory.create(headline="乙", tags=["微调"])
    ArticleFactory.create(headline="丙", tags=["微调"], taken_down_at=DOWN)
    assert in_order(texts(page(client, "/tags/")), "微调 2", "C++ 1")
    html = page(client, reverse("digest:tag", args=["微调"]))
    assert "甲" in html
    assert "丙" not in html


def test_a_tag_of_signs_alone_has_no_page_and_breaks_none(client: Client) -> None:
    ArticleFactory.create(tags=["++"])
    assert "++" in page(client, "/")
    assert "++" not in page(client, "/tags/")


# --- The list of all entries ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"甲", "乙", "丙"}),
        ("category=one", {"甲", "乙"}),
        ("tag=llm", {"甲"}),
        ("year=2022", {"乙"}),
        ("code=on", {"甲"}),
        ("paper=on", {"甲", "丙"}),
        ("category=one&paper=on", {"甲"}),
        ("tag=none", set()),
        ("category=none", set()),
        ("year=x", set()),
    ],
)
def test_entries_are_found_by(client: Client, query: str, found: set[str]) -> None:
    one, two = CategoryFactory.create(slug="one"), CategoryFactory.create(slug="two")
    links = [["Paper", 'https://x.org/["code", '], ["CODE", "https://github.com/a/b"]]
    ArticleFactory.create(category=one, headline="甲", tags=["LLM", "x"], links=links)
    ArticleFactory.create(
        category=one, headline="乙", links=[], published_at=datetime(2022, 1, 1, tzinfo=UTC)
    )
    ArticleFactory.create(category=two, headline="丙", links=links[:1], tags=["x"])
    html = page(client, f"/articles/?{query}")
    assert {name for name in "甲乙丙" if f">{name}</a>" in html} == found


def test_the_newest_entry_comes_first(client: Client) -> None:
    ArticleFactory.create(headline="旧")
    ArticleFactory.create(headline="新", published_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert in_order(page(client, "/articles/"), ">新</a>", ">旧</a>")


# --- Languages -----------------------------------------------------------------------------------


def test_every_page_speaks_both_languages(client: Client) -> None:
    article = ArticleFactory.create(tags=["微调"])
    chinese = [
        *(
            "/",
            "/articles/",
            "/tags/",
            article.get_absolute_url(),
            paper_of(article).get_absolute_url(),
        ),
        *(article.category.get_absolute_url(), reverse("digest:tag", args=["微调"])),
    ]
    for address in chinese:
        html = page(client, address)
        assert '<html lang="zh-hans">' in html
        assert "全部条目" in html
        assert f'href="/en{address}" lang="en"' in html
        other = page(client, f"/en{address}")
        assert '<html lang="en">' in other
        assert "All entries" in other
        assert f'href="{address}" lang="zh-hans"' in other
        assert 'lang="zh-hans"' in other.partition("<main")[2]


# --- Cost ----------------------------------------------------------------------------------------


def addresses() -> list[str]:
    article = Article.objects.get(position=2)
    return [
        *("/", "/articles/", "/tags/", "/feed.atom", "/articles/?tag=微调&code=on"),
        *(article.get_absolute_url(), article.category.get_absolute_url()),
        *(paper_of(article).get_absolute_url(), reverse("digest:tag", args=["微调"])),
    ]


def queries(client: Client) -> list[int]:
    counts = []
    for address in addresses():
        client.get(address)  # what Django itself remembers (content types) is asked for once
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    return counts


def test_a_page_asks_as_much_of_the_database_at_any_size(client: Client) -> None:
    fill(16)
    few = queries(client)
    home = Category.objects.order_by("position")[0]
    for place in range(100, 400):
        ArticleFactory.create(category=home, position=place, tags=["微调", f"tag{place}"])
        PassageFactory.create(category=home, position=place + 1000)
    for place in range(6, 40):
        ArticleFactory.create(category=CategoryFactory.create(position=place))
    assert queries(client) == few
    assert max(few) <= 8


def test_ten_thousand_entries_cost_no_more_queries(client: Client) -> None:
    fill(16)
    few = queries(client)
    category, published = Category.objects.all()[0], datetime(2023, 6, 27, tzinfo=UTC)
    Article.objects.bulk_create(
        Article(
            category=category,
            position=100 + place,
            revision=1_000_000 + place,
            headline=f"第{place}条",
            headline_html=f"第{place}条",
            published_at=published,
            updated_at=published,
        )
        for place in range(10_000)
    )
    assert queries(client) == few


def test_a_page_far_in_shows_what_stands_there(client: Client) -> None:
    section = CategoryFactory.create()
    published = datetime(2023, 6, 27, tzinfo=UTC)
    made = Article.objects.bulk_create(
        Article(
            category=section,
            position=place,
            revision=place,
            headline_html=f"第{place}条",
            published_at=published + timedelta(minutes=place),
            updated_at=published,
        )
        for place in range(1, 1_211)
    )
    tag = Tag.objects.create(name="LLM", slug="llm")
    TaggedItem.objects.bulk_create(TaggedItem(tag=tag, content_object=one) for one in made)
    last = [f"第{place}条" for place in range(1, 11)]
    for address in ("/articles/?", "/tags/llm/?", "/archive/2023/?"):
        assert re.findall(r"第\d+条", page(client, f"{address}page=25")) == last[::-1]
    assert re.findall(r"第\d+条", page(client, "/articles/?sort=list&page=21")) == [
        f"第{place}条" for place in range(1_001, 1_051)
    ]
    assert re.findall(r"第\d+条", page(client, f"{section.get_absolute_url()}?page=21")) == [
        f"第{place}条" for place in range(1_001, 1_051)
    ]


def test_a_paper_with_many_entries_has_pages(client: Client) -> None:
    paper = PaperFactory.create()
    for place in range(51):
        ArticleFactory.create(paper=paper, position=place + 1)
    address = paper.get_absolute_url()
    assert page(client, address).count('class="entry"') == 50
    assert page(client, f"{address}?page=2").count('class="entry"') == 1
    Article.objects.update(taken_down_at=DOWN)
    assert "404" in page(client, f"{address}?page=3", 404)
