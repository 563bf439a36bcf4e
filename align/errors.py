"""What can go wrong for a reason the user can mend. Each kind has its own exit code.

A message is one sentence or two: what was found and where, what was expected, what to do.
"""

from __future__ import annotations

from collections.abc import Sequence


class AlignError(Exception):
    """The parent of every error that is the input's or the set-up's, not a defect of the program."""

    exit_code = 1


class SettingsError(AlignError):
    """A setting has a value outside its range, or two settings exclude each other."""

    exit_code = 2


class MissingInput(AlignError):
    """No file at the path given."""

    exit_code = 3


class InputIsDirectory(AlignError):
    """A directory where one document was expected."""

    exit_code = 4


class EmptyInput(AlignError):
    """A file of no bytes."""

    exit_code = 5


class BlankInput(AlignError):
    """A file with bytes in it but no text: white space, control characters, or a page with no content."""

    exit_code = 6


class BinaryInput(AlignError):
    """Bytes that are no text in any encoding."""

    exit_code = 7


class UndecodableInput(AlignError):
    """Text whose encoding could not be told, or that does not decode as the encoding named."""

    exit_code = 8


class OversizedInput(AlignError):
    """A file or a line longer than the limits in the settings."""

    exit_code = 9


class UnreadableInput(AlignError):
    """The system refused to read the file (permission, device, broken link)."""

    exit_code = 10


class SameLanguage(AlignError):
    """Both sides are in one language."""

    exit_code = 11


class UnknownLanguage(AlignError):
    """A language code nobody knows, a text whose language could not be told, or one the model was not trained on."""

    exit_code = 12


class MissingExtra(AlignError):
    """A part that needs a package which is not installed; the message names the command that installs it."""

    exit_code = 13


class MissingModel(AlignError):
    """A model that is not on this machine and could not be fetched."""

    exit_code = 14


class OutputError(AlignError):
    """The output could not be written (no such folder, no permission, no space)."""

    exit_code = 15


class MalformedAlignment(AlignError):
    """A gold, ladder or TSV file that does not read as an alignment; the message has file and line."""

    exit_code = 16


class MalformedInput(AlignError):
    """A file that is not what its name or its first bytes promise: cut short, damaged, or of another format."""

    exit_code = 17


class EncryptedInput(AlignError):
    """A file that asks for a password, or that a copy protection has locked."""

    exit_code = 18


class UnsafeInput(AlignError):
    """A file that unpacks or expands to more than the limits in the settings, or that points out of its archive."""

    exit_code = 19


class MissingPart(AlignError):
    """A member, column, language or side that a file does not have, or the choice of one that it needs.

    `parts` are the names to choose from.
    """

    exit_code = 20

    def __init__(self, message: str, parts: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.parts = tuple(parts)


class MalformedManifest(AlignError):
    """A table of documents that does not read as one, or that names them so that they cannot be written."""

    exit_code = 25


class DocumentsFailed(AlignError):
    """A batch went through to its end, and some of its documents could not be aligned."""

    exit_code = 26


class WorkersFailed(AlignError):
    """The processes or the cluster that were to align documents did not start, or went away."""

    exit_code = 27


class IncompleteShards(AlignError):
    """The shards of a batch are not all finished, or were not made from the same manifest and settings."""

    exit_code = 28
