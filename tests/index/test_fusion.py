import pytest

from index.fusion import DEPTH, fuse


def test_each_side_is_scaled_over_its_own_best_and_worst() -> None:
    fused = fuse([("a", 0.9), ("b", 0.88), ("c", 0.8)], [("b", 20.0), ("d", 10.0)])
    assert fused == pytest.approx({"b": 0.9, "a": 0.5, "c": 0.0, "d": 0.0})
    assert list(fused)[:2] == ["b", "a"]


def test_what_both_sides_find_first_scores_one() -> None:
    assert fuse([("a", 0.9), ("b", 0.1)], [("a", 5.0), ("b", 1.0)])["a"] == pytest.approx(1.0)


def test_rows_below_the_depth_count_nothing_and_do_not_set_the_scale() -> None:
    dense = [(f"r{i}", 1.0 - i / 1000) for i in range(DEPTH)] + [("deep", -1.0)]
    fused = fuse(dense, [])
    assert fused["deep"] == 0.0
    assert fused["r0"] == pytest.approx(0.5)
    assert fused["r50"] == pytest.approx(0.5 * 49 / 99)


def test_one_side_alone_and_neither() -> None:
    assert fuse([], [("a", 3.0)]) == {"a": 0.5}
    assert fuse([], []) == {}


def test_the_weight_moves_the_balance() -> None:
    dense, lexical = [("a", 1.0), ("b", 0.0)], [("b", 1.0), ("a", 0.0)]
    assert next(iter(fuse(dense, lexical, dense_weight=0.6))) == "a"
    assert next(iter(fuse(dense, lexical, dense_weight=0.4))) == "b"
