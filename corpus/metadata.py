"""Title, 发文字号, issuer, dates, level, region, 文种, subject: read from the text, each with its place.

Order of trust: what the visible text states at the place where such documents state it; then what
the file declares in a machine-readable place; then the file's name. A value that nothing states
is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from corpus.dates import DATE_IN_NAME, find_dates, from_match, parse_date
from corpus.markers import DIVISION, article_number, section_marker
from corpus.model import Block, RawDocument
from corpus.numbering import DOC_NUMBER, PLAIN_NUMBER
from corpus.places import level_and_region
from corpus.validity import read_relations, read_terms, resolve

GENRES = (
    "实施细则 管理办法 暂行办法 若干政策措施 若干措施 政策措施 指导意见 实施意见 实施方案 工作方案 行动方案 行动计划 "
    "三年行动 运行监测月报 月报 季报 年报 简报 公报 快报 解读 问答 指南 指引 名单 目录 清单 公示 公告 通告 通知 通报 "
    "决定 决议 命令 意见 办法 规定 条例 细则 规则 方案 规划 计划 措施 报告 请示 批复 函 纪要 标准 规范 法"
).split()
SUBJECTS = {
    "未来产业": "未来产业 10+X 八个一 先导区 量子 具身智能 低空经济 合成生物 1650 产业体系 集群".split(),
    "项目状态": "项目 监测 月报 运行情况 增加值 投资 进度 统计公报 开工".split(),
    "扶持政策": "扶持 支持 补助 奖励 贴息 专精特新 小巨人 梯度培育 认定 申报 首台套 绿色工厂 加计扣除 优惠 减免 单项冠军 数字化转型 智改数转 惠企".split(),
}
_HEAD_LINES = 30
_SAMPLE = re.compile(r"示例摘编|虚构数据")
_LABELLED = re.compile(r"^[\s\u3000>*]*(?P<key>[\u4e00-\u9fff]{2,8})[\s\u3000]*[:：][\s\u3000]*(?P<value>.+)$")
_LABELS = {
    "doc_number": ("发文字号", "文号", "文件编号", "发文号", "文件号"),
    "issuer": ("发文机关", "发布机构", "发布机关", "发布单位", "制定机关", "发文单位", "印发机关", "来源"),
    "issued_on": ("成文日期", "签发日期", "印发日期", "发文日期"),
    "published_on": ("公布日期", "发布日期", "发布时间", "公开日期", "生成日期"),
    "effective_from": ("施行日期", "实施日期", "生效日期", "执行日期"),
    "effective_to": ("失效日期", "废止日期", "有效期至", "截止日期"),
}
_DECLARED = {
    "title": ("title", "articletitle", "标题", "名称"),
    "doc_number": ("doc_number", "发文字号", "文号", "number"),
    "issuer": ("issuer", "发文机关", "发布机构", "发布机关", "contentsource", "author_org"),
    "issued_on": ("issued_on", "成文日期"),
    "published_on": ("published_on", "pubdate", "发布日期", "公布日期", "发布时间"),
    "effective_from": ("effective_from", "施行日期", "实施日期", "生效日期"),
    "effective_to": ("effective_to", "失效日期", "废止日期"),
    "level": ("level",),
    "region": ("region",),
    "genre": ("genre",),
    "subject": ("subject",),
    "sample": ("sample",),
    "source": ("source",),
}
_DATES = ("issued_on", "published_on", "effective_from", "effective_to")
_ADOPTED = re.compile(r"(通过|修订|修正|公布|发布|颁布|施行)")
_TITLE_END = re.compile(r"(?:" + "|".join(sorted(GENRES, key=len, reverse=True)) + r")(?:[（(].{1,20}[）)])?$")
_RED_HEAD = re.compile(r"^[\u4e00-\u9fff、\s]{4,60}文件$")
_ORGAN = r"(?:[\u4e00-\u9fff]{2,20}?(?:人民政府办公厅|人民政府办公室|人民政府|办公厅|委员会|国务院|总局|厅|局|部|委|办公室|银行|院))"
_FROM_TITLE = re.compile(rf"^(?P<organs>{_ORGAN}(?:[\s、]*{_ORGAN})*)\s*(?:关于|印发|转发|公告|通告|令)")


@dataclass(slots=True)
class Metadata:
    """Field values with the place each was read from (`basis`)."""

    values: dict[str, Any] = field(default_factory=dict)
    basis: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: Any, where: str) -> None:
        """Keeps the first value found: callers go from the most to the least trusted place."""
        if value and name not in self.values:
            self.values[name] = value
            self.basis[name] = where

    def get(self, name: str) -> Any:
        return self.values.get(name)


def read_metadata(raw: RawDocument, text: str) -> Metadata:
    """All metadata of a document; `values` has the names of `Version`'s fields, plus `relations`."""
    meta = Metadata()
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    head = lines[:_HEAD_LINES]
    _labelled(meta, head)
    _declared(meta, raw)
    _title(meta, raw, head)
    _number(meta, head, raw)
    _signature(meta, lines)
    _adoption(meta, head)
    _life(meta, text, raw)
    _issuer(meta, head, lines)
    _sample(meta, raw, head)
    level, region = level_and_region(meta.get("title") or "", meta.get("issuer") or "")
    meta.put("level", level, "issuer")
    meta.put("region", region, "issuer")
    genre = _TITLE_END.search(_bare_title(meta.get("title") or ""))
    meta.put("genre", re.sub(r"[（(].*$", "", genre.group()) if genre else None, "title")
    meta.put("subject", _subject(meta.get("title") or "", text, meta.get("genre")), "words")
    meta.values["relations"] = tuple(read_relations(text))
    return meta


