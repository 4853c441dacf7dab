"""The page that tells people of the API, made of what the document is made of."""

from typing import Any

from django.views.generic import TemplateView

from digest.api.document import LISTS
from digest.api.parameters import MOST, USUAL


class GuideView(TemplateView):
    """What there is, what may be asked, and an example."""

    template_name = "digest/api.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the lists."""
        return super().get_context_data(lists=LISTS, usual=USUAL, most=MOST, **kwargs)
