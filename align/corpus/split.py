"""Dealing documents out to splits, so that adding documents moves no other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from align.corpus.records import Split
from align.errors import SettingsError

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def parse_splits(text: str) -> tuple[Split, ...]:
    """The splits in `train=0.98,dev=0.01,test=0.01`; shares may be any numbers, such as 98 or percentages.

    Raises:
        SettingsError: a name that cannot be a file's or stands twice, a share that is no number above 0, or fewer
            than two splits.
    """
    form = "write NAME=SHARE,NAME=SHARE, such as train=0.98,dev=0.01,test=0.01"
    shares: dict[str, float] = {}
    for item in text.split(","):
        name, _, share = (part.strip() for part in item.partition("="))
        try:
            value = float(share)
        except ValueError:
            value = 0.0
        if not _NAME.fullmatch(name) or not 0 < value < float("inf"):
            raise SettingsError(f"'{item.strip()}' is no split; {form}.")
        if name.casefold() in (known.casefold() for known in shares):
            raise SettingsError(f"The split '{name}' is named twice; {form}.")
        shares[name] = value
    if len(shares) < 2:
        raise SettingsError(f"'{text}' is one split; {form}.")
    total = sum(shares.values())
    return tuple(Split(name, share / total) for name, share in shares.items())


def split_of(doc: str, splits: Sequence[Split], seed: int) -> int:
    """Number of the split that a document belongs to. It depends on the document's name, the shares and the seed."""
    digest = hashlib.blake2b(f"{seed}\t{doc}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    point, reached = int.from_bytes(digest, "big") / 2**64, 0.0
    for number, split in enumerate(splits):
        reached += split.share
        if point < reached:
            return number
    return len(splits) - 1  # the shares may add up to a little less than 1


def by_size(splits: Sequence[Split]) -> list[int]:
    """Place of each split when the smallest comes first, the later of two alike: what is to be tested on is kept
    before what is to be trained on."""
    order = sorted(range(len(splits)), key=lambda number: (splits[number].share, -number))
    return [order.index(number) for number in range(len(splits))]
