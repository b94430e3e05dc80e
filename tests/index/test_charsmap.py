from tokenizers import normalizers

from index.charsmap import precompiled_charsmap


def test_the_normalizer_applies_the_map_and_nothing_else() -> None:
    import base64

    mapping = {0xFF21: (0x41,), 0x2460: (0x31, 0x32), 0x01: (), 0x3000: (0x20,), 0x1F100: (0x30, 0x2E)}
    normalizer = normalizers.Precompiled(base64.b64decode(precompiled_charsmap(mapping)))
    assert normalizer.normalize_str("Ａ①\x01　\U0001f100中Ｂ") == "A12 0.中Ｂ"


def test_every_entry_of_a_large_map_is_found() -> None:
    import base64

    mapping = {point: (0x4E00 + point % 500,) for point in range(0x3400, 0x4400)}
    normalizer = normalizers.Precompiled(base64.b64decode(precompiled_charsmap(mapping)))
    text = "\n".join(map(chr, mapping))
    expected = "\n".join(chr(value[0]) for value in mapping.values())
    assert normalizer.normalize_str(text) == expected
