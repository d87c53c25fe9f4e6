"""A browser for the tests: Chromium of this system, else one from the npm package @sparticuz/chromium.

The npm package is made for machines that have nothing: it brings the libraries Chromium needs. Its archive is unpacked
to `.tools/chromium`, and a font of the register is put beside it, because Chromium dies on a machine without any.
"""

from __future__ import annotations

import json
import os
import platform
import shutil

from tooling import environment, frontend
from tooling.say import PROJECT_DIR, DevError, run, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNPACKED = PROJECT_DIR / ".tools" / "chromium"
DESCRIPTION = UNPACKED / "browser.json"

FONTS_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def ensure() -> dict[str, str]:
    """Environment variables that tell the tests which browser to drive.

    Raises:
        DevError: there is none and none can be fetched; the message holds the line to type.
    """
    given = os.environ.get("GPLX_BROWSER")
    if given:
        return {"GPLX_BROWSER": given}
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return {"GPLX_BROWSER": found}
    if not DESCRIPTION.exists():
        if platform.machine() != "x86_64":
            environment.ensure_debian_package("chromium", "The browser tests need Chromium.")
            return ensure()
        with step("Fetching a browser for the tests"):
            _fetch()
    return {str(name): str(value) for name, value in json.loads(DESCRIPTION.read_text()).items()}


def _fetch() -> None:
    frontend.npm_install("optional", include=True)
    packed = PROJECT_DIR / "node_modules" / "@sparticuz" / "chromium" / "bin"
    if not packed.is_dir():
        raise DevError("npm did not bring the test browser. Install Chromium: sudo apt-get install -y chromium")
    shutil.rmtree(UNPACKED, ignore_errors=True)
    UNPACKED.mkdir(parents=True)
    # brotli is among the test packages, not in the standard library.
    run([environment.PYTHON, "-m", "tooling.unpack", packed, UNPACKED])
    fonts = UNPACKED / "fonts.conf"
    fonts.write_text(FONTS_CONFIG.format(fonts=UNPACKED / "fonts", cache=UNPACKED / "font-cache"))
    libraries = sorted({str(path.parent) for path in UNPACKED.rglob("*.so*")})
    described = {
        "GPLX_BROWSER": str(UNPACKED / "chromium"),
        "GPLX_BROWSER_LIBRARIES": os.pathsep.join(libraries),
        "GPLX_BROWSER_FONTS": str(fonts),
    }
    DESCRIPTION.write_text(json.dumps(described, indent=2))
