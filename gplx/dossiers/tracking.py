"""How a dossier stands, for somebody without an account: by its code and a one-time code sent to the holder.

Whether a dossier exists is never said: an unknown code, a code that was not sent and a wrong one get the same answer,
and everybody who asks is counted by where he asks from (T35).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from gplx.dossiers import queries
from gplx.dossiers.models import Dossier, OneTimeCode, TrackingAttempt
from gplx.errors import RegisterError
from gplx.notices.actions import NewMessage, announce

MINUTES = 10
TRIES_MAX = 5
SENT_AN_HOUR_MAX = 3
ATTEMPTS_MAX, ATTEMPTS_MINUTES = 20, 10
KEPT_DAYS = 1

_ALPHABET = "0123456789"
_LENGTH = 6


class TooManyAttemptsError(RegisterError):
    """Too many questions from here. Wait ten minutes and try again."""


@transaction.atomic
def send_code(code: str, *, address: str, today: date) -> None:
    """Send the holder of a dossier a one-time code by his own channels; of a code nobody has, nothing happens.

    Raises:
        TooManyAttemptsError: too many questions from this address of late.
    """
    _count(address)
    dossier = queries.by_code(code)
    if dossier is None:
        return
    dossier = Dossier.objects.select_for_update().get(pk=dossier.pk)
    recent = dossier.one_time_codes.filter(sent_at__gt=Now() - timedelta(hours=1))
    if recent.count() >= SENT_AN_HOUR_MAX:
        return
    one_time = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    kept = OneTimeCode.objects.create(
        dossier=dossier, digest=_digest(dossier.pk, one_time), expires_at=Now() + timedelta(minutes=MINUTES)
    )
    content = {"code": dossier.code, "one_time": one_time, "minutes": MINUTES, "sources": ["ADR 0045"]}
    message = NewMessage(dossier.holder_id, "dossier_code", f"dossier_code:{kept.pk}", content)
    announce([message], recorded_on=today)


@transaction.atomic
def opened(code: str, one_time: str, *, address: str) -> Dossier | None:
    """The dossier that a one-time code opens, once; None where it opens none, whatever the reason.

    Raises:
        TooManyAttemptsError: too many questions from this address of late.
    """
    _count(address)
    dossier = queries.by_code(code)
    if dossier is None:
        return None
    live = dossier.one_time_codes.select_for_update().filter(
        used_at__isnull=True, expires_at__gt=Now(), tries__lt=TRIES_MAX
    )
    newest = live.order_by("-pk").first()
    if newest is None:
        return None
    if not hmac.compare_digest(newest.digest, _digest(dossier.pk, one_time)):
        OneTimeCode.objects.filter(pk=newest.pk).update(tries=F("tries") + 1)
        return None
    OneTimeCode.objects.filter(pk=newest.pk).update(used_at=Now())
    return dossier


def forget_old() -> None:
    """Remove codes and counts that no question can depend on any more."""
    before = Now() - timedelta(days=KEPT_DAYS)
    OneTimeCode.objects.filter(sent_at__lt=before).delete()
    TrackingAttempt.objects.filter(asked_at__lt=before).delete()


def _count(address: str) -> None:
    digest = _keyed(f"address:{address}")
    recent = TrackingAttempt.objects.filter(
        address_digest=digest, asked_at__gt=Now() - timedelta(minutes=ATTEMPTS_MINUTES)
    )
    if recent.count() >= ATTEMPTS_MAX:
        raise TooManyAttemptsError
    TrackingAttempt.objects.create(address_digest=digest)


def _digest(dossier_id: int, one_time: str) -> str:
    return _keyed(f"code:{dossier_id}:{one_time.strip()}")


def _keyed(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
