from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Config(AppConfig):
    name = "gplx.points"

    def ready(self) -> None:
        post_migrate.connect(_choose_the_profile, sender=self)


def _choose_the_profile(*, using: str, apps: Any = None, **_: Any) -> None:
    """Whoever makes the tables (`gplx migrate`, a test's database) has the profile stored with them."""
    from gplx.points import installation

    if apps is not None and "installation" not in apps.all_models["points"]:
        return  # migrated back to before it
    installation.choose(using)
