"""`scripts.markdown` lays out tables and paragraphs for the generated pages."""

from scripts.markdown import WIDTH, paragraph, pipe_table


def test_a_table_shows_cells_as_given_and_escapes_pipes() -> None:
    table = pipe_table(("name", "share"), [("`a|b`", "1.50"), ("", 2)])
    head, separator, *body = table.splitlines()
    assert head == "| name | share |"
    assert set(separator) == {"|", "-"}
    assert body == ["| `a\\|b` | 1.50 |", "|  | 2 |"]


def test_a_paragraph_breaks_between_words_and_never_in_code() -> None:
    code = "`onrecord validate records`"
    text = paragraph(f"{'word ' * 22}{code} {'word ' * 30}")
    assert code in text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_list_item_gets_its_indent_and_loses_old_line_breaks() -> None:
    first, second = paragraph(f"- {'word ' * 20}\n  {'word ' * 20}", "  ").splitlines()
    assert first.startswith("- word")
    assert second.startswith("  word")
    assert "  " not in first
