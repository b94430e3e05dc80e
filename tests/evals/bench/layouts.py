"""Small data sets of our own in the layouts of the public ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RGB_ZH = [
    {
        "id": 0,
        "query": "青禾市地铁三号线哪一年开通？",
        "answer": "2021年",
        "positive": [
            "青禾市地铁三号线于2021年5月18日正式开通运营，全长32公里，设站25座。",
            "青禾市轨道集团发布消息：三号线2021年开通，日均客流超过20万人次。",
        ],
        "negative": [
            "青禾市公交集团新增夜间线路六条，方便市民夜间出行。",
            "青禾市博物馆举办青铜器特展，展出文物一百余件。",
            "海棠县中学新建教学楼投入使用，可容纳两千名学生。",
            "白沙镇举办龙舟比赛，十二支队伍参加。",
            "北岭水库除险加固工程完工，通过竣工验收。",
        ],
    },
    {
        "id": 1,
        "query": "青禾大桥的设计单位是谁？",
        "answer": [["远山设计院", "远山院"]],
        "positive": ["青禾大桥由远山设计院设计，主跨八百米，双向六车道。"],
        "negative": ["白沙镇今年水稻丰收。", "北岭林场完成造林三千亩。", "海棠县图书馆延长开放时间。"],
    },
]
RGB_INT = [
    {
        "id": 0,
        "query": "青禾大桥的设计单位和建成年份分别是什么？",
        "answer": ["远山设计院", ["2019年", "二〇一九年"]],
        "positive": [
            ["青禾大桥由远山设计院设计，主跨八百米。"],
            ["青禾大桥于2019年建成通车，总投资四十亿元。"],
        ],
        "negative": ["白沙镇今年水稻丰收。", "北岭林场完成造林三千亩。", "海棠县图书馆延长开放时间。"],
    }
]
RGB_FACT = [
    {
        "id": 0,
        "query": "青禾大桥主跨多少米？",
        "answer": "800米",
        "fakeanswer": "1800米",
        "positive_wrong": ["青禾大桥主跨1800米，双向六车道，是本市最长的桥梁。"],
        "positive": ["青禾大桥主跨800米，双向六车道，是本市最长的桥梁。"],
        "negative": ["白沙镇今年水稻丰收。"],
    }
]
CRUD = {
    "event_summary": [{"ID": "x"}],
    "questanswer_1doc": [
        {
            "ID": "a1",
            "event": "地铁三号线开通",
            "news1": "2021-05-18\n青禾市地铁三号线18日正式开通运营。该线路全长32公里，设站25座，票价二元起。",
            "questions": "青禾市地铁三号线全长多少公里？",
            "answers": "全长32公里。",
        }
    ],
    "questanswer_2docs": [
        {
            "ID": "b1",
            "event": "大桥",
            "news1": "青禾大桥10日建成通车。大桥主跨八百米，双向六车道。",
            "news2": "北岭水库除险加固工程通过验收，总库容一亿立方米。",
            "questions": "青禾大桥主跨多少米，北岭水库总库容多大？",
            "answers": "青禾大桥主跨八百米，北岭水库总库容一亿立方米。",
        }
    ],
}
DUREADER = [
    {
        "question_id": "q1",
        "question": "太阳能热水器冬天能用吗",
        "answer_paragraphs": [
            {"paragraph_id": "p1", "paragraph_text": "太阳能热水器冬天可以用，但水温较低，需要电辅助加热。"}
        ],
    },
    {
        "question_id": "q2",
        "question": "苹果树什么时候剪枝",
        "answer_paragraphs": [
            {"paragraph_id": "p2", "paragraph_text": "苹果树一般在冬季休眠期剪枝，夏季只做辅助修剪。"},
            {"paragraph_id": "p3", "paragraph_text": "果树冬剪从落叶后到萌芽前进行，苹果以二月为好。"},
        ],
    },
]
SQUAD = {
    "version": "v1.0",
    "data": [
        {
            "title": "青禾大桥",
            "paragraphs": [
                {
                    "id": "DEV_0",
                    "context": "青禾大桥位于青禾市，由远山设计院设计。",
                    "qas": [
                        {"id": "DEV_0_QUERY_0", "question": "谁设计的？", "answers": [{"text": "远山设计院"}]}
                    ],
                }
            ],
        }
    ],
}


def write_lines(path: Path, records: Sequence[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text(text + "\n", encoding="utf-8")


def write_json(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def write_rgb(folder: Path) -> None:
    """RGB's `data/`, as in its repository."""
    write_lines(folder / "data" / "zh.json", RGB_ZH)
    write_lines(folder / "data" / "zh_int.json", RGB_INT)
    write_lines(folder / "data" / "zh_fact.json", RGB_FACT)


def write_dureader(folder: Path) -> None:
    """The released baseline data set: two parts of a collection whose first line is a relevant one."""
    root = folder / "dureader-retrieval-baseline-dataset"
    write_lines(root / "dev" / "dev.json", DUREADER)
    rows = ["苹果树一般在冬季休眠期剪枝，夏季只做辅助修剪。", "今天天气晴好。", "水库蓄水位上涨。"]
    collection = root / "passage-collection"
    collection.mkdir(parents=True)
    (collection / "part-00").write_text(f"-\t-\t{rows[0]}\t0\n-\t-\t{rows[1]}\t0\n", encoding="utf-8")
    (collection / "part-01").write_text(f"-\t-\t{rows[2]}\t0\n", encoding="utf-8")
    write_json(collection / "passage2id.map.json", {"0": "p2", "1": "p7", "2": "p8"})
