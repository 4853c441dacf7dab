"""Pictures come in the size that a page shows, and nothing on it moves when they arrive."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from PIL import ExifTags, Image

from digest import renditions
from digest.models import Article, Readme
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def picture(
    width: int, height: int, kind: str = "PNG", mode: str = "RGB", frames: int = 1
) -> bytes:
    """A picture with some grain in it, as a photograph has."""
    grain = Image.effect_noise((width, height), 40).convert(mode)
    if "A" in mode:
        grain.putalpha(90)
    content = BytesIO()
    moving = {"save_all": True, "append_images": [grain.rotate(90)] * (frames - 1)}
    grain.save(content, kind, **(moving if frames > 1 else {}))
    return content.getvalue()


def article_with(content: bytes, name: str = "p.png") -> Article:
    article: Article = ArticleFactory.create(picture_alt="图")
    article.picture.save(name, ContentFile(content))
    return article


def noted(article: Article) -> Article:
    renditions.note(str(article.picture.name))
    article.refresh_from_db()
    return article


def attributes(client: Client, address: str) -> dict[str, str]:
    html = client.get(address).content.decode()
    (tag,) = re.findall(r"<img [^>]*>", html)
    return {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}


@pytest.mark.parametrize(
    ("width", "widths"),
    [(1400, [320, 640, 1280]), (1280, [320, 640, 1280]), (700, [320, 640, 700]), (200, [200])],
)
def test_a_picture_is_kept_in_the_sizes_below_its_own(width: int, widths: list[int]) -> None:
    article = noted(article_with(picture(width, 100)))
    assert (article.picture_width, article.picture_height) == (width, 100)
    assert article.picture_widths == widths
    for one in widths:
        with default_storage.open(renditions.name_of(str(article.picture.name), one)) as file:
            copy = Image.open(file)
            assert (copy.format, copy.width) == ("WEBP", one)
            assert copy.height == round(100 * one / width)


def test_a_copy_is_smaller_and_the_picture_stays_as_it_came() -> None:
    content = picture(1400, 900)
    article = noted(article_with(content))
    with default_storage.open(str(article.picture.name)) as file:
        assert file.read() == content
    sizes = [
        default_storage.size(renditions.name_of(str(article.picture.name), one))
        for one in article.picture_widths
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] < len(content)


def test_a_picture_that_lies_is_turned() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    content = BytesIO()
    Image.effect_noise((700, 400), 40).save(content, "JPEG", exif=exif, quality=100)
    article = noted(article_with(content.getvalue(), "p.jpg"))
    assert (article.picture_width, article.picture_height) == (400, 700)
    assert article.picture_widths == [320, 400]
    with default_storage.open(renditions.name_of(str(article.picture.name), 320)) as file:
        assert Image.open(file).size == (320, 560)


def test_a_copy_keeps_what_is_clear() -> None:
    article = noted(article_with(picture(400, 300, mode="LA")))
    with default_storage.open(renditions.name_of(str(article.picture.name), 320)) as file:
        assert Image.open(file).mode == "RGBA"


@pytest.mark.parametrize(
    ("content", "size", "name"),
    [
        (picture(400, 300, "GIF", "P", frames=3), (400, 300), "moving.gif"),
        (b"no picture", (0, 0), "none.png"),
        (picture(400, 300)[:900], (400, 300), "cut.png"),
    ],
)
def test_what_cannot_be_made_smaller_is_shown_as_it_is(
    client: Client, content: bytes, size: tuple[int, int], name: str
) -> None:
    article = noted(article_with(content, name))
    assert article.picture_widths == []
    assert "srcset" not in attributes(client, "/")
    assert attributes(client, "/")["src"] == article.picture.url
    assert (article.picture_width, article.picture_height) in {size, (0, 0)}


def test_a_page_reserves_the_room_and_offers_the_sizes(client: Client) -> None:
    article = noted(article_with(picture(1400, 800)))
    on_list = attributes(client, "/")
    assert (on_list["width"], on_list["height"], on_list["loading"]) == ("224", "128", "lazy")
    assert on_list["sizes"] == "(max-width: 264px) calc(100vw - 2.5rem), 224px"
    alone = attributes(client, article.get_absolute_url())
    assert (alone["width"], alone["height"]) == ("680", "389")
    assert "loading" not in alone  # what a reader sees first does not wait
    for line in alone["srcset"].split(", "):
        address, width = line.removesuffix("w").split(" ")
        response = client.get(address)
        assert response.headers["Content-Type"] == "image/webp"
        assert Image.open(BytesIO(b"".join(response))).width == int(width)


def test_a_small_picture_is_not_blown_up(client: Client) -> None:
    article = noted(article_with(picture(60, 40)))
    assert attributes(client, article.get_absolute_url())["width"] == "60"


def test_a_command_notes_older_pictures_once(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    article = article_with(picture(700, 400))
    before = Readme.objects.get(pk=1).version
    call_command("make_renditions")
    assert capsys.readouterr().out == "1 pictures looked at, 1 noted anew\n"
    assert Readme.objects.get(pk=1).version == before + 1
    assert "srcset" in attributes(client, article.get_absolute_url())
    call_command("make_renditions")
    assert capsys.readouterr().out == "1 pictures looked at, 0 noted anew\n"
    assert Readme.objects.get(pk=1).version == before + 1


def test_copies_go_with_their_picture() -> None:
    article = noted(article_with(picture(700, 400)))
    renditions.remove(str(article.picture.name))
    assert default_storage.listdir(renditions.FOLDER) == ([], [])
