"""The live tables: they hold only what readers may see, and public code reads nothing else.

Only ``editorial`` writes them, through its actions; a draft cannot leak, for it is not here.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Window
from django.db.models.functions import Length, RowNumber
from django.db.models.lookups import In
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import Tag

from digest.bibliography import Author, PartialDate, authors_of, date_of
from digest.derived import HasCodeField, HasPaperField, HasPictureField, MonthField, WeekField
from digest.inbox.models import LinkReport, Sending, Suggestion
from digest.search.fields import TokensField
from digest.subscriptions.models import Delivery, Mailing, Subscriber

__all__ = [
    "PUBLISHED", "Article", "ArticleQuerySet", "Category", "Delivery", "EntryFields", "LinkReport",
    "Mailing", "Paper", "Passage", "Readme", "SearchDocument", "Sending", "Subscriber",
    "Suggestion", "slug_tail",
]  # fmt: skip


class Readme(models.Model):
    """What the README has once: its edges, its newline, and how often the list was published to.

    A single row (``pk`` 1), made by a migration.  ``version`` grows with every change that readers
    can see, so that caches and feeds know when they are out of date.
    """

    lead = models.TextField(blank=True, default="")
    tail = models.TextField(blank=True, default="\n")
    newline = models.CharField(max_length=2, default="\n")
    version = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="readme_is_one_row")
        ]

    def __str__(self) -> str:
        return "README"


class Category(models.Model):
    """A section of the list, public from the moment a publisher puts it in, even while empty."""

    title = models.CharField(
        _("title"),
        max_length=500,
        help_text=_("Without its ordinal: 一、 二、 … follow from the order."),
    )
    slug = models.SlugField(_("slug"), max_length=200, unique=True, allow_unicode=True)
    position = models.PositiveIntegerField(_("position"), help_text=_("1 is the first section."))
    depth = models.PositiveSmallIntegerField(
        _("heading level"), default=2, help_text=_("How many # stand before it in the README.")
    )
    source = models.TextField(editable=False, blank=True, default="")
    gap = models.TextField(editable=False, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(position__gte=1), name="category_position_from_1"),
            models.CheckConstraint(condition=Q(depth__range=(1, 6)), name="category_depth_1_to_6"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The category's page."""
        return reverse("digest:category", args=[self.slug])


class Passage(models.Model):
    """Text of the README that is no entry: introduction, contents, tables, closing words.

    ``category`` is empty for what stands before the first section.  Passages and articles of one
    category share one order.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        CONTENTS = "contents", _("table of contents")

    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="passages",
        verbose_name=_("category"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TEXT)
    position = models.PositiveIntegerField(_("position"))
    source = models.TextField(_("Markdown"))
    gap = models.TextField(editable=False, null=True, blank=True)
    html = models.TextField(editable=False, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["position"]
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(position__gte=1), name="passage_position_from_1")
        ]
        indexes: ClassVar = [models.Index(fields=["category", "position"], name="passage_place")]

    def __str__(self) -> str:
        return self.source[:60]


class Paper(models.Model):
    """A work.  Many articles may be about it; ``identity`` says which work it is.

    ``identity`` is ``arxiv:ID`` without version, ``doi:10.…``, or ``title:`` and the normalised
    title (see ``digest.readme.identity``).  Title and address follow the articles; the rest is what
    the README does not say: people write it or ``fetch_papers`` finds it out.  ``version`` grows
    with each change of that, so that a stale form is noticed.  ``authors`` and ``published_on``
    have the forms of ``digest.bibliography``.
    """

    class VenueKind(models.TextChoices):
        JOURNAL = "journal", _("journal")
        CONFERENCE = "conference", _("conference")

    identity = models.CharField(max_length=600, unique=True)
    title = models.CharField(_("title"), max_length=1000)
    url = models.TextField(_("address"), blank=True, default="")
    authors = models.TextField(_("authors"), blank=True, default="")
    published_on = models.CharField(_("appeared"), max_length=10, blank=True, default="")
    venue = models.CharField(_("venue"), max_length=300, blank=True, default="")
    venue_kind = models.CharField(
        _("kind of venue"), max_length=10, choices=VenueKind, blank=True, default=""
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering: ClassVar = ["title"]
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=In(Length("published_on"), (0, 4, 7, 10)),
                name="paper_appeared_in_year_month_or_day",
            ),
            models.CheckConstraint(
                condition=Q(venue_kind__in=("", "journal", "conference")),
                name="paper_venue_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.identity

    def get_absolute_url(self) -> str:
        """The paper's page; the tail is for people and may change, the id does not."""
        return reverse("digest:paper", args=[self.pk, slug_tail(self.title)])

    @property
    def author_list(self) -> list[Author]:
        """The authors in their order."""
        return authors_of(self.authors)

    @property
    def appeared(self) -> PartialDate | None:
        """When it appeared, as exactly as that is known."""
        return date_of(self.published_on)


