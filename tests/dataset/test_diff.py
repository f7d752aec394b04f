"""`onrecord diff`: what changed between two snapshots, and the smallest version allowed."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import onrecord
from onrecord.cli.main import main
from onrecord.dataset.comparison.diff import diff, is_high_enough, smallest_version
from onrecord.dataset.comparison.schema_changes import Bump
from onrecord.exceptions import UnusableEdition
from tests.helpers import sample
from tests.helpers.sample import DOCUMENT_ID, claim_id, edit

SHARD = "test-00000-of-00001.parquet"
CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"
Rows = list[dict[str, Any]]


@pytest.fixture
def old(sample_data: Path, root: Path) -> Path:
    """A checkout of the sample: records, tables, schemas."""
    shutil.copytree(root / "schema", sample_data.parent / "schema")
    return sample_data.parent


@pytest.fixture
def new(old: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(old, tmp_path / "new")
    return tmp_path / "new"


def edit_table(checkout: Path, table: str, change: Callable[[Rows], object]) -> None:
    """Change the rows of a built table, as somebody would who does not build."""
    file = checkout / "data" / table / SHARD
    found = pq.read_table(file)
    rows = found.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, found.schema), file)


def edit_schema(checkout: Path, table: str, change: Callable[[dict[str, Any]], object]) -> None:
    file = checkout / "schema" / f"{table}.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    change(schema)
    file.write_text(json.dumps(schema), encoding="utf-8")


def rebuild(checkout: Path) -> None:
    onrecord.build(checkout / "records", checkout / "data")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


def test_a_snapshot_does_not_differ_from_itself(old: Path, new: Path) -> None:
    found = diff(old, new)
    assert not found
    assert found.bump is None
    assert found.notes == ()
    assert run(old, new).exit_code == 0


def test_a_changed_label_is_major_and_names_the_claim(old: Path, new: Path) -> None:
    edit(new / "records" / CLAIMS, lambda rows: rows[2].update(setting="rally"))
    rebuild(new)
    result = run(old, new)
    assert result.exit_code == 1
    assert f'changed: claims {claim_id(3)} setting: "unspecified" -> "rally"\n' in result.stdout
    assert "MAJOR: 1 record changed, after " in result.stdout
    assert "note:" not in result.stdout


@pytest.mark.parametrize("where", ["records", "data"])
def test_a_label_changed_in_one_place_alone_is_seen_as_well(old: Path, new: Path, where: str) -> None:
    if where == "records":
        edit(new / "records" / CLAIMS, lambda rows: rows[2].update(setting="rally"))
    else:
        edit_table(new, "claims", lambda rows: rows[2].update(setting="rally"))
    found = diff(old, new)
    (table,) = found.tables
    (change,) = table.changed
    assert (table.table, change.record_id, change.field) == ("claims", claim_id(3), "setting")
    assert found.bump is Bump.MAJOR
    assert bool(found.notes) == (where == "records")


def test_new_records_are_minor(old: Path, new: Path) -> None:
    fresh = {"source_id": claim_id(5), "target_id": claim_id(1), "type": "elaborates"}
    edit(new / "records" / DOCUMENT_ID / "relations.jsonl", lambda rows: rows.append(fresh))
    rebuild(new)
    found = diff(old, new)
    assert [(table.table, table.added) for table in found.tables] == [
        ("relations", (f"{claim_id(5)} {claim_id(1)} elaborates",))
    ]
    assert found.bump is Bump.MINOR
    assert diff(new, old).bump is Bump.MAJOR
    assert f"withdrawn: relations {claim_id(5)}" in run(new, old).stdout


def test_a_moved_row_is_no_change_of_a_record(old: Path, new: Path) -> None:
    edit_table(new, "relations", lambda rows: rows.reverse())
    found = diff(old, new)
    (table,) = found.tables
    assert table.is_reordered
    assert (table.added, table.withdrawn, table.changed) == ((), (), ())
    assert found.bump is Bump.PATCH
    assert "reordered: relations" in run(old, new).stdout


def test_a_row_put_in_before_others_moves_none_of_them(old: Path, new: Path) -> None:
    edit_table(new, "relations", lambda rows: rows.insert(0, {**rows[0], "type": "restates"}))
    (table,) = diff(old, new).tables
    assert table.added
    assert not table.is_reordered


def test_a_repeated_id_is_reported_and_its_rows_are_paired(old: Path, new: Path) -> None:
    edit_table(new, "speakers", lambda rows: rows.append({**rows[0], "name": "Somebody else"}))
    found = diff(old, new)
    (table,) = found.tables
    assert table.added == ("harbour-gazette",)
    assert table.changed == ()
    assert found.notes == ("speakers: the new snapshot has more than one record of harbour-gazette",)


def test_every_kind_of_snapshot_can_be_compared_with_every_other(old: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "onrecord-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in old.rglob("*"):
            if file.is_file():
                archive.write(file, f"onrecord/_dataset/{file.relative_to(old).as_posix()}")
    kinds = [old, wheel, old / "data", old / "records"]
    for left in kinds:
        for right in kinds:
            assert not diff(left, right), (left, right)
    versions = {diff(kind, old).old.version for kind in kinds}
    assert versions == {sample.dataset()["version"]}
    (old / "records" / "dataset.json").unlink()
    assert "(states no version)" in run(old / "records", old).stdout


def test_records_are_compared_with_tables_without_derived_fields(old: Path, new: Path) -> None:
    edit(new / "records" / "speakers.jsonl", lambda rows: rows[1].update(name="Ada Lindt"))
    found = diff(old / "data", new / "records")
    assert [(table.table, [change.field for change in table.changed]) for table in found.tables] == [
        ("speakers", ["name"])
    ]


@pytest.mark.parametrize(
    ("change", "what", "bump"),
    [
        pytest.param(
            lambda s: s["properties"].update(tone={"type": "string", "description": "New."}),
            "claims.tone: field added",
            Bump.MINOR,
            id="field added",
        ),
        pytest.param(
            lambda s: s["properties"].pop("note"),
            "claims.note: field removed",
            Bump.MAJOR,
            id="field removed",
        ),
        pytest.param(
            lambda s: s["properties"]["kind"]["enum"].append("joke"),
            'claims.kind: labels added: ["joke"]',
            Bump.MINOR,
            id="label appended",
        ),
        pytest.param(
            lambda s: s["properties"]["kind"]["enum"].remove("rule"),
            'claims.kind: labels removed: ["rule"]',
            Bump.MAJOR,
            id="label removed",
        ),
        pytest.param(
            lambda s: s["properties"]["flags"]["items"]["enum"].reverse(),
            "claims.flags: labels reordered",
            Bump.MAJOR,
            id="labels of a list reordered",
        ),
        pytest.param(
            lambda s: s["properties"]["setting"].update(type=["string", "null"]),
            "claims.setting: type ",
            Bump.MINOR,
            id="type widened",
        ),
        pytest.param(
            lambda s: s["properties"]["agreement"].update(type="integer"),
            "claims.agreement: type changed",
            Bump.MAJOR,
            id="type changed",
        ),
        pytest.param(
            lambda s: s["$defs"]["claim_id"].update(minLength=9),
            "claims.claim_id: rule changed",
            Bump.MAJOR,
            id="rule of a definition",
        ),
        pytest.param(
            lambda s: s["allOf"].pop(), "claims: rule changed", Bump.MAJOR, id="rule between fields"
        ),
        pytest.param(
            lambda s: s["properties"]["note"].update(description="Other words."),
            "claims.note: description changed",
            Bump.PATCH,
            id="description",
        ),
    ],
)
def test_a_changed_schema_is_reported(
    old: Path, new: Path, change: Callable[[dict[str, Any]], object], what: str, bump: Bump
) -> None:
    if "setting: type" in what:
        edit_schema(old, "claims", lambda schema: schema["properties"]["setting"].update(type="string"))
    edit_schema(new, "claims", change)
    result = run(old, new)
    assert f"schema: {what}" in result.stdout
    assert diff(old, new).bump is bump
    assert diff(old, new).tables == ()


def test_an_optional_field_that_becomes_required_is_major_and_the_other_way_minor(
    old: Path, new: Path
) -> None:
    edit_schema(old, "claims", lambda schema: schema["required"].remove("note"))
    assert diff(old, new).bump is Bump.MAJOR
    assert diff(new, old).bump is Bump.MINOR


def test_columns_show_the_shape_where_there_are_no_schemas(old: Path, new: Path) -> None:
    file = new / "data" / "claims" / SHARD
    table = pq.read_table(file)
    table = table.drop_columns(["note"]).append_column("tone", pa.array(["dry"] * table.num_rows))
    table = table.set_column(
        table.schema.get_field_index("agreement"), "agreement", table["agreement"].cast(pa.float32())
    )
    pq.write_table(table, file)
    shutil.copytree(new / "data" / "claims", new / "data" / "jokes")
    shutil.rmtree(new / "data" / "speakers")
    found = diff(old / "data", new / "data")
    assert {(change.table, change.field, change.what) for change in found.schema} == {
        ("jokes", None, "table added"),
        ("speakers", None, "table removed"),
        ("claims", "note", "field removed"),
        ("claims", "tone", "field added"),
        ("claims", "agreement", "type changed"),
    }
    # A column that only one of the two has is no change of each record.
    assert found.tables == ()


def test_a_table_whose_key_is_gone_is_compared_as_whole_rows(old: Path, new: Path) -> None:
    file = new / "data" / "speakers" / SHARD
    table = pq.read_table(file)
    pq.write_table(table.rename_columns(["id" if n == "speaker_id" else n for n in table.column_names]), file)
    found = diff(old / "data", new / "data")
    assert found.bump is Bump.MAJOR
    assert found.notes == ("speakers: records are compared as whole rows, because speaker_id is not in both",)


def test_json_has_everything_under_stable_names(old: Path, new: Path) -> None:
    edit(new / "records" / CLAIMS, lambda rows: rows[2].update(setting="rally"))
    result = run(old, new, "--format", "json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert list(report) == ["old", "new", "bump", "smallest_version", "tables", "schema", "notes"]
    assert report["old"]["path"] == old.as_posix()
    assert report["bump"] == "major"
    assert report["tables"]["claims"] == {
        "added": [],
        "changed": [{"id": claim_id(3), "field": "setting", "old": "unspecified", "new": "rally"}],
        "withdrawn": [],
        "reordered": False,
    }


@pytest.mark.parametrize(
    ("version", "bump", "smallest"),
    [
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("1.2.3", None, "1.2.4"),
        (None, Bump.MAJOR, None),
        ("next", Bump.MAJOR, None),
    ],
)
def test_the_smallest_version_follows_from_the_bump(
    version: str | None, bump: Bump | None, smallest: str | None
) -> None:
    assert smallest_version(version, bump) == smallest


def test_versions_are_compared_as_numbers() -> None:
    assert is_high_enough("1.10.0", "1.9.0")
    assert is_high_enough("2.0.0", "2.0.0")
    assert not is_high_enough("1.9.9", "2.0.0")
    with pytest.raises(ValueError, match="not both versions"):
        is_high_enough("1.0.0rc1", "1.0.0")


def broken_parquet(old: Path) -> Path:
    for table in ("claims", "speakers"):
        (old / "data" / table / SHARD).write_bytes(b"PAR1 and no more")
    return old


def broken_line(old: Path) -> Path:
    (old / "records" / "speakers.jsonl").write_text("{\n", encoding="utf-8")
    return old / "records"


def strange_wheel(old: Path) -> Path:
    wheel = old.with_name("other.whl")
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("other/__init__.py", "")
    return wheel


def cut_wheel(old: Path) -> Path:
    wheel = old.with_name("cut.whl")
    wheel.write_bytes(b"PK\x03\x04")
    return wheel


def nothing(old: Path) -> Path:
    return old.with_name("nowhere")


def other_folder(old: Path) -> Path:
    return old / "schema"


def other_file(old: Path) -> Path:
    return old / "records" / "speakers.jsonl"


@pytest.mark.parametrize(
    ("make", "reasons"),
    [
        (broken_parquet, [f"data/claims/{SHARD}: not readable", f"data/speakers/{SHARD}: not readable"]),
        (broken_line, ["speakers.jsonl:1: "]),
        (strange_wheel, ["other.whl: the wheel has no onrecord/_dataset/"]),
        (cut_wheel, ["cut.whl: "]),
        (nothing, ["nowhere: there is no such file or folder"]),
        (other_folder, ["schema: not a snapshot of the dataset"]),
        (other_file, ["speakers.jsonl: neither a folder nor a wheel"]),
    ],
    ids=lambda value: value.__name__.replace("_", " ") if callable(value) else "",
)
def test_what_cannot_be_read_is_reported_whole_and_ends_with_2(
    old: Path, new: Path, make: Callable[[Path], Path], reasons: list[str]
) -> None:
    path = make(old)
    for arguments in ((path, new), (new, path)):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        for line in reasons:
            assert line in result.stderr
    # Both sides at once, not the first alone.
    assert str(run(path, path).stderr).count(reasons[0]) == 2


def test_a_broken_table_in_a_wheel_is_named_by_its_place_in_the_wheel(old: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "onrecord.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"onrecord/_dataset/data/claims/{SHARD}", b"nothing")
    with pytest.raises(UnusableEdition) as refused:
        diff(wheel, old)
    assert str(refused.value).startswith(
        f"{wheel.as_posix()}: onrecord/_dataset/data/claims/{SHARD}: not readable"
    )


def test_shards_that_store_their_strings_differently_are_one_table(old: Path, new: Path) -> None:
    file = new / "data" / "claims" / SHARD
    table = pq.read_table(file)
    index = table.column_names.index("kind")
    later = table.slice(2).set_column(index, "kind", table.slice(2).column(index).dictionary_encode())
    pq.write_table(table.slice(0, 2), file)
    pq.write_table(later.select(later.column_names[::-1]), file.with_name("test-00001-of-00002.parquet"))
    assert not diff(old / "data", new / "data")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_name_or_value_from_outside_is_shown_as_text(old: Path, new: Path, form: str) -> None:
    hostile = "x\n::stop-commands::y\x1b[31m\x9b"
    edit_table(new, "speakers", lambda rows: rows[1].update(name=hostile))
    edit_table(new, "speakers", lambda rows: rows.append({**rows[0], "speaker_id": hostile}))
    moved = new.with_name(hostile)
    new.rename(moved)
    result = run(old / "data", moved / "data", "--format", form)

    assert result.exit_code == 1
    assert "stop-commands" in result.stdout
    assert "\x1b" not in result.stdout
    assert "\x9b" not in result.stdout
    assert not [line for line in result.stdout.splitlines() if line.lstrip().startswith("::")]
