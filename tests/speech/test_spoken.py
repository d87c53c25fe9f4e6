"""Speech as a phone gets it: a whole MP3 of the right length in four voices, or a clear word that there is none."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path

import pytest

from gplx import limited, speech
from gplx.speech import kept, spoken

TEXT = "Ngày 12/03/2026, giấy phép lái xe hạng A1 bị trừ 4 điểm, còn 8 điểm."
ROOT = Path(__file__).resolve().parents[2]
_KILOBITS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (22_050, 24_000, 16_000)


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def seconds(mp3: bytes) -> float:
    """How long an MP3 plays, frame by frame: each byte must belong to a frame of MPEG 2, layer III.

    Source:
        ISO/IEC 13818-3 section 2.4 (frame header).
    """
    at, length = 0, 0.0
    while at < len(mp3):
        assert mp3[at] == 0xFF
        assert mp3[at + 1] & 0xFE == 0xF2
        rate, kilobits = _RATES[mp3[at + 2] >> 2 & 3], _KILOBITS[mp3[at + 2] >> 4]
        assert kilobits
        at += 72_000 * kilobits // rate + (mp3[at + 2] >> 1 & 1)
        length += 576 / rate
    assert at == len(mp3)
    return length


@pytest.mark.parametrize("language", speech.LANGUAGES)
@pytest.mark.parametrize("voice", speech.VOICES)
def test_each_voice_speaks_and_the_file_plays_to_its_end(voice: str, language: str):
    assert 4 < seconds(speech.say(TEXT, voice=voice, language=language)) < 40


def test_the_four_voices_differ_and_twice_as_much_takes_twice_as_long():
    said = {voice: speech.say(TEXT, voice=voice, language="vi") for voice in speech.VOICES}
    assert len(set(said.values())) == 4
    once, twice = (seconds(speech.say(TEXT * times, voice="north-female", language="vi")) for times in (1, 2))
    assert 1.8 < twice / once < 2.2


def test_tones_are_heard():
    """Words that differ by one tone only are not the same sound."""
    words = ("ma", "mà", "má", "mả", "mã", "mạ")
    for voice in ("north-female", "south-male"):
        assert len({speech.say(word, voice=voice, language="vi") for word in words}) == len(words)


def test_what_was_said_is_kept_for_the_next_listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = speech.say(TEXT, voice="south-female", language="vi")
    [file] = (tmp_path / "speech").iterdir()
    assert file.read_bytes() == first
    assert file.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(spoken, "is_available", lambda: False)
    assert speech.say(TEXT, voice="south-female", language="vi") == first
    with pytest.raises(speech.NotAvailableHereError):
        speech.say(TEXT, voice="south-male", language="vi")


def test_what_is_kept_has_a_bound_and_the_oldest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept, "BYTES_MAX", 1000)
    for number in range(10):
        kept.write(f"{number}", bytes(300))
        os.utime(tmp_path / "speech" / f"{number}.mp3", (number, number))
    left = sorted(path.stem for path in (tmp_path / "speech").iterdir())
    assert left == ["8", "9"]
    assert sum(path.stat().st_size for path in (tmp_path / "speech").iterdir()) <= 1000


def test_a_folder_that_cannot_be_written_keeps_nothing_and_speaks(tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path / "file"
    (tmp_path / "file").write_text("no folder")
    assert speech.say("Chào", voice="north-male", language="vi")


@pytest.mark.parametrize("text", ["", " \n", "?!…", "\x00\x01", "漢字", "<speak><audio src='x'/></speak>", "[[n'gu]]"])
def test_odd_texts_bring_nothing_down(text: str):
    assert speech.say(text, voice="north-female", language="vi")[:1] == b"\xff"


def test_too_long_a_text_is_refused_at_once():
    with pytest.raises(speech.TooLongError):
        speech.say("a" * 10_001, voice="north-female", language="vi")


def test_the_longest_text_is_spoken_within_its_limits():
    began = time.monotonic()
    said = speech.say("Giấy phép lái xe. " * 550, voice="north-female", language="vi")
    assert len(said) > 1_000_000
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(("voice", "language"), [("x", "vi"), ("north-female", "fr"), ("vi+f2; rm", "vi")])
def test_another_voice_is_refused(voice: str, language: str):
    with pytest.raises(ValueError, match="no such voice"):
        speech.say("Chào", voice=voice, language=language)


def test_a_program_that_fails_is_a_clear_word(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(spoken._SPEAKERS, ("vi", "north"), "absent")
    with pytest.raises(speech.NotAvailableHereError, match="not available"):
        speech.say("Chào", voice="north-female", language="vi")
    with pytest.raises(limited.NoAnswerError):
        limited.ask("gplx.speech.espeak", ["absent"], b"x", seconds=30)


def test_the_gpl_program_is_imported_by_nobody():
    """It is run as a program of its own."""
    named = {"espeakng_loader", "gplx.speech.espeak"}
    for path in (ROOT / "gplx").rglob("*.py"):
        if path.name == "espeak.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            assert not named & set(modules), path
