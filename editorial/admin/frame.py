"""The frame of the list: sections, the text around the entries, and outlines to decide about."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digest.models import Category, Passage
from editorial import outline
from editorial.admin import order
from editorial.admin.moves import user_of
from editorial.forms import CategoryForm, PassageForm
from editorial.refusals import Refused

PUBLISH = "editorial.publish_revision"


class FrameAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """What those who may publish change at once: by actions, which may refuse."""

    actions = None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say why not instead of failing; the form has checked most of it before."""
        return self._or_refusal(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say why not instead of failing."""
        return self._or_refusal(request, super().delete_view, *args, **kwargs)

    def _or_refusal(
        self, request: HttpRequest, view: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            response: HttpResponse = view(request, *args, **kwargs)
        except Refused as refusal:
            messages.error(request, str(refusal))
            response = HttpResponseRedirect(request.path)
        return response


@admin.register(Category)
class CategoryAdmin(FrameAdmin):
    """The list's sections, in order."""

    form = CategoryForm
    list_display = ("position", "title", "slug", "depth", "order_of_entries")
    list_display_links = ("title",)
    search_fields = ("title",)
    change_list_template = "editorial/categories.html"
    change_form_template = "editorial/category.html"

    @admin.display(description=gettext_lazy("entries"))
    def order_of_entries(self, category: Category) -> SafeString:
        """Lead to the page that orders the section's entries."""
        url = reverse("admin:digest_category_entries", args=[category.pk])
        return format_html('<a href="{}">{}</a>', url, _("Order its entries"))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Offer what only publishers may do to them alone."""
        may_order = request.user.has_perm(PUBLISH)
        return self.list_display if may_order else self.list_display[:-1]

    def get_urls(self) -> list[URLPattern]:
        """Put the orders before Django's last pattern, which would take every address."""
        *urls, catch_all = super().get_urls()
        view = self.admin_site.admin_view
        return [
            *urls,
            path("order/", view(order.sections), name="digest_category_order"),
            path("<int:pk>/order/", view(order.entries), name="digest_category_entries"),
            catch_all,
        ]

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:  # noqa: ARG002
        """Store through the action."""
        outline.save_category(user_of(request), obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let only what is in use keep a section; old revisions let go of it (see outline)."""
        if any(outline.is_in_use(category) for category in objs):
            return super().get_deleted_objects(objs, request)
        texts = Passage.objects.filter(category__in=objs)
        return [str(gone) for gone in (*objs, *texts)], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        """Delete through the action."""
        outline.delete_category(user_of(request), obj)


@admin.register(Passage)
class PassageAdmin(FrameAdmin):
    """The text around the entries, in order."""

    form = PassageForm
    list_display = ("beginning", "category", "position", "kind")
    list_select_related = ("category",)
    list_filter = ("kind", "category")
    search_fields = ("source",)
    ordering = ("category__position", "position")

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, passage: Passage) -> str:
        """Return the first words."""
        return " ".join(passage.source[:200].split())[:80]

    def save_model(self, request: HttpRequest, obj: Passage, form: Any, change: bool) -> None:  # noqa: ARG002
        """Store through the action."""
        outline.save_passage(user_of(request), obj)

    def delete_model(self, request: HttpRequest, obj: Passage) -> None:
        """Delete through the action."""
        outline.delete_passage(user_of(request), obj)
