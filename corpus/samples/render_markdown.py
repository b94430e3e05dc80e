"""A sample as Markdown: front matter, label, head lines, body."""

from __future__ import annotations

from corpus.samples.source import Sample, SourceBlock


def render(sample: Sample) -> bytes:
    """The finished file."""
    head = "\n".join(f"{key}: {value}" for key, value in sample.metadata().items())
    parts = [f"> {sample.label}", f"# {sample.title}", sample.number_line, *sample.head]
    parts += [_block(block) for block in sample.blocks]
    if sample.issued_on:
        parts += [sample.issuer, sample.issued_line]
    return (f"---\n{head}\n---\n\n" + "\n\n".join(parts) + "\n").encode("utf-8")


def _block(block: SourceBlock) -> str:
    if block.kind == "table":
        header, *rows = block.rows
        lines = [header, tuple("---" for _ in header), *rows]
        return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    marks = {"heading": "## ", "subheading": "### "}
    return marks.get(block.kind, "") + block.text
