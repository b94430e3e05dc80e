"""Documents made from known truth: what they state is given first, then laid out in many ways.

The layouts are those in which such documents really circulate: red-headed notices as a PDF gives
them line by line, government web pages with an information table or with meta tags, Word files,
Markdown digests, announcements, orders, regulations with a preamble.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.model import ParsedDocument
from corpus.parse import parse_file
from tests.corpus.making import from_file, from_lines
from tests.corpus.truths import NOTICES, Truth, others


@dataclass(frozen=True)
class Made:
    name: str
    truth: Truth
    parsed: ParsedDocument


_CHINESE_DIGITS = "〇一二三四五六七八九"


def arabic(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def chinese(day: date) -> str:
    """二〇二五年四月十六日."""
    year = "".join(_CHINESE_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_small(day.month)}月{_small(day.day)}日"


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _CHINESE_DIGITS[tens] + "十")
    return head + (_CHINESE_DIGITS[ones] if ones else "")


def wide(text: str) -> str:
    """Digits full width, as some editors set them."""
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def broken(title: str, at: int = 18) -> list[str]:
    """A title centred over several lines."""
    return [title[start : start + at] for start in range(0, len(title), at)]


def spaced(words: str) -> str:
    return " ".join(words)


def end(truth: Truth, day: str, signers: list[str] | None = None) -> list[str]:
    closing = [f"三、{truth.closing}"] if truth.closing else []
    return [*closing, *(list(truth.issuers) if signers is None else signers), day]


def red_head(truth: Truth) -> ParsedDocument:
    """文件头、发文字号、标题, as PDF readers give it."""
    head = [f"{truth.issuers[0]}文件"] if len(truth.issuers) == 1 else [*truth.issuers, "文件"]
    lines = [*head, truth.number or "", *broken(truth.title), truth.addressees, *truth.body]
    return from_lines("\n".join([*lines, *end(truth, arabic(truth.issued)), "（此件公开发布）"]), "扫描.pdf")


def red_head_spread(truth: Truth) -> ParsedDocument:
    """Letters spread, urgency and secrecy marks above, a number with spaces, 抄送 and 印发 below."""
    number = (truth.number or "").replace("〔", " 〔").replace("〕", "〕 ").replace("号", " 号")
    head = ["特急", *(f"{spaced(name)} 文件" for name in truth.issuers[:1])]
    tail = ["抄送：省委办公厅，省人大常委会办公厅。", f"{truth.issuers[0]}办公室　{arabic(truth.issued)}印发"]
    body = [*broken(truth.title, 22), truth.addressees, *truth.body]
    return from_lines("\n".join([*head, number, *body, *end(truth, arabic(truth.issued)), *tail]), "文件.pdf")


def number_below(truth: Truth) -> ParsedDocument:
    """The number in brackets below the title; the date in Chinese characters; signers on one line."""
    signers = ["　　".join(truth.issuers)]
    lines = [truth.title, f"（{truth.number}）", truth.addressees, *truth.body]
    return from_lines("\n".join([*lines, *end(truth, chinese(truth.issued), signers)]), "通知.pdf")


def full_width(truth: Truth) -> ParsedDocument:
    lines = [wide(truth.number or ""), truth.title, truth.addressees, *map(wide, truth.body)]
    closing = [wide(line) for line in end(truth, arabic(truth.issued))]
    return from_lines("\n".join([*lines, *closing]), "全角.pdf")


def label_lines(truth: Truth) -> ParsedDocument:
    """Labels above the title, as copied from a page."""
    issuers = " ".join(truth.issuers)
    head = [
        "索 引 号：014000106/2025-00231",
        f"发文机关：{issuers}",
        f"标　　题：{truth.title}",
        f"发文字号：{truth.number}",
        f"成文日期：{arabic(truth.issued)}",
        f"发布日期：{arabic(truth.published or truth.issued)}",
    ]
    return from_lines(
        "\n".join([*head, truth.title, truth.addressees, *truth.body, *end(truth, arabic(truth.issued))])
    )


def attached(truth: Truth) -> ParsedDocument:
    """Attachments named before the signature and following it, with dates of their own inside."""
    lines = [truth.number or "", *broken(truth.title, 20), truth.addressees, *truth.body]
    closing = end(truth, chinese(truth.issued))
    signed = len(truth.issuers) + 1
    listed = ["附件：1.申报书", "2.推荐汇总表"]
    after = ["附件1", "申报书", "申报单位（盖章）：", "填报日期：2021年1月1日", "附件2", "推荐汇总表"]
    return from_lines(
        "\n".join([*lines, *closing[:-signed], *listed, *closing[-signed:], *after]), "含附件.pdf"
    )


def issuer_over_title(truth: Truth) -> ParsedDocument:
    """The issuers head the title on lines of their own; the date stands in brackets below it."""
    above = truth.issuers if truth.title.startswith("关于") else ()
    lines = [*above, *broken(truth.title, 24), f"（{arabic(truth.issued)}）", truth.number or ""]
    return from_lines("\n".join([*lines, truth.addressees, *truth.body, *end(truth, "")]), "上报.pdf")


def copied_page(truth: Truth) -> ParsedDocument:
    """A page copied as text: a line of time, source and clicks above, printing buttons below."""
    published = truth.published or truth.issued
    head = [f"发布时间：{published:%Y-%m-%d} 10:12　来源：{'、'.join(truth.issuers)}　浏览次数：203"]
    tail = ["扫一扫在手机打开当前页", "【打印本页】【关闭窗口】"]
    lines = [truth.title, *head, truth.number or "", truth.addressees, *truth.body]
    return from_lines("\n".join([*lines, *end(truth, arabic(truth.issued)), *tail]), "网页.pdf")


def paged(truth: Truth) -> ParsedDocument:
    """Page numbers between the lines, a ring for the nought of the year, round brackets in the number."""
    number = (truth.number or "").replace("〔", "（").replace("〕", "）")
    day = chinese(truth.issued).replace("〇", "○")
    lines = [number, *broken(truth.title, 16), truth.addressees, *truth.body[:3], "— 1 —", *truth.body[3:]]
    return from_lines("\n".join([*lines, *end(truth, day), "— 2 —"]), "分页.pdf")


def padded(truth: Truth) -> ParsedDocument:
    """Zeros before month and day, signers and date indented with wide spaces."""
    day = f"{truth.issued:%Y年%m月%d日}"
    closing = [f"　　　　{line}　　" for line in end(truth, day)[-len(truth.issuers) - 1 :]]
    first = [f"三、{truth.closing}"] if truth.closing else []
    lines = [truth.number or "", f"　　{truth.title}", truth.addressees, *truth.body, *first, *closing]
    return from_lines("\n".join(lines), "缩进.pdf")


def _paragraphs(truth: Truth, day: str) -> str:
    return "".join(f"<p>{line}</p>" for line in (truth.addressees, *truth.body, *end(truth, day)))


def page_table(truth: Truth, folder: Path) -> ParsedDocument:
    """A government web page with its information table, on which the date of publication differs."""
    published = truth.published or truth.issued
    cells = (
        ("索 引 号", "014000106/2025-00087", "分类", "工业、交通/通知"),
        ("发布机构", " ".join(truth.issuers), "发文日期", truth.issued.isoformat()),
        ("标　　题", truth.title, "主题词", ""),
        ("文　　号", truth.number or "", "发布日期", published.isoformat()),
        ("内容概述", "现就有关事项通知如下", "时　　效", "有效"),
    )
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    text = _paragraphs(truth, arabic(truth.issued))
    html = (
        f"<html><head><meta charset='utf-8'><title>{truth.title}_信息公开_政府网</title></head><body>"
        "<div class='nav'><a href='/'>首页</a><a href='/zw'>政务公开</a></div>"
        f"<table class='xxgk'>{rows}</table>"
        f"<div id='Zoom'><h1>{truth.title}</h1><p>{truth.number}</p>{text}</div>"
        "<div class='footer'>版权所有：某某网站 备案号 苏ICP备05000000号</div></body></html>"
    )
    return from_file(folder, "page.html", html)


def page_meta(truth: Truth, folder: Path) -> ParsedDocument:
    """A web page with meta tags and a line of source and time."""
    published = truth.published or truth.issued
    issuers = "、".join(truth.issuers)
    html = (
        f"<html><head><meta charset='utf-8'><meta name='ArticleTitle' content='{truth.title}'>"
        f"<meta name='PubDate' content='{published.isoformat()} 09:30'>"
        f"<meta name='ContentSource' content='{issuers}'><title>政府网站</title></head><body>"
        f"<div class='article'><h2>{truth.title}</h2><div class='info'>来源：{issuers}"
        f"　发布时间：{published.isoformat()} 09:30　浏览次数：128　字体：[大 中 小]</div>"
        f"<p>{truth.number}</p>{_paragraphs(truth, chinese(truth.issued))}</div></body></html>"
    )
    return from_file(folder, "meta.html", html)


def markdown(truth: Truth, folder: Path) -> ParsedDocument:
    issuers = "、".join(truth.issuers)
    text = (
        f"---\ntitle: {truth.title}\ndoc_number: {truth.number}\nissuer: {issuers}\n"
        f"issued_on: {truth.issued.isoformat()}\n---\n\n# {truth.title}\n\n"
        + "\n\n".join([truth.addressees, *truth.body, *end(truth, arabic(truth.issued))])
    )
    return from_file(folder, "digest.md", text)


def plain_text(truth: Truth, folder: Path) -> ParsedDocument:
    lines = [truth.title, truth.number or "", "", truth.addressees, *truth.body]
    text = "\n".join([*lines, "", *end(truth, arabic(truth.issued))])
    return from_file(folder, "notice.txt", text)


def word(truth: Truth, folder: Path) -> ParsedDocument:
    """A Word file without heading styles, the title set in two paragraphs."""
    import docx

    made = docx.Document()
    half = len(truth.title) // 2
    lines = [truth.number or "", truth.title[:half], truth.title[half:], truth.addressees, *truth.body]
    for line in [*lines, *end(truth, arabic(truth.issued))]:
        made.add_paragraph(line)
    path = folder / "notice.docx"
    made.save(str(path))
    return parse_file(path)


def word_styled(truth: Truth, folder: Path) -> ParsedDocument:
    """A Word file with a red head, the title in the style Title, signers and date at the right."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    made = docx.Document()
    for line in [f"{truth.issuers[0]}文件", truth.number or ""]:
        made.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_paragraph(truth.title, style="Title")
    for line in (truth.addressees, *truth.body):
        made.add_paragraph(line)
    for line in end(truth, chinese(truth.issued)):
        made.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    path = folder / "styled.docx"
    made.save(str(path))
    return parse_file(path)


