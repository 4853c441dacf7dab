"""Desk and others edit one list at random, and sync now and then: no change is ever lost."""

import random
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from digest import exporting
from digest.models import Article
from editorial import actions
from editorial.models import Outline, Revision
from editorial.refusals import Refused
from editorial.transitions import OPEN
from tests.transfer.conftest import Run
from tests.transfer.repositories import Workshop

HEAD = re.compile(r"^\*\*\d+.*?\[\**(?P<headline>[^\]]*?)\**\]\(", re.M)


class House:
    """A desk, a remote, and everything that anybody ever said, each word once."""

    def __init__(self, shop: Workshop, run: Run, people: list[User], seed: int) -> None:
        self.shop = shop
        self.run = run
        self.author, self.reviewer, self.publisher = people
        self.chance = random.Random(seed)
        self.said: list[str] = []

    def word(self) -> str:
        self.said.append(f"词{len(self.said)}。")
        return self.said[-1]

    def edit_at_the_desk(self) -> None:
        article = self.chance.choice(list(Article.objects.published()))
        field = self.chance.choice(["headline", "summary"])
        try:
            revision = actions.revise(article, self.author)
        except Refused:  # somebody is revising it, or an import has
            return
        text = getattr(article, field)
        actions.edit(revision, self.author, revision.version, **{field: self.word() + text})
        actions.perform(revision, "submit", self.author)
        if self.chance.random() < 0.7:
            actions.perform(revision, "approve", self.reviewer)
            actions.perform(revision, "publish", self.publisher)

    def order_at_the_desk(self) -> None:
        category = self.chance.choice(list(Article.objects.published())).category
        articles = category.articles.published().order_by("position", "pk")
        before = list(articles.values_list("pk", flat=True))
        actions.order_entries(
            self.publisher, category, before, self.chance.sample(before, len(before))
        )

    def edit_outside(self) -> None:
        self.shop.contribute(self._reworded)

    def add_outside(self) -> None:
        entry = f"**9、[{self.word()}](https://{len(self.said)}.example.org)**\n\n摘要。\n\n"
        head = self.chance.choice(["# 二、", "# 三、", "# 五、"])
        self.shop.contribute(lambda text: text.replace(head, f"{entry}{head}", 1))

    def _reworded(self, text: str) -> str:
        head = self.chance.choice(list(HEAD.finditer(text)))
        if self.chance.random() < 0.5:
            return text[: head.start("headline")] + self.word() + text[head.start("headline") :]
        summary = text.rindex("\n\n", 0, text.find("[[", head.end())) + 2
        return text[:summary] + self.word() + text[summary:]

    def decide(self) -> None:
        """Publish what waits in review."""
        for revision in Revision.objects.filter(state="in_review", category__isnull=False):
            actions.perform(revision, "approve", self.reviewer)
            actions.perform(revision, "publish", self.publisher)

    def sync(self) -> None:
        how = ["--publish"] if self.chance.random() < 0.5 else []
        out = self.run(
            "sync", "--repo", str(self.shop.desk.folder), "--by", "publisher", "--push", *how
        )
        assert "CommandError" not in out, out

    def lost(self) -> list[str]:
        """Return the words that are neither live nor waiting for anybody."""
        kept = [exporting.readme()]
        kept += Outline.objects.filter(state="waiting").values_list("text", flat=True)
        rows = Revision.objects.filter(state__in=OPEN)
        kept += [f"{row.headline}{row.summary}" for row in rows]
        everything = "".join(kept)
        return [word for word in self.said if word not in everything]


@pytest.mark.parametrize("seed", range(2))
def test_no_change_is_lost(
    author: User, reviewer: User, publisher: User, run: Run, tmp_path: Path, seed: int
) -> None:
    text = (Path(__file__).parents[2] / "fixtures" / "README.md").read_bytes().decode()
    house = House(Workshop(tmp_path, text), run, [author, reviewer, publisher], seed)
    house.run("sync", "--repo", str(house.shop.desk.folder), "--by", "publisher", "--publish")
    moves = [
        *[house.edit_at_the_desk, house.edit_outside, house.sync] * 3,
        *(house.order_at_the_desk, house.add_outside, house.decide),
    ]
    for _ in range(20):
        house.chance.choice(moves)()
    house.sync()
    assert house.said
    assert house.lost() == []