class EntryFields(models.Model):
    """An entry's fields (``digest.readme.Entry``) as columns, of an article or a revision of it.

    ``links`` is ``[[label, url], …]`` in order.  ``source`` is the text that the fields were read
    from, empty when the house style is to be used; ``source_place`` is where in its section it
    stood then.  ``digest.mirror`` turns a row into an Entry and back.
    """

    headline = models.TextField(_("headline"))
    url = models.TextField(_("post address"), blank=True, default="")
    title = models.TextField(_("paper title"), blank=True, default="")
    summary = models.TextField(_("summary"), blank=True, default="", help_text=_("Markdown."))
    links = models.JSONField(_("links"), default=list, blank=True)
    picture_src = models.TextField(_("picture as the README names it"), blank=True, default="")
    picture_alt = models.TextField(_("picture in words"), blank=True, default="")
    picture_source = models.TextField(editable=False, blank=True, default="")
    picture = models.ImageField(_("picture"), upload_to="pictures/", blank=True)

    source = models.TextField(editable=False, blank=True, default="")
    source_place = models.PositiveIntegerField(editable=False, default=0)
    gap = models.TextField(editable=False, null=True, blank=True)

    class Meta:
        abstract = True


# What readers may see.  Nothing else in the code says what is published.
PUBLISHED, TAKEN_DOWN = Q(taken_down_at__isnull=True), Q(taken_down_at__isnull=False)


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        """Return the articles that readers may see."""
        return self.filter(PUBLISHED)

    def numbered(self) -> "ArticleQuerySet":
        """Annotate each article with its number in its section, among those in this queryset."""
        return self.annotate(
            number=Window(
                RowNumber(), partition_by=F("category_id"), order_by=[F("position"), F("pk")]
            )
        )


class Article(EntryFields):
    """One placement of a paper in the list: its own headline, summary, links and place.

    ``revision`` is the number of the revision that readers see; the revisions themselves are the
    editor's side, which this side does not know.
    """

    category = models.ForeignKey(
        Category,
        models.PROTECT,
        db_index=False,  # article_order begins with it
        related_name="articles",
        verbose_name=_("category"),
    )
    paper = models.ForeignKey(
        Paper,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("paper"),
    )
    position = models.PositiveIntegerField(_("position"))
    revision = models.BigIntegerField(unique=True, editable=False)

    headline_html = models.TextField(editable=False, blank=True, default="")
    title_html = models.TextField(editable=False, blank=True, default="")
    summary_html = models.TextField(editable=False, blank=True, default="")

    # The stored picture's size, 0 if unknown, and the widths that it is kept in (``renditions``).
    picture_width = models.PositiveIntegerField(editable=False, default=0)
    picture_height = models.PositiveIntegerField(editable=False, default=0)
    picture_widths = models.JSONField(editable=False, default=list, blank=True)

    month, week = MonthField(editable=False), WeekField(editable=False)
    has_code, has_paper, has_picture = HasCodeField(), HasPaperField(), HasPictureField()
    # Its paper's, kept here too: no index reaches over two tables.
    venue = models.CharField(max_length=300, editable=False, blank=True, default="")

    published_at = models.DateTimeField(_("published"))
    updated_at = models.DateTimeField(_("updated"))
    taken_down_at = models.DateTimeField(_("taken down"), null=True, blank=True)

    tags = TaggableManager(blank=True, verbose_name=_("tags"))
    tag_list: list[Tag]  # the same, loaded by ``sections.listed`` for many articles at once
    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["category__position", "position", "pk"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(position__gte=1), name="article_position_from_1"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["category", "position"], name="article_order"),
            models.Index(
                fields=["category", "position"], name="article_place", condition=PUBLISHED
            ),
            models.Index(
                fields=["-published_at", "-id"], name="article_newest", condition=PUBLISHED
            ),
            models.Index(
                fields=["venue", "-published_at", "-id"],
                name="article_by_venue",
                condition=PUBLISHED,
            ),
            models.Index(
                fields=["month", "category", "has_code", "has_paper", "has_picture"],
                name="article_counts",
                condition=PUBLISHED,
            ),
            models.Index(
                fields=["week", "category", "position"], name="article_weeks", condition=PUBLISHED
            ),
            # A search leaves these few out, and need not look at each article that it finds.
            models.Index(fields=["id"], name="article_taken_down", condition=TAKEN_DOWN),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        """The article's permalink; the tail is for people and may change, the id does not.

        One that is not stored, as a preview shows it, has none.
        """
        if self._state.adding:
            return ""
        return reverse("digest:article", args=[self.pk, slug_tail(self.title or self.headline)])


class SearchDocument(models.Model):
    """What search knows of an article: the tokens of its texts (see ``digest.search``).

    An FTS5 table on SQLite, which knows a row by its ``rowid``; on PostgreSQL one with a GIN index.
    ``text`` has everything, ``heading`` the part that weighs more; ``fingerprint`` tells whether
    the article still says what was read.
    """

    article = models.OneToOneField(
        Article,
        models.CASCADE,
        primary_key=True,
        db_column="rowid",
        related_name="search_document",
    )
    heading = TokensField()
    text = TokensField()
    fingerprint = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.article_id}"


def slug_tail(text: str) -> str:
    """A readable end for an address, at most 60 characters, never empty."""
    return slugify(text[:200], allow_unicode=True)[:60].strip("-_") or "-"