def _labelled(meta: Metadata, head: list[str]) -> None:
    """发文字号：… and the like in the first lines, as information boxes and digests have them."""
    for line in head:
        for piece in re.split(r"[\u3000|]{1,}|\s{2,}|；", line):
            match = _LABELLED.match(piece)
            if not match or len(piece) > 120:
                continue
            for name, labels in _LABELS.items():
                if match["key"] in labels:
                    _put_text(meta, name, match["value"].strip(), f"{match['key']}：")


def _declared(meta: Metadata, raw: RawDocument) -> None:
    for name, keys in _DECLARED.items():
        if name == "title" and raw.format in ("docx", "pdf"):
            continue  # word processors fill it with 文档1 or the title of a template
        for key in keys:
            if value := (raw.declared.get(key) or "").strip():
                _put_text(meta, name, value, f"declared {key}")


def _put_text(meta: Metadata, name: str, value: str, where: str) -> None:
    if name in _DATES:
        meta.put(name, parse_date(value), where)
    elif name == "doc_number":
        match = DOC_NUMBER.search(value) or PLAIN_NUMBER.search(value)
        meta.put(name, match.group().strip() if match else None, where)
    elif name == "issuer" and (len(value) > 80 or re.search(r"[。；]|未查得|网", value)):
        return
    else:
        meta.put(name, value, where)


def _title(meta: Metadata, raw: RawDocument, head: list[str]) -> None:
    """A heading of level 1; else the lines at the top that end as titles do."""
    for block in raw.blocks[:12]:
        if block.kind == "heading" and (block.level or 9) <= 1 and not _RED_HEAD.match(block.text):
            title, where = _joined_heading(raw.blocks, block), "heading 1"
            meta.put("title", _clean_title(title), where)
            break
    if not meta.get("title"):
        meta.put("title", _title_from_lines(head), "first lines")
    for block in raw.blocks[:12]:
        if block.kind == "heading" and not DIVISION.match(block.text) and not section_marker(block.text):
            meta.put("title", _clean_title(block.text), "heading")
    meta.put("title", _clean_title(raw.declared.get("title", "")), "declared title")
    if head:
        first = next((line for line in head if len(line) >= 4 and not DOC_NUMBER.fullmatch(line)), head[0])
        meta.put("title", _clean_title(first)[:80], "first line")
    meta.put("title", raw.path.stem, "file name")


