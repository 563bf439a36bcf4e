"""The label of a line that leads elsewhere: the first words of `Related: ...`, `【あわせて読みたい】...`."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LABEL = re.compile(r"[\W_]*([^\W_][^:：\[\]()【】（）〔〕［］|｜]{1,30}?)\s*[:：\]】)）〕］|｜]+\s*(?=\S)")


def labels(texts: Sequence[str]) -> list[str]:
    """What stands before the first colon or bar of each line, or in the brackets it begins with; "" where nothing."""
    found = map(_LABEL.match, texts)
    return [match[1] if match else "" for match in found]
