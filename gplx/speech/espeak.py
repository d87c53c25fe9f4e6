"""The process that speaks: `python -m gplx.speech.espeak VOICE` reads text on standard input and writes sound.

eSpeak NG is under the GPL, so it is a program of its own: this module is run, and imported by nothing of the register.
It limits itself before it reads. Standard output: the sample rate as four bytes, then 16-bit samples, one channel, in
little-endian order. Exit status 3: eSpeak NG is not here; 4: it has no such voice.
"""

from __future__ import annotations

import ctypes
import sys

from gplx.limited import give_little

_SECONDS, _MEGABYTES = 20, 512
_TEXT_BYTES_MAX = 64 * 1024
_SOUND_BYTES_MAX = 60 * 1024 * 1024
_WORDS_PER_MINUTE = 150  # unhurried: many who listen do so because reading is hard
_SYNCHRONOUS, _DONT_EXIT, _UTF8, _RATE = 2, 0x8000, 1, 1
_NOT_HERE, _NO_VOICE, _FAILED = 3, 4, 5

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main() -> int:
    """Speak one text."""
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path()
    except (ImportError, OSError, RuntimeError):
        return _NOT_HERE
    give_little(seconds=_SECONDS, megabytes=_MEGABYTES)
    text = sys.stdin.buffer.read(_TEXT_BYTES_MAX)
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT)
    if rate <= 0:
        return _NOT_HERE
    if library.espeak_SetVoiceByName(sys.argv[1].encode()) != 0:
        return _NO_VOICE
    library.espeak_SetParameter(_RATE, _WORDS_PER_MINUTE, 0)
    sound = bytearray()

    def take(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if count > 0:
            sound.extend(ctypes.string_at(samples, 2 * count))
        return int(len(sound) > _SOUND_BYTES_MAX)  # anything but 0 stops

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    size = ctypes.c_size_t(len(text) + 1)
    if library.espeak_Synth(ctypes.c_char_p(text), size, 0, 1, 0, _UTF8, None, None) != 0:
        return _FAILED
    library.espeak_Synchronize()
    sys.stdout.buffer.write(rate.to_bytes(4, "little") + sound)
    return 0


if __name__ == "__main__":
    sys.exit(main())
