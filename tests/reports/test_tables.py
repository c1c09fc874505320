"""Pages as text: columns line up under Chinese, nothing is wider than 80 columns, nothing steers the terminal."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sim.columns import wrapped
from sim.reports.tables import WIDTH, Gap, Heading, Paragraph, Table, as_text, joined

LONG = "固定资产投资增长不低于12%（纳统口径），标题特别长，须换行显示才放得下"


def test_columns_line_up_under_chinese():
    text = as_text([Table(("目标", "P50"), (("重点项目", "1,000"), ("key projects", "9")))])
    widths = {cell_len(line) for line in text.splitlines()}
    assert len(widths) == 1


def test_nothing_is_wider_than_eighty_columns_and_nothing_is_cut():
    page = [Heading("x"), Table(("目标", "P10", "P50", "P90"), ((LONG, "1", "2", "3"),)), Paragraph(LONG * 5), Paragraph("word " * 60)]
    text = as_text(page)
    assert max(cell_len(line) for line in text.splitlines()) <= WIDTH
    assert LONG * 5 in "".join(line.strip() for line in text.splitlines())
    assert "…" not in text


def test_lines_of_a_paragraph_after_the_first_are_indented():
    first, second = as_text([Paragraph("word " * 20)]).splitlines()
    assert not first.startswith(" ")
    assert second.startswith("  word")


def test_text_of_a_scenario_is_neither_markup_nor_an_escape():
    text = as_text([Heading("[bold]a[/bold] \x1b[31mred"), Paragraph(":smile: [x]"), Table(("h",), (("[red]b[/red]\x07",),))])
    assert "[bold]a[/bold]" in text
    assert ":smile: [x]" in text
    assert "[red]b[/red]" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_rules_and_spaces_are_plain_characters():
    assert as_text([Table(("a", "b"), (("1", "2"),))]).isascii()


def test_pages_are_joined_by_one_empty_line_and_empty_ones_leave_none():
    assert joined(([Heading("a")], [], [Heading("b")])) == [Heading("a"), Gap(), Heading("b")]


@given(st.text(alphabet="项目，。（）%a1 ", max_size=60), st.integers(4, 30))
def test_wrapping_keeps_every_character_within_the_width(text, width):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_a_chinese_line_does_not_begin_with_a_closing_mark():
    assert wrapped("计划完成率，缺口", 10) == ["计划完成", "率，缺口"]
