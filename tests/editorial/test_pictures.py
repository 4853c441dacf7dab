"""Pictures that people choose: checked, written anew, stored once, kept until the form is saved."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import ExifTags, Image, ImageSequence

from digest.models import Article
from digest.readme import Entry, Picture
from editorial import actions, pictures
from editorial.models import Event, Revision
from editorial.pictures import NotTakenError
from tests.editorial.factories import People, RevisionFactory, category, publish, publish_change
from tests.editorial.test_admin_form import ADD, browser_form, change_url, shown, typed

SECRET = b"31.2304N 121.4737E"
FRAMES = {"duration": [50, 60, 70], "loop": 2}


def content_of(
    kind: str, *, size: tuple[int, int] = (40, 20), frames: int = 1, **said: Any
) -> bytes:
    """Return a picture file of this kind, with what is said in it."""
    images = [Image.new("RGB", size, (40 * number, 90, 200)) for number in range(frames)]
    content = BytesIO()
    moving = {"save_all": True, "append_images": images[1:], **FRAMES} if frames > 1 else {}
    images[0].save(content, kind, **moving, **said)
    return content.getvalue()


def chosen(content: bytes, name: str = "IMG_0001.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())


def photograph(kind: str) -> bytes:
    """Return a picture that says where it was taken, and that the camera was held upright."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return content_of(kind, frames=2 if kind == "MPO" else 1, exif=exif)


@pytest.mark.parametrize(
    ("kind", "suffix"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("MPO", "jpg")]
)
def test_a_photograph_is_turned_and_says_no_more_where_it_was_taken(kind: str, suffix: str) -> None:
    photo = photograph(kind)
    assert SECRET in photo
    name = pictures.take(chosen(photo))
    assert re.fullmatch(rf"pictures/[0-9a-f]{{40}}\.{suffix}", name)
    assert SECRET not in stored(name)
    with Image.open(BytesIO(stored(name))) as picture:
        assert picture.size == (20, 40)
        assert not picture.getexif()


def test_words_in_a_file_go() -> None:
    name = pictures.take(chosen(content_of("GIF", comment=SECRET, frames=3)))
    assert SECRET not in stored(name)
    name = pictures.take(chosen(content_of("JPEG", comment=SECRET)))
    assert SECRET not in stored(name)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_stays_one(kind: str) -> None:
    name = pictures.take(chosen(content_of(kind, frames=3)))
    with Image.open(BytesIO(stored(name))) as picture:
        assert list(durations(picture)) == FRAMES["duration"]
        assert picture.info["loop"] == FRAMES["loop"]


def durations(picture: Image.Image) -> Iterator[int]:
    for frame in ImageSequence.Iterator(picture):
        frame.load()
        yield int(frame.info["duration"])


def test_a_picture_for_printers_gets_the_colours_of_a_screen() -> None:
    content = BytesIO()
    Image.new("CMYK", (4, 4)).save(content, "JPEG")
    with Image.open(BytesIO(stored(pictures.take(chosen(content.getvalue()))))) as picture:
        assert picture.mode == "RGB"


def test_a_published_picture_comes_in_the_sizes_that_pages_show(people: People) -> None:
    name = pictures.take(chosen(content_of("PNG", size=(700, 400), compress_level=0)))
    revision = publish(RevisionFactory.create(author=people.author, picture=name), people)
    article = Article.objects.get(revision=revision.pk)
    assert (article.picture_width, article.picture_height) == (700, 400)
    assert article.picture_widths == [320, 640, 700]
    publish_change(revision, people, picture="")
    article.refresh_from_db()
    assert (article.picture_width, article.picture_widths, article.has_picture) == (0, [], False)


def test_the_same_picture_is_stored_once() -> None:
    content = content_of("PNG")
    assert pictures.take(chosen(content)) == pictures.take(chosen(content, "other.png"))
    assert len(default_storage.listdir("pictures")[1]) == 1


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"",
        b"text",
        content_of("PNG")[:60],
        content_of("BMP"),
        content_of("PNG", size=(5001, 5000)),
        content_of("GIF", size=(3000, 3000), frames=3),
    ],
    ids=["svg", "empty", "text", "cut off", "another kind", "too many pixels", "too many frames"],
)
def test_what_is_no_fit_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotTakenError):
        pictures.take(chosen(content))
    assert not default_storage.exists("pictures")


def test_a_large_file_is_refused_before_it_is_read() -> None:
    upload = chosen(b"")
    upload.size = pictures.MAX_BYTES + 1
    with pytest.raises(NotTakenError, match="10 MB"):
        pictures.take(upload)


# --- In the action --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "pictures/../secret.png",
        "/etc/passwd",
        "elsewhere/a.png",
        f"pictures/{'0' * 40}.png",
        "pictures/a.png",
    ],
)
def test_the_desk_takes_only_pictures_that_it_stored(name: str, people: People) -> None:
    default_storage.save("pictures/a.png", ContentFile(b"not stored by the desk"))
    default_storage.save("elsewhere/a.png", ContentFile(b"nor this"))
    with pytest.raises(actions.Invalid):
        actions.propose(
            people.author, entry=Entry("一", "", picture=Picture("a.png")), picture=name
        )
    revision = RevisionFactory.create(author=people.author)
    with pytest.raises(actions.Invalid):
        actions.edit(revision, people.author, 1, picture_src="a.png", picture=name)
    assert not Revision.objects.get().picture


