"""Public benchmarks: their layouts, their rules of choosing passages, wrong folders, figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agent.types import Answer
from corpus.errors import InputError, StateError
from evals.bench.beir import Judgement, load_beir_folder
from evals.bench.closed import closed_book
from evals.bench.cmrc import load_cmrc_folder
from evals.bench.crud import load as load_crud
from evals.bench.dureader import load_dureader
from evals.bench.public import NAMES, lines, public_bench
from evals.bench.rgb import Item, integrated, is_right, noisy
from evals.bench.rgb import load as load_rgb
from tests.evals.bench import layouts

BAD = "bench.bad_record"


def item(**fields: Any) -> Item:
    given: dict[str, Any] = {"question": "q", "answer": (("甲",),), "groups": (("p1",),), "negative": ()}
    return Item(**given | fields)


# -- RGB ----------------------------------------------------------------------------------------


def test_rgb_is_read_with_its_kinds_of_answers(tmp_path: Path) -> None:
    layouts.write_rgb(tmp_path)
    plain = load_rgb(tmp_path / "data" / "zh.json")
    assert plain[0].answer == (("2021年",),) and plain[1].answer == (("远山设计院", "远山院"),)
    assert len(plain[0].groups[0]) == 2 and len(plain[0].negative) == 5
    joined = load_rgb(tmp_path / "data" / "zh_int.json")[0]
    assert joined.answer == (("远山设计院",), ("2019年", "二〇一九年")) and len(joined.groups) == 2
    fact = load_rgb(tmp_path / "data" / "zh_fact.json")[0]
    assert fact.fake == "1800米" and "1800米" in fact.wrong[0]


@pytest.mark.parametrize(
    ("positives", "negatives", "noise", "chosen"),
    [
        (5, 5, 0.0, (5, 0)),
        (5, 5, 0.4, (3, 2)),
        (5, 5, 0.5, (2, 3)),  # ceil(2.5) negatives
        (5, 5, 0.8, (1, 4)),
        (5, 1, 0.8, (4, 1)),  # too few negatives: the rest are positives
        (1, 5, 0.2, (1, 4)),  # too few positives: the rest are negatives
        (1, 2, 0.0, (1, 2)),
        (5, 7, 1.0, (0, 5)),
    ],
)
def test_passages_are_chosen_as_in_the_paper(
    positives: int, negatives: int, noise: float, chosen: tuple[int, int]
) -> None:
    one = item(
        groups=(tuple(f"p{n}" for n in range(positives)),), negative=tuple(f"n{n}" for n in range(negatives))
    )
    texts = noisy(one, noise)
    assert (sum(t[0] == "p" for t in texts), sum(t[0] == "n" for t in texts)) == chosen


def test_integration_takes_each_group_in_turn() -> None:
    one = item(groups=(("a1", "a2"), ("b1",), ("c1", "c2")), negative=("n1", "n2", "n3"))
    assert integrated(one, 0.0) == ("a1", "b1", "c1", "a2", "c2")
    assert integrated(one, 0.4) == ("a1", "b1", "c1", "n1", "n2")
    assert integrated(one, 0.8) == ("a1", "b1", "c1", "n1", "n2")  # never less than one of each


@pytest.mark.parametrize(
    ("status", "text", "right"),
    [
        ("answered", "甲方为远山 设计院，2019年。", True),
        ("answered", "远山设计院", False),
        ("partial", "远山设计院，2019年", True),
        ("refused", "远山设计院，2019年", False),
    ],
)
def test_an_answer_is_right_by_the_published_rule(status: Any, text: str, right: bool) -> None:
    one = item(answer=(("远山设计院",), ("2019年", "二〇一九年")))
    assert is_right(Answer("q", status, text), one) is right


@pytest.mark.slow
def test_rgb_end_to_end(tmp_path: Path, zhixun_home: Path) -> None:
    layouts.write_rgb(tmp_path / "rgb")
    seen: list[tuple[int, int]] = []
    figures = public_bench("rgb", tmp_path / "rgb", progress=lambda done, total: seen.append((done, total)))
    assert figures["questions"] == {"zh.json": 2, "zh_int.json": 1, "zh_fact.json": 1}
    assert seen[-1] == (2 * 6 + 3 + 1, 2 * 6 + 3 + 1)
    assert figures["accuracy_noise_0"]["value"] == 1.0
    assert figures["rejection"]["of"] == 2
    assert figures["counterfactual_fooled"]["value"] == 1.0  # what its only text says
    assert figures["counterfactual_true"]["value"] == 0.0  # 1800米 does not state 800米
    assert len(figures["notes"]) == 2
    assert not list(zhixun_home.glob("zhixun.db"))  # the user's own library is left alone


# -- CRUD-RAG -----------------------------------------------------------------------------------


def test_crud_reads_the_question_tasks_alone(tmp_path: Path) -> None:
    layouts.write_json(tmp_path / "split_merged.json", layouts.CRUD)
    tasks = load_crud(tmp_path / "split_merged.json")
    assert {name: len(items) for name, items in tasks.items()} == {
        "questanswer_1doc": 1,
        "questanswer_2docs": 1,
    }
    assert len(tasks["questanswer_2docs"][0].news) == 2


@pytest.mark.slow
def test_crud_end_to_end(tmp_path: Path, zhixun_home: Path) -> None:
    layouts.write_json(tmp_path / "crud" / "crud_split" / "split_merged.json", layouts.CRUD)
    figures = public_bench("crud", tmp_path / "crud")
    assert figures["texts"] == 3
    assert figures["questanswer_1doc.found"]["value"] == 1.0
    assert figures["questanswer_1doc.cites_news"]["value"] == 1.0
    assert figures["questanswer_1doc.rouge_l_recall"]["value"] == 1.0  # 全长32公里 stands in the text
    assert figures["questanswer_2docs.found"]["of"] == 2
    shown = dict(lines(figures))
    assert shown["questanswer_1doc.found"].endswith("n=1") and "notes" not in shown


@pytest.mark.slow
def test_a_text_that_cannot_be_loaded_is_told_and_left_out(zhixun_home: Path) -> None:
    texts = ["...", "青禾大桥由远山设计院设计，主跨八百米，双向六车道。", "北岭林场完成造林三千亩。"]
    with closed_book(texts) as book:
        assert list(book.refused) == ["..."] and book.refused["..."]
        assert (book.doc_id("..."), bool(book.doc_id(texts[1]))) == (None, True)
        found = book.ask("青禾大桥由谁设计？", texts)
        assert found.status == "answered" and "远山设计院" in found.answer
        assert book.ask("青禾大桥由谁设计？", texts[2:]).status == "refused"  # it sees its own texts alone
        assert book.ask("", texts).status == "refused"
    with pytest.raises(StateError) as caught, closed_book(["..."]):
        pass
    assert caught.value.key == "bench.not_ingested"


# -- DuReader-retrieval, CMRC, BEIR -------------------------------------------------------------


def test_dureader_maps_lines_of_the_collection_to_ids(tmp_path: Path) -> None:
    layouts.write_dureader(tmp_path)
    alone = load_dureader(tmp_path)
    assert [passage.id for passage in alone.passages] == ["p1", "p2", "p3"]
    assert alone.judgements == (Judgement("q1", "p1", 1), Judgement("q2", "p2", 1), Judgement("q2", "p3", 1))
    more = load_dureader(tmp_path, limit=1, passages=3)  # the third is in the second part
    assert [(p.id, p.text[:4]) for p in more.passages] == [
        ("p1", "太阳能热"),
        ("p2", "苹果树一"),
        ("p7", "今天天气"),
        ("p8", "水库蓄水"),
    ]
    assert (
        load_dureader(tmp_path / "dureader-retrieval-baseline-dataset", passages=1).queries == alone.queries
    )


@pytest.mark.slow
def test_the_command_measures_and_keeps_the_figures(
    tmp_path: Path, zhixun_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from ui.cli.eval_bench import bench

    layouts.write_dureader(tmp_path)
    options = [
        "dureader",
        "--data",
        str(tmp_path),
        "--passages",
        "2",
        "--out",
        str(tmp_path / "out"),
        "--json",
    ]
    result = CliRunner().invoke(bench, options)
    assert result.exit_code == 0, result.exception
    figures = json.loads(capfd.readouterr().out)
    assert (figures["passages"], figures["questions"]) == (4, 2)
    assert figures["hit@1"] == 1.0 and figures["recall@100"] == 1.0
    assert "4" in figures["notes"][0]
    kept = json.loads(Path(figures["written"]).read_text(encoding="utf-8"))
    assert kept == {name: value for name, value in figures.items() if name != "written"}


def test_the_command_says_what_is_wrong_with_a_folder(tmp_path: Path) -> None:
    from ui.cli.eval_bench import bench

    result = CliRunner().invoke(bench, ["rgb", "--data", str(tmp_path), "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, InputError) and "zh_int.json" in result.exception.message()
    assert not (tmp_path / "out").exists()


def test_cmrc_in_both_forms(tmp_path: Path, shared_data: Path) -> None:
    layouts.write_json(tmp_path / "squad-style-data" / "cmrc2018_dev.json", layouts.SQUAD)
    found = load_cmrc_folder(tmp_path)
    assert found.judgements == (Judgement("DEV_0_QUERY_0", "DEV_0", 1),)
    assert len(load_cmrc_folder(shared_data / "cmrc2018").queries) == 3219


def test_beir_folder_takes_the_test_split(tmp_path: Path) -> None:
    layouts.write_lines(tmp_path / "corpus.jsonl", [{"_id": "d1", "title": "", "text": "甲"}])
    layouts.write_lines(
        tmp_path / "queries.jsonl", [{"_id": "q1", "text": "甲？"}, {"_id": "q2", "text": "乙？"}]
    )
    (tmp_path / "qrels").mkdir()
    for split, query in (("dev", "q1"), ("test", "q2")):
        text = f"query-id\tcorpus-id\tscore\n{query}\td1\t1\n"
        (tmp_path / "qrels" / f"{split}.tsv").write_text(text, encoding="utf-8")
    assert [query.id for query in load_beir_folder(tmp_path).queries] == ["q2"]


# -- what goes wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_folder_is_told_what_should_be_there(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        public_bench(name, tmp_path / "nowhere")
    assert caught.value.key == "bench.no_folder"
    (tmp_path / "readme.txt").write_text("x")
    with pytest.raises(InputError) as caught:
        public_bench(name, tmp_path)
    assert caught.value.key == "bench.wrong_folder"
    assert "readme.txt" in caught.value.message() and ".json" in caught.value.message()


@pytest.mark.parametrize(
    ("name", "file", "text", "key", "says"),
    [
        ("rgb", "zh.json", '{"query": "x", "answer": "y", "positive": ["z"]}', BAD, "negative"),
        ("rgb", "zh.json", '{"query": "x", "answer": [], "positive": [], "negative": []}', BAD, "answer"),
        ("rgb", "zh.json", "", "evals.empty_file", "zh.json"),
        ("rgb", "zh_fact.json", "{broken", "evals.bad_json", "1"),
        ("crud", "split_merged.json", "{broken", "bench.not_json", "split_merged"),
        ("crud", "split_merged.json", '{"event_summary": []}', BAD, "questanswer_1doc"),
        ("crud", "split_merged.json", '{"questanswer_1doc": [{"questions": "x"}]}', BAD, "news1"),
        ("dureader", "dev.json", '{"question_id": "1", "question": "x"}', BAD, "answer_paragraphs"),
        ("cmrc2018", "cmrc2018_dev.json", '{"data": [{}]}', "evals.not_cmrc", "cmrc2018_dev.json"),
    ],
)  # fmt: skip
def test_a_bad_record_is_named(tmp_path: Path, name: str, file: str, text: str, key: str, says: str) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        public_bench(name, tmp_path)
    assert caught.value.key == key and says in caught.value.message()


def test_unknown_names_and_limits_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        public_bench("squad", tmp_path)
    assert "cmrc2018" in caught.value.message()
    with pytest.raises(InputError) as caught:
        public_bench("rgb", tmp_path, limit=0)
    assert "--limit" in caught.value.message()
