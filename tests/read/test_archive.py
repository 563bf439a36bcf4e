from __future__ import annotations

import gzip
import io
import resource
import subprocess
import sys
import tarfile
import textwrap
import zipfile

import pytest

from align.errors import (
    AlignError,
    BinaryInput,
    BlankInput,
    EncryptedInput,
    MalformedInput,
    MissingPart,
    OversizedInput,
    UnsafeInput,
)
from align.read import read_bytes, read_document
from align.read.archive import members
from align.settings import AlignSettings
from tests.read.making import docx, tarred, warc, zipped

TEXTS = {"en/1.txt": b"One thing.", "ja/1.txt": "一つのこと。".encode("cp932"), "img/a.png": b"\x89PNG\r\n\x1a\n"}
PO = b'msgid "One"\nmsgstr "\xe4\xb8\x80"\n'
BOMB = bytes(40 << 20)


def read(data: bytes, name: str, part: str | None = None, **settings: int) -> str:
    return read_bytes(data, name, AlignSettings(**settings), part=part).text


@pytest.mark.parametrize("pack", [zipped, tarred, lambda m: tarred(m, "w:gz"), lambda m: tarred(m, "w:xz")])
def test_a_member(pack):
    data = pack(TEXTS)
    assert read(data, "a.zip" if pack is zipped else "a.tar", "ja/1.txt") == "一つのこと。"
    with pytest.raises(MissingPart, match=r"2 members: en/1\.txt, ja/1\.txt\. .*::en/1\.txt"):
        read(data, "a")
    with pytest.raises(MissingPart, match=r"no member 'en/l\.txt'\. Did you mean a::en/1\.txt\?"):
        read(data, "a", "en/l.txt")


def test_a_member_on_the_disk(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(TEXTS))
    document = read_document(f"{path}::en/1.txt", AlignSettings())
    assert (document.name, document.text) == (f"{path}::en/1.txt", "One thing.")


def test_an_archive_may_be_longer_than_a_document(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": b"x" * 50, "b.bin": bytes(range(256)) * 9}, stored=("b.bin",)))
    assert read_document(f"{path}::a.txt", AlignSettings(max_bytes=100)).text == "x" * 50
    with pytest.raises(OversizedInput, match="longer than 100 bytes"):
        read_document(f"{path}::b.bin", AlignSettings(max_bytes=100))


def test_the_only_document_needs_no_name():
    assert (
        read(zipped({"page.html": "<p>One thing.</p>", "page_files/a.js": "x", "__MACOSX/._p": "x"}), "a.zip")
        == "One thing."
    )
    with pytest.raises(BlankInput, match="no document in it"):
        read(zipped({"a.png": "x"}), "a.zip")


def test_packed_files_read_as_what_is_inside():
    assert read(gzip.compress("一つのこと。".encode()), "ja.txt.gz") == "一つのこと。"
    assert read(gzip.compress(b"# Title"), "ja.md.gz") == "Title"
    assert read(gzip.compress(PO), "a.po.gz", "msgstr") == "一"
    assert read(gzip.compress(zipped({"a.txt": "x"})), "a.zip.gz", "a.txt") == "x"


def test_archives_inside_archives():
    inner = zipped({"a.po": PO, "b.txt": "B."})
    data = tarred({"x/inner.zip": inner, "b.docx": docx("<w:p><w:r><w:t>Word.</w:t></w:r></w:p>")})
    assert read(data, "o.tar", "x/inner.zip::a.po::msgid") == "One"
    assert read(data, "o.tar", "b.docx") == "Word."
    with pytest.raises(MissingPart, match=r"o\.tar::x/inner\.zip holds 2 members"):
        read(data, "o.tar", "x/inner.zip")
    with pytest.raises(UnsafeInput, match=r"archives 1 deep, the limit.*--max-nesting"):
        read(data, "o.tar", "x/inner.zip::b.txt", max_nesting=1)


def test_names_of_members_in_the_packer_s_encoding():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("??????.txt")
        archive.writestr(info, "x")
    name = "日本語.txt".encode("cp932")
    data = made.getvalue().replace(b"??????.txt", name)
    assert len(name) == 10
    assert read(data, "a.zip", "日本語.txt") == "x"


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "b/../../a.txt", "C:\\a.txt", "..\\a.txt"])
def test_paths_that_climb_out(name):
    for data in (zipped({name: "x", "b.txt": "B."}), tarred({name: b"x", "b.txt": b"B."})):
        with pytest.raises(UnsafeInput, match="leads out of the archive"):
            read(data, "a", name)
        assert read(data, "a", "b.txt") == "B."


