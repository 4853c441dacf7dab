"""Live articles: to read, to revise, to take down and restore."""

from typing import Any, ClassVar

import taggit.admin  # noqa: F401 - registers Tag, so that it can be taken out again
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST
from taggit.models import Tag

from digest.mirror import entry_of
from digest.models import Article
from digest.readme.rules import RULES
from editorial.admin import mending, timeline
from editorial.admin.badges import state_badge
from editorial.admin.begin import revise
from editorial.admin.moves import buttons_for, number, user_of
from editorial.flaws import all_fixed, flaws_among_others, flaws_of
from editorial.live import breaches, tags
from editorial.models import Revision
from editorial.transitions import OPEN

SHOWN = 50  # revisions on an article's page, the newest; its history has all

admin.site.unregister(Tag)  # An article's tags change with its revisions, and leave a trace there.


class OnTheSite(admin.SimpleListFilter):
    """Live articles, or those taken down."""

    title = gettext_lazy("on the site")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return the choices."""
        return [
            ("1", pgettext_lazy("state", "live")),
            ("0", pgettext_lazy("state", "taken down")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:  # noqa: ARG002
        """Return the articles chosen."""
        chosen = {"0": True, "1": False}.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(taken_down_at__isnull=not chosen)


class Breaks(admin.SimpleListFilter):
    """Live articles that break a rule."""

    title = gettext_lazy("breaks the rule")
    parameter_name = "breaks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return the rules that some article breaks."""
        numbers = dict(breaches.counts())
        return [(code, f"{code} ({numbers[code]})") for code in RULES if code in numbers]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:  # noqa: ARG002
        """Return the articles chosen."""
        code = self.value()
        return queryset.filter(breaches__code=code) if code else queryset


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Articles, to read; they change by revisions."""

    list_display = ("short_headline", "on_the_site", "category", "published_at", "updated_at")
    list_filter = (OnTheSite, Breaks, "category")
    actions = ("mend",)
    list_select_related = ("category",)
    search_fields = ("headline", "title", "summary", "url")
    list_per_page = 50
    ordering = ("-updated_at", "-pk")
    fields = (
        *("headline", "on_the_site", "category", "url", "title", "summary", "links_shown"),
        *("picture_src", "picture_alt", "tags_shown", "paper", "published_at", "updated_at"),
    )
    readonly_fields = fields
    view_on_site = False
    change_form_template = "editorial/article.html"

    class Media:
        css: ClassVar = {"all": ["editorial/desk.css"]}

    @admin.display(description=gettext_lazy("headline"), ordering="headline")
    def short_headline(self, article: Article) -> str:
        """Return as much of the headline as a list can show."""
        return article.headline[:80]

    @admin.display(description=gettext_lazy("on the site"), ordering="taken_down_at")
    def on_the_site(self, article: Article) -> SafeString:
        """Return whether readers see it."""
        if article.taken_down_at:
            return state_badge("taken_down", pgettext("state", "taken down"))
        return state_badge("published", pgettext("state", "live"))

    @admin.display(description=gettext_lazy("links"))
    def links_shown(self, article: Article) -> str:
        """Return the links one a line, as text."""
        return format_html_join("", "<div>{} {}</div>", article.links) or "—"

    @admin.display(description=gettext_lazy("tags"))
    def tags_shown(self, article: Article) -> str:
        """Return the tags."""
        return ", ".join(tags.names_of(article)) or "—"

    @admin.action(
        description=gettext_lazy("Put right what can be, in drafts"), permissions=["mend"]
    )
    def mend(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        """Make a draft of each article with all that can be mended."""
        mending.report(request, mending.mend(articles[: mending.AT_ONCE], user_of(request)))

    def has_mend_permission(self, request: HttpRequest) -> bool:
        """Who may propose changes may mend; the action checks it again."""
        return request.user.has_perm("editorial.submit_revision")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Articles come from revisions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:  # noqa: ARG002
        """Articles change by revisions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:  # noqa: ARG002
        """Articles are taken down, never deleted."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Put the desk's addresses before Django's last pattern, which would take every address."""
        *urls, catch_all = super().get_urls()
        view = self.admin_site.admin_view
        pages = [
            path("<int:pk>/mend/", view(require_POST(mending.one)), name="digest_article_mend"),
            path("<int:pk>/revise/", view(require_POST(revise)), name="digest_article_revise"),
            path(
                "<int:pk>/history.csv",
                view(timeline.of_article_as_csv),
                name="digest_article_history_csv",
            ),
        ]
        return [*urls, *pages, catch_all]

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Tell what happened to the article over all its revisions, instead of Django's own log."""
        return timeline.of_article(request, number(object_id))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the article with its buttons."""
        article = self.get_object(request, object_id)
        extra = {**(extra_context or {}), **(self._desk(request, article) if article else {})}
        return super().change_view(request, object_id, form_url, extra)

    def _desk(self, request: HttpRequest, article: Article) -> dict[str, Any]:
        user = user_of(request)
        live = Revision.objects.filter(pk=article.revision).first()
        revisions = list(article.revisions.select_related("author").order_by("-pk")[:SHOWN])
        open_one = next((one for one in revisions if one.state in OPEN), None)
        return {
            "title": article.headline,
            "subtitle": None,
            "revision": live,
            "buttons": buttons_for(live, user) if live else [],
            "revisions": revisions,
            "open_revision": open_one,
            "may_revise": open_one is None and user.has_perm("editorial.submit_revision"),
            "flaws": [*flaws_of(entry_of(article)), *flaws_among_others(article)],
            "may_mend": all_fixed(entry_of(article)) != entry_of(article),
            "public_url": "" if article.taken_down_at else article.get_absolute_url(),
        }
