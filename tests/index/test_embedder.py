from __future__ import annotations

import logging
import re
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import StateError
from index.bundled_model import NAME, PROBE_INT8, _source
from index.e5_file import E5File, Vocabulary
from index.embedder import Embedder, OnnxEmbedder, SentenceTransformerEmbedder, open_embedder
from index.health import precision_here
from index.onnx_engine import cores, equal_batches, int8_is_sound, padded_batches, products_are_exact
from index.onnx_int8 import write_probe
from index.settings import IndexSettings

TEXTS = [
    "中小企业促进法什么时候施行？",
    "第五十三条　国家机关、事业单位和大型企业不得违约拖欠中小企业的货物、工程、服务款项。",
    "ＧＤＰ增长５．５％　全角空格\t制表符\r\n换行  两个空格",
    "苏政办发〔2025〕27号",
    "①②③ ㎡ ﬁ Å 臺灣產業 🚀 é",
    "The quick brown fox",
    "",
    "，",
    "企业" * 700,
]
pytestmark = pytest.mark.slow


def _settings(**values: str) -> IndexSettings:
    return IndexSettings(_env_file=None, **values)  # type: ignore[arg-type, call-arg]


@pytest.fixture(scope="module")
def torch_embedder(models_dir: Path) -> Embedder:
    return open_embedder(models_dir, _settings(embedding_backend="torch"))


@pytest.fixture(scope="module", params=["fp32", "int8"])
def precise(models_dir: Path, request: pytest.FixtureRequest) -> OnnxEmbedder:
    if request.param == "int8" and not int8_is_sound(models_dir / NAME):
        pytest.skip("this processor does not compute int8 exactly")
    made = open_embedder(models_dir, _settings(embedding_precision=request.param))
    assert isinstance(made, OnnxEmbedder) and made.precision == request.param
    return made


