"""``manage.py make_renditions``: the smaller copies of pictures that pages show."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from digest import renditions
from digest.models import Article


class Command(BaseCommand):
    help = (
        "Make the smaller copies (WebP) of every picture of the list that are not there yet, and "
        "note their sizes. A picture that is stored gets them at once; this is for those stored "
        "by an earlier version, and for copies that were deleted."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        names = Article.objects.exclude(picture="").order_by("picture").values_list("picture")
        pictures = [name for (name,) in names.distinct()]
        made = 0
        for name in tqdm(pictures, unit="picture", disable=None):
            made += renditions.note(name)
        self.stdout.write(f"{len(pictures)} pictures looked at, {made} noted anew")
