"""Write every drawing to its file."""

from gplx.questions.pictures import FOLDER, PICTURES

FOLDER.mkdir(parents=True, exist_ok=True)
for picture in PICTURES.values():
    (FOLDER / f"{picture.key}.svg").write_text(picture.svg, encoding="utf-8")
print(f"{len(PICTURES)} drawings in {FOLDER}")
