"""Papers with a code: made, sealed, kept by digest, and checked by anybody who holds one (ADR 0038).

This module is part of the room's actions: it is the only writer of `Paper` and `CheckTry`.
"""

from __future__ import annotations

import hmac
import io
import re
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pikepdf
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from gplx.errors import RegisterError
from gplx.files import actions as files
from gplx.files import queries as file_queries
from gplx.files.models import StoredFile
from gplx.letters import pdf, seal
from gplx.mailroom.models import CheckTry, Paper, PaperKind

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is easily taken for something else: 0 and O, 1, I and L."""
_GROUPS, _GROUP = 3, 4
_CODE = re.compile(rf"[{LETTERS}]{{12}}")
_NOT_IN_A_CODE = re.compile(r"[^0-9A-Za-z]")
WRONG_OF_AN_ASKER_MAX, WRONG_OF_A_PAPER_MAX = 20, 10
WRONG_WINDOW = timedelta(hours=1)
"""So many wrong codes from one address, or wrong figures of one paper, within an hour look like guessing (T35)."""


class TooManyTriesError(RegisterError):
    """Too many wrong answers. Wait an hour, look at the paper again and try once more."""


class Prepared(NamedTuple):
    """A paper that is made, sealed and kept, and not given out: the check page does not know its code."""

    kind: PaperKind
    code: str
    holder_id: int | None
    asked_digits: str
    issued_on: date
    pages: int
    digest: str
    file: StoredFile


def issue(
    kind: PaperKind,
    data: Mapping[str, Any],
    *,
    natural_key: str,
    on: date,
    holder_id: int | None = None,
    asked_digits: str = "",
    check_lines: tuple[str, ...] = (),
    template: str = "document",
) -> Paper:
    """Make a paper with a QR code and give it out. Asked for again under its key, it is the same paper.

    Args:
        natural_key: what names this paper, such as ``letter:4711``.
        data, on, asked_digits, check_lines, template: as for `prepare`.

    Raises:
        PaperError, KeyStoreError: the paper cannot be made or sealed here.
    """
    found = Paper.objects.filter(natural_key=natural_key).select_related("file").first()
    if found is not None:
        return found
    prepared = prepare(
        kind,
        data,
        on=on,
        holder_id=holder_id,
        asked_digits=asked_digits,
        check_lines=check_lines,
        template=template,
    )
    try:
        with transaction.atomic():
            return give_out(prepared, natural_key=natural_key)
    except IntegrityError:
        # Somebody made the same paper at the same time: his is the one that was given out.
        return Paper.objects.select_related("file").get(natural_key=natural_key)


def prepare(
    kind: PaperKind,
    data: Mapping[str, Any],
    *,
    on: date,
    holder_id: int | None = None,
    asked_digits: str = "",
    check_lines: tuple[str, ...] = (),
    template: str = "document",
) -> Prepared:
    """Make, seal and keep a paper that counts only once it is given out.

    Args:
        data: of the template; the check is put in here.
        on: the day the paper bears.
        asked_digits: the last figures of the number on the paper, that a reader may compare.
        check_lines: beside the QR code; the address is added.

    Raises:
        PaperError, KeyStoreError: the paper cannot be made or sealed here.
    """
    code = new_code()
    made = pdf.render(template, {**data, "check": check_of(code, check_lines)}, on=on)
    sealed = seal.sign(made, reason=PaperKind(kind).label)
    kept = files.keep_made(sealed, holder_id=holder_id)
    digest = sha256(sealed).hexdigest()
    return Prepared(kind, code, holder_id, asked_digits, on, page_count(made), digest, kept)


def give_out(prepared: Prepared, *, natural_key: str) -> Paper:
    """Let a paper count, in the caller's transaction: from its end on the check page knows it.

    Raises:
        IntegrityError: another paper was given out under this key.
    """
    return Paper.objects.create(natural_key=natural_key, **prepared._asdict())


def page_count(made: bytes) -> int:
    """How many pages a PDF of the register's own has."""
    with pikepdf.open(io.BytesIO(made)) as opened:
        return len(opened.pages)


def content(paper: Paper) -> bytes:
    """The sealed file.

    Raises:
        ObjectMissingError: the store lost it.
    """
    return file_queries.content(paper.file)


def check_of(code: str, lines: tuple[str, ...]) -> dict[str, Any]:
    """The check of a paper's data: where the QR code leads, and what stands beside it."""
    address = f"{settings.BASE_URL}/kiem-tra/{code}"
    shown = f"{urlsplit(settings.BASE_URL).netloc}/kiem-tra, mã {code}"
    alt = f"Mã QR mở trang kiểm tra văn bản, mã {code}"
    return {"url": address, "alt": alt, "lines": [*lines, f"Kiểm tra văn bản này: {shown}"]}


def new_code() -> str:
    """A code that nobody guesses: twelve letters and figures, some 59 bits."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(_GROUPS * _GROUP))
    return "-".join(drawn[first : first + _GROUP] for first in range(0, len(drawn), _GROUP))


def written(code: str) -> str | None:
    """A code as somebody typed or scanned it, in its one spelling; None when it cannot be one."""
    if len(code) > 200:
        return None
    bare = _NOT_IN_A_CODE.sub("", code.rstrip("/").rpartition("/")[2]).upper()
    if not _CODE.fullmatch(bare):
        return None
    return "-".join(bare[first : first + _GROUP] for first in range(0, len(bare), _GROUP))


class Checked(NamedTuple):
    """What the check page tells.

    Attributes:
        paper: None when the register gave out no paper of this code.
        figures_match: whether the figures that the reader typed are those of the paper; None when he typed none.
    """

    paper: Paper | None
    figures_match: bool | None


def check(code: str, *, figures: str = "", asker: str) -> Checked:
    """Is there a paper of this code, and are these the figures on it? Wrong answers are counted.

    Args:
        asker: the address that asks; only a keyed digest of it is kept, for an hour.

    Raises:
        TooManyTriesError: too many wrong answers of this asker, or about this paper.
    """
    asks = _digest(asker)
    CheckTry.objects.filter(asked_at__lt=Now() - 2 * WRONG_WINDOW).delete()
    recent = CheckTry.objects.filter(asked_at__gt=Now() - WRONG_WINDOW)
    if recent.filter(asker=asks).count() >= WRONG_OF_AN_ASKER_MAX:
        raise TooManyTriesError
    spelled = written(code)
    paper = Paper.objects.filter(code=spelled).first() if spelled else None
    if paper is None:
        CheckTry.objects.create(asker=asks)
        return Checked(None, None)
    if not figures or not paper.asked_digits:
        return Checked(paper, None)
    if recent.filter(paper=paper).count() >= WRONG_OF_A_PAPER_MAX:
        raise TooManyTriesError
    matches = hmac.compare_digest(figures.encode(), paper.asked_digits.encode())
    if not matches:
        CheckTry.objects.create(asker=asks, paper=paper)
    return Checked(paper, matches)


def _digest(asker: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"gplx.mailroom.asker\0{asker}".encode(), sha256).hex()
