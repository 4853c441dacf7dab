"""The sitemap: every public page once, at its address in the default language."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse
from taggit.models import Tag

from digest.issues import weeks
from digest.models import Article, Category, Paper
from digest.weeks import Week


class PageSitemap(Sitemap):  # type: ignore[type-arg]  # Django's takes no subscript at run time.
    """The pages that are there once."""

    def items(self) -> list[str]:
        """Return the names of their addresses."""
        names = ("home", "articles", "archive", "issues", "tags", "figures", "api")
        return [f"digest:{name}" for name in names]

    def location(self, item: str) -> str:
        """Return the address."""
        return reverse(item)


class CategorySitemap(Sitemap):  # type: ignore[type-arg]
    """The sections."""

    def items(self) -> QuerySet[Category]:
        """Return them all: a section is public from the start."""
        return Category.objects.only("slug", "position")


class ArticleSitemap(Sitemap):  # type: ignore[type-arg]
    """The entries."""

    limit = 10_000

    def items(self) -> QuerySet[Article]:
        """Return the published ones, without the texts that an address does not need."""
        articles = Article.objects.published().order_by("pk")
        return articles.only("title", "headline", "updated_at")

    def lastmod(self, item: Article) -> datetime:
        """Return when the entry changed last."""
        return item.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        """Ask the database: Django would load every entry for it."""
        newest: datetime | None = self.items().aggregate(Max("updated_at"))["updated_at__max"]
        return newest


class PaperSitemap(Sitemap):  # type: ignore[type-arg]
    """The papers that have an entry."""

    limit = 10_000

    def items(self) -> QuerySet[Paper]:
        """Return them, each once."""
        published = Article.objects.published().order_by().values("paper")
        return Paper.objects.filter(pk__in=published).order_by("pk").only("title")


class TagSitemap(Sitemap):  # type: ignore[type-arg]
    """The tags that have an entry."""

    limit = 10_000

    def items(self) -> QuerySet[Tag]:
        """Return them, each once."""
        tags: QuerySet[Tag] = (
            Tag.objects.filter(article__in=Article.objects.published())
            .exclude(slug="")
            .distinct()
            .order_by("pk")
        )
        return tags

    def location(self, item: Tag) -> str:
        """Return the tag's page."""
        return reverse("digest:tag", args=[item.slug])


class IssueSitemap(Sitemap):  # type: ignore[type-arg]
    """The weekly issues."""

    def items(self) -> list[Week]:
        """Return the weeks that have one."""
        return weeks().weeks

    def location(self, item: Week) -> str:
        """Return the issue's page."""
        return reverse("digest:issue", args=[item])


SITEMAPS = {
    "pages": PageSitemap,
    "categories": CategorySitemap,
    "articles": ArticleSitemap,
    "papers": PaperSitemap,
    "tags": TagSitemap,
    "issues": IssueSitemap,
}