def test_links():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    for data in (made.getvalue(), tarred({"a.txt": "/etc/passwd"})):
        with pytest.raises(UnsafeInput, match=r"'a\.txt' is a link"):
            read(data, "a", "a.txt")


def test_bombs():
    packed = zipped({"a.txt": BOMB})
    for data, part in ((packed, "a.txt"), (tarred({"a.txt": BOMB}, "w:gz"), "a.txt"), (gzip.compress(BOMB), None)):
        with pytest.raises(UnsafeInput, match=r"looks like a zip bomb.*the limit\..*--max-ratio"):
            read(data, "a", part)
    with pytest.raises(UnsafeInput, match=r"unpacks to more than 1,000,000 bytes, the limit.*--max-unpacked"):
        read(packed, "a", "a.txt", max_unpacked=1_000_000)
    with pytest.raises(UnsafeInput, match=r"more than 2 members, the limit.*--max-members"):
        read(zipped(TEXTS), "a", "en/1.txt", max_members=2)
    with pytest.raises(UnsafeInput, match=r"more than 2 members, the limit.*--max-members"):
        read(tarred(TEXTS), "a", "img/none.txt", max_members=2)
    document = zipped({"[Content_Types].xml": "", "word/document.xml": BOMB})
    with pytest.raises(UnsafeInput, match="zip bomb"):
        read(document, "a.docx")


