"""VietQR: the text of a QR code by which a bank transfer is paid, written and read.

Elements of a two-digit tag, a two-digit length and a value; the last one is a CRC over all before it. A transfer by QR
carries no signed answer: it is found in the bank's statement by its purpose and its exact amount.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Iterable
from typing import NamedTuple

GUID = "A000000727"
_TO_ACCOUNT, _TO_CARD = "QRIBFTTA", "QRIBFTTC"
_DONG, _COUNTRY = "704", "VN"
_TEXT_MAX = 25
_CRC_HEAD = "6304"


class NotVietQRError(ValueError):
    """The text is no transfer of this form, or was changed on its way."""


class Transfer(NamedTuple):
    """A transfer to one account or card.

    Attributes:
        bank_bin: the bank's six digits.
        account: number of the account, or of the card.
        amount_vnd: whole đồng; None: the payer types it and the code may be used again.
        purpose: what the payer's bank passes on; plain letters, because banks cut accents.
        bill_number: empty where there is none.
    """

    bank_bin: str
    account: str
    amount_vnd: int | None = None
    purpose: str = ""
    bill_number: str = ""
    to_card: bool = False


def payload(transfer: Transfer) -> str:
    """The text that the QR code holds.

    Raises:
        ValueError: something does not fit the form, with its name.

    Source:
        VietQR (EMVCo QRCPS, merchant-presented; NAPAS profile).
    """
    _check(transfer)
    beneficiary = _element("00", transfer.bank_bin) + _element("01", transfer.account)
    account = (
        _element("00", GUID)
        + _element("01", beneficiary)
        + _element("02", _TO_CARD if transfer.to_card else _TO_ACCOUNT)
    )
    additional = (_element("01", transfer.bill_number) if transfer.bill_number else "") + (
        _element("08", transfer.purpose) if transfer.purpose else ""
    )
    before = "".join(
        [
            _element("00", "01"),
            _element("01", "11" if transfer.amount_vnd is None else "12"),
            _element("38", account),
            _element("53", _DONG),
            _element("54", str(transfer.amount_vnd)) if transfer.amount_vnd is not None else "",
            _element("58", _COUNTRY),
            _element("62", additional) if additional else "",
            _CRC_HEAD,
        ]
    )
    return before + crc(before)


def read(text: str) -> Transfer:
    """The transfer that a payload asks for.

    Raises:
        NotVietQRError: the CRC does not fit, an element is cut or missing, or it is no transfer in đồng.

    Source:
        VietQR (EMVCo QRCPS, merchant-presented; NAPAS profile).
    """
    if not text.isascii() or text[-8:-4] != _CRC_HEAD or crc(text[:-4]) != text[-4:]:
        raise NotVietQRError("the check sum does not fit the text")
    fields = _elements(text)
    account = _elements(_get(fields, "38"))
    to = _elements(_get(account, "01"))
    service = _get(account, "02")
    if _get(account, "00") != GUID or _get(fields, "53") != _DONG or service not in (_TO_ACCOUNT, _TO_CARD):
        raise NotVietQRError("no transfer in đồng")
    additional = _elements(fields.get("62", ""))
    amount = fields.get("54")
    if amount is not None and not _plain_digits(amount):
        raise NotVietQRError("the amount is no whole number")
    return Transfer(
        bank_bin=_get(to, "00"),
        account=_get(to, "01"),
        amount_vnd=None if amount is None else int(amount),
        purpose=additional.get("08", ""),
        bill_number=additional.get("01", ""),
        to_card=service == _TO_CARD,
    )


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE of a text, four upper-case hexadecimal digits; `123456789` has `29B1`."""
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"


def _check(transfer: Transfer) -> None:
    if not re.fullmatch(r"[0-9]{6}", transfer.bank_bin):
        raise ValueError("bank_bin: six digits")
    if not re.fullmatch(r"[0-9A-Za-z]{1,19}", transfer.account):
        raise ValueError("account: 1 to 19 letters and digits")
    if transfer.amount_vnd is not None and not 0 < transfer.amount_vnd < 10**13:
        raise ValueError("amount_vnd: more than nothing, at most 13 digits")
    for name, words in (("purpose", transfer.purpose), ("bill_number", transfer.bill_number)):
        if len(words) > _TEXT_MAX or not re.fullmatch(r"[ -~]*", words):
            raise ValueError(f"{name}: at most {_TEXT_MAX} plain letters")


def _element(tag: str, value: str) -> str:
    if len(value) > 99:
        raise ValueError(f"element {tag}: longer than 99")
    return f"{tag}{len(value):02d}{value}"


def _elements(text: str) -> dict[str, str]:
    pairs = list(_walk(text))
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotVietQRError("an element stands twice")
    return fields


def _walk(text: str) -> Iterable[tuple[str, str]]:
    position = 0
    while position < len(text):
        head = text[position : position + 4]
        value = text[position + 4 : position + 4 + (int(head[2:]) if _plain_digits(head[2:]) else 0)]
        if len(head) < 4 or not _plain_digits(head) or len(value) != int(head[2:]):
            raise NotVietQRError(f"an element is cut at {position}")
        yield head[:2], value
        position += 4 + len(value)


def _plain_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _get(fields: dict[str, str], tag: str) -> str:
    try:
        return fields[tag]
    except KeyError:
        raise NotVietQRError(f"element {tag} is missing") from None
