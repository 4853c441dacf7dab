"""Rows of the live tables as publishing makes them, with the HTML stored beside the text."""

from datetime import UTC, datetime

from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from digest.markup import block, inline
from digest.models import Article, Category, Paper, Passage, Subscriber


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    title = Sequence(lambda n: f"大语言模型（LLMs）方向{n}")
    slug = Sequence(lambda n: f"方向{n}")
    position = Sequence(lambda n: n + 1)


class PaperFactory(DjangoModelFactory[Paper]):
    class Meta:
        model = Paper

    identity = Sequence(lambda n: f"arxiv:2305.{n:05}")
    title = Sequence(lambda n: f"Attention Is Needed {n} Times")
    url = LazyAttribute(lambda paper: f"https://arxiv.org/abs/{paper.identity[6:]}")


class ArticleFactory(DjangoModelFactory[Article]):
    class Meta:
        model = Article
        skip_postgeneration_save = True

    category = SubFactory(CategoryFactory)
    paper = SubFactory(PaperFactory)
    position = Sequence(lambda n: n + 1)
    revision = Sequence(lambda n: n + 1)
    headline = Sequence(lambda n: f"第{n}个高效微调方法，快2倍！")
    url = Sequence(lambda n: f"https://mp.weixin.qq.com/s/{n}")
    title = LazyAttribute(lambda article: article.paper.title if article.paper else "")
    summary = "它**「只需要」**单个GPU。"
    links = LazyAttribute(lambda article: [["paper", article.paper.url]] if article.paper else [])
    venue = LazyAttribute(lambda article: article.paper.venue if article.paper else "")
    headline_html = LazyAttribute(lambda article: inline(article.headline))
    title_html = LazyAttribute(lambda article: inline(article.title))
    summary_html = LazyAttribute(lambda article: block(article.summary))
    published_at = datetime(2023, 6, 27, 4, tzinfo=UTC)
    updated_at = datetime(2023, 6, 28, 4, tzinfo=UTC)

    @post_generation
    def tags(article: Article, create: bool, names: list[str] | None) -> None:  # noqa: N805
        """Set the tags by name."""
        if create and names:
            article.tags.set(names)


class PassageFactory(DjangoModelFactory[Passage]):
    class Meta:
        model = Passage

    category = None
    position = Sequence(lambda n: n + 1)
    source = "本仓库收集NLP最新研究进展。"
    html = LazyAttribute(lambda passage: block(passage.source))


class SubscriberFactory(DjangoModelFactory[Subscriber]):
    class Meta:
        model = Subscriber

    email = Sequence(lambda n: f"reader{n}@example.org")
    language = "zh-hans"
    asked_at = confirmed_at = datetime(2023, 6, 1, 4, tzinfo=UTC)
