"""Whatever is refused in a file says on which line it stands, beside file and field."""

import pytest

from app.catalogue import service
from app.catalogue.file_lines import lines
from app.catalogue.files import DocumentRefused, UploadedFile, read_uploads, write
from tests.factories.catalogue import SEED, import_seed, seed_content

SERVICE = SEED / "services" / "disputes.yaml"
CLASSES = SEED / "classes" / "county.yaml"


def line_of(text, words):
    """On which line of a text some words stand, counted from 1."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def refused(folder, name, text):
    """What is said of a file: each place with its text in both languages."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentRefused) as told:
        service.import_files([path], by="test", dry_run=True)
    return {where: [(str(text), text.en) for text in texts] for where, texts in told.value.fields.items()}


def test_a_service_that_is_broken_says_its_line(app_context, tmp_path):
    import_seed()
    text = SERVICE.read_text("utf-8")
    for old, new, place in (
        ("subject: person", "subject: 人", "service.rounds[0].subject"),
        ("per: month, times: 1", "per: month, times: 0", "service.rounds[0].frequency.times"),
        ("name: 纠纷回访", "title: 纠纷回访", "service.rounds[0].title"),
        ("from: '2026-01-01'", "from: 明年", "service.admission.from"),
        ("times: 1, source: example", "times: 1, source: S9", "service.rounds[0].frequency.source"),
        ("finding_classes: [GX-2401", "finding_classes: [GX-9999", "service.rounds[dispute_visit].finding_classes"),
        ("classes: [CY-900801", "classes: [CY-999999", "service.classes"),
    ):
        assert old in text
        told = refused(tmp_path, "disputes.yaml", text.replace(old, new))
        line = line_of(text, old)
        ((chinese, english), *_) = told[f"disputes.yaml: {place}"]
        assert (chinese.startswith(f"第 {line} 行："), english.startswith(f"Line {line}: ")) == (True, True), told


def test_every_shipped_service_that_is_broken_says_file_line_and_field(app_context, tmp_path):
    paths = sorted((SEED / "services").glob("*.yaml"))
    assert len(paths) >= 20
    for path in paths:
        text = path.read_text("utf-8")
        broken = text.replace("  kind: ", "  kind: moon # ", 1)
        ((where, ((chinese, _), *_)),) = refused(tmp_path, path.name, broken).items()
        assert (where, chinese.split("：")[0]) == (
            f"{path.name}: service.kind", f"第 {line_of(text, '  kind: ')} 行",
        )  # fmt: skip


def test_a_file_that_is_taken_away_is_missed_by_file_and_line_of_whoever_names_it(app_context):
    kept = [path for path in SEED.rglob("*.yaml") if path.name != "sichuan.yaml"]
    with pytest.raises(DocumentRefused) as told:
        service.import_files(kept, by="test", dry_run=True)
    text = SERVICE.read_text("utf-8")
    (first, *_) = told.value.fields["disputes.yaml: service.classes"]
    assert str(first).startswith(f"第 {line_of(text, '  classes: ')} 行：")
    assert "SC-01" in first
    assert set(told.value.fields) >= {"care.yaml: service.classes", "disputes.yaml: service.classes"}


def test_a_class_says_the_line_of_its_own_field_and_of_the_defaults_it_takes(app_context, tmp_path):
    import_seed()
    text = CLASSES.read_text("utf-8")
    for old, new, place in (
        ("handle_starts: sign", "handle_starts: never", "classes[GX-2102].handle_starts"),
        ("  first_level: county", "  first_level: moon", "classes[GX-2101].first_level"),
        ("    text: 村庄道路", "    texts: 村庄道路", "classes[GX-2101].conditions[0].texts"),
    ):
        told = refused(tmp_path, "county.yaml", text.replace(old, new, 1))
        ((chinese, _), *_) = told[f"county.yaml: {place}"]
        assert chinese.startswith(f"第 {line_of(text, old)} 行："), (place, chinese)


def test_what_was_exported_says_the_line_within_its_document(app_context, tmp_path):
    rows = [{"kind": "class", "code": code, "content": dict(seed_content(code))} for code in ("0101", "0102")]
    rows[1]["content"]["check"] = "maybe"
    text = write(rows)
    ((chinese, _),) = refused(tmp_path, "all.yaml", text)["all.yaml: class[0102].check"]
    assert chinese.startswith(f"第 {line_of(text, 'check: maybe')} 行：")


def test_what_is_missing_says_the_line_of_what_it_would_stand_in():
    text = b"a: 1\nlist:\n- b: 1\n- c: 1\n"
    paths = ("list[1].name", "list[7]", "nothing.of.this", "", "a.b", "list[1].c")
    assert lines(text, paths) == dict(zip(paths, (4, 2, 1, 1, 1, 4), strict=True))
    for unreadable in (b"", b"a: [", b"\xff\xfe"):
        assert lines(unreadable, ["a"]) == {}


def test_files_that_were_sent_say_their_lines_too():
    with pytest.raises(DocumentRefused) as told:
        read_uploads([UploadedFile("甲.yaml", b"sources: {}\ndocuments:\n- {kind: class}\n")])
    ((text,),) = told.value.fields.values()
    assert str(text).startswith("第 3 行：")
