"""Files of every format, made here from a few lines each, so that a test shows what is in them."""

from __future__ import annotations

import io
import quopri
import tarfile
import zipfile
from collections.abc import Mapping, Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_STYLES = """
<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="a9"><w:name w:val="House heading"/><w:basedOn w:val="1"/></w:style>
<w:style w:styleId="b1"><w:name w:val="Round about"/><w:basedOn w:val="b2"/></w:style>
<w:style w:styleId="b2"><w:name w:val="And round"/><w:basedOn w:val="b1"/></w:style>
<w:style w:styleId="c"><w:name w:val="caption"/></w:style>
<w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style>
"""


def zipped(members: Mapping[str, bytes | str], *, stored: Sequence[str] = ()) -> bytes:
    """A ZIP archive; the members in `stored` are not packed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return made.getvalue()


def tarred(members: Mapping[str, bytes | str], mode: str = "w") -> bytes:
    """A tar archive, packed as `mode` says (`w:gz`); a text is the target of a symbolic link."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            if isinstance(data, str):
                info.type, info.linkname = tarfile.SYMTYPE, data
                archive.addfile(info)
            else:
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def docx(body: str, *, namespace: str = W, **parts: str) -> bytes:
    """A Word document with `body`, XML with the prefix w, and further parts such as `footnotes`."""

    def part(tag: str, content: str) -> str:
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} xmlns:w="{namespace}" '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            f"{content}</w:{tag}>"
        )

    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _RELATIONS,
            "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
            "word/styles.xml": part("styles", _STYLES),
            **{f"word/{name}.xml": part(name, content) for name, content in parts.items()},
        }
    )


def odt(body: str, **more: str) -> bytes:
    """An OpenDocument text with `body`, XML with the prefixes text, table, office and draw."""
    spaces = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"))
    )
    content = f"<office:document-content{spaces}><office:body><office:text>{body}</office:text></office:body>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content + "</office:document-content>",
            **more,
        },
        stored=("mimetype",),
    )


def epub(chapters: Mapping[str, str], *, spine: Sequence[str] | None = None, guide: str = "", **more: str) -> bytes:
    """An EPUB book of `chapters`, the bodies of their pages by file name; `nav.xhtml` is its table of contents."""
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"'
        f"{' properties=' + repr('nav') if name == 'nav.xhtml' else ''}/>"
        for n, name in enumerate(chapters)
    )
    ids = {name: f"i{n}" for n, name in enumerate(chapters)}
    order = "".join(f'<itemref idref="{ids[name]}"/>' for name in spine or chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f"<manifest>{items}</manifest><spine>{order}</spine>{guide}</package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    pages = {
        f"OEBPS/{name}": '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title></head><body>{body}</body></html>'
        for name, body in chapters.items()
    }
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/book.opf": package,
            **pages,
            **more,
        },
        stored=("mimetype",),
    )


def pdf(draw: object, *, password: str | None = None) -> bytes:
    """A PDF that `draw` paints on a reportlab canvas, with a Latin and a Japanese font ready."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    made = io.BytesIO()
    locked = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(made, pagesize=(400, 560), invariant=True, encrypt=locked)
    draw(canvas)
    canvas.save()
    return made.getvalue()


def warc(pages: Sequence[tuple[str, str, str, bytes]], *, packed: bool = False) -> bytes:
    """A WARC file of responses: address, status, content type and body of each."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    made = io.BytesIO()
    writer = WARCWriter(made, gzip=packed)
    for address, status, kind, body in pages:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=headers)
        )
    return made.getvalue()


def mhtml(page: bytes, *, charset: str = "") -> bytes:
    """A page and a picture as browsers save them in one file."""
    kind = "text/html" + (f"; charset={charset}" if charset else "")
    return b"".join(
        [
            b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n",
            b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="edge"\r\n\r\n\r\n--edge\r\n',
            f"Content-Type: {kind}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode(),
            quopri.encodestring(page),
            b"\r\n--edge\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=",
            b"\r\n--edge--\r\n",
        ]
    )
