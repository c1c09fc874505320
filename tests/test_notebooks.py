"""The guides in notebooks/ run from top to bottom; each ends in an assertion on its headline figure."""

import ast
from pathlib import Path

import pytest

jupytext = pytest.importorskip("jupytext")
nbclient = pytest.importorskip("nbclient")

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.py"))
SECONDS = 300
"""After which a cell is taken to hang; a whole notebook takes less than 60 on a quiet machine."""


def test_there_are_six():
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_ends_in_an_assertion(path, tmp_path):
    notebook = jupytext.read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert isinstance(ast.parse(cells[-1].source).body[-1], ast.Assert)
    nbclient.NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output for cell in cells for output in cell.outputs if output.output_type in ("execute_result", "display_data")]
    assert any("image/png" in output.data or "image/svg+xml" in output.data for output in shown) or path.name.startswith("02")
    assert any("text/html" in output.data for output in shown) or path.name.startswith("05")
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "stream" and output.name == "stderr"]
