"""Vectors kept in a sqlite file, so that a document aligned again is not encoded again.

An encoder that gives one vector per text has each of them kept, so that documents share what they have in common:
1.5 kB per text with e5-small. Of `use`, whose vectors of a side come from one pass, the whole side is kept: 37 kB per
sentence, token vectors included, which read back 30 times faster than they are made.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import logging
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from align.encode.black_box import is_black_box
from align.encode.centre import unit
from align.encode.fusion import FusedEncoder
from align.encode.protocol import Encoder, TokenVectors, Vectors
from align.errors import SettingsError

APPLICATION = 0x74616979
FORMAT = 1
"""`PRAGMA application_id` marks the files written here, `PRAGMA user_version` the format of keys and values."""

_BUSY_SECONDS = 5.0
_KEYS_PER_QUERY = 500
_TEXTS_PER_COMMIT = 1024
_LARGEST = 900_000_000  # bytes; sqlite takes no value over a billion
_CHECK = 4  # bytes of checksum before each value
_HALF = np.dtype("<f2")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedEncoder:
    """`encoder` with its vectors kept in the file `path`, in half precision.

    Vectors are rounded whether they come from the model or from the file, so a second run has the first one's bytes.
    Several processes may share a file. Trouble that does not lie in the file's content (a full disk, a lock that is
    not released, a file system that forbids to write) costs the cache, not the run: it is logged once.
    """

    encoder: Encoder
    path: str

    @property
    def name(self) -> str:
        return self.encoder.name

    @property
    def revision(self) -> str:
        return self.encoder.revision

    @property
    def local(self) -> bool:
        """Whether its sides may be encoded by the block, which are then kept by the block."""
        return getattr(self.encoder, "local", False)

    def knows(self, language: str) -> bool:
        return self.encoder.knows(language)

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        """What `encoder` gives, rounded.

        Raises:
            SettingsError: the file is damaged, no vector cache, or one of another version.
        """
        if hasattr(self.encoder, "encode_by"):
            return self.encoder.encode_by(self._texts, sentences, longest, joiner)
        return self._side(sentences, longest, joiner)

    def _texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector per text, (m, dim); those not in the file go through the model and are kept in steps, so that
        a run that is broken off has not lost them."""
        if not texts:
            return self.encoder.embed(texts)
        keys = self._keys("text", [(text,) for text in texts])
        known = _read(self.path, keys)
        missing = [at for at, key in enumerate(keys) if key not in known]
        for start in range(0, len(missing), _TEXTS_PER_COMMIT):
            step = missing[start : start + _TEXTS_PER_COMMIT]
            vectors = self.encoder.embed([texts[at] for at in step]).astype(_HALF)
            new = {keys[at]: vector.tobytes() for at, vector in zip(step, vectors, strict=True)}
            _write(self.path, new)
            known.update(new)
        rows = np.frombuffer(b"".join(known[key] for key in keys), dtype=_HALF)
        return unit(rows.reshape(len(keys), -1).astype(np.float32))

    def _side(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        (key,) = self._keys("side", [(str(longest), joiner, *sentences)])
        packed = _read(self.path, [key]).get(key)
        if packed is None:
            packed = _packed(self.encoder.encode(sentences, longest, joiner))
            if len(packed) <= _LARGEST:
                _write(self.path, {key: packed})
        return replace(_unpacked(packed), encoder=self.name)

    def _keys(self, kind: str, contents: Sequence[Sequence[str]]) -> list[bytes]:
        """One key per content, of the model as well: two models, or two revisions of one, share nothing."""
        model = hashlib.blake2b(digest_size=16)
        _feed(model, (self.encoder.name, self.encoder.revision, kind))
        keys = []
        for content in contents:
            digest = model.copy()
            _feed(digest, content)
            keys.append(digest.digest())
        return keys


def _feed(digest: hashlib.blake2b, parts: Sequence[str]) -> None:
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)


def cached(encoder: Encoder, path: str, tokens: bool = True) -> Encoder:
    """`encoder` with a cache; of a fused encoder each part, so that `use+e5-small` finds what `use` left there.

    Without `tokens`, which take a hundred times the room, encoders that show them go without.

    Raises:
        SettingsError: `path` is a folder, or stands in a folder that does not exist.
    """
    file = Path(path).expanduser()
    if file.is_dir():
        raise SettingsError(f"The vector cache {path} is a folder; name a file, such as {file / 'vectors.sqlite'}.")
    if not file.parent.is_dir():
        raise SettingsError(f"There is no folder {file.parent} for the vector cache {path}; make it, or name another.")
    if isinstance(encoder, FusedEncoder):
        return replace(encoder, parts=tuple(cached(part, path, tokens) for part in encoder.parts))
    if not tokens and not is_black_box(encoder):
        return encoder
    return CachedEncoder(encoder, str(file))


