"""The only writers of certified copies and wishes: what a citizen brings himself, and what an officer reads in it.

A copy is a PDF that somebody signed who may certify. Its signature is verified before it is kept; what stands in it is
read by an officer, because no machine here reads scans.
"""

from __future__ import annotations

from datetime import date

from cryptography import x509
from django.db import transaction

from gplx import clock
from gplx.accounts.models import User
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.files import actions as files
from gplx.files import gates
from gplx.files import queries as file_queries
from gplx.files.models import Purpose
from gplx.health import actions
from gplx.health.actions import Outcome, OwnRecordError
from gplx.health.message import Stated
from gplx.health.models import ArrivalWish, CertifiedCopy, CopyState, TrustAnchor
from gplx.letters import seal
from gplx.licences import own
from gplx.licences.models import Holder

ANSWER_MAX = 300


class CopyRefusedError(RegisterError):
    """The file is no certified copy. The reason is said in both languages.

    Attributes:
        message_vi, message_en: why not, and what to do.
    """

    def __init__(self, message_vi: str, message_en: str) -> None:
        super().__init__(message_en)
        self.message_vi, self.message_en = message_vi, message_en


class AnswerMissingError(RegisterError):
    """Say why the copy is not taken, in at most 300 characters: its holder reads it."""


def bring(holder: Holder, data: bytes, *, user: User, today: date | None = None) -> CertifiedCopy:
    """Keep a signed PDF that a citizen brings, for an officer to read.

    Raises:
        FileRefusedError: the file did not pass the gate; nothing was kept.
        CopyRefusedError: it is not signed by somebody trusted, was changed, or was brought before.
    """
    today = today or clock.today()
    if gates.is_hostile(data):
        # Refused as well, but laid apart: that row must stay, so no transaction is around it.
        files.keep(data, purpose=Purpose.CERTIFIED_COPY, holder_id=holder.pk, uploaded_by=user.pk)
    gates.check(data, Purpose.CERTIFIED_COPY)
    roots = [x509.load_pem_x509_certificate(one.pem.encode()) for one in TrustAnchor.objects.order_by("id")]
    verdict = seal.verify(data, roots)
    if not verdict.is_good:
        raise CopyRefusedError(
            verdict.reason_vi or "Tệp không có chữ ký số hợp lệ.",
            verdict.reason_en or "The file has no valid signature.",
        )
    return _keep(holder, data, verdict, user, today)


@transaction.atomic
def _keep(holder: Holder, data: bytes, verdict: seal.Verdict, user: User, today: date) -> CertifiedCopy:
    """Keep a copy whose signature holds, unless it was brought before; then nothing is kept."""
    file = files.keep(data, purpose=Purpose.CERTIFIED_COPY, holder_id=holder.pk, uploaded_by=user.pk)
    if file_queries.of_others(file).exists():
        raise CopyRefusedError(
            "Tệp này đã được nộp cho người khác. Hãy nộp bản sao của chính bạn.",
            "This file was brought for another person. Bring a copy of your own certificate.",
        )
    if CertifiedCopy.objects.filter(file=file).exists():
        raise CopyRefusedError(
            "Bạn đã nộp tệp này rồi. Xem kết quả ở dưới.",
            "You have brought this file before. See below what became of it.",
        )
    signed_at = verdict.signed_at
    return CertifiedCopy.objects.create(
        holder=holder,
        file=file,
        seal={
            "signer": verdict.signer,
            "issuer": verdict.issuer,
            "signed_on": "" if signed_at is None else signed_at.date().isoformat(),
        },
        recorded_on=today,
    )


@transaction.atomic
def read(copy_id: int, stated: Stated, *, officer: User, today: date | None = None) -> Outcome:
    """Record what an officer read in a copy.

    Raises:
        MoveNotAllowedError: a colleague was faster.
        OwnRecordError, MessageError, UnknownFacilityError, AlreadyKnownError: as for any certificate.
    """
    copy = _waiting(copy_id, officer)
    outcome = actions.receive_copy(stated, holder=copy.holder, file=copy.file, officer=officer, today=today)
    copy.state, copy.version, copy.officer_id = CopyState.READ, outcome.version, officer.pk
    copy.save(update_fields=["state", "version", "officer_id"])
    return outcome


@transaction.atomic
def return_to_holder(copy_id: int, *, officer: User, answer: str) -> CertifiedCopy:
    """Do not take a copy, and tell its holder why on his page.

    Raises:
        MoveNotAllowedError, OwnRecordError, AnswerMissingError: as they say.
    """
    answer = " ".join(answer.split())
    if not 0 < len(answer) <= ANSWER_MAX:
        raise AnswerMissingError
    copy = _waiting(copy_id, officer)
    copy.state, copy.answer, copy.officer_id = CopyState.RETURNED, answer, officer.pk
    copy.save(update_fields=["state", "answer", "officer_id"])
    return copy


def _waiting(copy_id: int, officer: User) -> CertifiedCopy:
    copy = CertifiedCopy.objects.select_for_update(of=("self",)).select_related("holder", "file").get(pk=copy_id)
    if copy.state != CopyState.WAITING:
        raise MoveNotAllowedError
    if own.is_own(officer.citizen_number, copy.holder):
        raise OwnRecordError
    return copy


def wish_to_be_told(holder: Holder, *, today: date | None = None) -> ArrivalWish:
    """Tell this person once when a certificate of his arrives. Wished twice, it is one wish."""
    today = today or clock.today()
    wish, is_new = ArrivalWish.objects.get_or_create(holder=holder, defaults={"wished_on": today})
    if not is_new and wish.told_on is not None:
        wish.wished_on, wish.told_on = today, None
        wish.save(update_fields=["wished_on", "told_on"])
    return wish
