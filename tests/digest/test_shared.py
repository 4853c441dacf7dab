"""A link that is shared says what it leads to, with a picture made once for what that says."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from digest.cards import drawing
from digest.cards.drawing import Card, draw
from digest.cards.fonts import font_file
from digest.models import Article
from editorial.live import publishing
from tests.factories import ArticleFactory, PassageFactory
from tests.needs import missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def font() -> str:
    found = font_file("")
    if not found:
        missing("fonts-noto-cjk")
    return found


def social(client: Client, page: str) -> dict[str, str]:
    html = client.get(page, follow=True).content.decode()
    return dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):.*?)" content="(.*?)">', html)
    )


@pytest.fixture
def article() -> Article:
    PassageFactory.create()
    return ArticleFactory.create(headline_html='微调 "A" &amp; <strong>B</strong>')


def pages(article: Article) -> list[str]:
    return ["/", "/en/", article.category.get_absolute_url(), article.get_absolute_url()]


def test_every_kind_of_page_names_its_picture(client: Client, article: Article, font: str) -> None:
    for page in pages(article):
        told = social(client, page)
        assert told["og:title"]
        assert told["og:url"].startswith("http://testserver/")
        assert client.get(told["og:url"]).status_code == 200
        assert told["twitter:card"] == "summary_large_image"
        response = client.get(told["og:image"])
        assert response["Content-Type"] == "image/png"
        assert "immutable" in response["Cache-Control"]
        with Image.open(BytesIO(response.content)) as image:
            assert image.size == (1200, 630)
    assert social(client, article.get_absolute_url())["og:title"] == ("微调 &quot;A&quot; &amp; B")


def test_a_picture_is_made_once(client: Client, article: Article, font: str) -> None:
    address = social(client, article.get_absolute_url())["og:image"]
    client.get(address)
    [name] = default_storage.listdir("cards")[1]
    with default_storage.open(f"cards/{name}", "wb") as file:
        file.write(b"kept")
    assert client.get(address).content == b"kept"


def test_another_headline_is_another_picture_and_the_old_address_ends(
    client: Client, article: Article, font: str
) -> None:
    before = social(client, article.get_absolute_url())["og:image"]
    Article.objects.filter(pk=article.pk).update(headline_html="新标题")
    publishing.hold(timezone.now())
    after = social(client, f"/articles/{article.pk}/")["og:image"]
    assert after != before
    assert client.get(before).status_code == 404
    assert client.get(after).status_code == 200
    Article.objects.filter(pk=article.pk).update(taken_down_at="2023-07-01T00:00:00Z")
    assert client.get(after).status_code == 404


@pytest.mark.parametrize("name", ["article-1-abc", "home-1-abc", "secret-1-abc", "home-0-x"])
def test_nobody_has_other_pictures_made(client: Client, article: Article, name: str) -> None:
    assert client.get(f"/cards/{name}.png").status_code == 404
    assert not default_storage.exists("cards")


def test_without_a_font_the_picture_is_left_out_and_a_check_says_why(
    client: Client, article: Article, settings: Settings, tmp_path: Path
) -> None:
    settings.SHARE_FONT = str(tmp_path / "none.ttf")
    for page in pages(article):
        told = social(client, page)
        assert "og:image" not in told
        assert told["twitter:card"] == "summary"
    assert "digest.E001" in {message.id for message in run_checks()}


def test_with_a_font_the_check_is_silent(font: str) -> None:
    assert not {"digest.E001", "digest.I001"} & {message.id for message in run_checks()}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "微" * 300,
        "a" * 300,
        "多余 " * 100,
        "（「" * 80,
        "，。" * 80,
        "emoji ⭐❤️ 👩‍💻 \ud83d \x00 end",
        "עברית و العربية",
    ],
)
def test_any_text_stays_within_the_picture(text: str, font: str) -> None:
    content = draw(Card("站点" * 50, text, text, text), font)
    with Image.open(BytesIO(content)) as image:
        shown = image.convert("RGB")
    paper = Image.new("RGB", (drawing.MARGIN - 10, drawing.HEIGHT - 20), drawing.PAPER)
    right = (drawing.WIDTH - paper.width, 20, drawing.WIDTH, drawing.HEIGHT)
    assert shown.crop(right).getcolors() == paper.getcolors()
