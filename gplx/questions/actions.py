"""The only writers of the question bank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db import connection, transaction

from gplx.errors import RegisterError
from gplx.law.text import fold
from gplx.questions.content import Content, Fault, faults
from gplx.questions.models import Origin, Question, QuestionVersion

_LOCK = 0x6250_0001


class Outcome(Enum):
    """What becomes of a version that is brought to the bank."""

    NEW = "new"  # a question the bank does not have
    VERSION = "version"  # from its day on it takes the place of what the question said
    CORRECTION = "correction"  # the same first day with other words: the newer recording counts
    EXISTS = "exists"  # word for word what is recorded
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be recorded, under the lasting name of its question."""

    key: str
    origin: str
    content: Content


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one version, and why not."""

    version: NewVersion
    outcome: Outcome
    faults: tuple[Fault, ...] = ()


class BankRefusedError(RegisterError):
    """The project's own questions are not fit to be recorded."""


@transaction.atomic
def record(
    versions: Sequence[NewVersion],
    *,
    recorded_by: int | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Taken]:
    """Add versions to the bank; each is decided by itself, and what is recorded already stays as it is.

    Args:
        recorded_by: the member of staff; None for the command line.
        dry_run: decide, and record nothing.
        progress: called with how many are done, and how many there are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    bank = _Bank({version.key for version in versions})
    taken: list[Taken] = []
    for done, version in enumerate(versions, start=1):
        taken.append(bank.take(version))
        if progress is not None:
            progress(done, len(versions))
    if not dry_run:
        bank.store(recorded_by)
    return taken


class _Bank:
    """The recorded versions of some questions, and those to be added."""

    def __init__(self, keys: set[str]) -> None:
        self.questions = {question.key: question for question in Question.objects.filter(key__in=keys)}
        self.versions: dict[str, list[QuestionVersion]] = {}
        for version in (
            QuestionVersion.objects.filter(question__key__in=keys).select_related("question").order_by("number")
        ):
            self.versions.setdefault(version.question.key, []).append(version)
        self.new_questions: list[Question] = []
        self.new_versions: list[QuestionVersion] = []

    def take(self, new: NewVersion) -> Taken:
        known = self.versions.get(new.key, [])
        digest = new.content.digest()
        if any(version.digest == digest for version in known):
            return Taken(new, Outcome.EXISTS)
        wrong = [*faults(new.content, new.origin), *self._place_faults(new, known)]
        if wrong:
            return Taken(new, Outcome.REFUSED, tuple(wrong))
        outcome = Outcome.NEW
        if known:
            latest = max(version.valid_from for version in known)
            outcome = Outcome.CORRECTION if latest == new.content.valid_from else Outcome.VERSION
        self._add(new, digest, known)
        return Taken(new, outcome)

    def _place_faults(self, new: NewVersion, known: list[QuestionVersion]) -> list[Fault]:
        question = self.questions.get(new.key)
        if question is not None and question.origin != new.origin:
            return [Fault("key", "taken", "Mã câu hỏi thuộc bộ câu hỏi khác.", "The key belongs to the other bank.")]
        if known and new.content.valid_from < max(version.valid_from for version in known):
            return [
                Fault(
                    "valid_from",
                    "earlier",
                    "Đã có phiên bản áp dụng từ ngày muộn hơn.",
                    "A version that begins later is recorded already.",
                )
            ]
        return []

    def _add(self, new: NewVersion, digest: str, known: list[QuestionVersion]) -> None:
        question = self.questions.get(new.key)
        if question is None:
            question = self.questions[new.key] = Question(key=new.key, origin=new.origin)
            self.new_questions.append(question)
        said = new.content
        version = QuestionVersion(
            question=question,
            number=len(known) + 1,
            digest=digest,
            topic=said.topic,
            groups=list(said.groups),
            is_fatal=said.is_fatal,
            text_vi=said.text_vi,
            text_en=said.text_en,
            options=[option._asdict() for option in said.options],
            correct=said.correct,
            why_vi=said.why_vi,
            why_en=said.why_en,
            sources=[list(source) for source in said.sources],
            offence_code=said.offence_code,
            picture=said.picture,
            valid_from=said.valid_from,
            valid_to=said.valid_to,
            is_withdrawn=said.is_withdrawn,
            text_folded=fold(f"{new.key} {said.everything()}"),
        )
        self.versions.setdefault(new.key, []).append(version)
        self.new_versions.append(version)

    def store(self, recorded_by: int | None) -> None:
        Question.objects.bulk_create(self.new_questions)
        for version in self.new_versions:
            version.question_id = version.question.pk
            version.recorded_by = recorded_by
        QuestionVersion.objects.bulk_create(self.new_versions)


def record_own_bank(*, dry_run: bool = False) -> list[Taken]:
    """Bring the bank up to the project's own questions (`bank/*.toml`); nothing changes when it is.

    Raises:
        BankRefusedError: a question is not fit; nothing is recorded.
    """
    from gplx.questions.own import own_bank

    with transaction.atomic():
        taken = record([NewVersion(key, Origin.OWN, said) for key, said in own_bank()], dry_run=dry_run)
        bad = [f"{one.version.key}: {one.faults[0].message_en}" for one in taken if one.outcome is Outcome.REFUSED]
        if bad:
            raise BankRefusedError("Not recorded: " + "; ".join(bad))
    return taken
