"""A sitting of the knowledge test: admission, answers, result, minutes; and results of other test systems."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only, content_stays
from gplx.licences.models import Holder, Part


class State(models.TextChoices):
    """Where a sitting stands; `states.MOVES` says how it goes on."""

    ADMITTED = "admitted", "Đã nhận vào phòng"
    STARTED = "started", "Đang làm bài"
    SUBMITTED = "submitted", "Đã nộp bài"
    SIGNED = "signed", "Chờ người thứ hai ký"
    CONFIRMED = "confirmed", "Đã xác nhận kết quả"
    ABSENT = "absent", "Vắng mặt"


class Sitting(models.Model):
    """One person's test in one session; each registration has at most one.

    Attributes:
        number: the candidate's number, five digits, of one sitting a day only.
        seed: drawn at admission; paper and order of the options follow from it, the class and the day.
        versions: the questions as drawn (`questions.papers.Paper.version_ids`); with seed and day they are the paper.
        paper_digest: of what is asked and in which order.
        rule: the rule it was drawn by, as in force that day: class, questions, minutes, pass mark, source.
        deadline_at: until when answers are taken, by the database's clock.
    """

    registration = models.OneToOneField("exams.Registration", on_delete=models.PROTECT, related_name="sitting")
    session = models.ForeignKey("exams.Session", on_delete=models.PROTECT, related_name="sittings")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="sittings")
    part = models.CharField(max_length=10, choices=Part.choices)
    category = models.CharField(max_length=8)
    regime = models.CharField(max_length=10)
    held_on = models.DateField()
    number = models.CharField(max_length=5)
    seed = models.CharField(max_length=64)
    versions = ArrayField(models.BigIntegerField())
    paper_digest = models.CharField(max_length=64, blank=True)
    rule = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices)
    started_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["held_on", "number"], name="a_candidate_number_is_of_one_sitting_a_day"),
            models.CheckConstraint(
                condition=~models.Q(state="started") | models.Q(deadline_at__isnull=False),
                name="a_started_sitting_has_a_deadline",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["deadline_at"], condition=models.Q(state="started"), name="sittings_by_deadline"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays(
            "sitting", but=["state", "started_at", "deadline_at", "submitted_at"]
        )

    def __str__(self) -> str:
        return f"sitting {self.pk}"


class Step(models.Model):
    """One step of a sitting: who, when, and what he said with it. Append-only."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="steps")
    name = models.CharField(max_length=10)
    origin = models.CharField(max_length=10, blank=True)
    to = models.CharField(max_length=10, choices=State.choices)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    said = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("step")

    def __str__(self) -> str:
        return f"step {self.pk}"


class Admission(models.Model):
    """One admission of a candidate to one device: his papers, and the code he types there. The last one counts.

    Attributes:
        identity_paper: by which paper he proved who he is, of the closed list of `law.test_room`.
        code_digest: of the code; the code itself is shown once and kept nowhere.
        device_digest: of the secret that the device was given for the code.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="admissions")
    identity_paper = models.CharField(max_length=30)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True, help_text="why a second device")
    code_digest = models.CharField(max_length=64)
    code_expires_at = models.DateTimeField()
    wrong_tries = models.SmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    device_digest = models.CharField(max_length=64, blank=True)
    admitted_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays(
            "admission", but=["wrong_tries", "opened_at", "device_digest"]
        )

    def __str__(self) -> str:
        return f"admission {self.pk}"


class Adjustment(models.Model):
    """Help that was granted as a right, with its reason. Append-only."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=20)
    minutes = models.SmallIntegerField(default=0)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="extra_time", minutes__gt=0)
                | (~models.Q(kind="extra_time") & models.Q(minutes=0)),
                name="only_extra_time_has_minutes",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("adjustment")

    def __str__(self) -> str:
        return f"adjustment {self.pk}"


class Answer(models.Model):
    """One answer as it was given; of several to one question the last counts. Append-only."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="answers")
    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="answers")
    position = models.SmallIntegerField(help_text="place in the paper, from 1")
    version = models.ForeignKey("questions.QuestionVersion", on_delete=models.PROTECT, related_name="+")
    choice = models.SmallIntegerField(help_text="the place that was chosen, from 1, as the candidate saw it")
    given_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sitting", "position", "-id"], name="answers_of_a_sitting")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("answer")

    def __str__(self) -> str:
        return f"answer {self.pk}"


class Flag(models.Model):
    """A question the candidate wants to look at again. Has no effect on the result."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="flags")
    position = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sitting", "position"], name="a_question_is_flagged_once"),
        ]

    def __str__(self) -> str:
        return f"flag {self.pk}"


