"""What is known of every document of a batch: a sqlite file in the output folder, written by one process at a time.

A document's outcome is one transaction, made when its files are in place. So whenever the run is killed, the file says
of every document that it is done, and then it is, or that it is not, and then it is done again.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from itertools import chain
from typing import Any

from align.batch.records import Entry, Figures, FileState, Outcome
from align.errors import OutputError

APPLICATION = 0x74616262
FORMAT = 2
"""`PRAGMA application_id` marks the files written here, `PRAGMA user_version` the format of the tables."""

DONE, FAILED = "done", "failed"
SIDES = "src", "tgt"

_PATIENCE = 2.0
"""Seconds to wait for a process that holds the store and may just be ending."""

_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE manifest (
    position INTEGER PRIMARY KEY, doc TEXT NOT NULL UNIQUE, src TEXT NOT NULL, tgt TEXT NOT NULL,
    src_lang TEXT, tgt_lang TEXT, line INTEGER NOT NULL
);
CREATE TABLE documents (
    doc TEXT PRIMARY KEY, state TEXT NOT NULL, signature TEXT NOT NULL,
    src_size INTEGER, src_mtime INTEGER, src_digest TEXT, tgt_size INTEGER, tgt_mtime INTEGER, tgt_digest TEXT,
    figures TEXT, kind TEXT, reason TEXT, warnings TEXT, seconds REAL, attempts INTEGER, files TEXT
);
CREATE TABLE rows (doc TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE pages (
    doc TEXT PRIMARY KEY, signature TEXT NOT NULL, src_digest TEXT, tgt_digest TEXT,
    src_lang TEXT, src_lines BLOB, tgt_lang TEXT, tgt_lines BLOB
);
"""
_ENTRY = ", ".join(f"manifest.{field.name}" for field in fields(Entry))
_DOCUMENT = (
    "signature, src_size, src_mtime, src_digest, tgt_size, tgt_mtime, tgt_digest, figures, kind, reason, warnings, "
    "seconds, attempts, files"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A document as the store knows it: what came of it, and under which signature."""

    signature: str
    outcome: Outcome

    @property
    def done(self) -> bool:
        return self.outcome.figures is not None


@dataclass(frozen=True, slots=True)
class Store:
    """The file at `path`, open and held. Use it as `with Store.open(path) as store`."""

    path: str
    database: sqlite3.Connection

    @classmethod
    @contextlib.contextmanager
    def open(cls, path: str) -> Iterator[Store]:
        """Open the store, which is made if there is none.

        Raises:
            OutputError: another process holds it, it is damaged or of another version, or it cannot be written.
        """
        with _told(path):
            database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
            try:
                # Held from here to the end; and WAL then needs no shared memory, which network folders do not have.
                database.execute("PRAGMA locking_mode = EXCLUSIVE")
                _prepare(path, database)
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = NORMAL")
                yield cls(path, database)
            finally:
                database.close()

    def fact(self, name: str) -> Any:
        """Something known of the run as a whole; None if it is not."""
        row = self.database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def set_fact(self, name: str, value: Any) -> None:
        self.database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    def set_manifest(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Which documents there are, with their positions in the whole manifest."""
        rows = ((at, e.doc, e.src, e.tgt, e.src_lang, e.tgt_lang, e.line) for at, e in entries)
        with self._transaction():
            self.database.execute("DELETE FROM manifest")
            self.database.executemany("INSERT INTO manifest VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def documents(self) -> Iterator[tuple[Entry, Known | None]]:
        """Every document of the manifest, in order, and what is known of it."""
        query = f"SELECT {_ENTRY}, {_DOCUMENT} FROM manifest LEFT JOIN documents USING (doc) ORDER BY position"
        for row in self.database.execute(query):
            entry = Entry(*row[:6])
            yield entry, _known(entry.doc, row[6:]) if row[6] is not None else None

    def dropped(self) -> int:
        """Documents aligned earlier that the manifest no longer has."""
        query = "SELECT count(*) FROM documents WHERE doc NOT IN (SELECT doc FROM manifest)"
        return self.database.execute(query).fetchone()[0]

    def record(self, outcome: Outcome, signature: str) -> None:
        """Remember what came of a document."""
        values = (
            outcome.doc,
            DONE if outcome.figures else FAILED,
            signature,
            *_values(outcome.src),
            *_values(outcome.tgt),
            json.dumps(asdict(outcome.figures)) if outcome.figures else None,
            outcome.kind,
            outcome.reason,
            json.dumps(outcome.warnings),
            outcome.seconds,
            outcome.attempts,
            json.dumps(outcome.files),
        )
        with self._transaction():
            self.database.execute(f"INSERT OR REPLACE INTO documents VALUES ({_marks(len(values))})", values)
            self.database.execute("DELETE FROM rows WHERE doc = ?", (outcome.doc,))
            if outcome.rows is not None:
                self.database.execute("INSERT INTO rows VALUES (?, ?)", (outcome.doc, outcome.rows))

    def touch(self, seen: Iterable[tuple[str, FileState, FileState]]) -> None:
        """Remember new times of inputs whose content is as it was."""
        query = (
            "UPDATE documents SET src_size = ?, src_mtime = ?, src_digest = ?, tgt_size = ?, tgt_mtime = ?, "
            "tgt_digest = ? WHERE doc = ?"
        )
        with self._transaction():
            self.database.executemany(query, ((*_values(src), *_values(tgt), doc) for doc, src, tgt in seen))

    def files(self, doc: str) -> tuple[str, ...]:
        """What was written of a document, as paths in the output folder."""
        row = self.database.execute("SELECT files FROM documents WHERE doc = ?", (doc,)).fetchone()
        return tuple(json.loads(row[0])) if row else ()

    def rows(self) -> Iterator[bytes]:
        """The packed rows of every document of the manifest that was aligned, in order."""
        query = "SELECT content FROM manifest JOIN rows USING (doc) ORDER BY position"
        return (content for (content,) in self.database.execute(query))

    def record_pages(self, outcome: Outcome, signature: str) -> None:
        """Remember what a scan found in a document, or that it could not be read."""
        pages = ((page.language, page.lines) for page in outcome.pages or ())
        values = (outcome.doc, signature, outcome.src.digest, outcome.tgt.digest, *chain(*pages))
        values += (None,) * (8 - len(values))
        with self._transaction():
            self.database.execute(f"INSERT OR REPLACE INTO pages VALUES ({_marks(len(values))})", values)

    def scanned(self) -> dict[str, tuple[str, str, str]]:
        """The documents that were scanned: the signature, and the digests of both files."""
        query = "SELECT doc, signature, src_digest, tgt_digest FROM pages"
        return {doc: tuple(known) for doc, *known in self.database.execute(query)}

    def page_languages(self, side: str) -> list[tuple[str, int]]:
        """The languages of the pages of a side, `src` or `tgt`, and how many pages each has."""
        query = f"SELECT {side}_lang, count(*) FROM pages WHERE {side}_lang NOTNULL GROUP BY 1 ORDER BY 1"
        return self.database.execute(query).fetchall()

    def pages(self, side: str, language: str) -> Iterator[bytes]:
        """The pages of one side in one language, packed, in the order of the documents' names."""
        query = f"SELECT {side}_lines FROM pages WHERE {side}_lang = ? ORDER BY doc"
        return (lines for (lines,) in self.database.execute(query, (language,)))

    def all_pages(self) -> Iterator[bytes]:
        """The pages of the documents of the manifest, packed, in order, the source before the target."""
        query = "SELECT src_lines, tgt_lines FROM manifest JOIN pages USING (doc) ORDER BY position"
        return filter(None, chain.from_iterable(self.database.execute(query)))

    def keep_pages(self, docs: Iterable[str]) -> None:
        """Forget the pages of all documents but these."""
        wanted = set(docs)
        with self._transaction():
            stale = [(doc,) for doc in self.scanned() if doc not in wanted]
            self.database.executemany("DELETE FROM pages WHERE doc = ?", stale)

    def forget_pages(self) -> None:
        """Forget what scans have found."""
        self.database.execute("DELETE FROM pages")

    def clear(self) -> None:
        """Forget everything."""
        with self._transaction():
            for table in ("facts", "manifest", "documents", "rows", "pages"):
                self.database.execute(f"DELETE FROM {table}")

    def absorb(self, path: str) -> None:
        """Take in what another store, which nobody else may hold, knows of the documents of its manifest.

        Raises:
            OutputError: as of `open`.
        """
        with _told(path):
            self.database.execute("ATTACH ? AS other", (path,))
            try:
                with self._transaction():
                    self.database.execute("INSERT INTO manifest SELECT * FROM other.manifest")
                    for table in ("documents", "rows"):
                        self.database.execute(
                            f"INSERT INTO {table} SELECT * FROM other.{table} "
                            "WHERE doc IN (SELECT doc FROM other.manifest)"
                        )
            finally:
                self.database.execute("DETACH other")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self.database:
            self.database.execute("BEGIN IMMEDIATE")
            yield


def _known(doc: str, row: tuple[Any, ...]) -> Known:
    signature, *states, figures, kind, reason, warnings, seconds, attempts, files = row
    outcome = Outcome(
        doc,
        FileState(*states[:3]),
        FileState(*states[3:]),
        _figures(json.loads(figures)) if figures else None,
        kind,
        reason,
        tuple(json.loads(warnings)),
        seconds,
        attempts,
        tuple(json.loads(files)),
    )
    return Known(signature, outcome)


def _figures(row: dict[str, Any]) -> Figures:
    return Figures(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})


def _values(state: FileState) -> tuple[int, int, str]:
    return state.size, state.mtime, state.digest


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _prepare(path: str, database: sqlite3.Connection) -> None:
    with database:
        database.execute("BEGIN EXCLUSIVE")
        marks = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        if marks == [APPLICATION, FORMAT]:
            return
        if marks[0] == APPLICATION:
            raise OutputError(
                f"The job store {path} has format {marks[1]}, and this version of align writes {FORMAT}; delete it to "
                "align everything again, or go on with the version that began."
            )
        if marks != [0, 0] or database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise OutputError(f"{path} is the sqlite file of another program; give another output folder.")
        for statement in filter(str.strip, _TABLES.split(";")):
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(f"PRAGMA user_version = {FORMAT}")


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    """What sqlite finds wrong, in words that help."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            raise
        folder = os.path.dirname(path) or "."
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise OutputError(
                f"Another align batch is at work in {folder}; wait for it, stop it, or give another output folder."
            ) from error
        if code & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise OutputError(
                f"The job store {path} is damaged ({error}); delete it to align everything again."
            ) from error
        raise OutputError(f"The job store {path} cannot be written ({error}).") from error