@pytest.mark.parametrize("kind", ["tar.gz", "zip", "docx"])
def test_a_bomb_takes_little_memory(kind, tmp_path):
    path = tmp_path / f"bomb.{kind}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if kind == "docx":
            archive.writestr("[Content_Types].xml", "")
        with archive.open("word/document.xml", "w") as file:
            _fill(file)
    if kind == "tar.gz":
        with gzip.open(path, "wb", compresslevel=1) as file:
            _fill(file)
    code = f"""
        import resource
        from align.read.archive import members
        from align.settings import AlignSettings
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for reference, found in members({str(path)!r}, AlignSettings()):
            print(type(found).__name__)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    error, grown = done.stdout.split()
    assert error == "UnsafeInput"
    assert int(grown) < (80 << 20) // (1 if sys.platform == "darwin" else 1024)


def _fill(file):
    for _ in range(40):
        file.write(bytes(10 << 20))


def test_sparse_members_are_refused():
    info = tarfile.TarInfo("a.txt")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 512
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:398], header[398:410] = b"00000000000\0", b"00000001000\0"
    header[483:495] = b"77777777777\0"
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(UnsafeInput, match="a sparse file"):
        read(bytes(header) + b"x" * 512 + bytes(1024), "a.tar", "a.txt")


def test_encrypted_members():
    data = bytearray(zipped({"a.txt": "x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    with pytest.raises(EncryptedInput, match=r"a\.txt asks for a password"):
        read(bytes(data), "a.zip", "a.txt")


@pytest.mark.parametrize(
    "data",
    [
        zipped(TEXTS)[:-30],
        zipped({"a.txt": "word " * 40}).replace(b"a.txt", b"a.txt\xff", 1),
        tarred(TEXTS)[:700],
        tarred(TEXTS, "w:gz")[:150],
        gzip.compress(bytes(range(256)) * 100)[:-200],
        b"BZh91AY&SY" + bytes(50),
    ],
    ids=["zip", "zip member", "tar", "tar.gz", "gz", "bz2"],
)
def test_damaged(data):
    with pytest.raises(MalformedInput, match="damaged or cut short"):
        read(data, "a", "a.txt")


PAGES = [
    ("http://example.org/1", "200 OK", "text/html; charset=utf-8", b"<p>The first page of all.</p>"),
    ("http://example.org/a.png", "200 OK", "image/png", b"\x89PNG"),
    ("http://example.org/gone", "404 Not Found", "text/html", b"<p>Not here.</p>"),
    ("http://example.org/2", "200 OK", "text/html", "<p>次のページです。</p>".encode("euc-jp")),
]


@pytest.mark.parametrize("packed", [False, True])
def test_warc(packed):
    data = warc(PAGES, packed=packed)
    assert read(data, "a.warc.gz" if packed else "a.warc", "http://example.org/2") == "次のページです。"
    with pytest.raises(MissingPart, match=r"2 pages: http://example\.org/1, http://example\.org/2"):
        read(data, "a")
    with pytest.raises(MissingPart, match=r"no page 'http://example\.org/gone'"):
        read(data, "a", "http://example.org/gone")


@pytest.mark.parametrize("data", [b"WARC/1.0\r\nnonsense", warc(PAGES, packed=True)[:300]])
def test_warc_malformed(data):
    with pytest.raises((MalformedInput, BlankInput)):
        read(data, "a.warc.gz")


def shown(path, **settings: int) -> dict[str, str]:
    """Each reference, without the folder, and the text or the kind of error."""
    found = members(path, AlignSettings(**settings))
    return {
        reference.removeprefix(f"{path.parent}/"): type(item).__name__ if isinstance(item, AlignError) else item.text
        for reference, item in found
    }


def test_all_members_and_one_broken_ends_nothing(tmp_path):
    path = tmp_path / "a.zip"
    inner = tarred({"b.txt": b"Inside.", "../c.txt": b"Climbs."}, "w:gz")
    path.write_bytes(
        zipped(
            {
                **TEXTS,
                "bad.docx": "x",
                "bin": bytes(range(256)),
                "a.po": PO,
                "inner.tgz": inner,
                "z.gz": gzip.compress(b"Z."),
            }
        )
    )
    assert shown(path) == {
        "a.zip::en/1.txt": "One thing.",
        "a.zip::ja/1.txt": "一つのこと。",
        "a.zip::bad.docx": "MalformedInput",
        "a.zip::bin": "BinaryInput",
        "a.zip::a.po::msgid": "One",
        "a.zip::a.po::msgstr": "一",
        "a.zip::inner.tgz::b.txt": "Inside.",
        "a.zip::inner.tgz::../c.txt": "UnsafeInput",
        "a.zip::z.gz": "Z.",
    }
    for reference, item in members(path, AlignSettings()):
        if not isinstance(item, AlignError):
            again = read_document(reference, AlignSettings())
            assert (again.name, again.text) == (reference, item.text)
    assert shown(path, max_nesting=1)["a.zip::inner.tgz"] == "UnsafeInput"


def test_members_of_other_files(tmp_path):
    for name, data in (("a.txt", b"Text."), ("a.po", PO), ("broken.zip", b"PK\x03\x04"), ("a.warc", warc(PAGES))):
        (tmp_path / name).write_bytes(data)
    assert shown(tmp_path / "a.txt") == {"a.txt": "Text."}
    assert shown(tmp_path / "a.po") == {"a.po::msgid": "One", "a.po::msgstr": "一"}
    assert shown(tmp_path / "broken.zip") == {"broken.zip": "MalformedInput"}
    assert list(shown(tmp_path / "a.warc")) == ["a.warc::http://example.org/1", "a.warc::http://example.org/2"]
    assert shown(tmp_path / "missing.zip") == {"missing.zip": "MissingInput"}


def test_a_tar_that_is_cut_short_gives_what_is_whole(tmp_path):
    path = tmp_path / "a.tar"
    path.write_bytes(tarred({"a.txt": b"A.", "b.txt": b"x" * 2_000})[:2_000])
    assert shown(path) == {
        "a.tar::a.txt": "A.",
        "a.tar::b.txt": "MalformedInput",
        "a.tar": "MalformedInput",
    }


def test_members_are_read_one_by_one(tmp_path):
    path = tmp_path / "many.zip"
    path.write_bytes(zipped({f"{n}.txt": f"Text {n}. " * 30_000 for n in range(60)}))
    iterator = members(path, AlignSettings())
    next(iterator)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in iterator) == 59
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_binary_members_say_so():
    with pytest.raises(BinaryInput, match="a PNG image"):
        read(zipped(TEXTS), "a.zip", "img/a.png")
