"""Web pages: main text, declared metadata, tables, encodings, hostile markup."""
# ruff: noqa: E501  (Chinese text and markup, as literals)

from __future__ import annotations

from pathlib import Path

from corpus.readers import read

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>关于印发办法的通知_江苏省人民政府</title>
<meta name="ArticleTitle" content="关于印发办法的通知"><meta name="PubDate" content="2025-12-01 10:00">
<style>p{{}}</style><script>var a="第九条 脚本";</script></head><body>
<div class="header"><a href="/">首页</a>政务公开</div><ul class="nav"><li>导航一</li></ul>
<div class="bread-crumb">当前位置：首页 &gt; 文件</div>
<table class="info"><tr><td>索 引 号：</td><td>014000319/2025-00001</td><td>发文字号：</td><td>苏工信规〔2025〕1号</td></tr>
<tr><td>发布机构：</td><td>省工业和信息化厅</td><td>发布日期：</td><td>2025-12-01</td></tr></table>
<h1>关于印发办法的通知</h1>
<div id="zoom"><p>各设区市&nbsp;工业和信息化局：</p><p>　　第一条　为了<b>规范</b>
管理，制定本办法。<br>　　第二条　本办法自2026年1月1日起施行。</p>
<p style="display:none">隐藏文字</p><p hidden>也隐藏</p>
<p>表1 指标（单位：万元）</p>
<table><tr><th rowspan="2">地区</th><th colspan="2">收入</th></tr><tr><th>计划</th><th>实际</th></tr>
<tr><td rowspan="2">南京</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>
<ol><li>第一步</li><li>第二步</li></ol><p>【打印】【关闭】</p></div>
<div class="share">分享到：微信</div><div class="footer">版权所有 苏ICP备1号</div></body></html>"""


def _read(tmp_path: Path, content: str | bytes, name: str = "a.html"):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)


def test_a_government_page(tmp_path):
    document = _read(tmp_path, PAGE.format(charset="utf-8"))
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("heading", "关于印发办法的通知"),
        ("paragraph", "各设区市 工业和信息化局："),
        ("paragraph", "第一条　为了规范管理，制定本办法。"),
        ("paragraph", "第二条　本办法自2026年1月1日起施行。"),
        ("paragraph", "表1 指标（单位：万元）"),
        ("table", "地区 | 收入 | 收入\n地区 | 计划 | 实际\n南京 | 1 | 2\n南京 | 3 | 4"),
        ("paragraph", "1. 第一步"),
        ("paragraph", "2. 第二步"),
    ]
    table = document.blocks[5].table
    assert table is not None
    assert (table.caption, table.unit, table.header_rows) == ("表1 指标", "万元", 2)


def test_declared(tmp_path):
    declared = _read(tmp_path, PAGE.format(charset="utf-8")).declared
    assert declared["articletitle"] == "关于印发办法的通知"
    assert declared["pubdate"] == "2025-12-01 10:00"
    assert declared["title"] == "关于印发办法的通知_江苏省人民政府"
    assert declared["索引号"] == "014000319/2025-00001"
    assert declared["发文字号"] == "苏工信规〔2025〕1号"
    assert declared["发布机构"] == "省工业和信息化厅"
    assert declared["发布日期"] == "2025-12-01"


def test_metadata_box_of_list_items(tmp_path):
    page = (
        "<html><body><ul class='xxgk'><li><b>索引号：</b>123</li><li><b>文　　号：</b>苏政发〔2023〕104号</li>"
        "<li>成文日期：2023年11月2日</li></ul><div class='article'><p>"
        + "正文一段，说明情况。" * 10
        + "</p></div></body></html>"
    )
    document = _read(tmp_path, page)
    assert document.declared == {"索引号": "123", "文号": "苏政发〔2023〕104号", "成文日期": "2023年11月2日"}
    assert [block.text for block in document.blocks] == ["正文一段，说明情况。" * 10]


def test_pairs_in_the_text_itself_stay_in_it(tmp_path):
    page = "<html><body><div class='article'><p>名称：某某项目</p><p>有效期：3年</p><p>申报的其他要求见通知。</p></div></body></html>"
    assert [block.text for block in _read(tmp_path, page).blocks] == [
        "名称：某某项目",
        "有效期：3年",
        "申报的其他要求见通知。",
    ]


def test_charsets(tmp_path):
    for charset, codec in (
        ("gb2312", "gb18030"),
        ("GBK", "gbk"),
        ("utf-8", "utf-8"),
        ("utf-8", "gb18030"),
        ("iso-8859-1", "gbk"),
        ("utf-7", "utf-8"),
    ):
        document = _read(tmp_path, PAGE.format(charset=charset).encode(codec))
        assert document.blocks[0].text == "关于印发办法的通知", (charset, codec)


def test_content_by_density_without_a_known_container(tmp_path):
    prose = "国家鼓励中小企业按照市场需求推进技术创新，有关部门应当依法给予支持。"
    links = "".join(f"<li><a href='#'>链接文字比较长的一条新闻标题第{n}条</a></li>" for n in range(30))
    page = f"<html><body><div><ul>{links}</ul></div><div class='x1'><p>{prose}</p><p>{prose}乙</p><p>{prose}丙</p></div></body></html>"
    texts = [block.text for block in _read(tmp_path, page).blocks]
    assert prose in texts and f"{prose}丙" in texts


def test_layout_table_is_walked_as_text(tmp_path):
    page = "<html><body><table><tr><td><table><tr><td><p>第一条 甲。</p><p>第二条 乙。</p></td></tr></table></td></tr></table></body></html>"
    document = _read(tmp_path, page)
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("paragraph", "第一条 甲。"),
        ("paragraph", "第二条 乙。"),
    ]


def test_hostile_markup_neither_hangs_nor_recurses(tmp_path):
    deep = "<div>" * 20_000 + "深处的文字" + "</div>" * 20_000
    document = _read(tmp_path, f"<html><body><p>开头的文字</p>{deep}</body></html>")
    assert any("开头的文字" in block.text for block in document.blocks)
    wide = "<html><body><p>表</p><table><tr><td colspan='99999999' rowspan='99999999'>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table></body></html>"
    assert any("乙" in block.text for block in _read(tmp_path, wide).blocks)
    entity = (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>甲&x;乙</p></body></html>'
    )
    assert "root:" not in "".join(block.text for block in _read(tmp_path, entity).blocks)


def test_linked_attachments_are_named_once_wherever_they_stand(tmp_path):
    page = """<html><body><div class="nav"><a href="/index.html">首页</a><a href="javascript:down('a.pdf')">打印</a></div>
    <div id="zoom"><h1>关于申报专项资金的通知</h1><p>各设区市财政局：现将有关事项通知如下。请按要求组织申报。</p>
    <p>附件：<a href="/att/P020260101.docx">1.申报书</a></p></div>
    <div class="fj"><a href="../b/%E6%B1%87%E6%80%BB%E8%A1%A8.xlsx">点击下载</a><a href="/att/P020260101.docx">1.申报书</a>
    <a title="申报指南" href="/download?file=guide.pdf&id=3">附件2</a></div></body></html>"""
    raw = _read(tmp_path, page)
    assert raw.declared["attachments"] == "1.申报书；点击下载 汇总表.xlsx；申报指南"
    assert len(raw.warnings) == 1 and "3 个文件" in raw.warnings[0] and "1.申报书" in raw.warnings[0]
    assert any("附件：1.申报书" in block.text for block in raw.blocks)
