"""The only writers of people and their sessions."""

from __future__ import annotations

import time

from django.contrib.auth import login, logout
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from gplx.accounts.models import User
from gplx.accounts.oidc import Identity

CITIZEN_IDLE_SECONDS = 30 * 60
DESK_IDLE_SECONDS = 15 * 60
"""T08: how long a session lives without being used."""
CITIZEN_LIFE_SECONDS = 12 * 3600
DESK_LIFE_SECONDS = 8 * 3600
"""T08: how long a session lives at all, however much it is used; `accounts.middleware` ends it."""
ENDS_AT = "ends_at"
"""The key in the session of the instant (Unix seconds) at which it ends."""


def sign_in(request: HttpRequest, identity: Identity) -> User:
    """Make the session that of the person an identity provider vouched for.

    The person is known by issuer and subject; name, number and role are taken over anew each time. The old session is
    thrown away with everything in it, so a session known before signing in is worth nothing afterwards. An officer has
    one session: signing in ends those he has elsewhere (T17).
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
            "unit": identity.unit,
        },
    )
    if user.is_staff_member:
        # Sessions carry a digest of this field; there is no password that fits a new random one.
        user.set_unusable_password()
        user.save(update_fields=["password"])
    request.session.flush()
    login(request, user, backend="gplx.accounts.backends.IdentityBackend")
    life = DESK_LIFE_SECONDS if user.is_staff_member else CITIZEN_LIFE_SECONDS
    request.session[ENDS_AT] = int(time.time()) + life
    request.session.set_expiry(DESK_IDLE_SECONDS if user.is_staff_member else CITIZEN_IDLE_SECONDS)
    return user


def sign_out(request: HttpRequest) -> None:
    """End the session here; its cookie is worth nothing from now on."""
    logout(request)


def remove_ended_sessions() -> None:
    """Remove the rows of sessions that are over."""
    SessionStore.clear_expired()
