"""Lines that are known to be boilerplate, and the files that hold them."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from align.errors import InputIsDirectory, MissingInput, UndecodableInput, UnreadableInput


@dataclass(frozen=True, slots=True)
class Lines:
    """A set of lines. A line is in it also with other white space, other capitals, or wide for narrow characters."""

    texts: tuple[str, ...]
    _keys: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_keys", frozenset(filter(None, map(key_of, self.texts))))

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and key_of(text) in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def __or__(self, other: Lines) -> Lines:
        return Lines(self.texts + other.texts)

    @property
    def digest(self) -> str:
        """What tells it from other sets, whatever the order and the spelling of its lines."""
        keys = "\n".join(sorted(self._keys)).encode("utf-8", "surrogatepass")
        return blake2b(keys, digest_size=16).hexdigest()


def read_lines(path: str | os.PathLike[str]) -> Lines:
    """The lines of a UTF-8 file, one a line; blank lines, and comments, which begin with `# `, are passed over.

    Raises:
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
        UndecodableInput: the file is not UTF-8.
    """
    name = os.fspath(path)
    try:
        with open(path, encoding="utf-8-sig") as file:
            return Lines(tuple(line.strip() for line in file if line.strip() and not line.startswith("# ")))
    except FileNotFoundError:
        raise MissingInput(f"{name}: no such file; expected boilerplate lines, one per line.") from None
    except IsADirectoryError:
        raise InputIsDirectory(f"{name} is a directory; expected a file of boilerplate lines, one per line.") from None
    except UnicodeDecodeError as error:
        raise UndecodableInput(f"{name}: byte {error.start} is not UTF-8; save the lines as UTF-8.") from None
    except OSError as error:
        raise UnreadableInput(f"{name} could not be read: {error.strerror}.") from error


def write_lines(lines: Lines | Mapping[str, Lines], path: str | os.PathLike[str]) -> None:
    """Write the lines as `read_lines` reads them; the file appears whole or not at all. Of a mapping the keys become
    comments, each above its lines.

    Raises:
        OutputError: the path cannot be written.
    """
    from align.write import staged

    groups = lines.items() if isinstance(lines, Mapping) else [("", lines)]
    with staged(path) as (stream,):
        stream.write("\n".join(_listed(comment, each) for comment, each in groups).encode())


def _listed(comment: str, lines: Lines) -> str:
    from align.write.layout import line

    texts = [text for text in map(line, lines.texts) if text and not text.startswith("# ")]
    return "".join(f"{text}\n" for text in [*(f"# {each}" for each in comment.splitlines()), *texts])


def key_of(text: str) -> str:
    """What lines that count as the same have in common."""
    return unicodedata.normalize("NFKC", " ".join(text.split())).casefold()
