"""The rows of a corpus while it is made: a sqlite database on disk that nobody else sees and that goes by itself."""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from operator import attrgetter

from align.corpus.records import Part, Reason
from align.errors import OutputError
from align.records import AlignedPair

_SCHEMA = """
CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT UNIQUE, split INTEGER, place INTEGER);
CREATE TABLE rows (
    id INTEGER PRIMARY KEY, document INTEGER, confidence REAL, key BLOB, reason TEXT, pair BLOB,
    src_characters INTEGER, tgt_characters INTEGER
);
CREATE TABLE bands (band INTEGER, row INTEGER);
CREATE INDEX by_band ON bands (band, row);
"""
_CACHE_KIB = 65_536
_values = attrgetter(*(field.name for field in fields(AlignedPair)))
_ORDER = "d.place, {better} r.id"
_BETTER = {"best": "r.confidence DESC,", "first": ""}


@dataclass(frozen=True, slots=True)
class Store:
    """Documents and rows, in the order they came. `reason` is why a row is left out; kept rows have none.

    `place` orders documents by their split: of two copies, that in the lower place stays.
    """

    connection: sqlite3.Connection

    def document(self, name: str, split: int, place: int) -> int:
        """The number of a document, which is new at its first row."""
        found = self.connection.execute("SELECT id FROM documents WHERE name = ?", (name,)).fetchone()
        if found:
            return found[0]
        return self.connection.execute(
            "INSERT INTO documents (name, split, place) VALUES (?, ?, ?)", (name, split, place)
        ).lastrowid

    def add(self, rows: Iterable[tuple[int, AlignedPair, bytes | None, Reason | None]]) -> None:
        """Add rows: the document's number, the pair, what its copies have in common, why it is left out.

        What is left out already is counted, and its content is not kept.
        """
        self.connection.executemany(
            "INSERT INTO rows (document, confidence, key, reason, pair, src_characters, tgt_characters) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    document, pair.confidence, key, reason, None if reason else marshal.dumps(_values(pair)),
                    len(pair.src), len(pair.tgt),
                )
                for document, pair, key, reason in rows
            ),
        )  # fmt: skip

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """What the block adds stays only if it ends without an error."""
        self.connection.execute("SAVEPOINT file")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK TO file")
            raise
        finally:
            self.connection.execute("RELEASE file")

    def drop_copies(self, keep: str, everywhere: bool) -> None:
        """Leave out all but one of the rows with one key; only those in another split where not `everywhere`."""
        order = _ORDER.format(better=_BETTER[keep])
        within = "'exact duplicate'" if everywhere else "NULL"
        self.connection.execute(
            f"""
            WITH copies AS (
                SELECT r.id, ROW_NUMBER() OVER same AS number, d.split, FIRST_VALUE(d.split) OVER same AS first
                FROM rows r JOIN documents d ON d.id = r.document
                WHERE r.reason IS NULL AND r.key IS NOT NULL
                WINDOW same AS (PARTITION BY r.key ORDER BY {order})
            )
            UPDATE rows SET reason = CASE WHEN copies.split <> copies.first THEN 'other split' ELSE {within} END
            FROM copies WHERE copies.id = rows.id AND copies.number > 1
            """
        )

    def compared(self, keep: str) -> Iterator[tuple[int, int, int, AlignedPair]]:
        """Rows with two sides that are kept so far, those first that stay: id, split, its place, pair."""
        order = _ORDER.format(better=_BETTER[keep])
        for row, split, place, pair in self.connection.execute(
            "SELECT r.id, d.split, d.place, r.pair FROM rows r JOIN documents d ON d.id = r.document "
            f"WHERE r.reason IS NULL AND r.key IS NOT NULL ORDER BY {order}"
        ):
            yield row, split, place, _pair(pair)

    def index(self, row: int, bands: Iterable[int]) -> None:
        """Let the row be found by its bands."""
        self.connection.executemany("INSERT INTO bands VALUES (?, ?)", ((band, row) for band in bands))

    def found_by(self, bands: list[int], limit: int) -> list[tuple[int, int, AlignedPair]]:
        """Rows that have a band in common with these, most of them first: id, split, pair."""
        marks = ",".join("?" * len(bands))
        found = self.connection.execute(
            "SELECT r.id, d.split, r.pair FROM rows r JOIN documents d ON d.id = r.document JOIN "
            f"(SELECT row, COUNT(*) AS shared FROM bands WHERE band IN ({marks}) GROUP BY row) b ON b.row = r.id "
            "ORDER BY b.shared DESC, r.id LIMIT ?",
            (*bands, limit),
        )
        return [(row, split, _pair(pair)) for row, split, pair in found]

    def drop(self, row: int, reason: Reason) -> None:
        """Leave a row out, for a reason that takes the place of an earlier one."""
        self.connection.execute("UPDATE rows SET reason = ? WHERE id = ?", (reason, row))

    def kept(self, split: int) -> Iterator[AlignedPair]:
        """The rows of a split, in the order they came."""
        for (pair,) in self.connection.execute(
            "SELECT r.pair FROM rows r JOIN documents d ON d.id = r.document "
            "WHERE r.reason IS NULL AND d.split = ? ORDER BY r.id",
            (split,),
        ):
            yield _pair(pair)

    def rows(self, kept: bool = False) -> int:
        """How many rows there are, or how many are kept."""
        where = "WHERE reason IS NULL" if kept else ""
        return self.connection.execute(f"SELECT COUNT(*) FROM rows {where}").fetchone()[0]

    def reasons(self) -> dict[Reason, int]:
        """Rows left out by reason, the most frequent first."""
        return dict(
            self.connection.execute(
                "SELECT reason, COUNT(*) FROM rows WHERE reason IS NOT NULL GROUP BY reason ORDER BY 2 DESC, 1"
            )
        )

    def part(self, split: int) -> Part:
        """Figures of what is kept of a split."""
        figures = self.connection.execute(
            "SELECT COUNT(DISTINCT r.document), COUNT(*), SUM(r.src_characters), SUM(r.tgt_characters) "
            "FROM rows r JOIN documents d ON d.id = r.document WHERE r.reason IS NULL AND d.split = ?",
            (split,),
        ).fetchone()
        return Part(*(figure or 0 for figure in figures))

    def by_document(self) -> Iterator[tuple[str, int, dict[Reason | None, int]]]:
        """Every document in the order they came: name, split, rows by the reason to leave them out."""
        current: tuple[str, int, dict[Reason | None, int]] | None = None
        last = None
        for number, name, split, reason, count in self.connection.execute(
            "SELECT d.id, d.name, d.split, r.reason, COUNT(*) FROM documents d JOIN rows r ON r.document = d.id "
            "GROUP BY d.id, r.reason ORDER BY d.id, r.reason"
        ):
            if number != last:
                if current:
                    yield current
                current, last = (name, split, {}), number
            current[2][reason] = count
        if current:
            yield current

    def documents(self) -> int:
        """How many documents there are, those without a row left included."""
        return self.connection.execute("SELECT COUNT(*) FROM documents").fetchone()[0]


@contextmanager
def temporary_store() -> Iterator[Store]:
    """An empty store in the folder for temporary files (`TMPDIR`), which takes about twice the room of the rows.

    Raises:
        OutputError: there is no room left for it.
    """
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.executescript(f"PRAGMA cache_size = -{_CACHE_KIB}; {_SCHEMA} BEGIN;")
        yield Store(connection)
    except sqlite3.OperationalError as error:
        raise OutputError(
            f"The rows could not be kept on disk ({error}); make room there, or set TMPDIR to a folder with more."
        ) from error
    finally:
        connection.close()


def _pair(content: bytes) -> AlignedPair:
    return AlignedPair(*marshal.loads(content))