# --- In the form ----------------------------------------------------------------------------------


@pytest.fixture
def author(people: People, client: Client) -> Client:
    client.force_login(people.author)
    return client


def png() -> SimpleUploadedFile:
    return chosen(content_of("PNG"))


def test_a_new_entry_has_the_picture_that_was_chosen(author: Client) -> None:
    author.post(ADD, typed(category(), picture_file=png(), picture_alt="图"))
    revision = Revision.objects.get()
    name = revision.picture.name or ""
    assert default_storage.exists(name)
    assert revision.picture_src == f"assets/{name.removeprefix('pictures/')[:12]}.png"
    assert revision.picture_alt == "图"
    assert revision.picture.url in shown(author.get(change_url(revision)))


def test_the_picture_reaches_readers_and_the_readme(people: People, author: Client) -> None:
    author.post(ADD, typed(category(), picture_file=png()))
    publish(Revision.objects.get(), people)
    article = Article.objects.get()
    assert article.picture.url in shown(author.get("/"))
    readme = b"".join(author.get("/README.md")).decode()
    assert f'<img src="{article.picture_src}" alt="" />' in readme


def test_an_error_elsewhere_does_not_lose_the_picture(author: Client) -> None:
    section = category()
    answer = author.post(ADD, typed(section, headline="", picture_file=png()))
    assert not Revision.objects.exists()
    again = browser_form(shown(answer)) | {"headline": "有了"}
    assert again["picture_src"].startswith("assets/")
    author.post(ADD, again)
    assert default_storage.exists(Revision.objects.get().picture.name or "")


def test_a_refusal_of_the_desk_does_not_lose_the_picture(author: Client) -> None:
    answer = author.post(ADD, typed(category(), url="javascript:alert(1)", picture_file=png()))
    author.post(ADD, browser_form(shown(answer)) | {"url": ""})
    assert Revision.objects.get().picture


@pytest.mark.parametrize("forged", ["x", '["/etc/passwd", "a.png"]', ""])
def test_a_forged_keepsake_names_no_picture(forged: str, author: Client) -> None:
    author.post(ADD, typed(category(), picture_src="a.png", picture_kept=forged))
    revision = Revision.objects.get()
    assert (revision.picture_src, revision.picture.name) == ("a.png", "")


def test_who_types_another_address_means_another_picture(author: Client) -> None:
    answer = author.post(ADD, typed(category(), headline="", picture_file=png()))
    form = browser_form(shown(answer)) | {"headline": "一", "picture_src": "assets/other.png"}
    author.post(ADD, form)
    revision = Revision.objects.get()
    assert (revision.picture_src, revision.picture.name) == ("assets/other.png", "")


def test_a_file_that_is_no_picture_is_refused_beside_its_field(author: Client) -> None:
    page = shown(author.post(ADD, typed(category(), picture_file=chosen(b"<svg/>", "a.svg"))))
    assert 'id="id_picture_file_error"' in page
    assert not Revision.objects.exists()


def test_a_picture_is_removed(people: People, author: Client) -> None:
    author.post(ADD, typed(category(), picture_file=png(), picture_alt="图"))
    revision = Revision.objects.get()
    page = shown(author.get(change_url(revision)))
    author.post(change_url(revision), browser_form(page) | {"picture_removed": "on"})
    revision.refresh_from_db()
    assert (revision.picture.name, revision.picture_src, revision.picture_alt) == ("", "", "")


def test_a_picture_is_replaced(author: Client) -> None:
    author.post(ADD, typed(category(), picture_file=png()))
    revision = Revision.objects.get()
    before = revision.picture.name
    other = chosen(content_of("WEBP"), "b.webp")
    form = browser_form(shown(author.get(change_url(revision))))
    author.post(change_url(revision), form | {"picture_file": other, "picture_removed": "on"})
    revision.refresh_from_db()
    assert revision.picture.name not in {before, ""}
    assert revision.picture_src.endswith(".webp")


def test_the_same_picture_again_changes_nothing(author: Client) -> None:
    author.post(ADD, typed(category(), picture_file=png()))
    revision = Revision.objects.get()
    form = browser_form(shown(author.get(change_url(revision))))
    author.post(change_url(revision), form | {"picture_file": png()})
    author.post(change_url(revision), form)
    revision.refresh_from_db()
    assert revision.version == 1
    assert not Event.objects.exists()


def test_who_may_only_look_stores_no_picture(people: People, client: Client) -> None:
    revision = RevisionFactory.create()
    people.bystander.user_permissions.add(Permission.objects.get(codename="view_revision"))
    client.force_login(people.bystander)
    answer = client.post(change_url(revision), typed(category(), picture_file=png(), version=1))
    assert answer.status_code == 403
    assert not default_storage.exists("pictures")


def test_a_merge_keeps_the_picture_that_was_chosen(people: People, author: Client) -> None:
    revision = RevisionFactory.create(author=people.author)
    form = browser_form(shown(author.get(change_url(revision))))
    actions.edit(Revision.objects.get(), people.publisher, 1, title="Theirs")
    answer = author.post(change_url(revision), form | {"picture_file": png()})
    assert answer.status_code == 409
    author.post(change_url(revision), browser_form(shown(answer)))
    revision.refresh_from_db()
    assert revision.title == "Theirs"
    assert revision.picture
