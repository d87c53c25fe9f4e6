"""Dossiers (hồ sơ): what a person asks for, where it stands, and every step that brought it there."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from gplx.audit.append_only import append_only, content_stays
from gplx.files.models import StoredFile
from gplx.licences.models import Holder, Part


class Kind(models.TextChoices):
    """What is asked for."""

    RESTORATION_TEST = "restoration_test", "Kiểm tra kiến thức để phục hồi điểm"
    EXCHANGE = "exchange", "Đổi giấy phép lái xe"


class Channel(models.TextChoices):
    """How a dossier came in. `gplx.dossiers.states` knows the portal's number of each."""

    ONLINE = "online", "Trực tuyến"
    COUNTER = "counter", "Nộp tại quầy"
    POST = "post", "Qua bưu chính"


class State(models.TextChoices):
    """Where a dossier stands; `gplx.dossiers.states.MOVES` says what may follow."""

    REGISTERED = "registered", "Đã nộp, chờ tiếp nhận"
    RECEIVED = "received", "Đã tiếp nhận"
    SUPPLEMENT = "supplement", "Chờ bổ sung"
    IN_PROCESS = "in_process", "Đang thực hiện"
    REFUSED = "refused", "Không được tiếp nhận"
    WITHDRAWN = "withdrawn", "Đã rút"
    STOPPED = "stopped", "Đã dừng xử lý"
    FINISHED = "finished", "Đã có kết quả"
    RETURNED = "returned", "Đã trả kết quả"


LIVE = (State.REGISTERED, State.RECEIVED, State.SUPPLEMENT, State.IN_PROCESS)
"""The states of a dossier that something is still to come of."""


class Dossier(models.Model):
    """One request of one person about one part of a licence.

    Attributes:
        code: opaque text that is never read apart; who has it can ask how the dossier stands (ADR 0045).
        version: how many moves it has made. A page that was drawn before the last of them is out of date.
        state: set by `dossiers.actions._move` and nobody else (I11).
    """

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="dossiers")
    part = models.CharField(max_length=10, choices=Part.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REGISTERED)
    version = models.IntegerField(default=0)
    opened_on = models.DateField()
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "holder", "part"], condition=Q(state__in=LIVE), name="one_live_dossier_a_part"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder", "-id"], name="dossiers_of_a_person"),
            models.Index(fields=["kind", "state"], condition=Q(state__in=LIVE), name="dossiers_that_live"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays("dossier", but=["state", "version"])

    def __str__(self) -> str:
        return f"dossier {self.pk}"

    @property
    def is_live(self) -> bool:
        """Is something still to come of it?"""
        return self.state in LIVE


class Move(models.Model):
    """One step of a dossier, as it was made. Append-only; numbered within the dossier without a gap.

    Attributes:
        name: the move in `dossiers.states.MOVES`.
        origin: the state it left; empty for the first.
        actor_kind: applicant, officer, client, test_system or rule.
        actor: the number of the user, or the identifier of the client; never a name.
        findings: what the step rested on, each with its code, whether it blocks, and its source.
        on: the register's day.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="moves", db_index=False)
    number = models.IntegerField()
    name = models.CharField(max_length=20)
    origin = models.CharField(max_length=12, choices=State.choices, blank=True)
    to = models.CharField(max_length=12, choices=State.choices)
    actor_kind = models.CharField(max_length=12)
    actor = models.CharField(max_length=80, blank=True)
    actor_name = models.CharField(max_length=200, blank=True, help_text="role and unit as the citizen may see it")
    reason = models.CharField(max_length=500, blank=True)
    findings = models.JSONField(default=list)
    on = models.DateField()
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "number"], name="moves_are_numbered_within_their_dossier"),
        ]
        indexes: ClassVar = [models.Index(fields=["on", "name"], name="moves_by_day")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("move")

    def __str__(self) -> str:
        return f"move {self.number} of dossier {self.dossier_id}"


class CodeCounter(models.Model):
    """How many codes of a series were given out; `dossiers.actions` counts on."""

    series = models.CharField(max_length=40, primary_key=True, help_text="the part of the code before its number")
    last = models.IntegerField()

    def __str__(self) -> str:
        return self.series


class Document(models.Model):
    """A paper that belongs to a dossier: a file that was kept, or what the person wrote. Append-only.

    Attributes:
        file: none where something was only stated.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(
        max_length=24,
        choices=[
            ("health_certificate", "Giấy khám sức khỏe"),
            ("identity", "Giấy tờ tùy thân"),
            ("other", "Tài liệu khác"),
        ],
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=120)
    added_on = models.DateField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("document")

    def __str__(self) -> str:
        return f"document {self.pk} of dossier {self.dossier_id}"


class OneTimeCode(models.Model):
    """A code sent to the holder: who has it may see how one dossier stands. Only a digest of it is kept."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="one_time_codes")
    digest = models.CharField(max_length=64)
    tries = models.SmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"one-time code {self.pk}"


class TrackingAttempt(models.Model):
    """A question about a dossier from outside; counted by the address it came from, which is kept as a digest only."""

    address_digest = models.CharField(max_length=64)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["address_digest", "-asked_at"], name="tracking_by_address")]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