class Result(models.Model):
    """What the theory paper came to, question by question. Append-only.

    Attributes:
        marks: for each question in the paper's order: version, choice (null: none), the right one.
        findings: why it was failed; empty when it was passed.
    """

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, related_name="result")
    asked = models.SmallIntegerField()
    right = models.SmallIntegerField()
    pass_mark = models.SmallIntegerField()
    fatal_right = models.BooleanField()
    passed = models.BooleanField()
    marks = models.JSONField()
    findings = models.JSONField()
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("result")

    def __str__(self) -> str:
        return f"result {self.pk}"


class Simulation(models.Model):
    """The marks of the simulation paper, taken over from the official simulator where the law asks for it."""

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, related_name="simulation")
    marks = models.SmallIntegerField()
    pass_mark = models.SmallIntegerField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("simulation")

    def __str__(self) -> str:
        return f"simulation {self.pk}"

    @property
    def passed(self) -> bool:
        """Were enough marks reached?"""
        return self.marks >= self.pass_mark


class Minutes(models.Model):
    """The minutes of one sitting, signed by two officers; made in two copies. Append-only.

    Attributes:
        content: what the minutes say, as the letter was made from it.
        candidate_digest, file_digest: of the two sealed copies in the store of files.
    """

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, related_name="minutes")
    number = models.CharField(max_length=40, unique=True)
    passed = models.BooleanField()
    content = models.JSONField()
    candidate_digest = models.CharField(max_length=64)
    file_digest = models.CharField(max_length=64)
    signed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(signed_by=models.F("confirmed_by")), name="two_people_sign_the_minutes"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("minutes")

    def __str__(self) -> str:
        return f"minutes {self.pk}"


class Closing(models.Model):
    """A session was closed: every registration had its outcome. Append-only."""

    session = models.OneToOneField("exams.Session", on_delete=models.PROTECT, related_name="closing")
    counts = models.JSONField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("closing")

    def __str__(self) -> str:
        return f"closing {self.pk}"


class TestSystem(models.Model):
    """Another test system that may send official results, and the public key it signs with."""

    __test__ = False  # no class of tests

    name = models.CharField(max_length=60, unique=True)
    client = models.ForeignKey("accounts.MachineClient", on_delete=models.PROTECT, related_name="+")
    key = models.JSONField(help_text="its public key (JWK, P-256)")
    active = models.BooleanField(default=True)
    registered_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"test system {self.pk}"


class OfficialState(models.TextChoices):
    """What became of a result from another test system."""

    RECORDED = "recorded", "Đã ghi nhận"
    WITHOUT_EFFECT = "without_effect", "Đã ghi nhận, không có tác dụng"
    QUARANTINED = "quarantined", "Chờ đối chiếu"
    REJECTED = "rejected", "Trả lại hệ thống gửi"


class OfficialResult(models.Model):
    """A result that another test system sent, signed; kept whatever became of it.

    Attributes:
        number: the system's own number of the result.
        token: the signed text as it came.
        digest: of what it says, so that the same again is known and anything else is a conflict.
        reason: why nobody was found.
    """

    system = models.ForeignKey(TestSystem, on_delete=models.PROTECT, related_name="results")
    number = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    token = models.TextField()
    content = models.JSONField()
    held_on = models.DateField()
    passed = models.BooleanField()
    state = models.CharField(max_length=15, choices=OfficialState.choices)
    reason = models.CharField(max_length=40, blank=True)
    findings = models.JSONField(default=list)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, null=True, related_name="official_results")
    part = models.CharField(max_length=10, choices=Part.choices)
    registration = models.OneToOneField(
        "exams.Registration", on_delete=models.PROTECT, null=True, related_name="official_result"
    )
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    received_on = models.DateField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "number"], name="a_system_sends_a_result_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(state="quarantined"), name="official_results_in_quarantine"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays(
            "official_result", but=["state", "reason", "findings", "holder_id", "registration_id", "decided_by_id"]
        )

    def __str__(self) -> str:
        return f"official result {self.pk}"
