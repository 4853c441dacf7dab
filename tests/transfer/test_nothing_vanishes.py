"""Desk and README edited at random, imported and exported in any order: nothing vanishes.

Each change of the README ends up live, in a revision, or shown as waiting for a decision; the
desk's words give way only to a README that had said the same before.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import ClassVar

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from digest import exporting
from digest.models import Article
from digest.readme import parse
from editorial import actions
from editorial.incoming import exported, import_readme
from editorial.incoming.change import Change, Kind
from editorial.incoming.waiting import asked
from editorial.models import Outline, Revision
from editorial.transitions import OPEN, State

FIELDS = ("headline", "summary")  # few, so that both sides often meet
Words = dict[str, str]  # an entry's fields
Sheet = dict[str, Words]  # entries by their addresses, which nobody changes here

picks = st.integers(0, 9)
fields = st.sampled_from(FIELDS)


def written(sheet: Sheet) -> str:
    entries = [
        f"**{number}、[{said['headline']}]({url})**\n\n{said['summary']}\n"
        for number, (url, said) in enumerate(sheet.items(), 1)
    ]
    return "# 甲\n\n" + "\n".join(entries)


def read(text: str) -> Sheet:
    return {
        entry.url: {field: getattr(entry, field) for field in FIELDS}
        for entry in parse(text).entries
    }


def words_of(row: Article | Revision) -> Words:
    return {field: getattr(row, field) for field in FIELDS}


class Desk(RuleBasedStateMachine):
    """``file`` is the README outside and ``base`` what it said when it was last in step."""

    people: ClassVar[tuple[User, User, User]]

    def __init__(self) -> None:
        super().__init__()
        self.author, self.reviewer, self.publisher = self.people
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.count = 0
        self.detached: set[tuple[str, str, str]] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def word(self, url: str, field: str) -> str:
        """Return a text that nobody has used yet, and that is like others of this field only."""
        self.count += 1
        return f"{sha256(f'{url} {field}'.encode()).hexdigest()[:30]} {self.count}"

    def entry(self, url: str) -> Words:
        return {field: self.word(url, field) for field in FIELDS}

    @initialize()
    def begin(self) -> None:
        self.file = {url: self.entry(url) for url in ("https://a", "https://b")}
        self.base = read(written(self.file))
        import_readme(written(self.file), self.publisher, publish=True)

    def live(self) -> dict[str, Article]:
        return {article.url: article for article in Article.objects.published()}

    # --- What people do ----------------------------------------------------------------------

    @precondition(lambda self: self.file)
    @rule(pick=picks, field=fields)
    def outside_changes_a_field(self, pick: int, field: str) -> None:
        url = [*self.file][pick % len(self.file)]
        self.file[url] = {**self.file[url], field: self.word(url, field)}

    @rule()
    def outside_adds_an_entry(self) -> None:
        url = f"https://new-{self.count}"
        self.file[url] = self.entry(url)

    @precondition(lambda self: len(self.file) > 1)
    @rule(pick=picks)
    def outside_removes_an_entry(self, pick: int) -> None:
        del self.file[[*self.file][pick % len(self.file)]]

    @rule(pick=picks, field=fields, publish=st.booleans())
    def the_desk_changes_a_field(self, pick: int, field: str, publish: bool) -> None:
        articles = [*self.live().values()]
        article = articles[pick % len(articles)]
        if Revision.objects.filter(article=article, state__in=OPEN).exists():
            return
        draft = actions.revise(article, self.author)
        said = {field: self.word(article.url, field)}
        actions.edit(draft, self.author, draft.version, **said)
        if publish:
            self.bring_to_readers(draft)

    @rule(pick=picks, ours=fields, theirs=fields, publish=st.booleans())
    def both_sides_change_an_entry(self, pick: int, ours: str, theirs: str, publish: bool) -> None:
        shared = [url for url in self.live() if url in self.file]
        if shared:
            url = shared[pick % len(shared)]
            self.file[url] = {**self.file[url], theirs: self.word(url, theirs)}
            self.the_desk_changes_a_field([*self.live()].index(url), ours, publish)

    @rule(pick=picks)
    def a_publisher_publishes_what_is_open(self, pick: int) -> None:
        waiting = [*Revision.objects.filter(state__in=OPEN, category__isnull=False)]
        if waiting:
            self.bring_to_readers(waiting[pick % len(waiting)])

    def bring_to_readers(self, revision: Revision) -> None:
        if revision.state != State.IN_REVIEW:
            actions.perform(revision, "submit", self.author)
        actions.perform(revision, "approve", self.reviewer)
        actions.perform(revision, "publish", self.publisher)

    # --- Import and export, and what must hold then --------------------------------------------

    @rule()
    def export(self) -> None:
        shown = {**self.waiting()}
        text = exporting.readme()
        exported(exporting.version())
        self.detached |= {
            (url, field, change.theirs[field])
            for url, change in shown.items()
            if change.kind is Kind.CONFLICT and change.theirs
            for field in FIELDS
            if change.outcomes[field].name in {"CONFLICT", "THEIRS"}
        }
        self.file = read(text)
        self.base = read(text)
        self.nothing_detached_is_lost()

    @rule(publish=st.booleans())
    def take_in(self, publish: bool) -> None:
        before = {url: words_of(article) for url, article in self.live().items()}
        text, user = written(self.file), self.publisher if publish else self.author
        import_readme(text, user, publish=publish)
        live = self.live()
        for url, said in before.items():
            for field in FIELDS:
                now = getattr(live[url], field)
                if now != said[field]:
                    assert said[field] == self.base.get(url, {}).get(field), "silently overwritten"
                    assert now == self.file[url][field]
        if not publish:
            assert {url: words_of(article) for url, article in live.items()} == before
        self.each_change_is_somewhere(live)
        self.base = read(text)
        self.nothing_detached_is_lost()
        assert not import_readme(text, user, publish=publish).writes

    def each_change_is_somewhere(self, live: dict[str, Article]) -> None:
        shown = self.waiting()
        for url, said in self.file.items():
            begun = [*Revision.objects.filter(url=url, state__in=OPEN)]
            for field, text in said.items():
                known = self.base.get(url, {}).get(field)
                assert (
                    text == known
                    or (url in live and getattr(live[url], field) == text)
                    or any(getattr(revision, field) == text for revision in begun)
                    or (url in shown and (shown[url].theirs or {}).get(field) == text)
                ), f"{text} has vanished"
        for url in live.keys() & self.base.keys() - self.file.keys():
            assert shown[url].kind is Kind.REMOVED

    def nothing_detached_is_lost(self) -> None:
        """What waited when an export wrote over its file still waits, or has reached the desk."""
        shown = [change.theirs or {} for change in self.all_waiting()]
        for url, field, text in self.detached:
            rows = Revision.objects.filter(url=url, **{field: text})
            assert rows.exists() or any(said.get(field) == text for said in shown), text

    def all_waiting(self) -> Iterator[Change]:
        for outline in Outline.objects.filter(state="waiting"):
            yield from asked(outline, self.publisher).changes

    def waiting(self) -> dict[str, Change]:
        """Return what the newest README waits with, by address."""
        newest = Outline.objects.filter(state="waiting", in_file=True)
        changes = [one for outline in newest for one in asked(outline, self.publisher).changes]
        return {
            (change.entry or change.article).url: change  # type: ignore[union-attr]  # one of them
            for change in changes
        }


@pytest.mark.parametrize("steps", [14])
def test_nothing_vanishes(author: User, reviewer: User, publisher: User, steps: int) -> None:
    Desk.people = (author, reviewer, publisher)
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=60,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
