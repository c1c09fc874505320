"""Make the font of the pictures: the characters of GBK, Latin and Greek of Noto Sans SC, so that a picture looks alike on every machine.

    python tests/plots/subset_font.py NotoSansCJK-Regular.ttc sim/plots/fonts/NotoSansSC-GBK.otf

Needs fonttools and the collection `NotoSansCJK-Regular.ttc` (Debian: fonts-noto-cjk); neither is needed to run the program.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FACE = "Noto Sans CJK SC"
FAMILY = "Noto Sans SC GBK"
NAME = "NotoSansSCGBK-Regular"
RANGES = ((0x20, 0x7F), (0xA0, 0x180), (0x370, 0x400))
"""ASCII, Latin with accents, Greek."""
SIGNS = "‐‑‒–—‘’“”•…‰€−×←→≠≤≥○●〓№™′″※"
BEYOND_GBK = "镕㛃䶮喆堃翀"
"""Common in names."""


def main(collection: Path, target: Path) -> None:
    """Write the subset."""
    font = next(face for face in TTCollection(collection, lazy=True).fonts if face["name"].getDebugName(4) == FACE)
    options = subset.Options()
    options.layout_features, options.hinting, options.glyph_names = [], False, False
    options.name_IDs, options.name_languages = [0, 1, 2, 3, 4, 5, 6, 13, 14], [0x409]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG", "GPOS", "GSUB", "GDEF"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(characters()))
    subsetter.subset(font)
    rename(font)
    font.save(target)


def characters() -> set[int]:
    """Code points that the font is to have."""
    wanted = {code for first, end in RANGES for code in range(first, end)} | set(map(ord, SIGNS + BEYOND_GBK))
    pairs = (bytes([high, low]).decode("gbk", errors="ignore") for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    return wanted | {ord(text) for text in pairs if len(text) == 1}


def rename(font: TTFont) -> None:
    """A modified version says so in its name."""
    names = {1: FAMILY, 3: f"{FAMILY} Regular, subset of 2.004", 4: f"{FAMILY} Regular", 6: NAME}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.string)
    outlines = font["CFF "].cff
    outlines.fontNames = [NAME]
    outlines[0].FullName, outlines[0].FamilyName = f"{FAMILY} Regular", FAMILY


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
