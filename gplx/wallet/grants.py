"""What lets a phone fetch credentials: an offer that its holder made, a token, and nonces. The only writer of grants.

Source:
    OpenID4VCI 1.0 section 4.1.1 (offer), 6.1 (token), 7 (nonce).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core import signing
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from gplx.errors import RegisterError
from gplx.wallet.models import Grant, UsedNonce

OFFER_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(minutes=10)
NONCE_LIFE = timedelta(minutes=5)
TX_CODE_DIGITS = 6
MISSES_MAX = 5
"""After so many wrong digits an offer is worth nothing: six digits cannot be guessed in five tries."""
OFFERS_AN_HOUR_MAX = 10
REQUESTS_MAX = 6
"""How often one token can fetch credentials: each form a few times."""
_WALLET_LENGTH_MAX = 80


class TooManyOffersError(RegisterError):
    """This person has made many offers within the hour; wait a while before the next."""


class OfferRefusedError(RegisterError):
    """The code was used, has run out or is unknown, or the digits are wrong."""


class Offer(NamedTuple):
    """An offer just made: the only moment at which code and digits are known."""

    code: str
    tx_code: str
    expires_at: datetime


class Token(NamedTuple):
    """A token just given: the only moment at which it is known."""

    text: str
    lifetime: timedelta


@transaction.atomic
def offer(holder_id: int, part: str, *, at: datetime) -> Offer:
    """Let the holder's phone fetch the electronic licence of one part; offers of the part before it are void.

    Raises:
        TooManyOffersError: ten within the hour.
    """
    own = Grant.objects.filter(holder_id=holder_id)
    if own.filter(offered_at__gt=at - timedelta(hours=1)).count() >= OFFERS_AN_HOUR_MAX:
        raise TooManyOffersError
    own.filter(part=part, exchanged_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    code = secrets.token_urlsafe(32)
    tx_code = f"{secrets.randbelow(10**TX_CODE_DIGITS):0{TX_CODE_DIGITS}d}"
    made = Grant.objects.create(
        holder_id=holder_id,
        part=part,
        code_digest=_digest(code),
        tx_code_digest=_tx_digest(code, tx_code),
        offered_at=at,
        expires_at=at + OFFER_LIFE,
    )
    return Offer(code, tx_code, made.expires_at)


def exchange(code: str, tx_code: str, *, wallet: str, at: datetime) -> Token:
    """A token for a code and its digits, once.

    Wrong digits are counted in a transaction of their own, so that a refusal does not forget them.

    Raises:
        OfferRefusedError: the same for everything that can be wrong, so that nothing is learned from it.
    """
    with transaction.atomic():
        grant = Grant.objects.select_for_update().filter(code_digest=_digest(code)).first()
        if grant is not None and grant.exchanged_at is None and grant.expires_at > at and grant.misses < MISSES_MAX:
            if hmac.compare_digest(grant.tx_code_digest, _tx_digest(code, tx_code)):
                token = secrets.token_urlsafe(32)
                grant.exchanged_at, grant.token_digest = at, _digest(token)
                grant.token_expires_at = at + TOKEN_LIFE
                grant.wallet = "".join(sign for sign in wallet if sign.isprintable())[:_WALLET_LENGTH_MAX]
                grant.save()
                return Token(token, TOKEN_LIFE)
            grant.misses += 1
            grant.save(update_fields=["misses"])
    raise OfferRefusedError


def bearer(token: str, *, at: datetime) -> Grant | None:
    """The grant of a token, locked for this transaction; None when the token is unknown or has run out."""
    grant = Grant.objects.select_for_update().filter(token_digest=_digest(token)).first()
    if grant is None or grant.token_expires_at is None or grant.token_expires_at <= at:
        return None
    return grant


def count_request(grant: Grant) -> bool:
    """Count one fetching; False when the token has fetched often enough."""
    grant.requests += 1
    grant.save(update_fields=["requests"])
    return grant.requests <= REQUESTS_MAX


def nonce() -> str:
    """A nonce that says itself, under our key, when it was made: nothing is kept before it is used."""
    return signing.TimestampSigner(salt="gplx.wallet.nonce", sep=".").sign(secrets.token_urlsafe(16))


def is_fresh(text: str) -> bool:
    """Whether a nonce is ours and young enough; whether it was used is `use`'s to say."""
    try:
        signing.TimestampSigner(salt="gplx.wallet.nonce", sep=".").unsign(text, max_age=NONCE_LIFE)
    except signing.BadSignature:
        return False
    return True


def use(text: str) -> bool:
    """Mark a nonce as used, in the caller's transaction; False when it was used before. Old ones are removed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM wallet_usednonce WHERE used_at < statement_timestamp() - %s * 2 * interval '1 second'",
            [int(NONCE_LIFE.total_seconds())],
        )
        cursor.execute(
            f"INSERT INTO {UsedNonce._meta.db_table} (digest) VALUES (%s) ON CONFLICT DO NOTHING", [_digest(text)]
        )
        return int(cursor.rowcount) == 1


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _tx_digest(code: str, tx_code: str) -> str:
    """Keyed: six digits could be tried out by whoever has the database alone."""
    return salted_hmac("gplx.wallet.tx_code", f"{_digest(code)} {tx_code}", algorithm="sha256").hexdigest()
