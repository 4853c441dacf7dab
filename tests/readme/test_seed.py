"""The user's own list: what the codec understands of it."""

from pathlib import Path

import pytest

from digest.readme import Contents, Document, parse, render

SEED = Path(__file__).parents[2] / "fixtures" / "README.md"


@pytest.fixture(scope="module")
def text() -> str:
    return SEED.read_bytes().decode()


@pytest.fixture(scope="module")
def document(text: str) -> Document:
    return parse(text)


def test_it_comes_out_byte_for_byte(text: str, document: Document) -> None:
    assert render(document).encode() == SEED.read_bytes()


def test_it_has_five_sections_without_their_ordinals(document: Document) -> None:
    assert [(section.title, len(section.entries)) for section in document.sections] == [
        ("人工反馈强化学习（RLHF）", 2),
        ("大语言模型（LLMs）调优", 4),
        ("大语言模型（LLMs）应用", 7),
        ("大语言模型（LLMs）评估", 2),
        ("大模型(LLMs)周边", 1),
    ]


def test_the_contents_are_understood_as_such(document: Document) -> None:
    introduction, contents = document.preamble
    assert isinstance(contents, Contents)
    assert contents.line == 9
    assert contents.source.count("](#") == 5
    assert introduction.source.startswith("本仓库旨在收集NLP最新研究进展")


def test_every_entry_is_read_whole(document: Document) -> None:
    for section in document.sections:
        assert [entry.number for entry in section.entries] == list(
            range(1, len(section.entries) + 1)
        )
        assert len(section.nodes) == len(section.entries), "nothing in it is left as text"
    for entry in document.entries:
        assert entry.headline
        assert "**" not in entry.headline
        assert "](" not in entry.headline
        assert entry.url.startswith("https://mp.weixin.qq.com/s")
        assert entry.title
        assert "**" not in entry.title
        assert len(entry.summary) > 50
        assert "[[" not in entry.summary
        assert [link.label for link in entry.links] in (["paper"], ["paper", "code"])


def test_the_pictures_are_found(document: Document) -> None:
    pictures = {entry.line: entry.picture for entry in document.entries if entry.picture}
    assert {line: (picture.src, picture.alt) for line, picture in pictures.items()} == {
        25: ("assets/image-20230525141242754.png", "image-20230525141242754"),
        71: ("assets/logo.png", "logo"),
    }


def test_one_entry_in_full(document: Document) -> None:
    gorilla = document.sections[2].entries[0]
    assert gorilla.line == 71
    assert gorilla.headline == (
        "伯克利最新研究: Gorilla，赋予LLMs使用工具(API)的能力，实现更复杂计算任务"
    )
    assert gorilla.url == "https://mp.weixin.qq.com/s/VwkaE_FuUhL3ejhMXpfp9A"
    assert gorilla.title == "Gorilla: Large Language Model Connected with Massive APIs"
    assert gorilla.summary.startswith("**伯克利的最新研究讨论了")
    assert gorilla.summary.endswith("错误提示的问题**。")
    assert [tuple(link) for link in gorilla.links] == [
        ("paper", "https://arxiv.org/pdf/2305.15334v1.pdf"),
        ("code", "https://github.com/ShishirPatil/gorilla"),
    ]


def test_even_a_local_file_link_is_kept_as_it_is(document: Document) -> None:
    sophia = document.sections[1].entries[1]
    assert sophia.links[0].url == "file:///C:/Users/Lenovo/Desktop/0526.pdf"
