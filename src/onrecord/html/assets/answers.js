"use strict";
// The answers of one annotator: rows in the schema of annotations by claim, with undo. Kept in the browser where
// that is possible, written as JSON Lines, and read back from such a file.
class Answers {
  constructor(key) {
    this.key = key;
    this.rows = new Map();
    this.undone = [];
    this.isKept = true;
  }

  // What was answered: `{ value }`, `{ reason }` or null.
  get(claimId, field) {
    const row = this.rows.get(claimId);
    if (!row) return null;
    if (row.undecided && Object.hasOwn(row.undecided, field)) return { reason: row.undecided[field] };
    return Object.hasOwn(row, field) ? { value: row[field] } : null;
  }

  set(claimId, field, answer) {
    const before = this.get(claimId, field);
    if (JSON.stringify(before) === JSON.stringify(answer)) return;
    const last = this.undone.at(-1);
    // A reason or a time is written letter by letter, and is one change.
    const isReason = before && "reason" in before && answer && "reason" in answer;
    const isTyping = isReason || data.fields.find(({ name }) => name === field).form.startsWith("time");
    if (!(isTyping && last?.claimId === claimId && last?.field === field)) this.undone.push({ claimId, field, before });
    this.put(claimId, field, answer);
  }

  put(claimId, field, answer) {
    const row = this.rows.get(claimId) ?? { claim_id: claimId, found: null };
    delete row[field];
    if (row.undecided) delete row.undecided[field];
    if (answer && "reason" in answer) (row.undecided ??= {})[field] = answer.reason;
    else if (answer) row[field] = answer.value;
    this.rows.set(claimId, row);
    this.keep();
  }

  // Takes the last change back; where it was, or null.
  undo() {
    const last = this.undone.pop();
    if (!last) return null;
    this.put(last.claimId, last.field, last.before);
    return last;
  }

  isAnswered(claimId, field) {
    const answer = this.get(claimId, field);
    return answer !== null && answer.reason !== "";
  }

  addSecond(claimId) {
    const row = this.rows.get(claimId) ?? { claim_id: claimId, found: null };
    row.seconds = (row.seconds ?? 0) + 1;
    this.rows.set(claimId, row);
  }

  keep(settings = this.settings) {
    this.settings = settings;
    this.isKept = storage.write(this.key, { settings, rows: [...this.rows.values()] });
    return this.isKept;
  }

  // What the browser kept; its settings, or null.
  restore() {
    const kept = storage.read(this.key);
    if (!kept?.rows?.length) return kept?.settings ?? null;
    this.rows = new Map(kept.rows.map((row) => [row.claim_id, row]));
    this.settings = kept.settings;
    return kept.settings;
  }

  forget() {
    storage.remove(this.key);
    this.rows.clear();
    this.undone = [];
  }

  // The rows with an answer, as the schema has them, in the order of the claims' numbers.
  written(annotatorId, isOf = () => true) {
    const found = [];
    for (const row of this.rows.values()) {
      const { claim_id: claimId, found: isFound, undecided, seconds, annotator_id: _, ...labels } = row;
      const reasons = Object.fromEntries(Object.entries(undecided ?? {}).filter(([, why]) => why).map(([field, why]) => [field, asSentence(why)]));
      if (!isOf(claimId) || !(Object.keys(labels).length || Object.keys(reasons).length)) continue;
      const line = { annotator_id: annotatorId, claim_id: claimId, found: isFound ?? null };
      for (const field of data.annotated) if (Object.hasOwn(labels, field)) line[field] = labels[field];
      if (Object.keys(reasons).length) line.undecided = reasons;
      if (seconds !== undefined && seconds !== null) line.seconds = seconds;
      found.push(line);
    }
    const parts = (id) => { const at = id.lastIndexOf("-c"); return [id.slice(0, at), Number(id.slice(at + 2))]; };
    return found.sort((one, other) => {
      const [[a, m], [b, n]] = [parts(one.claim_id), parts(other.claim_id)];
      return a === b ? m - n : a < b ? -1 : 1;
    });
  }

  // Adds the rows of a saved file; the annotator. Throws Error, and then nothing is added.
  load(text) {
    const rows = parseLines(text).map(([line, row]) => [line, checkedRow(line, row)]);
    const names = new Set(rows.map(([, row]) => row.annotator_id));
    if (names.size > 1) throw new Error(`the file has labels of ${[...names].join(" and ")}`);
    for (const [, row] of rows) this.rows.set(row.claim_id, row);
    this.undone = [];
    this.keep();
    return [...names][0];
  }
}

// A row of a saved file, as far as the sheet knows the labels; `onrecord validate` checks all of it.
function checkedRow(line, row) {
  const { annotator_id: annotator, claim_id: claimId, undecided } = row;
  if (typeof annotator !== "string" || typeof claimId !== "string") throw new Error(`line ${line} is not an annotation: it has no annotator_id or claim_id`);
  for (const { name, form, labels } of data.fields) {
    if (!Object.hasOwn(row, name)) continue;
    if (undecided?.[name] || (row[name] === null && form !== "time-or-none")) { delete row[name]; continue; }
    const known = labels.map(({ label }) => label);
    const isKnown = {
      one: () => known.includes(row[name]),
      many: () => Array.isArray(row[name]) && row[name].every((label) => known.includes(label)),
      "yes-no": () => typeof row[name] === "boolean",
      speaker: () => typeof row[name] === "string",
      relays: () => Array.isArray(row[name]),
      time: () => typeof row[name] === "string" && !timeProblem(row[name]),
      "time-or-none": () => row[name] === null || (typeof row[name] === "string" && !timeProblem(row[name])),
    }[form];
    if (!isKnown()) throw new Error(`line ${line}: ${name} is ${JSON.stringify(row[name])}, which is not a label of it`);
  }
  if (undecided) row.undecided = Object.fromEntries(Object.entries(undecided).filter(([, why]) => why));
  return row;
}
