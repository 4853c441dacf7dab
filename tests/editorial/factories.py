"""The people of the desk, by name, and revisions."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group, User
from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password
from factory.helpers import post_generation

from digest.models import Category
from editorial import actions
from editorial.models import Revision
from editorial.transitions import State
from tests.factories import CategoryFactory


class PersonFactory(DjangoModelFactory[User]):
    """Somebody who can sign in to the admin; ``role`` is the group that they are in."""

    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"person{n}")
    password = Password("engine")
    is_staff = True

    @post_generation
    def role(person: User, create: bool, role: str | None) -> None:  # noqa: N805
        """Put them into their group."""
        if create and role:
            person.groups.add(Group.objects.get(name=role))


class People:
    """Six people with fixed roles, made when they are first named."""

    def __getattr__(self, name: str) -> User:
        role = {"second_author": "author"}.get(name, name)
        known = {"author", "reviewer", "publisher"}
        options: dict[str, Any] = {"role": role} if role in known else {}
        person = PersonFactory.create(username=name, is_superuser=name == "superuser", **options)
        setattr(self, name, person)
        return person


EVERYBODY = ("author", "second_author", "reviewer", "publisher", "bystander", "superuser")


class RevisionFactory(DjangoModelFactory[Revision]):
    """A revision of a new entry, in whatever state it is asked for."""

    class Meta:
        model = Revision

    author = SubFactory(PersonFactory, username="author", role="author")
    category = SubFactory(CategoryFactory)
    headline = Sequence(lambda n: f"第{n}个高效微调方法，快2倍！")
    url = Sequence(lambda n: f"https://mp.weixin.qq.com/s/{n}")
    title = Sequence(lambda n: f"Finetuning Made Cheap {n} Times")
    summary = "它「**只需要**」单个GPU。"
    links = Sequence(lambda n: [["paper", f"https://arxiv.org/abs/2305.{n:05}"]])
    state = State.DRAFT
    publish_at = LazyAttribute(
        lambda made: datetime(2999, 1, 1, tzinfo=UTC) if made.state == State.SCHEDULED else None
    )


def revision_in(state: State, people: People, **fields: Any) -> Revision:
    """Return a revision by ``people.author`` that came to this state, with what belongs to it."""
    fields = {"author": people.author, **fields}
    if state not in {State.PUBLISHED, State.TAKEN_DOWN, State.SUPERSEDED}:
        return RevisionFactory.create(state=state, **fields)
    revision = RevisionFactory.create(state=State.APPROVED, **fields)
    actions.perform(revision, "publish", people.publisher)
    if state is State.TAKEN_DOWN:
        actions.perform(revision, "take_down", people.publisher, "错了")
    if state is State.SUPERSEDED:
        publish_change(revision, people, headline="换了")
        revision.refresh_from_db()
    return revision


def publish_change(revision: Revision, people: People, **changes: Any) -> Revision:
    """Bring a change of a live article to readers, step by step."""
    assert revision.article
    revision.article.refresh_from_db()
    change = actions.revise(revision.article, people.author)
    actions.edit(change, people.author, change.version, **changes)
    return publish(change, people)


def publish(revision: Revision, people: People) -> Revision:
    """Bring a draft of ``people.author`` to readers, step by step."""
    actions.perform(revision, "submit", people.author)
    actions.perform(revision, "approve", people.reviewer)
    return actions.perform(revision, "publish", people.publisher)


def category(**fields: Any) -> Category:
    """Return a section."""
    return CategoryFactory.create(**fields)
