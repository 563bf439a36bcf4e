from __future__ import annotations

import pytest

from align.errors import BlankInput, EncryptedInput, MalformedInput
from align.read import read_bytes
from align.settings import AlignSettings
from tests.read.making import pdf

pytest.importorskip("reportlab", reason="reportlab, which makes the PDF files, is not installed")
pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")

DAYS = [("Tuesday", "火"), ("Wednesday", "水"), ("Thursday", "木")]


def draw(canvas) -> None:
    for number, (day, sign) in enumerate(DAYS, 1):
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(50, 530, "The Harbour Wall")
        canvas.drawCentredString(200, 20, str(number))
        canvas.setFont("Times-Roman", 12)
        canvas.drawString(50, 480, f"The board met on {day} evening to talk about the archi-")
        canvas.drawString(50, 466, f"tecture of the wall and what it would cost on {day}.")
        canvas.drawString(65, 452, f"On {day} nobody agreed.")
        canvas.setFont("HeiseiMin-W3", 12)
        canvas.drawString(50, 400, f"委員会は{sign}曜日の夜に開かれ、壁の修理をめぐって長")
        canvas.drawString(50, 382, f"く話し合った。{sign}曜日にはだれも同意しなかった。")
        canvas.showPage()


def test_paragraphs():
    document = read_bytes(pdf(draw), "a.pdf", AlignSettings())
    expected = []
    for day, sign in DAYS:
        english = f"The board met on {day} evening to talk about the architecture of the wall and what it would cost on"
        japanese = (
            f"委員会は{sign}曜日の夜に開かれ、壁の修理をめぐって長く話し合った。{sign}曜日にはだれも同意しなかった。"
        )
        expected += [f"{english} {day}.", f"On {day} nobody agreed.", japanese]
    assert [document.text[p.start : p.end] for p in document.paragraphs] == expected
    places = [document.places(p.start, p.end) for p in document.paragraphs]
    assert places == [(f"page {number}",) for number in (1, 2, 3) for _ in range(3)]


def test_a_scan_has_no_text():
    with pytest.raises(BlankInput, match=r"no text on its 2 pages, only pictures, .*ocrmypdf"):
        read_bytes(
            pdf(lambda canvas: (canvas.rect(1, 1, 9, 9), canvas.showPage(), canvas.rect(1, 1, 9, 9))),
            "a.pdf",
            AlignSettings(),
        )


def test_a_password():
    with pytest.raises(EncryptedInput, match="asks for a password"):
        read_bytes(pdf(draw, password="secret"), "a.pdf", AlignSettings())


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"x" * 999])
def test_malformed(data):
    with pytest.raises(MalformedInput, match=r"a\.pdf is damaged or cut short"):
        read_bytes(data, "a.pdf", AlignSettings())