def _packed(vectors: Vectors) -> bytes:
    arrays: dict[str, Any] = {"spans": vectors.spans.astype(_HALF), "characters": np.int64(vectors.characters)}
    if vectors.tokens is not None:
        arrays |= {"tokens": vectors.tokens.vectors.astype(_HALF), "starts": vectors.tokens.starts}
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _unpacked(packed: bytes) -> Vectors:
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        tokens = None
        if "tokens" in arrays:
            tokens = TokenVectors(arrays["tokens"].astype(np.float32), arrays["starts"])
        return Vectors(unit(arrays["spans"].astype(np.float32)), int(arrays["characters"]), tokens)


def _read(path: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    with _trouble(path), _database(path) as database:
        for start in range(0, len(keys), _KEYS_PER_QUERY):
            some = keys[start : start + _KEYS_PER_QUERY]
            marks = ",".join("?" * len(some))
            found.update(database.execute(f"SELECT key, value FROM vectors WHERE key IN ({marks})", some))
    return {key: _checked(path, value) for key, value in found.items()}


def _write(path: str, values: dict[bytes, bytes]) -> None:
    """All of `values` or, where the file cannot take them, none."""
    with _trouble(path), _database(path) as database, database:
        database.execute("BEGIN IMMEDIATE")
        rows = ((key, zlib.crc32(value).to_bytes(_CHECK, "little") + value) for key, value in values.items())
        database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)


def _checked(path: str, value: Any) -> bytes:
    """A value less its checksum, which sqlite does not keep of its own."""
    if not isinstance(value, bytes) or value[:_CHECK] != zlib.crc32(value[_CHECK:]).to_bytes(_CHECK, "little"):
        _damaged(path, "a checksum is wrong")
    return value[_CHECK:]


@contextlib.contextmanager
def _database(path: str) -> Iterator[sqlite3.Connection]:
    """A connection for one step: none is held while a model runs, nor carried into another thread or process."""
    with contextlib.closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as database:
        if _marks(database) != (APPLICATION, FORMAT):
            _begin(path, database)
        database.execute("PRAGMA synchronous = NORMAL")
        yield database


def _marks(database: sqlite3.Connection) -> tuple[int, int]:
    application, version = (
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    return application, version


def _begin(path: str, database: sqlite3.Connection) -> None:
    """Make a new file a cache; nothing is written into a file of another kind."""
    with database:
        database.execute("BEGIN IMMEDIATE")
        application, version = _marks(database)
        if (application, version) == (APPLICATION, FORMAT):
            return  # another process was faster
        if application == APPLICATION:
            raise SettingsError(
                f"The vector cache {path} has format {version}, and this version of align writes {FORMAT}; "
                "delete the file, or name another."
            )
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] or application or version:
            raise SettingsError(f"{path} is the sqlite file of another program, no vector cache; name another file.")
        database.execute("CREATE TABLE vectors (key BLOB PRIMARY KEY, value BLOB NOT NULL)")
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(f"PRAGMA user_version = {FORMAT}")
    with contextlib.suppress(sqlite3.OperationalError):  # some file systems have no shared memory; it works without
        database.execute("PRAGMA journal_mode = WAL")


@contextlib.contextmanager
def _trouble(path: str) -> Iterator[None]:
    """What lies in the file's content stops the run, what lies around the file does not."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            raise  # not sqlite's doing
        if code == sqlite3.SQLITE_NOTADB:
            raise SettingsError(f"{path} is no vector cache, nor any sqlite file; name another file.") from error
        if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
            _note(path, str(error))
        else:
            _damaged(path, str(error), error)


def _damaged(path: str, reason: str, cause: BaseException | None = None) -> NoReturn:
    raise SettingsError(f"The vector cache {path} is damaged ({reason}); delete the file, or name another.") from cause


@functools.cache
def _note(path: str, reason: str) -> None:
    _log.warning("The vector cache %s cannot be used (%s); going on without it.", path, reason)