def _joined_heading(blocks: tuple[Block, ...], block: Block) -> str:
    """A title that was broken over several heading lines, as one."""
    at = blocks.index(block)
    title = block.text
    for following in blocks[at + 1 : at + 3]:
        if following.kind != "heading" or following.level != block.level or _TITLE_END.search(title):
            break
        title += following.text
    return title


def _title_from_lines(head: list[str]) -> str | None:
    """Titles of 公文 without styles: one to four short lines, ending in a 文种."""
    for start, line in enumerate(head[:10]):
        if _skippable(line):
            continue
        title = ""
        for piece in head[start : start + 4]:
            if re.search(r"[。；：:]$", piece) or section_marker(piece) or article_number(piece):
                break
            title += piece
            if _TITLE_END.search(title) and title.count("《") == title.count("》"):
                return _clean_title(title)
        if len(line) > 60:
            return None
    return None


def _skippable(line: str) -> bool:
    bare = re.sub(r"[\s\u3000]", "", line)
    return bool(
        _RED_HEAD.match(line)
        or DOC_NUMBER.fullmatch(bare)
        or _LABELLED.match(line)
        or re.match(r"^(附件\d*|特急|加急|急件|机密|秘密|[（(【].{2,30}[）)】]|\d+|来源.*|第\d+期)$", bare)
        or (_SAMPLE.search(line) and len(line) > 30)
    )


def _bare_title(title: str) -> str:
    """The title without trailing notes in brackets (示例摘编, 2026年修订)."""
    return re.sub(r"[（(【\[][^（()）】\]]{1,20}[）)】\]]$", "", title.strip()).rstrip("》")


def _clean_title(title: str) -> str:
    title = re.sub(r"[\s\u3000]+", " ", title).strip()
    title = re.sub(r"(?<=[\u4e00-\u9fff》）]) (?=[\u4e00-\u9fff《（])", "", title)
    return re.sub(r"^[【\[（(](?:示例摘编|虚构数据|示例)[】\]）)]\s*", "", title)


def _number(meta: Metadata, head: list[str], raw: RawDocument) -> None:
    """The 发文字号 stands alone on a line near the top, or in brackets right after the title."""
    for line in head[:12]:
        bare = re.sub(r"\s", "", line)
        match = DOC_NUMBER.match(bare) or PLAIN_NUMBER.match(bare)
        if match and len(bare) - match.end() <= 12 and "《" not in line:
            meta.put("doc_number", match.group(), "own line")
    for line in head[:6]:
        if match := re.match(r"^[（(](.*号)[）)]$", re.sub(r"\s", "", line)):
            number = DOC_NUMBER.search(match.group(1)) or PLAIN_NUMBER.search(match.group(1))
            meta.put("doc_number", number.group() if number else None, "under the title")
    title_number = DOC_NUMBER.search(raw.path.stem)
    meta.put("doc_number", title_number.group() if title_number else None, "file name")


def _signature(meta: Metadata, lines: list[str]) -> None:
    """成文日期: a date alone on a line, at the end of the text or before its first attachment."""
    for index, line in enumerate(lines):
        bare = re.sub(r"[\s\u3000]", "", line)
        found = find_dates(bare)
        if not found or found[0][1:] != (0, len(bare)) or index < 2:
            continue
        rest = lines[index + 1 : index + 3]
        last = not rest or all(len(other) < 60 for other in rest) or any("附件" in other for other in rest)
        if last:
            meta.put("issued_on", found[0][0], "signature")
            organ = re.sub(r"[\s\u3000]+", " ", lines[index - 1]).strip()
            if 3 < len(organ) <= 60 and re.fullmatch(rf"{_ORGAN}(?:[\s、]*{_ORGAN})*", organ):
                meta.put("issuer", re.sub(r"[\s、]+", "、", organ), "signature")