def test_both_engines_give_the_same_vectors(precise: OnnxEmbedder, torch_embedder: Embedder) -> None:
    assert isinstance(torch_embedder, SentenceTransformerEmbedder)
    least = {"fp32": 0.9999, "int8": 0.999}[precise.precision]
    for name in ("encode_queries", "encode_passages"):
        fast, plain = getattr(precise, name)(TEXTS), getattr(torch_embedder, name)(TEXTS)
        assert fast.shape == (len(TEXTS), precise.dim) and fast.dtype == np.float32
        assert (fast * plain).sum(axis=1).min() >= least
        assert np.linalg.norm(fast, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert precise.fingerprint == torch_embedder.fingerprint


def test_token_vectors_agree_with_those_of_fp32(precise: OnnxEmbedder, models_dir: Path) -> None:
    plain = open_embedder(models_dir, _settings(embedding_precision="fp32"))
    assert isinstance(plain, OnnxEmbedder)
    got, wanted = precise.passage_tokens(TEXTS).tokens, plain.passage_tokens(TEXTS).tokens
    assert got is not None and wanted is not None
    for text, fast, slow in zip(TEXTS, got, wanted, strict=True):
        assert np.array_equal(fast.spans, slow.spans), text
        cosines = (fast.vectors.astype(float) * slow.vectors).sum(axis=1) / 127**2
        assert cosines.min(initial=1) > 0.9 and (not len(cosines) or cosines.mean() > 0.97), text


def test_vectors_do_not_depend_on_what_stands_beside_them(precise: OnnxEmbedder) -> None:
    together = precise.encode_passages(TEXTS)
    alone = np.concatenate([precise.encode_passages([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-3
    backwards = precise.passage_tokens(TEXTS[::-1])
    assert np.abs(together - backwards.sentences[::-1]).max() < 1e-3


def test_the_same_texts_give_the_same_bytes(precise: OnnxEmbedder) -> None:
    many = [text[:40] for text in TEXTS] * 3
    first, again = precise.encode_passages(many), precise.encode_passages(many)
    assert first.tobytes() == again.tobytes()


def test_auto_takes_int8_where_products_come_out_exact(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = open_embedder(models_dir, _settings())
    assert isinstance(chosen, OnnxEmbedder)
    assert (chosen.precision == "int8") == int8_is_sound(models_dir / NAME)
    monkeypatch.setattr("index.onnx_engine.int8_is_sound", lambda folder: False)  # an older processor
    plain = open_embedder(models_dir, _settings())
    assert isinstance(plain, OnnxEmbedder) and plain.precision == "fp32"
    with pytest.raises(StateError, match="VNNI"):
        open_embedder(models_dir, _settings(embedding_precision="int8"))


def test_a_processor_whose_products_overflow_is_told(models_dir: Path, tmp_path: Path) -> None:
    """The probe with weights of 126 stands for sums that come out other than they should."""
    write_probe(tmp_path / "probe.onnx", weight=126)
    folder = models_dir / NAME
    assert products_are_exact(folder / PROBE_INT8) == int8_is_sound(folder)
    assert not products_are_exact(tmp_path / "probe.onnx")
    assert not int8_is_sound(tmp_path)  # no graph, no int8


def test_the_precision_is_announced(zhixun_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = int8_is_sound(zhixun_home / "models" / NAME)
    assert precision_here(zhixun_home) == ("int8" if sound else "fp32")
    monkeypatch.setenv("ZHIXUN_EMBEDDING_PRECISION", "fp32")
    assert precision_here(zhixun_home) == "fp32"
    monkeypatch.setenv("ZHIXUN_EMBEDDING_BACKEND", "torch")
    assert precision_here(zhixun_home) is None


def test_cores_are_bounded_by_the_setting_that_torch_obeys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert cores() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "4,2")  # by nesting level, as OpenMP allows: not for us
    assert cores() >= 1
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert cores() >= 1


def test_several_cores_give_what_one_gives(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not int8_is_sound(models_dir / NAME):
        pytest.skip("this processor does not compute int8 exactly")
    texts = [text[:n] for text in TEXTS for n in (3, 12, 60)]
    found = []
    for count in (1, 3):
        monkeypatch.setattr("index.onnx_engine.cores", lambda count=count: count)
        found.append(open_embedder(models_dir, _settings(embedding_precision="int8")).encode_passages(texts))
    assert np.abs(found[0] - found[1]).max() < 1e-6


@pytest.mark.parametrize("other", ["embedding_model", "embedding_backend"])
def test_int8_asked_for_what_cannot_do_it_is_refused(models_dir: Path, other: str) -> None:
    with pytest.raises(StateError, match="ZHIXUN_EMBEDDING_PRECISION=int8"):
        open_embedder(models_dir, _settings(embedding_precision="int8", **{other: "torch"}))


def test_batches_hold_every_text_once_and_are_bounded() -> None:
    lengths = [5, 512, 9, 5, 300, 5, 9, 512, 1] * 20
    for batches in (equal_batches(lengths), padded_batches(lengths)):
        assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
        assert all(len(batch) * max(lengths[i] for i in batch) <= 2048 for batch in batches)
    assert all(len({lengths[i] for i in batch}) == 1 for batch in equal_batches(lengths))


def test_queries_and_passages_have_their_own_prompts(embedder: Embedder) -> None:
    query, passage = embedder.encode_queries(TEXTS[:1]), embedder.encode_passages(TEXTS[:1])
    assert 0.8 < float((query * passage).sum()) < 0.999


def test_the_passage_that_answers_is_nearest(embedder: Embedder) -> None:
    passages = ["注册商标的有效期为十年。", "小型微型企业免征增值税。", "货款应当自交付之日起三十日内支付。"]
    scores = embedder.encode_queries(["商标注册以后能用多久"]) @ embedder.encode_passages(passages).T
    assert int(scores.argmax()) == 0


def test_no_text_gives_no_vector(embedder: Embedder, torch_embedder: Embedder) -> None:
    assert embedder.encode_passages([]).shape == torch_embedder.encode_passages([]).shape == (0, 384)


def _best_segmentation(vocabulary: Vocabulary, text: str) -> list[int]:
    """The likeliest pieces of one text, worked out plainly: what the tokenizer must give."""
    points = [p for c in text for p in vocabulary.normalization.get(ord(c), (ord(c),))]
    joined = re.sub(" {2,}", " ", "".join(map(chr, points)))
    marked = ("" if joined.startswith(" ") else "▁") + joined.replace(" ", "▁")
    ids = {piece: i for i, piece in enumerate(vocabulary.pieces)}
    best: list[tuple[float, list[int]]] = [(0.0, [])]
    unknown = min(vocabulary.scores) - 10
    for end in range(1, len(marked) + 1):
        ways = [(best[end - 1][0] + unknown, [*best[end - 1][1], vocabulary.unk])]
        for start in range(max(0, end - 20), end):
            piece = ids.get(marked[start:end])
            if piece is not None and piece != vocabulary.unk:
                ways.append((best[start][0] + vocabulary.scores[piece], [*best[start][1], piece]))
        best.append(max(ways, key=lambda way: way[0]))
    return [vocabulary.bos, *best[-1][1], vocabulary.eos]


def test_the_tokenizer_segments_as_the_vocabulary_says(models_dir: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(models_dir / NAME / "tokenizer.json"))
    vocabulary = E5File(_source()).vocabulary
    for text in ["query: Ｈｅｌｌｏ　　world", *(f"passage: {text}" for text in TEXTS[:6])]:
        assert tokenizer.encode(text).ids == _best_segmentation(vocabulary, text), text


def test_any_model_folder_may_be_named_and_has_its_own_fingerprint(models_dir: Path, tmp_path: Path) -> None:
    named = open_embedder(tmp_path, _settings(embedding_model=str(models_dir / NAME)))
    assert isinstance(named, SentenceTransformerEmbedder)
    assert named.dim == 384 and len(named.fingerprint) == 12


def test_an_unknown_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="ZHIXUN_EMBEDDING_MODEL"):
        open_embedder(tmp_path, _settings(embedding_model=str(tmp_path / "none")))


def _tiny(folder: Path, width: int = 32) -> Path:
    """A sentence-transformers folder with one layer and weights of chance."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *dict.fromkeys("企业租用算力给予补贴稳岗返还贷款贴息"),
    ]
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=width,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=width,
        max_position_embeddings=256,
    )
    plain = folder.parent / f"{folder.name}-plain"
    BertModel(config).save_pretrained(plain)
    BertTokenizerFast(vocab={word: at for at, word in enumerate(words)}).save_pretrained(plain)
    SentenceTransformer(modules=[Transformer(str(plain)), Pooling(width)]).save(str(folder))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "lost", ["model.safetensors", "config.json", "tokenizer.json", "modules.json", "1_Pooling/config.json"]
)
def test_a_model_folder_without_one_of_its_files_is_refused(tmp_path: Path, lost: str) -> None:
    folder = _tiny(tmp_path / "model")
    assert open_embedder(tmp_path, _settings(embedding_model=str(folder))).dim == 32
    (folder / lost).unlink()
    with pytest.raises(StateError, match="ZHIXUN_EMBEDDING_MODEL") as caught:
        open_embedder(tmp_path, _settings(embedding_model=str(folder)))
    assert str(folder) in str(caught.value)


@pytest.mark.slow
def test_a_half_copied_weights_file_is_refused(tmp_path: Path) -> None:
    folder = _tiny(tmp_path / "model")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    with pytest.raises(StateError, match="ZHIXUN_EMBEDDING_MODEL"):
        open_embedder(tmp_path, _settings(embedding_model=str(folder)))


@pytest.mark.slow
def test_a_library_changes_to_a_model_of_another_width_and_back(
    zhixun_home: Path, tmp_path: Path, embedder: Embedder
) -> None:
    from corpus.model import Visibility
    from index.library import Library

    text = tmp_path / "算力.md"
    text.write_text("# 算力券管理办法\n\n第一条　企业租用算力的，给予补贴。\n", "utf-8")
    tiny = open_embedder(tmp_path, _settings(embedding_model=str(_tiny(tmp_path / "model"))))
    found = []
    for model, width in ((embedder, 384), (tiny, 32), (embedder, 384)):
        with Library.open(zhixun_home, embedder=model) as library:
            list(library.ingest([text]))
            assert library._index.vectors.width(Visibility.PUBLIC) == width
            found.append([(hit.clause_id, hit.dense) for hit in library.search("算力补贴")])
            assert library.verify().findings == [] and library.notices() == []
    assert found[0] and found[0] == found[2] != found[1]


def test_without_the_graph_sentence_transformers_takes_over_and_says_so(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for graph in ("ENCODER", "ENCODER_INT8"):
        monkeypatch.setattr(f"index.onnx_engine.{graph}", "onnx/none.onnx")
    with caplog.at_level(logging.WARNING, "index"):
        embedder = open_embedder(models_dir, _settings())
    assert isinstance(embedder, SentenceTransformerEmbedder) and "sentence-transformers" in caplog.text
    with pytest.raises(StateError, match="ZHIXUN_EMBEDDING_BACKEND"):
        open_embedder(models_dir, _settings(embedding_backend="onnx"))
