"""Short codes: the one by which a notice is found again, and the one that confirms a contact.

Both are derived from a secret of the installation, so that neither is kept anywhere, not even as a digest.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is easily taken for something else: 0 and O, 1, I and L."""
CODE_LENGTH = 8
DIGITS = 6


def of_notice(notice_id: int) -> str:
    """The code of a notice: eight letters and digits, the same on every channel."""
    number = int.from_bytes(_derived("notice", str(notice_id))[:16], "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


def of_contact(contact_id: int, salt: str) -> str:
    """The six digits that confirm a contact; another salt makes others."""
    number = int.from_bytes(_derived("contact", f"{contact_id} {salt}")[:16], "big")
    return f"{number % 10**DIGITS:0{DIGITS}}"


def digest_of(purpose: str, text: str) -> str:
    """A keyed digest: the same for the same text, and nothing can be read from it."""
    return _derived(purpose, text).hex()


def _derived(purpose: str, text: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"gplx.notices.{purpose}\0{text}".encode(), sha256)
