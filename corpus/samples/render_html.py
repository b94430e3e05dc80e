"""A sample as a page of a government site: the noise around the text is there on purpose."""

from __future__ import annotations

from html import escape

from corpus.samples.source import Sample, SourceBlock, chinese_date

_STYLE = (
    "body{font-family:SimSun,serif;margin:0}.top,.foot{background:#1c4f9c;color:#fff;padding:12px}"
    ".nav a{margin-right:16px;color:#fff}.crumb{padding:8px 12px;color:#666}table{border-collapse:collapse}"
    ".info td,.article td,.article th{border:1px solid #999;padding:4px 8px}.article p{text-indent:2em}"
    ".article h1{text-align:center}.share a{margin-right:8px}.right{text-align:right}"
)
_NAV = ("首页", "政务公开", "政策文件", "解读回应", "办事服务", "互动交流")
_SHARE = ("打印本页", "关闭窗口", "分享到微信", "分享到微博")


def render(sample: Sample) -> bytes:
    """The finished file, in the encoding that the source names."""
    published = (sample.published_on or sample.issued_on) and str(sample.published_on or sample.issued_on)
    metas = {
        "ArticleTitle": sample.title,
        "PubDate": published or "",
        "ContentSource": sample.issuer,
        "ColumnName": sample.subject,
        "Description": sample.label,
        **{f"zhixun.{key}": value for key, value in sample.metadata().items() if key != "title"},
    }
    meta_lines = "\n".join(
        f'<meta name="{escape(key)}" content="{escape(value)}">' for key, value in metas.items() if value
    )
    crumb = " &gt; ".join(("首页", "政策文件", escape(sample.subject), "正文"))
    body = "\n".join(_block(block) for block in sample.blocks)
    text = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{sample.encoding}">
<title>{escape(sample.title)}</title>
{meta_lines}
<style>{_STYLE}</style>
<script>window.siteColumn = "{escape(sample.subject)}"; function printPage() {{ window.print(); }}</script>
</head>
<body>
<header class="top"><div class="site">政策文库（演示页面）</div>
<nav class="nav">{"".join(f'<a href="#">{name}</a>' for name in _NAV)}</nav></header>
<div class="crumb">当前位置：{crumb}</div>
<table class="info">{_info(sample)}</table>
<div class="article" id="zoom">
<p class="label">{escape(sample.label)}</p>
<h1>{escape(sample.title)}</h1>
<p class="number">{escape(sample.number_line)}</p>
{"".join(f"<p>{escape(line)}</p>" for line in sample.head)}
{body}
{_signature(sample)}
</div>
<div class="share">{"".join(f'<a href="#">{name}</a>' for name in _SHARE)}</div>
<aside class="related"><h3>相关链接</h3>
<ul><li><a href="#">政策解读</a></li><li><a href="#">图解</a></li></ul></aside>
<footer class="foot">演示页面，不是政府网站　网站地图　联系我们　使用帮助</footer>
</body>
</html>
"""
    return text.encode(sample.encoding)


def _info(sample: Sample) -> str:
    pairs = {
        "信息名称": sample.title,
        "文　　号": sample.doc_number or "未查得",
        "发文机关": sample.issuer,
        "成文日期": sample.issued_line,
        "发布日期": chinese_date(sample.published_on) if sample.published_on else "",
        "主题分类": sample.subject,
        "文件性质": sample.sample,
    }
    cells = ((key, escape(value)) for key, value in pairs.items() if value)
    return "".join(f"<tr><td>{key}</td><td>{value}</td></tr>" for key, value in cells)


def _signature(sample: Sample) -> str:
    if not sample.issued_on:
        return ""
    return f'<p class="right">{escape(sample.issuer)}</p><p class="right">{sample.issued_line}</p>'


def _block(block: SourceBlock) -> str:
    if block.kind == "table":
        header, *rows = block.rows
        lines = ["<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in header) + "</tr>"]
        lines += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows]
        return "<table>" + "\n".join(lines) + "</table>"
    tag = {"heading": "h2", "subheading": "h3"}.get(block.kind, "p")
    return f"<{tag}>{escape(block.text)}</{tag}>"
