"""Sentences to vectors."""

from align.encode.blocks import encode_side
from align.encode.choose import choose_encoder, encoder_for
from align.encode.protocol import Encoder, TokenVectors, Vectors

__all__ = ["Encoder", "TokenVectors", "Vectors", "choose_encoder", "encode_side", "encoder_for"]
