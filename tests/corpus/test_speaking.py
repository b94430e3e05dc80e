"""The language of the work at hand."""

from __future__ import annotations

import asyncio

import pytest

from corpus.messages import language, msg, speaking


def test_it_holds_for_the_block_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIXUN_LANG", "zh")
    with speaking("en"):
        assert language() == "en" and msg("staff.question") == "Question"
        assert msg("staff.question", "zh") == "问题"
    assert language() == "zh" and msg("staff.question") == "问题"


def test_two_tasks_at_once_speak_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIXUN_LANG", "zh")

    async def says(lang: str) -> str:
        with speaking(lang):
            await asyncio.sleep(0.01)
            return await asyncio.to_thread(msg, "staff.question")

    async def both() -> list[str]:
        return list(await asyncio.gather(says("en"), says("zh")))

    assert asyncio.run(both()) == ["Question", "问题"]
