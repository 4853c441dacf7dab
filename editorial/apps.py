from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    name = "editorial"
    verbose_name = _("editorial desk")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the roles and the README's one row in step with the tables, and exports in mind."""
        from digest.exporting import written
        from editorial.incoming import exported
        from editorial.live.publishing import keep_row
        from editorial.roles import keep_roles

        post_migrate.connect(keep_row, sender=self)
        post_migrate.connect(keep_roles, sender=self)
        written.connect(exported)


class DeskAdminConfig(AdminConfig):
    # Not in editorial.admin: importing that registers with the site, which must be there by then.
    default_site = "editorial.site.Desk"
