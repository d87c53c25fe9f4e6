"""How Django finds the person behind a session: by key only; identity providers do the rest."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from gplx.accounts.models import User


class IdentityBackend(BaseBackend):
    """Signing in is done by `accounts.actions`; this backend only reads the session's user back."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id).first()
