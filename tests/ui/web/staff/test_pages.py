"""What the pages show of real runs, and what their forms do."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi.testclient import TestClient

from evals.candidates import Candidates
from evals.journal import Journal
from evals.run import RunResult, run_suite
from evals.suite import load_suites
from tests.evals.conftest import Clerk
from tests.ui.web.staff.conftest import csrf
from ui.web.staff import Staff


def test_the_list_of_runs(client: TestClient, run: RunResult) -> None:
    text = client.get("/staff/evals").text
    assert f"/staff/evals/runs/{run.run_id}" in text
    assert "完成" in text and f"{run.metrics['passed'].value:.3f}" in text
    assert "示例文库：全部题目" in text and "tiny" in text and "3 题" in text and "基线 core" in text
    assert "资料库缺其中" in text  # the project's own suites ask of other documents


def test_a_run_with_its_failures(client: TestClient, run: RunResult) -> None:
    text = client.get(f"/staff/evals/runs/{run.run_id}").text
    assert "id=wrong" in text and "id=now" not in text  # only what failed
    assert "&lt;b&gt;标签&lt;/b&gt;" in text and "<b>标签" not in text
    everything = client.get(f"/staff/evals/runs/{run.run_id}", params={"only": "all"}).text
    assert "id=now" in everything and "id=hidden" in everything
    tagged = client.get(f"/staff/evals/runs/{run.run_id}", params={"only": "all", "tag": "越权"}).text
    assert "id=hidden" in tagged and "id=now" not in tagged
    found = client.get(f"/staff/evals/runs/{run.run_id}", params={"only": "all", "q": "精密机械"}).text
    assert "id=hidden" in found and "id=now" not in found
    assert "引用与效力" in text and "≥ 0.95" in text
    fault = run.failures[0].faults[0]
    assert "id=wrong" in client.get(f"/staff/evals/runs/{run.run_id}", params={"fault": fault}).text


def test_one_question_in_full(client: TestClient, run: RunResult) -> None:
    text = client.get(f"/staff/evals/runs/{run.run_id}/case", params={"id": "wrong"}).text
    for wanted in ("九千万元", "new.md 第二条", "600万元", "现行有效", "检索到的条款", "引用",
                   "漏答", "未引", "检索排第", "上一题"):  # fmt: skip
        assert wanted in text, wanted
    right = client.get(f"/staff/evals/runs/{run.run_id}/case", params={"id": "now"}).text
    assert "✓ 答到" in right and "✓ 已引" in right and "漏答" not in right
    missing = client.get(f"/staff/evals/runs/{run.run_id}/case", params={"id": "nope"})
    assert missing.status_code == 400 and "nope" in missing.text


def test_the_full_report(client: TestClient, run: RunResult) -> None:
    assert "<svg" in client.get(f"/staff/evals/runs/{run.run_id}/report").text


def test_a_comparison(client: TestClient, staff: Staff, suite: Path, run: RunResult, clerk: Clerk) -> None:
    clerk.careless = True
    careless = run_suite([suite], clerk, staff.shelf.runs)
    text = client.get("/staff/evals/compare", params={"a": run.run_id, "b": careless.run_id}).text
    assert "两次都问了的 3 题" in text and "变差" in text
    assert "1000万元" in text and "600万元" in text  # both answers stand there
    same = client.get("/staff/evals/compare", params={"a": run.run_id, "b": run.run_id}).text
    assert "没有题目发生变化" in same


def test_a_comparison_of_runs_with_no_common_question(client: TestClient, run: RunResult) -> None:
    answer = client.get("/staff/evals/compare", params={"a": "core", "b": run.run_id})
    assert answer.status_code == 400 and "core" in answer.text


def test_the_gates(client: TestClient, run: RunResult) -> None:
    release = client.get("/staff/evals/gate", params={"run": run.run_id}).text
    assert "未通过" in release and "≥" in release
    step = client.get(
        "/staff/evals/gate", params={"run": run.run_id, "profile": "ci", "baseline": run.run_id}
    ).text
    assert "不显著差于基线" in step
    assert client.get("/staff/evals/gate", params={"run": run.run_id, "profile": "x"}).status_code == 400


def test_coverage(client: TestClient, suite: Path) -> None:
    text = client.get("/staff/evals/coverage", params={"suite": str(suite)}).text
    assert "3 道题" in text and "old.md" in text
    assert client.get("/staff/evals/coverage", params={"suite": "/etc/passwd"}).status_code == 400


def test_errors_of_a_suite_are_all_listed_and_nothing_is_run(
    client: TestClient, staff: Staff, suite: Path
) -> None:
    bad = suite.with_name("bad.jsonl")
    cases = [{"id": f"b{n}", "question": "问", "expected_status": "answered", "key": [["甲"]],
              "gold": [{"doc": f"missing-{n}.pdf", "clause": "第一条"}]} for n in (1, 2)]  # fmt: skip
    bad.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    data = {"csrf": csrf(client.get("/staff/evals")), "suites": str(bad)}
    answer = client.post("/staff/evals/start", data=data)
    assert answer.status_code == 400
    assert "missing-1.pdf" in answer.text and "missing-2.pdf" in answer.text
    assert not staff.worker.running and [line.name for line in staff.shelf.lines()] == staff.shelf.baselines()


def test_only_listed_suites_can_be_run(client: TestClient, staff: Staff) -> None:
    token = csrf(client.get("/staff/evals"))
    for suites in ("", "/etc/passwd", "--out=/tmp/x"):
        answer = client.post("/staff/evals/start", data={"csrf": token, "suites": suites})
        assert answer.status_code == 400, suites
    assert not staff.worker.running


def test_a_candidate_is_completed_and_accepted(client: TestClient, staff: Staff, home: Path) -> None:
    kept = Candidates(staff.catalog.engine)
    number = kept.add(
        "feedback", {"question": "单个项目贴息上限？"}, {"helpful": False, "reason": "<i>数字有误</i>"}
    )
    listed = client.get("/staff/evals/candidates").text
    assert "单个项目贴息上限" in listed and "&lt;i&gt;" in listed and "<i>数字" not in listed
    address = f"/staff/evals/candidates/{number}"
    token = csrf(client.get(address))
    form = {
        "csrf": token, "question": "单个项目每年贴息不超过多少？", "history": "问：贴息办法有吗？\n答：有。",
        "role": "visitor", "as_of": "2026-05-01", "expected_status": ["answered", "partial"],
        "key": "600万元|六百万元", "forbidden": "1000万元", "gold": "new.md#第一条", "tags": "数值，反馈",
        "split": "report", "by": "", "suite": "from-use", "why": "",
    }  # fmt: skip
    assert client.post(address, data=form | {"action": "save"}).status_code == 200
    assert kept.get(number).case["key"] == [["600万元", "六百万元"]]
    refused = client.post(address, data=form | {"action": "accept"})
    assert refused.status_code == 400 and "经办人" in refused.text
    wrong = client.post(address, data=form | {"action": "accept", "by": "李", "gold": "new.md#第九条"})
    assert wrong.status_code == 400 and "第九条" in wrong.text and "from-use" in wrong.text
    assert kept.get(number).state == "open"
    accepted = client.post(address, data=form | {"action": "accept", "by": "李"})
    assert accepted.status_code == 200 and "已采纳" in accepted.text
    (case,) = load_suites([home / "evals" / "suites" / "from-use.jsonl"])
    assert case.question == form["question"] and case.history == (
        ("user", "贴息办法有吗？"),
        ("assistant", "有。"),
    )
    assert case.expected_status == ("answered", "partial") and str(case.as_of) == "2026-05-01"
    assert case.tags == ("数值", "反馈") and case.split == "report"
    assert "from-use" in client.get("/staff/evals").text


def test_what_was_typed_stays_when_it_is_wrong(client: TestClient, staff: Staff) -> None:
    number = Candidates(staff.catalog.engine).add("feedback", {"question": "问题甲"}, {})
    address = f"/staff/evals/candidates/{number}"
    form = {
        "csrf": csrf(client.get(address)),
        "question": "改过的问题",
        "history": "没有人说的话",
        "key": "一\n二",
    }
    answer = client.post(address, data=form)
    assert answer.status_code == 400 and "没有人说的话" in answer.text
    assert "改过的问题" in answer.text and "一\n二" in answer.text


def test_a_candidate_is_rejected_with_a_reason(client: TestClient, staff: Staff) -> None:
    kept = Candidates(staff.catalog.engine)
    number = kept.add("feedback", {"question": "问题乙"}, {})
    address = f"/staff/evals/candidates/{number}"
    form = {"csrf": csrf(client.get(address)), "question": "问题乙", "by": "王", "action": "reject"}
    assert client.post(address, data=form | {"why": ""}).status_code == 400
    assert client.post(address, data=form | {"why": "重复"}).status_code == 200
    one = kept.get(number)
    assert (one.state, one.closed_by, one.closed_note) == ("rejected", "王", "重复")
    assert client.post(address, data=form | {"why": "又来"}).status_code == 400
    assert client.get("/staff/evals/candidates/999").status_code == 400
    assert client.get("/staff/evals/candidates", params={"state": "rejected"}).text.count("问题乙") == 1


def test_clauses_to_choose_from(client: TestClient) -> None:
    found = client.get("/staff/evals/candidates/clauses", params={"doc": "new.md"}).json()
    assert [label for label, _ in found] == ["第一条", "第二条"]
    assert client.get("/staff/evals/candidates/clauses", params={"doc": "x"}).json() == []


def test_the_language_is_the_readers(client: TestClient, run: RunResult) -> None:
    address = f"/staff/evals/runs/{run.run_id}"
    english = client.get(address, headers={"accept-language": "en-GB,en;q=0.9"}).text
    assert 'lang="en"' in english and "Citation precision" in english and "指标" not in english
    assert 'lang="zh-CN"' in client.get(address).text  # one reader's wish is nobody else's
    assert "Metrics" in client.get(address, params={"lang": "en"}).text
    assert "Metrics" in client.get(address).text  # what was chosen stays
    bad = client.get("/staff/evals/runs/none")
    assert bad.status_code == 400 and "There is no run" in bad.text
    assert "指标" in client.get(address, params={"lang": "zh"}).text


def test_an_incomplete_address_is_told_on_a_page(client: TestClient) -> None:
    for address in ("/staff/evals/compare", "/staff/evals/gate", "/staff/evals/candidates/999999999"):
        answer = client.get(address)
        assert answer.status_code == 400 and "<h1>" in answer.text, address


def test_a_candidate_says_where_it_comes_from(client: TestClient, staff: Staff) -> None:
    note = {"helpful": False, "reason": "wrong_number", "remark": "应为<600>万元", "status": "answered",
            "answer": "1000万元[1]", "citations": [{"doc_id": "new", "clause": "第一条"}],
            "answer_id": "internal-id-7"}  # fmt: skip
    number = Candidates(staff.catalog.engine).add("feedback", {"question": "上限？"}, note)
    text = client.get(f"/staff/evals/candidates/{number}").text
    for wanted in ("没帮助", "应为&lt;600&gt;万元", "已答", "1000万元[1]", "new.md 第一条"):
        assert wanted in text, wanted
    assert "wrong_number" not in text and "internal-id-7" not in text


def test_many_candidates_come_in_pages(client: TestClient, staff: Staff) -> None:
    kept = Candidates(staff.catalog.engine)
    for number in range(60):
        kept.add("feedback", {"question": f"题目{number:03d}"}, {})
    first = client.get("/staff/evals/candidates").text
    second = client.get("/staff/evals/candidates", params={"page": 2}).text
    assert "题目059" in first and "题目009" not in first
    assert "题目009" in second and "题目059" not in second
    assert client.get("/staff/evals/candidates", params={"page": 99}).text.count("题目0") == second.count(
        "题目0"
    )
    assert client.get("/staff/evals/candidates", params={"page": "x"}).status_code == 400


def test_no_address_breaks_the_server(client: TestClient, run: RunResult, suite: Path) -> None:
    name = run.run_id
    odd = "\u202e<b>'\"&%00\n" + "长" * 300
    for address, params in (
        ("/staff/evals", {"lang": odd}),
        (f"/staff/evals/runs/{name}", {"only": odd, "fault": odd, "tag": odd, "q": odd}),
        (f"/staff/evals/runs/{name}/case", {"id": odd}),
        ("/staff/evals/runs/core", {"only": "all"}),
        ("/staff/evals/runs/core/case", {"id": "first-title-before-giant"}),
        ("/staff/evals/runs/core/report", {}),
        ("/staff/evals/compare", {"a": odd, "b": name}),
        ("/staff/evals/gate", {"run": name, "profile": "ci"}),
        ("/staff/evals/gate", {"run": name, "profile": "ci", "baseline": "core"}),
        ("/staff/evals/gate", {"run": name, "profile": odd}),
        ("/staff/evals/coverage", {"suite": odd}),
        ("/staff/evals/coverage", {"suite": str(suite)}),
        ("/staff/evals/candidates", {"state": odd, "origin": odd}),
        ("/staff/evals/candidates", {"page": "0"}),
        ("/staff/evals/candidates/clauses", {"doc": odd}),
    ):
        answer = client.get(address, params=params)
        assert answer.status_code in (200, 400), (address, params)
        assert "<b>'" not in answer.text, address


def test_odd_forms_break_nothing(client: TestClient, staff: Staff, run: RunResult) -> None:
    number = Candidates(staff.catalog.engine).add("feedback", {"question": "问题丙"}, {})
    address = f"/staff/evals/candidates/{number}"
    token = csrf(client.get(address))
    for fields in (
        {},
        {"question": ""},
        {"question": "问", "as_of": "2026-02-30", "action": "accept", "by": "李"},
        {
            "question": "问",
            "role": "root",
            "split": "x",
            "expected_status": "y",
            "action": "accept",
            "by": "李",
        },
        {"question": "问", "key": "[1", "gold": "{", "tags": "[", "forbidden": "["},
        {"question": "问", "suite": "../../etc/x", "action": "accept", "by": "李"},
        {"question": "问", "action": "delete", "by": "李"},
    ):
        answer = client.post(address, data={"csrf": token, **fields})
        assert answer.status_code in (200, 400), fields
    assert Candidates(staff.catalog.engine).get(number).state == "open"
    for form in ({"csrf": token, "split": "x", "suites": "core"}, {"csrf": "é"}):
        assert client.post("/staff/evals/start", data=form).status_code in (400, 403)
    answer = client.post(f"/staff/evals/runs/{run.run_id}x/resume", data={"csrf": token})
    assert answer.status_code == 400
    assert client.post("/staff/evals/stop", data={"csrf": token}).status_code == 200  # none runs: nothing


def test_a_run_of_another_process_is_waited_for(client: TestClient, staff: Staff, run: RunResult) -> None:
    form = {"csrf": csrf(client.get("/staff/evals")), "suites": str(staff.shelf.suites / "tiny.jsonl")}
    with Journal(run.folder):
        answer = client.post("/staff/evals/start", data=form)
    assert answer.status_code == 400 and run.run_id in answer.text and "另一个进程" in answer.text
    assert not staff.worker.running
