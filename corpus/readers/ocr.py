"""Character recognition by rapidocr (PP-OCR models that lie in its wheel, ONNX Runtime, no network).

rapidocr is optional: `available()` says whether it is installed. One engine is made when the first
page needs it and kept; it holds some 100 MB and takes some 0.9 GB while it reads a page.
"""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SIDE = 2000
"""Pixels of the longer side that a page is read at; an A4 page of 12 pt text needs some 1,600."""
_UPSIDE_DOWN = 0.8  # mean confidence below which a page may stand on its head
_LEAST_SCORE = 0.3  # pieces below it are noise: seals, stains, handwriting
_UPRIGHT = 0.6  # share of pieces taller than wide from which a page lies on its side
_HAS_CJK = re.compile("[\u4e00-\u9fff]")
_NARROW = re.compile(r"(?<=[\u4e00-\u9fff》）”])[,;:?!](?=[\u4e00-\u9fff《（“]|$)", re.M)
_BRACKET_MAX = 60  # characters between a bracket and its other half
_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_SKEW_SIDE = 1000  # pixels at which the skew is measured
_SKEW_MAX = 3.0  # degrees
_SKEW_GAIN = 1.1  # how much more uneven a level page must be than the page as it is
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Piece:
    """A recognised stretch of text: its box in pixels of the image, and how sure (0 to 1)."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    score: float


def available() -> bool:
    """Whether recognition can be used here."""
    return find_spec("rapidocr") is not None


def recognise(image: Image) -> tuple[Image, list[Piece]]:
    """The text of a page, and the page as it was read: upright, at most `MAX_SIDE` pixels long."""
    fitted = _fitted(image)
    image = _level(fitted)
    pieces = _pieces(image)
    tall = sum(1 for piece in pieces if piece.bottom - piece.top > 1.5 * (piece.x1 - piece.x0))
    angles: tuple[int, ...] = ()
    if len(pieces) >= 4 and tall > _UPRIGHT * len(pieces):
        angles = (90, 270)
        pieces = []  # what is read across its lines is no candidate
    elif len(pieces) >= 4 and confidence(pieces) < _UPSIDE_DOWN:
        angles = (180,)
    for angle in angles:
        page = _level(fitted.rotate(angle, expand=True))
        found = _pieces(page)
        if confidence(found) > confidence(pieces):
            image, pieces = page, found
    return image, pieces


def confidence(pieces: list[Piece]) -> float:
    """Mean score, weighted by characters; 0 without text."""
    count = sum(len(piece.text) for piece in pieces)
    return sum(piece.score * len(piece.text) for piece in pieces) / count if count else 0.0


def _fitted(image: Image) -> Image:
    image = image.convert("RGB")
    longer = max(image.size)
    if longer <= MAX_SIDE:
        return image
    return image.resize((max(1, image.width * MAX_SIDE // longer), max(1, image.height * MAX_SIDE // longer)))


def _level(image: Image) -> Image:
    """The page without the skew of a sheet laid down askew, which tears its lines and tables apart.

    Rows of text make the sums of ink over rows uneven, the most so where the rows lie level.
    """
    import cv2
    import numpy as np

    scale = _SKEW_SIDE / max(image.size)
    size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    grey = cv2.resize(np.asarray(image.convert("L")), size, interpolation=cv2.INTER_AREA)
    ink = 255.0 - grey.astype(np.float32)
    middle = (size[0] / 2, size[1] / 2)

    def unevenness(angle: float) -> float:
        turned = cv2.warpAffine(ink, cv2.getRotationMatrix2D(middle, angle, 1.0), size)
        return float(np.square(np.diff(turned.sum(axis=1))).sum())

    angles = np.arange(-_SKEW_MAX, _SKEW_MAX + 0.01, 0.2)
    scores = [unevenness(float(angle)) for angle in angles]
    best = int(np.argmax(scores))
    angle = float(angles[best])
    if abs(angle) < 0.15 or scores[best] < _SKEW_GAIN * unevenness(0.0):
        return image
    from PIL import Image as Images

    return image.rotate(angle, resample=Images.Resampling.BICUBIC, fillcolor="white")


def _pieces(image: Image) -> list[Piece]:
    import numpy as np

    with _LOCK:
        found = _engine()(
            np.asarray(image), use_cls=False
        )  # a page is turned as a whole: line by line its order would stay wrong
    if found.boxes is None or found.txts is None or found.scores is None:
        return []
    pieces = []
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
        if text.strip():
            pieces.append(Piece(text.replace("\n", " "), min(xs), min(ys), max(xs), max(ys), float(score)))
    # brackets open on one line and close on the next: the page is mended as a whole
    texts = mended("\n".join(piece.text for piece in pieces)).split("\n")
    return [replace(piece, text=text) for piece, text in zip(pieces, texts, strict=True)]


def mended(text: str) -> str:
    """Recognised text with brackets in pairs of one width, and Chinese marks between Chinese characters:
    recognition takes （ for ( and ， for , now and then. The length stays as it is."""
    chars = list(text)
    opened: list[int] = []
    for index, char in enumerate(chars):
        if char in "(（":
            opened.append(index)
        elif char in ")）" and opened:
            start = opened.pop()
            if index - start > _BRACKET_MAX:
                continue
            wide = "（" in chars[start] or "）" in char or _HAS_CJK.search(text[start:index]) is not None
            chars[start], chars[index] = ("（", "）") if wide else ("(", ")")
    return _NARROW.sub(lambda match: _WIDE[match.group()], "".join(chars))


@cache
def _engine() -> Any:
    """The engine, made once. Paths are given, so that it never looks for a model elsewhere."""
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    paths = {name: _only(folder, pattern) for name, pattern in _MODELS.items()}
    threads = int(os.environ.get("OMP_NUM_THREADS") or 2)
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": _LEAST_SCORE,
            "Global.max_side_len": MAX_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            **{f"{name}.model_path": path for name, path in paths.items()},
        }
    )


_MODELS = {"Det": "*det*.onnx", "Rec": "*rec*.onnx", "Cls": "*cls*.onnx"}


def _only(folder: Path, pattern: str) -> str:
    """The model of that kind in rapidocr's own folder.

    Raises:
        RuntimeError: the installation lacks it.
    """
    found = sorted(folder.glob(pattern))
    if not found:
        raise RuntimeError(f"rapidocr is installed without its model {pattern}")
    return str(found[0])
