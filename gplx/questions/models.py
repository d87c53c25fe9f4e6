"""The question bank: questions with a lasting name, and what each of them said from which day on."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only, content_stays


class Origin(models.TextChoices):
    """Whose question it is: of this project, or of the set the traffic police issue (13/2025/TT-BCA art. 6)."""

    OWN = "own", "Bộ câu hỏi của dự án"
    OFFICIAL = "official", "Bộ câu hỏi chính thức"


class Topic(models.TextChoices):
    """What a question is about; the composition of a paper goes by it (ADR 0051)."""

    RULES = "rules", "Quy tắc giao thông"
    SIGNS = "signs", "Báo hiệu đường bộ"
    SITUATIONS = "situations", "Thứ tự ưu tiên qua nơi giao nhau"
    SPEED = "speed", "Tốc độ và khoảng cách"
    ALCOHOL = "alcohol", "Rượu bia, ma túy"
    LICENCE = "licence", "Giấy tờ, giấy phép và điểm"
    VEHICLE = "vehicle", "Tình trạng xe"
    LOAD = "load", "Chở người, chở hàng"
    ACCIDENT = "accident", "Tai nạn, cứu giúp người bị nạn"
    ETHICS = "ethics", "Văn hóa giao thông, người đi bộ, đường sắt"


class Group(models.TextChoices):
    """The vehicles a question is for; a class's paper takes the questions of the vehicles it lets one drive."""

    MOTORCYCLE = "motorcycle", "mô tô"
    CAR = "car", "ô tô con"
    TRUCK = "truck", "ô tô tải"
    BUS = "bus", "ô tô khách"
    TRAILER = "trailer", "xe kéo rơ moóc"


class Question(models.Model):
    """A question by its lasting name, such as `toc-do-07`; what it says stands in its versions."""

    key = models.CharField(max_length=40, unique=True)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar = append_only("question")

    def __str__(self) -> str:
        return self.key


class QuestionVersion(models.Model):
    """What a question says from `valid_from` until its next version begins, or until `valid_to`.

    Attributes:
        number: 1, 2, … within the question, in the order of recording.
        digest: SHA-256 of everything below, in hex; the same content is never recorded twice.
        options: `[{"vi": …, "en": …}, …]`, two to four of them.
        correct: which of `options` is right, from 0.
        groups: the vehicles it is for (`Group`).
        sources: `[[instrument, locator], …]`, each an instrument of `gplx.law.sources`.
        picture: the key of a drawing of `gplx.questions.pictures`; empty without one.
        offence_code: an offence of the catalogue whose points the question states; empty without one.
        valid_to: its last day; None while nothing ends it.
        is_withdrawn: from `valid_from` on the question is not asked any more.
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    digest = models.CharField(max_length=64)
    topic = models.CharField(max_length=12, choices=Topic.choices)
    groups = ArrayField(models.CharField(max_length=10, choices=Group.choices))
    is_fatal = models.BooleanField()
    text_vi = models.TextField()
    text_en = models.TextField()
    options = models.JSONField()
    correct = models.SmallIntegerField()
    why_vi = models.TextField()
    why_en = models.TextField()
    sources = models.JSONField()
    offence_code = models.CharField(max_length=40, blank=True)
    picture = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    is_withdrawn = models.BooleanField()
    text_folded = models.TextField(help_text="everything it says in both languages, lower case without diacritics")
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        triggers: ClassVar = append_only("questionversion")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "number"], name="versions_of_a_question_are_numbered"),
            models.UniqueConstraint(fields=["question", "digest"], name="a_question_says_a_thing_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="a_version_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(correct__gte=0) & models.Q(correct__lte=3), name="one_of_up_to_four_options_is_right"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of question {self.question_id}"


class QuestionFile(models.Model):
    """A file of questions that an administrator brought to the desk, and what became of it when it was taken.

    Attributes:
        counts: how many rows came to what (`actions.Outcome`), once taken.
    """

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField(db_default=Now())
    taken_by = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    counts = models.JSONField(null=True)

    class Meta:
        triggers: ClassVar = content_stays("questionfile", but=["taken_by", "taken_at", "counts"])

    def __str__(self) -> str:
        return f"file of questions {self.pk}"
