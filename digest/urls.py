"""The site's table of contents.  Pages exist in each language; files and services exist once."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import URLPattern, include, path, register_converter
from django.urls.converters import IntConverter, StringConverter
from django.views.decorators.http import require_safe

from digest import citing, feeds, health, observing, views
from digest.api.guide import GuideView
from digest.cards import keeping
from digest.inbox import views as inbox
from digest.sitemaps import SITEMAPS
from digest.subscriptions import views as subscriptions
from digest.weeks import Week


class YearConverter(IntConverter):
    """A year with four digits."""

    regex = "[0-9]{4}"

    def to_url(self, value: int | str) -> str:
        """Write it."""
        return f"{int(value):04}"


class MonthConverter(IntConverter):
    """A month with two digits."""

    regex = "0[1-9]|1[0-2]"

    def to_url(self, value: int | str) -> str:
        """Write it."""
        return f"{int(value):02}"


class WeekConverter:
    """An ISO week: 2023-W26."""

    regex = "[0-9]{4}-W[0-9]{2}"

    def to_python(self, value: str) -> Week:
        """Read it."""
        return Week.named(value)

    def to_url(self, value: Week) -> str:
        """Write it."""
        return str(value)


class WordConverter(StringConverter):
    """A part of an address, with anything but NUL: no text has one, and PostgreSQL takes none."""

    regex = r"[^/\x00]+"


register_converter(WordConverter, "word")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
register_converter(WeekConverter, "week")

handler500 = "digest.faults.answer"

pages = [
    path("", views.HomeView.as_view(), name="home"),
    path("categories/<word:slug>/", views.CategoryView.as_view(), name="category"),
    path("articles/", views.ArticleListView.as_view(), name="articles"),
    path("articles/<int:pk>/", views.article, name="permalink"),
    path("articles/<int:pk>-<word:tail>/", views.article, name="article"),
    path("articles/<int:pk>/report/", inbox.report_link, name="report_link"),
    path("suggest/", inbox.suggest, name="suggest"),
    path("suggest/<uuid:token>/", inbox.suggestion, name="suggestion"),
    path("subscribe/", subscriptions.subscribe, name="subscribe"),
    path("subscribe/sent/", subscriptions.sent, name="subscribe_sent"),
    path("subscribe/<word:signed>/", subscriptions.confirm, name="confirm"),
    path("unsubscribe/<word:token>/", subscriptions.unsubscribe, name="unsubscribe"),
    path("papers/<int:pk>/", views.paper, name="paper_permalink"),
    path("papers/<int:pk>-<word:tail>/", views.paper, name="paper"),
    path("archive/", views.ArchiveView.as_view(), name="archive"),
    path("archive/<year:year>/", views.PeriodView.as_view(), name="year"),
    path("archive/<year:year>/<month:month>/", views.PeriodView.as_view(), name="month"),
    path("issues/", views.IssuesView.as_view(), name="issues"),
    path("issues/<week:week>/", views.IssueView.as_view(), name="issue"),
    path("figures/", views.FiguresView.as_view(), name="figures"),
    path("api/", GuideView.as_view(), name="api"),
    path("tags/", views.TagListView.as_view(), name="tags"),
    path("tags/<word:slug>/", views.TagView.as_view(), name="tag"),
]


def feed_paths(name: str, prefix: str, scope: feeds.FindScope) -> list[URLPattern]:
    """Return the addresses of a feed in both formats; the Atom one has the plain name."""
    return [
        path(f"{prefix}feed.atom", feeds.feed(scope, feeds.Atom), name=name),
        path(f"{prefix}feed.json", feeds.feed(scope, feeds.Json), name=f"{name}_json"),
    ]


urlpatterns = [
    *feed_paths("feed", "", feeds.everything),
    *feed_paths("category_feed", "categories/<word:slug>/", feeds.of_section),
    *feed_paths("tag_feed", "tags/<word:slug>/", feeds.of_tag),
    *feed_paths("articles_feed", "articles/", feeds.of_search),
    path("README.md", views.readme, name="readme"),
    path("articles/<int:pk>/cite.<word:ending>", citing.entry, name="cite"),
    path("papers/<int:pk>/cite.<word:ending>", citing.paper, name="cite_paper"),
    path("articles/cite.<word:ending>", citing.listing(feeds.of_search), name="cite_articles"),
    path(
        "categories/<word:slug>/cite.<word:ending>",
        citing.listing(feeds.of_section),
        name="cite_category",
    ),
    path("tags/<word:slug>/cite.<word:ending>", citing.listing(feeds.of_tag), name="cite_tag"),
    path("api/v1/", include(("digest.api.urls", "api"))),
    path("cards/<word:kind>-<int:pk>-<slug:mark>.png", keeping.card, name="card"),
    path("sitemap.xml", require_safe(sitemap_views.index), {"sitemaps": SITEMAPS}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        require_safe(sitemap_views.sitemap),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", observing.metrics, name="metrics"),
    path("robots.txt", views.robots, name="robots"),
    path("i18n/", include("django.conf.urls.i18n")),
    *i18n_patterns(
        path("", include((pages, "digest"))),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
if settings.SERVE_MEDIA:
    urlpatterns.append(path("media/<path:path>", views.media))