def pdf(truth: Truth, folder: Path) -> ParsedDocument:
    """A PDF as GB/T 9704 lays it out: red head, number, rule, title, text, signature at the right."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    font = "STSong-Light"
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    body = ParagraphStyle("body", fontName=font, fontSize=16, leading=28, firstLineIndent=32, wordWrap="CJK")
    flush = ParagraphStyle("flush", parent=body, firstLineIndent=0)
    middle = ParagraphStyle("middle", parent=flush, alignment=1)
    title = ParagraphStyle("title", parent=middle, fontSize=22, leading=34)
    head = ParagraphStyle("head", parent=middle, fontSize=30, leading=44, textColor="red")
    right = ParagraphStyle("right", parent=flush, alignment=2)
    story = [
        Paragraph(f"{truth.issuers[0]}文件", head),
        Paragraph(truth.number or "", middle),
        Spacer(1, 24),
        Paragraph(truth.title, title),
        Spacer(1, 16),
        Paragraph(truth.addressees, flush),
        *(Paragraph(line, body) for line in truth.body),
    ]
    story += [Paragraph(line, right) for line in end(truth, arabic(truth.issued))]
    path = folder / "notice.pdf"
    SimpleDocTemplate(str(path), pagesize=A4).build(story)
    return parse_file(path)


LINES: tuple[Callable[[Truth], ParsedDocument], ...] = (
    *(red_head, red_head_spread, number_below, full_width, label_lines, attached),
    *(issuer_over_title, copied_page, paged, padded),
)
FILES: tuple[Callable[[Truth, Path], ParsedDocument], ...] = (
    page_table,
    page_meta,
    markdown,
    plain_text,
    word,
    word_styled,
    pdf,
)


def everything(folder: Path) -> Iterator[Made]:
    """Each notice in each layout, then the other forms."""
    for number, truth in enumerate(NOTICES):
        for lay in LINES:
            yield Made(f"{lay.__name__} {number}", truth, lay(truth))
        for write in FILES:
            place = folder / f"{write.__name__}{number}"
            place.mkdir()
            yield Made(f"{write.__name__} {number}", truth, write(truth, place))
    for name, truth, text in others():
        yield Made(name, truth, from_lines(text, f"{name}.pdf"))
