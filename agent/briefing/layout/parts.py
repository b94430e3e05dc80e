"""What a document has around its text: masthead (版头), imprint (版记), annexes, charts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Masthead:
    """版头: the office's name in red over a red rule, with the number under it.

    Attributes:
        name: 发文机关标志, such as XX市工业和信息化局文件 or 工业和信息化简报.
        number: 发文字号 or 第3期; "" for none.
    """

    name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记: at the foot of the last page. `office` is 印发机关; its date is the briefing's."""

    office: str
    copies_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """Which of the optional parts a document gets.

    Attributes:
        annexes: the list of sources and the formulas, as 附件.
        charts: pictures under the tables that may be drawn.
    """

    masthead: Masthead | None = None
    imprint: Imprint | None = None
    annexes: bool = True
    charts: bool = True
