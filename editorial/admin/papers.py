"""Papers: what they are, to be said by those who may publish."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digest.markup import is_linkable, plain
from digest.models import Paper
from editorial import actions
from editorial.admin.frame import FrameAdmin
from editorial.admin.moves import user_of
from editorial.forms.paper import PaperForm
from editorial.works.facts import FACTS, name_of
from editorial.works.models import Lookup

NAMED = 3  # authors in the list


class Lacks(admin.SimpleListFilter):
    """Papers of which something is not known."""

    title = gettext_lazy("lacks")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return what may be lacking."""
        names = ("authors", "published_on", "venue")
        return [(name, name_of(name)) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Paper]) -> QuerySet[Paper]:
        """Return the papers chosen."""
        known = dict(self.lookups(request, None))
        return queryset.filter(**{self.value() or "": ""}) if self.value() in known else queryset


class LookedUp(admin.SimpleListFilter):
    """Papers by what came of looking them up."""

    title = gettext_lazy("looked up")
    parameter_name = "looked_up"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return the outcomes."""
        return [("never", _("never")), *Lookup.Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Paper]) -> QuerySet[Paper]:  # noqa: ARG002
        """Return the papers chosen."""
        if self.value() == "never":
            return queryset.filter(lookup=None)
        return queryset.filter(lookup__outcome=self.value()) if self.value() else queryset


@admin.register(Paper)
class PaperAdmin(FrameAdmin):
    """Papers; they come and go with the articles that are about them."""

    form = PaperForm
    list_display = ("short_title", "authors_shown", "published_on", "venue", "entries")
    list_filter = (Lacks, LookedUp, "venue_kind")
    search_fields = ("title", "authors", "venue", "identity")
    list_per_page = 50
    readonly_fields = ("address", "articles_shown", "asked")
    fields = (*readonly_fields, *FACTS, "seen")

    class Media:
        css: ClassVar = {"all": ["editorial/desk.css"]}

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def short_title(self, paper: Paper) -> str:
        """Return as much of the title as a list can show."""
        return Truncator(plain(str(paper))).chars(100)

    @admin.display(description=gettext_lazy("authors"), ordering="authors")
    def authors_shown(self, paper: Paper) -> str:
        """Return the first of them."""
        authors = [str(author) for author in paper.author_list]
        more = " …" if len(authors) > NAMED else ""
        return ", ".join(authors[:NAMED]) + more or "—"

    @admin.display(description=gettext_lazy("entries"))
    def entries(self, paper: Paper) -> int:
        """Return how many there are."""
        number: int = paper.entries  # type: ignore[attr-defined]  # annotated
        return number

    @admin.display(description=gettext_lazy("address"))
    def address(self, paper: Paper) -> str:
        """Return where the work itself is, to follow."""
        url = paper.url
        if not is_linkable(url):
            return url or "—"
        return format_html('<a href="{0}" rel="noopener">{0}</a>', url)

    @admin.display(description=gettext_lazy("entries"))
    def articles_shown(self, paper: Paper) -> SafeString | str:
        """Return the articles that are about it."""
        articles = paper.articles.order_by("pk").only("headline")
        rows = [
            (reverse("admin:digest_article_change", args=[one.pk]), plain(one.headline))
            for one in articles
        ]
        return format_html_join("", '<div><a href="{}">{}</a></div>', rows) or "—"

    @admin.display(description=gettext_lazy("looked up"))
    def asked(self, paper: Paper) -> str:
        """Return what came of looking it up."""
        lookup = Lookup.objects.filter(paper=paper).first()
        if lookup is None:
            return _("never")
        day = formats.date_format(timezone.localtime(lookup.asked_at))
        told = f"{day}: {lookup.identity}, {lookup.get_outcome_display()}"
        return f"{told} ({lookup.note})" if lookup.note else told

    def get_fields(self, request: HttpRequest, obj: Paper | None = None) -> tuple[str, ...]:
        """Leave out what only the form needs where nothing can be changed."""
        return self.fields if self.has_change_permission(request, obj) else self.fields[:-1]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        """Count the entries of each."""
        papers: QuerySet[Paper] = super().get_queryset(request)
        return papers.annotate(entries=Count("articles"))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Papers come with articles."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Paper | None = None) -> bool:  # noqa: ARG002
        """Papers go with their last article."""
        return False

    def save_model(self, request: HttpRequest, obj: Paper, form: Any, change: bool) -> None:  # noqa: ARG002
        """Say it through the action, which compares it with what the paper said."""
        facts = {name: form.cleaned_data[name] for name in FACTS}
        for name, value in form.before.items():
            setattr(obj, name, value)
        actions.describe(user_of(request), obj, form.cleaned_data["seen"], **facts)

    def log_change(self, request: HttpRequest, obj: Paper, message: Any) -> None:  # type: ignore[override]
        """Leave the log to the action."""
