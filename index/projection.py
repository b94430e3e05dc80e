"""The projection that makes token vectors small and tells them apart.

e5's token vectors lie in a narrow cone: one direction holds 70 % of their energy and says nothing
of the token (Mu and Viswanath 2018, "All-but-the-top"). Leaving it out and keeping the next 96
principal directions makes token matching sharper than the full 384 do, at a quarter of the size
(docs/benchmarks.md).

    python -m index.projection FOLDER     # fits it anew to the lines of a folder's *.md texts
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

DIRECTIONS = 96
FILE = Path(__file__).with_name("e5_projection.npy")

Projection: TypeAlias = NDArray[np.float32]  # (hidden, DIRECTIONS)


def projection() -> Projection:
    """The one in use, fitted to the sources of the sample library and 400 passages of CMRC 2018."""
    found: Projection = np.load(FILE).astype(np.float32)
    return found


def fit(tokens: Sequence[NDArray[np.float32]]) -> Projection:
    """Principal directions 2 to 97 of token vectors, each (n, hidden)."""
    hidden = tokens[0].shape[1]
    energy = np.zeros((hidden, hidden))
    for vectors in tokens:
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        energy += unit.T.astype(np.float64) @ unit
    _, directions = np.linalg.eigh(energy)
    return np.ascontiguousarray(directions[:, ::-1][:, 1 : DIRECTIONS + 1], np.float32)


def main() -> None:
    from sentence_transformers import SentenceTransformer

    from corpus.settings import CorpusSettings
    from index.bundled_model import bundled_model

    parser = argparse.ArgumentParser(description="Fits the projection of token vectors.")
    parser.add_argument("folder", type=Path)
    texts = [path.read_text("utf-8") for path in sorted(parser.parse_args().folder.glob("*.md"))]
    passages = [piece for text in texts for piece in text.splitlines() if len(piece) > 20]
    model = SentenceTransformer(str(bundled_model(CorpusSettings().home / "models")))
    found = model.encode(passages, prompt_name="passage", output_value="token_embeddings")
    made = fit([np.asarray(vectors.cpu(), np.float32) for vectors in found])
    np.save(FILE, made.astype(np.float16))
    print(f"{FILE.name}: {made.shape} from {len(passages)} passages")


if __name__ == "__main__":
    main()
