from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class Config(AppConfig):
    name = "gplx.accounts"

    def ready(self) -> None:
        """A register in service does not start with an identity provider that anybody on the way could be (T09)."""
        for name in ("CITIZEN_ISSUER", "OFFICER_ISSUER"):
            if not settings.DEMO and not getattr(settings, name).startswith("https://"):
                raise ImproperlyConfigured(f"GPLX_{name} must begin with https://: providers are asked by TLS only.")
