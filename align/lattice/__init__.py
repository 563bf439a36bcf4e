"""The lattice aligner: from two sides of sentences and vectors to beads with probabilities."""

from align.lattice.model import align_sides
from align.lattice.side import Side
from align.lattice.stretches import align_document
from align.lattice.weights import Weights, read_weights, shipped

__all__ = ["Side", "Weights", "align_document", "align_sides", "read_weights", "shipped"]
