"""What was looked up, as far as a paper still says it."""

from digest.models import Paper
from editorial.works.models import Lookup


def forget(paper: Paper) -> None:
    """Take out of a paper what was looked up and nobody changed: it was about another work."""
    lookup = Lookup.objects.filter(paper=paper).first()
    if lookup is None:
        return
    ours = {name: "" for name, said in lookup.said.items() if said == getattr(paper, name)}
    Paper.objects.filter(pk=paper.pk).update(**ours)
    if "venue" in ours:
        paper.articles.update(venue="")
    lookup.delete()
