"""A picture as SVG within an HTML page: no prolog, no names of outside places, and names of its own parts that no other picture has."""

from __future__ import annotations

import re

from matplotlib.axes import Axes

from sim.plots.style import svg

METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
NAMESPACE = re.compile(r'\s+xmlns(?::\w+)?="[^"]*"')
OWN_NAME = re.compile(r'(\bid="|\bhref="#|url\(#)')
SVG = "<svg"


def inline_svg(ax: Axes, prefix: str) -> str:
    """The figure of an Axes; the names of its parts begin with `prefix`."""
    text = svg(ax)
    text = COMMENT.sub("", METADATA.sub("", text[text.index(SVG) :]))
    head, rest = text.split(">", 1)
    head = re.sub(r'\s+(width|height|version)="[^"]*"', "", NAMESPACE.sub("", head))
    return head + ' aria-hidden="true" focusable="false">' + OWN_NAME.sub(rf"\g<1>{prefix}", rest.replace("xlink:href", "href")).strip()
