"""The groups are there after a migrate, and stay as an administrator left them."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

from editorial.roles import ROLES, rights_of
from tests.editorial.factories import People

pytestmark = pytest.mark.django_db

DESK = ("submit_revision", "review_revision", "publish_revision")
MAY = {"author": 1, "reviewer": 2, "publisher": 3, "bystander": 0}


@pytest.mark.parametrize(("name", "count"), MAY.items())
def test_each_role_may_what_the_one_before_may_and_more(
    name: str, count: int, people: People
) -> None:
    person = getattr(people, name)
    assert [person.has_perm(f"editorial.{right}") for right in DESK] == [
        index < count for index in range(3)
    ]


def test_no_role_may_delete_or_change_the_log() -> None:
    for role in ROLES:
        assert not {"editorial.delete_revision", "editorial.change_event"} & rights_of(role)


def test_every_right_exists() -> None:
    for role in ROLES:
        held = Group.objects.get(name=role).permissions.select_related("content_type")
        assert {f"{p.content_type.app_label}.{p.codename}" for p in held} == rights_of(role)


def test_migrating_again_changes_nothing_and_keeps_what_was_added() -> None:
    extra = Permission.objects.get(codename="view_user")
    author = Group.objects.get(name="author")
    author.permissions.add(extra)
    person = User.objects.create(username="ada")
    person.groups.add(author)
    before = set(author.permissions.all())
    call_command("migrate", verbosity=0)
    assert set(author.permissions.all()) == before
    assert Group.objects.count() == len(ROLES)
    assert person.groups.get() == author
