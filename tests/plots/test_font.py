"""The font of the pictures is there, with its licence, and has what texts need."""

from matplotlib.ft2font import FT2Font

from sim.plots.style import FONT, UNKNOWN
from sim.terms import TERMS

LARGEST = 5_200_000


def test_it_travels_with_its_licence_and_is_small():
    assert FONT.stat().st_size < LARGEST
    licence = FONT.with_name("OFL.txt").read_text(encoding="utf-8")
    assert FONT.name in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_it_has_the_characters_of_gb2312_latin_and_every_term():
    has = FT2Font(FONT).get_charmap()
    hanzi = [bytes([high, low]).decode("gb2312", errors="ignore") for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    words = "".join(entry.en + entry.zh + entry.meaning_en + entry.meaning_zh for entry in TERMS)
    latin = "".join(map(chr, range(0x20, 0x7F))) + "éüßñçøåœ"
    assert [character for character in "".join(hanzi) + words + latin + UNKNOWN + "…×≥≤κ亿㎡" if ord(character) not in has] == []
