"""The three roles, kept as groups: what each may do beyond the one before it."""

from typing import Any

from django.apps import apps as site_apps
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions

ROLES: dict[str, tuple[str, ...]] = {
    "author": (
        "editorial.view_revision",
        "editorial.add_revision",
        "editorial.change_revision",
        "editorial.submit_revision",
        "editorial.view_event",
        "editorial.view_link",
        "digest.view_suggestion",
        "editorial.view_outline",
        "editorial.add_outline",
        "digest.view_article",
        "digest.view_paper",
    ),
    "reviewer": ("editorial.review_revision",),
    "publisher": (
        "editorial.publish_revision",
        "digest.change_paper",
        *(
            f"digest.{verb}_{model}"
            for model in ("category", "passage")
            for verb in ("view", "add", "change", "delete")
        ),
    ),
}


def rights_of(role: str) -> set[str]:
    """Return all that this role may do, with what the roles before it may."""
    names = list(ROLES)
    return {right for name in names[: names.index(role) + 1] for right in ROLES[name]}


def keep_roles(using: str, apps: Apps = site_apps, **_signal: Any) -> None:
    """Make the groups and give them their rights, after every migrate; rights added by hand stay.

    Django makes permissions at the same moment and may come later, so they are asked for first.
    """
    try:
        groups = apps.get_model("auth", "Group")._default_manager.using(using)
        permissions = apps.get_model("auth", "Permission")._default_manager.using(using)
    except LookupError:
        return  # a migrate that stopped before the tables of django.contrib.auth
    for app in ("digest", "editorial"):
        create_permissions(site_apps.get_app_config(app), verbosity=0, using=using, apps=apps)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permissions.select_related("content_type")
    }
    for role in ROLES:
        group, _made = groups.get_or_create(name=role)
        group.permissions.add(*(known[right] for right in rights_of(role) if right in known))
