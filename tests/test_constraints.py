"""The pins serve every Python that the package supports, not the one that the tests run on alone."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
NEWER = {"bertalign": "3.12"}  # what the extras leave out where the Python is older
PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line.strip() and not line.startswith("#")
]


def _serves(pin: Requirement, python: str) -> bool:
    return pin.marker is None or pin.marker.evaluate({"python_version": python, "python_full_version": f"{python}.0"})


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("pin", PINS, ids=str)
def test_a_pin_can_be_installed_on_each_python_it_is_for(pin: Requirement, python: str):
    try:
        installed = distribution(pin.name)
    except PackageNotFoundError:
        pytest.skip(f"{pin.name} is not installed here")
    if not _serves(pin, python) or python < NEWER.get(pin.name, python) or installed.version not in pin.specifier:
        return
    needs = SpecifierSet(installed.metadata.get("Requires-Python") or "")
    assert f"{python}.20" in needs, f"{pin} needs Python {needs}: pin another version for {python} with a marker"


@pytest.mark.parametrize("python", PYTHONS)
def test_nothing_is_pinned_twice_for_one_python(python: str):
    names = [pin.name for pin in PINS if _serves(pin, python)]

    assert sorted(names) == sorted(set(names))
