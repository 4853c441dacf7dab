"""``import_readme --publish``: text that was public already goes live at once."""

import pytest
from django.contrib.auth.models import User

from digest import exporting
from digest.models import Article, Category, Paper, Passage, Readme
from editorial import actions
from editorial.incoming import import_readme
from editorial.models import Event, Outline, Revision
from editorial.transitions import State
from tests.transfer.conftest import SEED, Run


def test_the_seed_goes_in_and_comes_out_byte_for_byte(publisher: User, seed: str) -> None:
    report = import_readme(seed, publisher, publish=True)
    assert (report.new, report.changed, report.same) == (16, 0, 0)
    assert exporting.readme().encode() == SEED.read_bytes()


def test_each_entry_is_a_published_revision_with_its_event(publisher: User, seed: str) -> None:
    import_readme(seed, publisher, publish=True)
    assert Category.objects.get(position=1).title == "人工反馈强化学习（RLHF）"
    assert [c.articles.count() for c in Category.objects.all()] == [2, 4, 7, 2, 1]
    assert Revision.objects.filter(state=State.PUBLISHED, author=publisher).count() == 16
    assert Event.objects.filter(transition="import", user=publisher).count() == 16
    qlora = Article.objects.get(url__endswith="U9uHJrg3FbUprlZ46dptTQ")
    assert qlora.paper
    assert qlora.paper.identity == "arxiv:2305.14314"
    assert qlora.summary_html.startswith("<p>QLoRA是一种<strong>高效的微调方法</strong>")
    assert Paper.objects.count() == 16
    kinds = [p.kind for p in Passage.objects.filter(category=None)]
    assert kinds == ["text", "contents"]


def test_the_same_file_again_writes_nothing(publisher: User, seed: str, run: Run) -> None:
    import_readme(seed, publisher, publish=True)
    before = (Readme.objects.get().version, Revision.objects.count(), Event.objects.count())
    out = run("import_readme", str(SEED), "--by", "publisher", "--publish")
    assert "0 new, 0 changed, 16 unchanged" in out
    assert before == (Readme.objects.get().version, Revision.objects.count(), Event.objects.count())


@pytest.mark.parametrize(
    "change",
    [
        ("QLoRA是一种", "QLoRA 是一种"),
        ("# 大语言模型（LLMs）评估", "# 四、大模型评估"),
        ("本仓库旨在", "本 仓库旨在"),
        ("**2**、**[一个专用于", "**9**、**[一个专用于"),
        ("\n\n\n\n# 五、", "\n\n# 五、"),
        ("\n", "\r\n"),
        ("**1、[斯坦福", "闲笔。\n\n**1、[斯坦福"),
    ],
    ids=["summary", "section", "introduction", "number", "spacing", "newlines", "text"],
)
def test_any_change_of_the_file_is_taken_over(
    publisher: User, seed: str, change: tuple[str, str]
) -> None:
    import_readme(seed, publisher, publish=True)
    articles = set(Article.objects.values_list("pk", flat=True))
    text = seed.replace(*change)
    assert text != seed
    import_readme(text, publisher, publish=True)
    assert exporting.readme() == text
    assert set(Article.objects.values_list("pk", flat=True)) == articles, "nobody lost identity"
    assert not import_readme(text, publisher, publish=True).writes


def test_an_entry_that_moved_keeps_its_page(publisher: User, seed: str) -> None:
    import_readme(seed, publisher, publish=True)
    start, end = seed.index("**4、[模块化"), seed.index("\n\n\n\n# 三、")
    entry = seed[start:end]
    cut = seed[: start - 2] + seed[end:]
    text = cut.replace("**2、[Pok", f"{entry}\n\n**2、[Pok")
    article = Article.objects.get(headline__startswith="模块化")
    report = import_readme(text, publisher, publish=True)
    assert (report.new, report.changed) == (0, 1)
    article.refresh_from_db()
    assert article.category.title == "大语言模型（LLMs）评估"
    assert exporting.readme() == text, "its number too is as the file has it"


