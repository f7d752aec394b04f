"use strict";
// The way through the disagreements: what each annotator said, the label that the guidelines give, and why.
const data = JSON.parse(document.getElementById("data").textContent);
{
  const at = (id) => document.getElementById(id);
  const KEY = `onrecord-adjudication-${data.sheet}`;
  const places = new Map(data.documents.flatMap((place) => place.claims.map((claim) => [claim.claim_id, { place, claim }])));
  const keyOf = (item) => `${item.claim_id} ${item.field}`;
  const questions = new Map(data.fields.map((question) => [question.name, new FORMS[question.form](question, "The label that the guidelines give", labelled)]));
  const hasGold = data.items.some((item) => "gold" in item);
  // By claim and field: the label that was chosen, if one was, and the reason.
  const decisions = new Map();
  const undone = [];
  // Rows of a file that was read which are about other labels.
  let others = [];
  let current = 0;
  let isWhole = false;

  const say = (text) => { at("status").textContent = text; };
  const decisionOf = (item) => decisions.get(keyOf(item)) ?? {};
  const isDone = (item) => Boolean(decisionOf(item).reason);

  function keep() {
    const isKept = storage.write(KEY, { decisions: [...decisions], others });
    at("kept").textContent = isKept ? "Kept in this browser." : "This browser keeps nothing: save the file before you close the sheet.";
  }

  function decide(change) {
    const item = data.items[current];
    const before = decisionOf(item);
    const last = undone.at(-1);
    // A reason is written letter by letter, and is one change.
    const isTyping = "reason" in change && last?.index === current && last.what === "reason";
    if (!isTyping) undone.push({ index: current, what: Object.keys(change)[0], before });
    decisions.set(keyOf(item), { ...before, ...change });
    keep();
    progress();
  }

  function labelled(_, answer) { decide({ value: answer?.value }); }

  function shownLabel(field, value) {
    if (value === null) return field === "about_time" ? "tied to no time" : "no label";
    if (typeof value === "boolean") return value ? "yes" : "no";
    const named = (one) => (field === "speaker_id" || field === "via" ? (data.speakers[one]?.name ?? one) : inWords(one));
    if (Array.isArray(value)) return value.map(named).join(field === "via" ? ", then " : ", ") || "none";
    return field === "stated_on" || field === "about_time" ? value : named(value);
  }

  function opinion(item, { annotator, value, reason }, hasLabel) {
    const said = hasLabel ? make("strong", {}, shownLabel(item.field, value)) : reason ? `cannot decide: ${reason}` : "was not asked";
    return make("div", {}, make("dt", {}, annotator), make("dd", {}, said));
  }

  function show() {
    const item = data.items[current];
    const { place, claim } = places.get(item.claim_id);
    const question = questions.get(item.field);
    at("claim").textContent = claim.text;
    at("where").textContent = `${place.title}. ${place.publisher}, ${place.day}. ${item.claim_id}`;
    at("passage").setAttribute("lang", place.is_source ? place.language : "en");
    at("passage").replaceChildren(...passageOf(place, claim, isWhole));
    at("kind-of-text").textContent = place.is_source ? "The sentence in its paragraph" : "What the sentence says, in the dataset’s words";
    at("context").setAttribute("aria-pressed", String(isWhole));
    at("field").textContent = inWords(item.field.replace(/_id$/, ""));
    const given = item.given.map((one) => opinion(item, one, Object.hasOwn(one, "value")));
    if ("gold" in item) given.push(opinion(item, { annotator: "the claim, as it is", value: item.gold }, true));
    at("given").replaceChildren(...given);
    at("question").replaceChildren(question.element);
    const { value, reason } = decisionOf(item);
    question.show(value === undefined ? null : { value }, place);
    at("reason").value = reason ?? "";
    progress();
  }

  function progress() {
    const done = data.items.filter(isDone).length;
    at("bar").max = data.items.length;
    at("bar").value = done;
    at("done").textContent = `Label ${grouped(current + 1)} of ${grouped(data.items.length)}; ${grouped(done)} decided`;
    at("undo").disabled = !undone.length;
    at("previous").disabled = current === 0;
  }

  function go(index) {
    current = Math.max(0, Math.min(index, data.items.length - 1));
    isWhole = false;
    show();
    at("work").scrollIntoView({ block: "start" });
    questions.get(data.items[current].field).focus();
    at("heard").textContent = `Label ${current + 1} of ${data.items.length}: ${at("field").textContent} of ${at("claim").textContent}`;
  }

  function next() {
    if (current + 1 < data.items.length) { go(current + 1); return; }
    at("save").focus();
    const open = data.items.filter((item) => !isDone(item)).length;
    say(open ? `This is the last label; ${open} are not decided.` : "All labels are decided. Save the file.");
  }

  function nextOpen() {
    const order = [...data.items.slice(current + 1), ...data.items.slice(0, current + 1)];
    const open = order.find((item) => !isDone(item));
    if (open) go(data.items.indexOf(open));
    else { at("save").focus(); say("All labels are decided. Save the file."); }
  }

  function undo() {
    const last = undone.pop();
    if (!last) return;
    decisions.set(keyOf(data.items[last.index]), last.before);
    current = last.index;
    keep();
    show();
    (last.what === "reason" ? at("reason") : questions.get(data.items[current].field)).focus();
    say(`Taken back: the ${last.what === "reason" ? "reason" : "label"} of ${at("field").textContent}.`);
  }

  const lines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

  function save(documentId = null) {
    const isOf = ({ claim_id: id }) => !documentId || id.startsWith(`${documentId}-c`);
    const own = data.items.filter(isDone).map((item) => ({ claim_id: item.claim_id, field: item.field, reason: asSentence(decisionOf(item).reason) }));
    const rows = [...others, ...own].filter(isOf);
    if (!rows.length) { say("Nothing is decided yet."); return; }
    saveFile("adjudications.jsonl", lines(rows));
    say(`Saved adjudications.jsonl with ${grouped(rows.length)} ${rows.length === 1 ? "reason" : "reasons"}.`);
    const given = new Set(rows.map((row) => row.claim_id.slice(0, row.claim_id.lastIndexOf("-c"))));
    at("per-document").hidden = given.size < 2;
    if (documentId) return;
    at("parts").replaceChildren(...[...given].map((id) => {
      const button = make("button", { type: "button" }, id);
      button.addEventListener("click", () => save(id));
      return make("li", {}, button);
    }));
  }

  // A reason has no label of its own: the label is in the claim, and this says which claims to change.
  function saveLabels() {
    const isChange = (item) => decisionOf(item).value !== undefined && (!hasGold || JSON.stringify(decisionOf(item).value) !== JSON.stringify(item.gold));
    const rows = data.items.filter(isChange).map((item) => ({ claim_id: item.claim_id, [item.field]: decisionOf(item).value }));
    if (!rows.length) { say(hasGold ? "No label differs from that of its claim." : "No label is chosen yet."); return; }
    saveFile("decided-labels.jsonl", lines(rows));
    say(`Saved decided-labels.jsonl with ${grouped(rows.length)} labels to write into claims.jsonl.`);
  }

  async function resume(file) {
    try {
      const found = parseLines(await file.text());
      for (const [line, { claim_id: id, field, reason }] of found) {
        if (![id, field, reason].every((part) => typeof part === "string")) throw new Error(`line ${line} is not an adjudication: it has no claim_id, field or reason`);
      }
      const known = new Set(data.items.map(keyOf));
      others = found.map(([, row]) => row).filter((row) => !known.has(keyOf(row)));
      for (const [, row] of found) if (known.has(keyOf(row))) decisions.set(keyOf(row), { ...decisions.get(keyOf(row)), reason: row.reason });
      say(`${file.name}: ${grouped(found.length)} reasons read.${others.length ? ` ${grouped(others.length)} of them are about other labels; they stay in the file that you save.` : ""}`);
    } catch (error) {
      say(`${file.name}: ${error.message}. Nothing was read.`);
      return;
    }
    keep();
    show();
  }

  const ACTIONS = {
    n: next,
    p: () => go(current - 1),
    o: nextOpen,
    u: undo,
    c: () => { isWhole = !isWhole; show(); },
    s: () => save(),
  };

  function pressed(event) {
    const target = event.target;
    const question = questions.get(data.items[current].field);
    const isIn = question.element.contains(target);
    if (event.key === "Enter" && target.matches("input:not([type=checkbox], [type=file]), select, #questions input")) {
      event.preventDefault();
      if (isIn) at("reason").focus();
      else next();
      return;
    }
    const isText = target.matches("input[type=text]");
    if (isText && event.key === "Escape") { at("next").focus(); return; }
    if (isText || target.matches("select") || event.ctrlKey || event.altKey || event.metaKey || !at("keys-on").checked) return;
    if (isIn) {
      const isAnswer = question.press(event.key);
      if (isAnswer !== null) { event.preventDefault(); if (isAnswer) at("reason").focus(); return; }
      if (event.key === "?" && question.details) { event.preventDefault(); question.details.open = !question.details.open; return; }
    }
    if (ACTIONS[event.key]) { event.preventDefault(); ACTIONS[event.key](); }
  }

  for (const [id, key] of Object.entries({ next: "n", previous: "p", "next-open": "o", undo: "u", context: "c", save: "s" })) {
    at(id).addEventListener("click", ACTIONS[key]);
  }
  at("save-labels").addEventListener("click", saveLabels);
  at("reason").addEventListener("input", () => decide({ reason: asProse(at("reason").value) }));
  at("work").addEventListener("keydown", pressed);
  at("labels").addEventListener("submit", (event) => event.preventDefault());
  at("resume").addEventListener("change", (event) => { if (event.target.files[0]) resume(event.target.files[0]); });

  for (const item of data.items) {
    if ("gold" in item) decisions.set(keyOf(item), { value: item.gold, ...(item.reason ? { reason: item.reason } : {}) });
  }
  const kept = storage.read(KEY);
  if (kept) {
    others = kept.others;
    for (const [key, decision] of kept.decisions) decisions.set(key, decision);
    say("Continued from what this browser keeps.");
  }
  const open = data.items.findIndex((item) => !isDone(item));
  current = open < 0 ? 0 : open;
  show();
}