def _adoption(meta: Metadata, head: list[str]) -> None:
    """2017年9月1日第十二届…通过 / 修订 / 修正: the latest is when this wording was made."""
    latest: tuple[date, str] | None = None
    for line in head[:20]:
        if article_number(line):
            break
        found = find_dates(line)
        if found and _ADOPTED.search(line) and (line.lstrip("（(根据自")[:2].isdigit() or "根据" in line[:4]):
            for day, _, end in found:
                verb = _ADOPTED.search(line[end:])
                if verb and verb.group() != "施行" and (latest is None or day >= latest[0]):
                    latest = (day, line)
    if latest:
        meta.put("issued_on", latest[0], "preamble")
        meta.values.setdefault("_wording_of", latest[0])
        if re.search(r"全国人民代表大会常务委员会", latest[1]):
            meta.put("issuer", "全国人民代表大会常务委员会", "preamble")
        elif "全国人民代表大会" in latest[1]:
            meta.put("issuer", "全国人民代表大会", "preamble")
        elif "国务院" in latest[1]:
            meta.put("issuer", "国务院", "preamble")


def _life(meta: Metadata, text: str, raw: RawDocument) -> None:
    """施行 and 有效期, from the text; the wording's own date and the file's name where it is silent."""
    terms = read_terms(text)
    issued = meta.get("published_on") or meta.get("issued_on")
    start, end = resolve(terms, issued)
    basis = terms.basis or {}
    wording: date | None = meta.values.pop("_wording_of", None)
    named = next(iter(DATE_IN_NAME.finditer(raw.path.stem)), None)
    in_name = from_match(named) if named else None
    if start and wording and start < wording:
        # 修正 keeps the first 施行日期 in the closing clause; this wording cannot be older than itself.
        later = in_name if in_name and in_name >= wording else wording
        where = "file name" if later == in_name else "preamble: this wording was made on that day"
        meta.values.pop("effective_from", None)
        meta.put("effective_from", later, where)
    meta.put("effective_from", start, basis.get("effective_from", "text"))
    meta.put("effective_to", end, basis.get("effective_to", "text"))
    meta.put("effective_from", in_name if not _is_series(meta) else None, "file name")
    meta.put("effective_from", wording, "preamble")
    meta.put("issued_on", in_name, "file name")


def _is_series(meta: Metadata) -> bool:
    return bool(re.search(r"(报|报告|公报|情况|简报|纪要|名单|公示)(?:[（(].*)?$", meta.get("title") or ""))


def _issuer(meta: Metadata, head: list[str], lines: list[str]) -> None:
    title = meta.get("title") or ""
    if match := _FROM_TITLE.match(title):
        organs = match["organs"].strip()
        meta.put("issuer", re.sub(r"[\s、]+", "、", organs), "title")
    for line in head[:4]:
        if _RED_HEAD.match(line):
            meta.put("issuer", re.sub(r"\s+", "、", line.removesuffix("文件").strip()), "red head")
    del lines


def _sample(meta: Metadata, raw: RawDocument, head: list[str]) -> None:
    """The label of sample content, which must never be mistaken for an official text."""
    declared = " ".join(raw.declared.values())
    for where, content in (("declared", declared), ("first lines", "\n".join(head[:8])), ("file name", raw.path.name)):
        if found := _SAMPLE.search(content):
            meta.put("sample", found.group(), where)
    if (value := meta.get("sample")) and not _SAMPLE.search(value):
        del meta.values["sample"]


def _subject(title: str, text: str, genre: str | None) -> str | None:
    """扶持政策, 未来产业 or 项目状态 by the words of title and text; 法律法规 by 文种."""
    if genre in ("法", "条例") and not re.search(r"关于|通知", title):
        return "法律法规"
    scores = {
        subject: sum(10 * (word in title) + min(text.count(word), 10) for word in words)
        for subject, words in SUBJECTS.items()
    }
    best = max(scores, key=lambda subject: scores[subject])
    return best if scores[best] >= 5 else None