def test_a_renamed_section_keeps_its_entries_and_its_address(publisher: User, seed: str) -> None:
    import_readme(seed, publisher, publish=True)
    category = Category.objects.get(title="大语言模型（LLMs）应用")
    text = seed.replace("三、大语言模型（LLMs）应用", "三、应用")
    report = import_readme(text, publisher, publish=True)
    assert (report.new, report.changed, report.same) == (0, 0, 16)
    assert Category.objects.get(title="应用").pk == category.pk
    assert exporting.readme() == text


def test_an_entry_that_the_file_lacks_stays_live_and_is_counted(publisher: User, seed: str) -> None:
    import_readme(seed, publisher, publish=True)
    start, end = seed.index("**3、[DTG"), seed.index("**4、[模块化")
    report = import_readme(seed[:start] + seed[end:], publisher, publish=True)
    assert (report.kept, report.new, report.changed) == (1, 0, 0)
    assert Article.objects.published().count() == 16
    text = exporting.readme()
    assert text.index("[模块化") < text.index("**4、[DTG") < text.index("# 三、")


def test_one_paper_in_two_sections_is_one_paper_and_two_articles(publisher: User) -> None:
    link = "[[paper](https://arxiv.org/abs/2305.14314v{})]"
    text = (
        f"# 甲\n\n1、[A](u1)\n\n**T**\n\n一{link.format(1)}\n\n"
        f"# 乙\n\n1、[B](u2)\n\n**t**\n\n二{link.format(2)}\n"
    )
    import_readme(text, publisher, publish=True)
    paper = Paper.objects.get()
    assert [article.headline for article in paper.articles.order_by("pk")] == ["A", "B"]


def test_what_somebody_is_revising_is_left_and_named(publisher: User, seed: str) -> None:
    import_readme(seed, publisher, publish=True)
    article = Article.objects.get(headline__startswith="QLoRA")
    revision = actions.revise(article, publisher)
    actions.edit(revision, publisher, revision.version, summary="另一种说法。")
    text = seed.replace("QLoRA是一种", "QLoRA 是一种")
    report = import_readme(text, publisher, publish=True)
    assert report.changed == 0
    assert [(note.line, "publisher" in note.text) for note in report.notes if note.line == 43] == [
        (43, True)
    ]
    article.refresh_from_db()
    assert "QLoRA是一种" in article.summary


def test_an_entry_taken_down_does_not_come_back_by_an_import(publisher: User, seed: str) -> None:
    import_readme(seed, publisher, publish=True)
    revision = Revision.objects.get(headline__startswith="QLoRA")
    actions.perform(revision, "take_down", publisher, "撤稿")
    taken_down = exporting.readme()
    report = import_readme(seed, publisher, publish=True)
    assert report.new == report.changed == 0
    assert any("taken down" in note.text or "撤下" in note.text for note in report.notes)
    assert "QLoRA" not in exporting.readme()
    assert exporting.readme() == taken_down


def test_tags_given_at_import_are_on_the_new_entries(publisher: User, seed: str) -> None:
    import_readme(seed, publisher, publish=True, tag_names=["大模型", "NLP"])
    article = Article.objects.first()
    assert article
    assert sorted(article.tags.names()) == ["NLP", "大模型"]
    changed = seed.replace("QLoRA是一种", "QLoRA 是一种")
    import_readme(changed, publisher, publish=True)
    assert sorted(Article.objects.get(headline__startswith="QLoRA").tags.names()) == [
        "NLP",
        "大模型",
    ]


def test_only_a_publisher_may(author: User, reviewer: User, seed: str) -> None:
    for user in (author, reviewer):
        with pytest.raises(actions.NoRight):
            import_readme(seed, user, publish=True)
    assert not Article.objects.exists()
    assert not Outline.objects.exists()
