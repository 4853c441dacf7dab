"""When a publisher changes a section in the admin, the README's contents and ordinals follow."""

import pytest
from django.contrib.auth.models import User

from digest import exporting
from digest.models import Category, Passage
from editorial import outline
from editorial.incoming import import_readme


@pytest.fixture
def published(publisher: User, seed: str) -> str:
    import_readme(seed, publisher, publish=True)
    return seed


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_renamed_section_renews_its_heading_and_its_line(publisher: User, published: str) -> None:
    category = Category.objects.get(position=3)
    category.title = "应用与智能体"
    outline.save_category(publisher, category)
    assert changed_lines(published, exporting.readme()) == (
        [
            "[**三、大语言模型（LLMs）应用**](#三、大语言模型（LLMs）应用)",
            "# 三、大语言模型（LLMs）应用",
        ],
        ["[**三、应用与智能体**](#三应用与智能体)", "# 三、应用与智能体"],
    )
    assert "应用与智能体" in Passage.objects.get(kind="contents").html


def test_a_new_section_gets_a_line(publisher: User, published: str) -> None:
    outline.save_category(publisher, Category(title="多模态", depth=1))
    assert changed_lines(published, exporting.readme()) == (
        [],
        ["[**六、多模态**](#六多模态)", "# 六、多模态"],
    )


def test_a_moved_section_takes_its_entries_along_and_ordinals_follow(
    publisher: User, published: str
) -> None:
    category = Category.objects.get(title="大模型(LLMs)周边")
    category.position = 1
    outline.save_category(publisher, category)
    text = exporting.readme()
    headings = [line for line in text.splitlines() if line.startswith("# ")]
    assert headings == [
        "# 一、大模型(LLMs)周边",
        "# 人工反馈强化学习（RLHF）",
        "# 三、大语言模型（LLMs）调优",
        "# 四、大语言模型（LLMs）应用",
        "# 大语言模型（LLMs）评估",
    ]
    contents = [line for line in text.splitlines() if "](#" in line]
    assert [line.split("](")[0].strip("[*") for line in contents] == [
        "一、大模型(LLMs)周边",
        "二、人工反馈强化学习（RLHF）",
        "三、大语言模型（LLMs）调优",
        "四、大语言模型（LLMs）应用",
        "五、大语言模型（LLMs）评估",
    ]
    assert text.count("众包数据变得不可靠") == 1


def test_a_deleted_section_loses_its_line(publisher: User, published: str) -> None:
    category = outline.save_category(publisher, Category(title="多模态", depth=1))
    outline.delete_category(publisher, category)
    assert exporting.readme() == published
