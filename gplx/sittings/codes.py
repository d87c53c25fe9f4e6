"""Codes that a candidate types on a tablet, and the secret that the tablet is given for one.

A code has six digits, belongs to one candidate number, counts for ten minutes, once, and for five tries: a guesser has
five chances in a million with each candidate, and an examiner sees him. Of code and secret only digests are kept; that
of the code is keyed, since a million codes are quickly tried (ADR 0054).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

CODE_DIGITS, NUMBER_DIGITS = 6, 5
CODE_LASTS = timedelta(minutes=10)
TRIES_MAX = 5
_SALT = "gplx.sittings.code"


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def new_number() -> str:
    """Five random digits, the first of them no zero: a candidate's number."""
    least = 10 ** (NUMBER_DIGITS - 1)
    return str(least + secrets.randbelow(9 * least))


def digest(code: str, *, sitting_id: int) -> str:
    """What is kept of a code."""
    return salted_hmac(_SALT, f"{sitting_id}:{code}", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def is_right(code: str, kept: str, *, sitting_id: int) -> bool:
    """Is it the code that was given out?"""
    return constant_time_compare(digest(code, sitting_id=sitting_id), kept)


def new_secret() -> str:
    """What a device proves itself by."""
    return secrets.token_urlsafe(32)


def secret_digest(secret: str) -> str:
    """What is kept of it: it is long and random, so a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_seed() -> str:
    """The seed of a paper."""
    return secrets.token_hex(16)


def only_digits(typed: str, count: int) -> str:
    """What was typed without spaces; empty when it is not so many digits."""
    digits = "".join(typed.split())
    return digits if len(digits) == count and digits.isascii() and digits.isdigit() else ""
