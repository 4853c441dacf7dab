"""Who may do what, asked of everybody at once, is what the rules say of each person."""

import pytest
from django.contrib.auth.models import Permission, User
from pytest_django import Settings

from editorial.people import reviewers_for, who_may
from editorial.transitions import is_reviewer_for
from tests.editorial.factories import EVERYBODY, People, RevisionFactory


@pytest.fixture
def everybody(people: People) -> None:
    """Add to the usual people one with a right of their own and two who have left."""
    for name in EVERYBODY:
        getattr(people, name)
    right = Permission.objects.get(codename="review_revision")
    trusted = User.objects.create(username="trusted")
    trusted.user_permissions.add(right)
    for name in ("reviewer", "superuser"):
        left = User.objects.create(
            username=f"former_{name}", is_active=False, is_superuser=name == "superuser"
        )
        left.user_permissions.add(right)


@pytest.mark.parametrize("right", ["submit", "review", "publish"])
def test_a_right_is_found_wherever_it_comes_from(right: str, everybody: None) -> None:
    permission = f"editorial.{right}_revision"
    having = {user for user in User.objects.all() if user.has_perm(permission)}
    assert set(who_may(permission)) == having


@pytest.mark.parametrize("four_eyes", [True, False])
@pytest.mark.parametrize("author", ["author", "reviewer", "superuser"])
def test_those_who_could_approve_are_offered(
    four_eyes: bool, author: str, everybody: None, people: People, settings: Settings
) -> None:
    settings.EDITORIAL_FOUR_EYES = four_eyes
    revision = RevisionFactory.create(author=getattr(people, author))
    able = {user for user in User.objects.all() if is_reviewer_for(revision, user)}
    assert set(reviewers_for(revision)) == able
    assert (revision.author in able) == (not four_eyes and author != "author")
