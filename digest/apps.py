from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DigestConfig(AppConfig):
    name = "digest"
    verbose_name = _("digest")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the checks of a deployment be found."""
        import digest.deploying  # noqa: F401
