"""From words to an MP3: eSpeak NG speaks in a process of its own, LAME packs, what was said is kept for a while."""

from __future__ import annotations

import importlib.util
import threading

import lameenc

from gplx import limited
from gplx.errors import RegisterError
from gplx.speech import kept
from gplx.speech.prepared import LANGUAGES, prepare

VOICES = ("north-female", "north-male", "south-female", "south-male")
TEXT_LENGTH_MAX = 10_000
_TONES = {"female": "f2", "male": "m3"}
_SPEAKERS = {("vi", "north"): "vi", ("vi", "south"): "vi-vn-x-south", ("en", "north"): "en", ("en", "south"): "en-us"}
_NAMES = {
    "north-female": ("giọng nữ miền Bắc", "northern female voice"),
    "north-male": ("giọng nam miền Bắc", "northern male voice"),
    "south-female": ("giọng nữ miền Nam", "southern female voice"),
    "south-male": ("giọng nam miền Nam", "southern male voice"),
}
_SECONDS_MAX = 30
_WAIT_SECONDS_MAX = 20
_KILOBITS = 32
_QUALITY = 5  # of LAME, from 0 (slow) to 9
_VERSION = "1"  # of the voices and of the packing: another one speaks everything anew
_TWO_AT_A_TIME = threading.BoundedSemaphore(2)


class NotAvailableHereError(RegisterError):
    """Reading aloud is not available on this installation, or not at this moment."""


class TooLongError(RegisterError):
    """This text is too long to be read aloud in one piece."""


def is_available() -> bool:
    """Whether the speaking program is installed here."""
    return importlib.util.find_spec("espeakng_loader") is not None


def name_of(voice: str, language: str = "vi") -> str:
    """What people call a voice."""
    return _NAMES[voice][0 if language == "vi" else 1]


def say(text: str, *, voice: str, language: str) -> bytes:
    """A text read aloud, as MP3 (one channel, 22,050 samples a second, 32 kbit/s).

    Args:
        text: as people read it; what `prepare` knows is said in words.
        voice: one of `VOICES`. In English, north is the British and south the American way.
        language: "vi" or "en".

    Raises:
        ValueError: no such voice or language.
        TooLongError: more than `TEXT_LENGTH_MAX` characters.
        NotAvailableHereError: the program is not installed, or it is too busy, or it failed.
    """
    if voice not in VOICES or language not in LANGUAGES:
        raise ValueError("There is no such voice.")
    if len(text) > TEXT_LENGTH_MAX:
        raise TooLongError()
    words = prepare(text, language)
    name = kept.name(_VERSION, voice, language, words)
    if (found := kept.read(name)) is not None:
        return found
    region, tone = voice.split("-")
    packed = _packed(_sound(words, f"{_SPEAKERS[language, region]}+{_TONES[tone]}"))
    kept.write(name, packed)
    return packed


def _sound(words: str, speaker: str) -> bytes:
    if not is_available():
        raise NotAvailableHereError()
    if not _TWO_AT_A_TIME.acquire(timeout=_WAIT_SECONDS_MAX):
        raise NotAvailableHereError()
    try:
        return limited.ask("gplx.speech.espeak", [speaker], words.encode(), seconds=_SECONDS_MAX)
    except limited.NoAnswerError as error:
        raise NotAvailableHereError() from error
    finally:
        _TWO_AT_A_TIME.release()


def _packed(sound: bytes) -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(int.from_bytes(sound[:4], "little"))
    encoder.set_bit_rate(_KILOBITS)
    encoder.set_quality(_QUALITY)
    return bytes(encoder.encode(sound[4:]) + encoder.flush())
