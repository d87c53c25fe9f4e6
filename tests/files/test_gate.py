"""The gate for files from outside: what is refused leaves nothing, what passes is kept harmless (B41-B47)."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from PIL import Image

from gplx.files import actions, fsck, gates, queries, store
from gplx.files.actions import keep
from gplx.files.gates import FileRefusedError
from gplx.files.models import HostileFile, Purpose, StoredFile
from tests.files import papers

GOOD, HOSTILE = papers.good(), papers.hostile()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_their_reason_and_leave_nothing(name: str) -> None:
    purpose, code, data = HOSTILE[name]
    with pytest.raises(FileRefusedError) as refused:
        keep(data, purpose=Purpose(purpose), holder_id=1, uploaded_by=1)
    assert refused.value.code == code
    assert refused.value.status == {"too_large": 413}.get(code, 422)
    assert refused.value.message_vi
    assert refused.value.message_en
    assert list(store.objects()) == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_kept(name: str) -> None:
    purpose, data = GOOD[name]
    kept = keep(data, purpose=Purpose(purpose), holder_id=1, uploaded_by=1)
    content = queries.content(kept)
    assert list(store.objects()) == [kept.digest]
    assert kept.size_bytes == len(content)
    if kept.media_type == "application/pdf":
        assert content == data
    else:
        with Image.open(io.BytesIO(content)) as opened:
            assert opened.mode == "RGB"
            assert not opened.getexif()
        assert b"script" not in content
        assert kept.picture_hash


def test_there_are_sixty_hostile_files() -> None:
    assert len(HOSTILE) >= 60


def test_a_position_in_a_photo_is_not_kept() -> None:
    data = GOOD["jpeg with a position"][1]
    assert b"secret" in data
    assert b"secret" not in queries.content(keep(data, purpose=Purpose.PORTRAIT))


def test_a_turned_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = keep(papers.image(of=papers.picture(300, 400), exif=exif), purpose=Purpose.PORTRAIT)
    with Image.open(io.BytesIO(queries.content(kept))) as opened:
        assert opened.size == (400, 300)


def test_the_same_file_is_kept_once_for_a_person() -> None:
    data = papers.pdf()
    first, again = (keep(data, purpose=Purpose.CERTIFIED_COPY, holder_id=1) for _ in "ab")
    other = keep(data, purpose=Purpose.CERTIFIED_COPY, holder_id=2)
    assert first.pk == again.pk
    assert other.digest == first.digest
    assert list(queries.of_others(other)) == [first]
    assert list(store.objects()) == [first.digest]


def test_a_photo_saved_again_for_somebody_else_is_noticed() -> None:
    first = keep(papers.image(quality=95), purpose=Purpose.PORTRAIT, holder_id=1)
    again = keep(papers.image(quality=70), purpose=Purpose.PORTRAIT, holder_id=2)
    another = keep(papers.image(of=papers.picture(seed=9)), purpose=Purpose.PORTRAIT, holder_id=3)
    assert first.digest != again.digest
    assert list(queries.of_others(again)) == [first]
    assert list(queries.of_others(another)) == []


def test_a_hostile_file_is_laid_apart_and_rings_the_alarm(caplog) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(FileRefusedError):
        keep(papers.EICAR, purpose=Purpose.CERTIFIED_COPY, holder_id=7, uploaded_by=5)
    laid = HostileFile.objects.get()
    assert (laid.found, laid.holder_id, laid.uploaded_by) == ("eicar", 7, 5)
    assert "laid apart" in caplog.text
    assert list(store.objects()) == []


def test_so_many_files_a_day(monkeypatch) -> None:
    monkeypatch.setattr(actions, "FILES_A_DAY_MAX", 2)
    for seed in (1, 2):
        keep(papers.image(of=papers.picture(seed=seed)), purpose=Purpose.PORTRAIT, holder_id=1, uploaded_by=1)
    third = papers.image(of=papers.picture(seed=3))
    with pytest.raises(FileRefusedError) as refused:
        keep(third, purpose=Purpose.PORTRAIT, holder_id=1, uploaded_by=1)
    assert (refused.value.code, refused.value.status) == ("quota", 429)
    keep(third, purpose=Purpose.PORTRAIT, holder_id=2, uploaded_by=2)


def test_what_the_register_makes_passes_no_gate_and_counts_for_no_quota() -> None:
    actions.keep_made(papers.pdf(), holder_id=1)
    assert queries.used_today(holder_id=1, uploaded_by=None).files == 0


def test_object_and_row_belong_together() -> None:
    kept = keep(papers.pdf(), purpose=Purpose.CERTIFIED_COPY)
    left = store.put(b"left over by a crash")
    assert list(fsck.check()) == []  # It is young: its row may still come.
    assert queries.objects_without_row(older_than_seconds=0) == [left]
    assert actions.sweep(older_than_seconds=0) == (1, 0)
    assert list(store.objects()) == [kept.digest]
    store.remove(kept.digest)
    assert [(one[1], one[2]) for one in fsck.check()] == [("files_storedfile", kept.pk)]
    assert actions.sweep() == (0, 1)


def test_a_changed_object_is_noticed(tmp_path) -> None:
    kept = keep(papers.pdf(), purpose=Purpose.CERTIFIED_COPY)
    (tmp_path / "objects" / kept.digest[:2] / kept.digest).write_bytes(b"something else")
    assert [one[2] for one in fsck.check()] == [kept.pk]
    with pytest.raises(store.ObjectMissingError):
        queries.content(kept)


def test_rows_stay() -> None:
    from django.db import Error, transaction

    kept = keep(papers.pdf(), purpose=Purpose.CERTIFIED_COPY)
    with pytest.raises(Error), transaction.atomic():
        StoredFile.objects.filter(pk=kept.pk).update(uploaded_at=Now() - timedelta(days=1))


ATTEMPTS = {
    "network": "import socket; socket.socket()",
    "another program": "import subprocess; subprocess.run(['true'])",
    "a file": "open('{there}/wrote', 'wb', buffering=0).write(b'x' * 10)",
    "memory": "bytearray(2_000_000_000)",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_inspector_can_reach_nothing(attempt: str, tmp_path) -> None:
    code = f"import sys, subprocess, socket; sys.path.insert(0, {str(gates._INSPECTOR.parent)!r})\n" + (
        f"import inspector; inspector.close_in()\n{ATTEMPTS[attempt].format(there=tmp_path)}\n"
    )
    tried = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=30, check=False)
    assert tried.returncode != 0
    assert b"PermissionError" in tried.stderr or b"MemoryError" in tried.stderr or b"OSError" in tried.stderr
