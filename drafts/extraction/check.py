"""Report what is not in the format of format.md: python3 check.py [DOCUMENT_ID ...] (all documents of the folder if none)."""
import json, re, sys
from pathlib import Path
HERE = Path(__file__).parent
E = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
EDTF = re.compile(rf"(?:\.\./)?{E}|{E}/(?:\.\.|{E})")
ONE = {
    "layer": "content attribution background", "verifiability": "verifiable partially_verifiable unverifiable",
    "kind": "event state quantity rule utterance causal mental_state evaluation prescription prediction commitment",
    "mode": "direct_quote mixed_quote indirect_speech narration",
    "setting": "interview rally public_statement report article private_conversation unspecified",
}
MANY = {
    "evidence": "recording official_record legal_text statistics reporting",
    "barriers": "value_judgement mental_state future counterfactual prescription motive vague unidentified_referent no_public_record",
}
KEYS = ["number", "segments", "text", "layer", "speaker", "via", "mode", "setting", "stated_on", "about_time", "kind", "verifiability", "evidence", "barriers", "check_worthy"]
def words_ok(v): return isinstance(v, str) and v == v.strip() != "" and "\n" not in v
def check(document):
    errors, texts = [], {}
    known = {json.loads(l)["segment_id"].rsplit("-", 1)[-1] for l in (HERE / f"{document}.segments.jsonl").read_text(encoding="utf-8").splitlines()}
    path = HERE / f"{document}.jsonl"
    if not path.exists():
        return [f"{path.name}: the file is missing"]
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines: errors.append(f"{path.name}: the file is empty")
    for n, line in enumerate(lines, 1):
        def bad(text): errors.append(f"{path.name}:{n}: {text}")
        try:
            row = json.loads(line)
        except ValueError as error:
            bad(f"not JSON: {error}"); continue
        if not isinstance(row, dict) or set(row) != set(KEYS):
            keys = set(row) if isinstance(row, dict) else set()
            bad(f"keys missing {sorted(set(KEYS) - keys)}, extra {sorted(keys - set(KEYS))}"); continue
        if row["number"] != n: bad(f"number: {row['number']!r}, expected {n}")
        s = row["segments"]
        if not isinstance(s, list) or not s or len(set(map(str, s))) < len(s) or not all(isinstance(x, str) and x in known for x in s): bad(f"segments: {s!r} (expected a list of ids such as s001)")
        for key in ("text", "speaker"):
            if not words_ok(row[key]): bad(f"{key}: {row[key]!r}")
        if row["text"] in texts: bad(f"text: the same as in line {texts[row['text']]}, expected one line with both segments (or other words)")
        if isinstance(row["text"], str): texts.setdefault(row["text"], n)
        if not isinstance(row["via"], list) or not all(map(words_ok, row["via"])) or row["speaker"] in row["via"]: bad(f"via: {row['via']!r}")
        for key, allowed in ONE.items():
            if row[key] not in allowed.split(): bad(f"{key}: {row[key]!r}")
        for key, allowed in MANY.items():
            v = row[key]
            if not isinstance(v, list) or not all(isinstance(x, str) and x in allowed.split() for x in v) or len(set(v)) < len(v): bad(f"{key}: {v!r}")
        v = row["verifiability"]
        if bool(row["evidence"]) != (v != "unverifiable") or bool(row["barriers"]) != (v != "verifiable"): bad(f"{v} with evidence {row['evidence']}, barriers {row['barriers']}")
        if (row["kind"] == "utterance") != (row["layer"] == "attribution"): bad(f"kind {row['kind']} with layer {row['layer']}")
        for key in ("stated_on", "about_time"):
            if not (key == "about_time" and row[key] is None or isinstance(row[key], str) and EDTF.fullmatch(row[key])): bad(f"{key}: {row[key]!r}")
        if not isinstance(row["check_worthy"], bool): bad(f"check_worthy: {row['check_worthy']!r}")
    return errors
documents = sys.argv[1:] or sorted(p.name.removesuffix(".segments.jsonl") for p in HERE.glob("*.segments.jsonl"))
errors = [e for d in documents for e in check(d)]
print(*errors, sep="\n", end="\n" if errors else "")
sys.exit(bool(errors))
