"""The check sums of the payment platform and of VNPay: pure functions of fields and keys.

A right check sum never proves that something was paid: the platform's status is not under it, and a call-back carries
neither time nor nonce. `callback_findings` says what speaks against a call-back; money counts as paid only after a
query of our own (ADR 0066).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ENCODED = {byte: chr(byte) if byte in _PLAIN else "+" if byte == 0x20 else f"%{byte:02X}" for byte in range(256)}


class Payment(NamedTuple):
    """The fields of a transaction that the check sum covers. Amounts are whole đồng."""

    client_id: str
    transaction_id: str
    trans_amount: int
    addition_fee: int = 0
    command: str = "PAY"
    version: str = "3.0"


CallbackFinding: TypeAlias = Literal["check_sum_wrong", "transaction_differs", "amount_differs"]


def message(payment: Payment) -> str:
    """What is signed when a transaction is created, and again in its call-back.

    Source:
        portal (payment platform, create and call-back).
    """
    return "|".join(
        (
            str(payment.addition_fee),
            payment.client_id,
            payment.command,
            str(payment.trans_amount),
            payment.transaction_id,
            payment.version,
        )
    )


def check_sum(payment: Payment, key: str) -> str:
    """The check sum of a request (first key) or of a call-back (second key): HMAC-SHA256, lower-case hexadecimal.

    Source:
        portal (payment platform, check_sum).
    """
    return _hmac(message(payment), key, "sha256")


def query_check_sum(*, client_id: str, transaction_id: str, command: str, key: str) -> str:
    """The check sum of a query (first key).

    Source:
        portal (payment platform, query).
    """
    return _hmac(f"{client_id}|{command}|{transaction_id}", key, "sha256")


def callback_findings(asked: Payment, told: Payment, *, given: str, key: str) -> list[CallbackFinding]:
    """What speaks against a call-back; empty when it is about the stored request and was signed with the second key.

    Args:
        asked: the request as it was stored.
        told: the fields of the call-back.
        given: the check sum of the call-back.

    Source:
        portal (payment platform, call-back); ADR 0066.
    """
    found: list[CallbackFinding] = []
    if not hmac.compare_digest(check_sum(told, key).encode(), given.encode()):
        found.append("check_sum_wrong")
    if (told.transaction_id, told.client_id) != (asked.transaction_id, asked.client_id):
        found.append("transaction_differs")
    if (told.trans_amount, told.addition_fee) != (asked.trans_amount, asked.addition_fee):
        found.append("amount_differs")
    return found


def vnpay_message(parameters: Mapping[str, str]) -> str:
    """What VNPay signs: the parameters sorted by name and form-encoded, without the hash itself and without empty ones.

    Source:
        VNPay 2.1.0.
    """
    signed = {
        name: value
        for name, value in parameters.items()
        if value and name not in ("vnp_SecureHash", "vnp_SecureHashType")
    }
    return "&".join(f"{_form_encoded(name)}={_form_encoded(value)}" for name, value in sorted(signed.items()))


def vnpay_hash(parameters: Mapping[str, str], key: str) -> str:
    """The `vnp_SecureHash` of the parameters: HMAC-SHA512, lower-case hexadecimal.

    Source:
        VNPay 2.1.0.
    """
    return _hmac(vnpay_message(parameters), key, "sha512")


def vnpay_is_signed(parameters: Mapping[str, str], key: str) -> bool:
    """Was this call-back signed with the key? Compared in constant time; a hash may come in upper case.

    Source:
        VNPay 2.1.0.
    """
    given = parameters.get("vnp_SecureHash", "").lower()
    return hmac.compare_digest(vnpay_hash(parameters, key).encode(), given.encode())


def vnpay_amount(amount_vnd: int) -> str:
    """`vnp_Amount`: đồng times a hundred, without separators."""
    return str(amount_vnd * 100)


def _form_encoded(text: str) -> str:
    """As a form sends it: a space as a plus; all but letters, digits and ``-._~`` as a percent and two digits."""
    return "".join(_ENCODED[byte] for byte in text.encode())


def _hmac(text: str, key: str, algorithm: str) -> str:
    return hmac.new(key.encode(), text.encode(), getattr(hashlib, algorithm)).hexdigest()
