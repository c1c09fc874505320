"""The page in headless Chromium, wide and on a telephone, in both languages: nothing out of its box, fetched or complained of.

Each page is shown in a frame of that width within a page of our own, which measures it; skipped where no Chromium is installed.
"""

import html
import json
import shutil
import subprocess
import sys

import pytest

from sim.page.html import page_html
from tests.reports.test_page import NASTY, named

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--enable-logging=stderr", "--hide-scrollbars",
)  # fmt: skip
HARNESS = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><link rel="icon" href="data:,"></head><body>
<iframe id="page" style="width:{width}px;height:900px;border:0" srcdoc="{page}"></iframe>
<script>
addEventListener("load", () => {{
  const inner = document.getElementById("page").contentWindow, page = inner.document, width = page.documentElement.clientWidth;
  const out = [], far = [];
  for (const one of page.body.querySelectorAll("*")) {{
    if (one.closest("svg") && one.tagName.toLowerCase() !== "svg") continue;
    const box = one.getBoundingClientRect(), around = one.parentElement.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if (box.left < around.left - 0.6 || box.right > around.right + 0.6 || one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
      out.push([one.tagName, one.className, one.textContent.trim().slice(0, 40)]);
    if (box.left < -0.6 || box.right > width + 0.6) far.push([one.tagName, one.textContent.trim().slice(0, 40)]);
  }}
  const found = {{
    width, scrolls: page.documentElement.scrollWidth > width, out, far,
    fetched: inner.performance.getEntriesByType("resource").map(one => one.name),
    pictures: [...page.querySelectorAll("svg")].map(one => one.getBoundingClientRect().width),
    cells: page.querySelectorAll("td").length,
  }};
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify(found);
  document.body.append(told);
}});
</script></body></html>
"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: chromium)")


def seen(page, width, tmp_path):
    """What Chromium finds of a page in a frame of this width, and what it complained of."""
    file = tmp_path / "harness.html"
    file.write_text(HARNESS.format(width=width, page=html.escape(page, quote=True)), encoding="utf-8", errors="replace")
    command = [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,1000", "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=180, check=True)
    text = done.stdout.decode("utf-8", errors="replace")
    told = text.rpartition('<pre id="found">')[2].partition("</pre>")[0]
    complaints = [line for line in done.stderr.decode("utf-8", errors="replace").splitlines() if "CONSOLE" in line]
    return json.loads(html.unescape(told)), complaints


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", [None, "long", "script"])
def test_nothing_is_out_of_its_box_fetched_or_complained_of(kept, name, lang, width, tmp_path):
    found, complaints = seen(page_html(kept(**named(NASTY[name])) if name else kept(), lang), width, tmp_path)
    assert found["width"] == width
    assert (found["out"], found["far"], found["scrolls"]) == ([], [], False)
    assert found["fetched"] == []
    assert complaints == []
    assert found["cells"] > 50
    assert len(found["pictures"]) == 5
    assert all(300 < picture <= width for picture in found["pictures"])


@pytest.mark.skipif(sys.platform == "win32", reason="one look is enough")
def test_the_looking_itself_finds_what_is_wrong(tmp_path):
    page = (
        '<!DOCTYPE html><html><body><div style="width:100px"><p style="width:900px">wide</p></div>'
        '<img src="http://127.0.0.1:9/none.png"><svg></svg></body></html>'
    )
    found, complaints = seen(page, 390, tmp_path)
    assert found["out"]
    assert found["far"]
    assert found["scrolls"]
    assert found["fetched"] == ["http://127.0.0.1:9/none.png"] or complaints
