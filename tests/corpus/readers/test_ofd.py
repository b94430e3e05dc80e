"""OFD: reading order, paragraphs, tables, broken and hostile packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import ReadError
from corpus.parse import parse_file
from corpus.readers import read
from tests.corpus.readers.ofd_making import NS, ofd, page, ruled, text

FIRST = "为规范省级专项资金管理，提高资金使用效益，根据有关规定，结合本省实际，"
SECOND = "制定本办法。"


def _read(tmp_path: Path, data: bytes, name: str = "a.ofd"):
    path = tmp_path / name
    path.write_bytes(data)
    return read(path)


def _texts(raw) -> list[str]:
    return [block.text for block in raw.blocks]


def _key(tmp_path: Path, data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        _read(tmp_path, data)
    assert "a.ofd" in caught.value.message("zh") and "{" not in caught.value.message("en")
    return caught.value.key


def test_glyph_runs_become_lines_and_lines_paragraphs_whatever_their_order(tmp_path):
    letters = [text(25 + 5 * index, 50, char) for index, char in enumerate("第一条")]
    wrapped = text(45, 50, FIRST[:28]), text(15, 58, FIRST[28:] + SECOND)
    title = text(60, 30, "专项资金管理办法", 8)
    raw = _read(tmp_path, ofd(page(wrapped[1], *reversed(letters), wrapped[0], title)))
    assert raw.format == "ofd" and raw.pages == 1
    assert _texts(raw) == ["专项资金管理办法", f"第一条 {FIRST}{SECOND}"]
    assert raw.blocks[0].kind == "heading"


def test_pages_go_on_and_running_heads_and_page_numbers_are_left_out(tmp_path):
    def sheet(number: int, *more: str) -> str:
        return page(text(80, 15, "江苏省政府公报", 4), *more, text(100, 285, f"— {number} —", 4))

    raw = _read(
        tmp_path,
        ofd(
            sheet(1, text(60, 30, "关于印发办法的通知", 8), text(15, 270, FIRST[:35])),
            sheet(2, text(15, 35, FIRST[35:] + SECOND)),
            sheet(3, text(25, 35, "第二条　本办法自公布之日起施行。")),
        ),
    )
    assert _texts(raw) == ["关于印发办法的通知", FIRST + SECOND, "第二条　本办法自公布之日起施行。"]
    assert [block.page for block in raw.blocks] == [1, 1, 3]


def test_two_columns_are_read_one_after_the_other(tmp_path):
    left = "左栏的文字从上到下排列占满整个栏目的宽度" * 3
    right = "右栏的文字接在左栏之后同样占满栏目的宽度" * 3
    rows = []
    for index in range(4):
        rows.append(text(15, 50 + 8 * index, left[15 * index : 15 * index + 15]))
        rows.append(text(110, 50 + 8 * index, right[15 * index : 15 * index + 15]))
    raw = _read(tmp_path, ofd(page(text(50, 30, "分栏排印的简报", 8), *rows)))
    assert "".join(_texts(raw)) == "分栏排印的简报" + left + right


def test_ruled_tables_are_tables_and_go_on_over_pages(tmp_path):
    head = ("项目名称", "投资（亿元）")
    first = ruled(15, 60, (90, 60), [head, ("新材料产业园", "12.5"), ("智能工厂", "3.0")])
    second = ruled(15, 30, (90, 60), [head, ("数据中心", "8.8")])
    raw = _read(tmp_path, ofd(page(text(60, 40, "表1 重点项目", 5), first), page(second)))
    tables = [block.table for block in raw.blocks if block.table]
    assert [table.rows for table in tables] == [
        (head, ("新材料产业园", "12.5"), ("智能工厂", "3.0"), ("数据中心", "8.8"))
    ]
    assert tables[0].caption == "表1 重点项目" and tables[0].header_rows == 1


def test_templates_hidden_text_watermarks_and_fake_bold(tmp_path):
    template = page(text(15, 20, "模板上的文字"))
    body = page(
        text(15, 40, "正文只出现一次。"), text(15.05, 40, "正文只出现一次。"),
        text(15, 60, "隐藏", more='Visible="false"'),
        text(15, 80, "水印", more='CTM="0.7 -0.7 0.7 0.7 0 0"'),
    ).replace("<ofd:Content>", '<ofd:Template TemplateID="5"/><ofd:Content>')  # fmt: skip
    common = '<ofd:TemplatePage ID="5" BaseLoc="Tpls/T.xml"/>'
    raw = _read(tmp_path, ofd(body, common=common, more={"Doc_0/Tpls/T.xml": template}, signed=True))
    assert _texts(raw) == ["模板上的文字", "正文只出现一次。"]


def test_delta_shorthand_and_wide_steps(tmp_path):
    raw = _read(tmp_path, ofd(page(text(15, 40, "签发人张三", deltas="g 2 5 30 5"))))
    assert _texts(raw) == ["签发人 张三"]


def test_broken_paths_are_mended_and_what_is_missing_is_told(tmp_path):
    body = page(text(15, 40, FIRST), '<ofd:ImageObject ID="4" ResourceID="77" Boundary="0 0 9 9"/>')
    document = (
        f'<ofd:Document {NS}><ofd:CommonData><ofd:TemplatePage ID="5" BaseLoc="Tpls/Nowhere.xml"/>'
        '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="/doc_0\\Pages\\P1.xml"/>'
        '<ofd:Page ID="2" BaseLoc="Pages/None.xml"/></ofd:Pages></ofd:Document>'
    )
    data = ofd(more={"Doc_0/Document.xml": document, "Doc_0/Pages/p1.XML": body})
    raw = _read(tmp_path, data)
    assert _texts(raw) == [FIRST] and raw.pages == 2
    told = "".join(raw.warnings)
    assert "Tpls/Nowhere.xml" in told and "第2页" in told and "第1页的图片" in told


def test_without_text_and_with_little(tmp_path):
    assert _key(tmp_path, ofd(page())) == "formats.ofd_no_text"
    raw = _read(tmp_path, ofd(page(text(15, 40, "仅此几字"))))
    assert "4 个字" in raw.warnings[0]


def test_hostile_packages(tmp_path):
    entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ofd:OFD {NS}>&a;</ofd:OFD>'
    assert _key(tmp_path, ofd(page(), more={"OFD.xml": entity})) == "formats.ofd_unsafe"
    bomb = page(text(1, 1, "字")) + " " * (30 * 1024 * 1024)
    assert _key(tmp_path, ofd(bomb)) == "reader.zip_bomb"
    # a composite object that holds itself twice unfolds to two to the power of its depth
    unit = '<ofd:CompositeObject ID="1" ResourceID="3"/>' * 2
    resource = (
        f'<ofd:Res {NS}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="3"><ofd:Content>{unit}'
        "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    common = "<ofd:PublicRes>Res.xml</ofd:PublicRes>"
    assert (
        _key(tmp_path, ofd(page(unit), common=common, more={"Doc_0/Res.xml": resource})) == "reader.zip_bomb"
    )
    # a page that points out of the archive is a page that is missing
    (tmp_path / "outside.xml").write_text(page(text(15, 40, "机密")), encoding="utf-8")
    leaving = '<ofd:Page ID="1" BaseLoc="../../outside.xml"/>'
    document = f"<ofd:Document {NS}><ofd:Pages>{leaving}</ofd:Pages></ofd:Document>"
    assert _key(tmp_path, ofd(more={"Doc_0/Document.xml": document})) == "formats.ofd_no_text"


def test_damaged_packages(tmp_path):
    whole = ofd(page(text(15, 40, FIRST)))
    assert _key(tmp_path, whole[: len(whole) // 2]) == "formats.ofd_damaged"
    assert _key(tmp_path, ofd(more={"OFD.xml": "<ofd:OFD"})) == "formats.ofd_damaged"
    assert _key(tmp_path, ofd(more={"OFD.xml": f"<ofd:OFD {NS}/>"})) == "formats.ofd_damaged"


def test_wrong_suffix_is_refused(tmp_path):
    with pytest.raises(ReadError) as caught:
        _read(tmp_path, ofd(page(text(15, 40, FIRST))), "a.pdf")
    assert caught.value.key == "reader.mislabelled" and "OFD" in caught.value.message("zh")


@pytest.mark.parametrize(
    ("name", "pages", "start", "inside"),
    [
        ("SplitParagraph", 2, "报告：", "第二段：K*区区区位南Z数”((南Z*区划划，位别别K划S，”位BB区D判"),
        ("chineseDir", 1, "你好呀，OFD Reader&Writer！", "OFD"),
        ("helloworld", 1, "你好呀，OFD Reader&Writer！", "OFD"),
        ("keyword", 1, "鲁（2020）泰安市不动产证明第0014777号", "抵押方式：一般抵押"),
        ("no_page_container", 1, "发票代码：031001900511", "上海浪潮云计算服务有限公司"),
        ("path_unstd", 2, "测试数据var-gaj", "根据《中华人民共和国刑事诉讼法》第 测试数据FLTK条之规定"),
        ("signedFile", 1, "发票代码：032001600511", "新北区河海华昇印章雕刻社"),
        ("testImageNotFound", 2, "说 明", "探矿权申请人经发证机关审查合格，领取《矿产资源勘查许可证》即取得"),
    ],
)  # fmt: skip
def test_real_files(shared_data, name, pages, start, inside):
    path = shared_data / "ofd" / f"{name}.ofd"
    if not path.exists():
        pytest.skip(f"no {path}")
    raw = read(path)
    assert raw.pages == pages and raw.blocks[0].text == start
    assert any(inside in block.text for block in raw.blocks)
    parsed = parse_file(path)
    assert parsed.clauses and parsed.format == "ofd"
