"""The only writers of people and their sessions."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.http import HttpRequest

from gplx.accounts.models import User
from gplx.accounts.oidc import Identity

CITIZEN_IDLE_SECONDS = 30 * 60
DESK_IDLE_SECONDS = 15 * 60
"""T08: how long a session lives without being used."""


def sign_in(request: HttpRequest, identity: Identity) -> User:
    """Make the session that of the person an identity provider vouched for.

    The person is known by issuer and subject; name, number and role are taken over anew each time. The old session is
    thrown away with everything in it, so a session known before signing in is worth nothing afterwards.
    """
    user, _ = User.objects.update_or_create(
        issuer=identity.issuer,
        subject=identity.subject,
        defaults={
            "identity": f"{identity.issuer} {identity.subject}",
            "role": identity.role,
            "display_name": identity.name,
            "citizen_number": identity.citizen_number,
            "province_code": identity.province_code,
        },
    )
    request.session.flush()
    login(request, user, backend="gplx.accounts.backends.IdentityBackend")
    request.session.set_expiry(DESK_IDLE_SECONDS if user.is_staff_member else CITIZEN_IDLE_SECONDS)
    return user


def sign_out(request: HttpRequest) -> None:
    """End the session here; its cookie is worth nothing from now on."""
    logout(request)
