"use strict";
// The way through the sheet: choose, label one claim after another, save. Keys work where a question has the focus.
const data = JSON.parse(document.getElementById("data").textContent);
{
  const IDLE = 120_000;
  const at = (id) => document.getElementById(id);
  const setup = at("setup");
  const answers = new Answers(`onrecord-sheet-${data.sheet}`);
  const claims = data.documents.flatMap((place) => place.claims.map((claim) => ({ claim, place })));
  const questions = data.fields.map((question, index) => new FORMS[question.form](question, `${index + 1}. ${inWords(question.name.replace(/_id$/, ""))}`, changed));
  let asked = questions;
  let items = claims;
  let current = 0;
  let isWhole = false;
  let isSaved = true;
  let lastInput = Date.now();

  const say = (text) => { at("status").textContent = text; };
  const claimIdOf = (item) => item.claim.claim_id;
  const isDone = (item) => asked.every(({ name }) => answers.isAnswered(claimIdOf(item), name));

  function settings() {
    const given = new FormData(setup);
    return { ...Object.fromEntries(given), fields: given.getAll("fields") };
  }

  function putSettings(kept) {
    for (const field of setup.elements) {
      if (!(field.name in kept)) continue;
      if (field.type === "checkbox") field.checked = kept.fields.includes(field.value);
      else field.value = kept[field.name];
    }
  }

  function choose() {
    const { document: documentId, split, sample, seed, fields } = settings();
    items = claims.filter(({ place }) => (!documentId || place.document_id === documentId) && (!split || place.split === split));
    if (sample) {
      const kept = sampled(items.map(claimIdOf), Number(sample), Number(seed) || 0);
      items = items.filter((item) => kept.has(claimIdOf(item)));
    }
    asked = questions.filter(({ name }) => fields.includes(name));
    at("chosen").textContent = `${grouped(items.length)} of ${grouped(claims.length)} claims, ${asked.length} questions each.`;
  }

  function start() {
    choose();
    if (!items.length || !asked.length) { say(items.length ? "Choose a question at least." : "No claim fits these choices."); return; }
    answers.keep(settings());
    at("questions").replaceChildren(...asked.map(({ element }) => element));
    at("work").hidden = false;
    at("choices").open = false;
    const open = items.findIndex((item) => !isDone(item));
    go(open < 0 ? 0 : open);
  }

  function go(index) {
    current = Math.max(0, Math.min(index, items.length - 1));
    isWhole = false;
    show();
    at("work").scrollIntoView({ block: "start" });
    (asked.find(({ name }) => !answers.isAnswered(claimIdOf(items[current]), name)) ?? asked[0]).focus();
    say("");
    at("heard").textContent = `Claim ${current + 1} of ${items.length}: ${items[current].claim.text}`;
  }

  function show() {
    const { claim, place } = items[current];
    at("where").textContent = `${place.title}. ${place.publisher}, ${place.day}.`;
    at("claim").textContent = claim.text;
    at("passage").setAttribute("lang", place.is_source ? place.language : "en");
    at("passage").replaceChildren(...passageOf(place, claim, isWhole));
    at("kind-of-text").textContent = place.is_source ? "The sentence in its paragraph" : "What the sentence says, in the dataset’s words";
    at("context").setAttribute("aria-pressed", String(isWhole));
    for (const question of asked) question.show(answers.get(claim.claim_id, question.name), place);
    progress();
  }

  function progress() {
    const done = items.filter(isDone).length;
    at("bar").max = items.length;
    at("bar").value = done;
    at("done").textContent = `Claim ${grouped(current + 1)} of ${grouped(items.length)}; ${grouped(done)} done`;
    at("undo").disabled = !answers.undone.length;
    at("previous").disabled = current === 0;
    at("contradiction").textContent = contradiction();
    for (const { element, name } of asked) element.classList.toggle("answered", answers.isAnswered(claimIdOf(items[current]), name));
  }

  // The guidelines tie three labels to each other.
  function contradiction() {
    const given = (name) => answers.get(claimIdOf(items[current]), name)?.value;
    const [label, evidence, barriers] = ["verifiability", "evidence", "barriers"].map(given);
    if (label === undefined) return "";
    const wanted = { verifiable: [true, false], partially_verifiable: [true, true], unverifiable: [false, true] }[label];
    const isOff = (list, isWanted) => list !== undefined && Boolean(list.length) !== isWanted;
    const word = (isWanted, what) => (isWanted ? `at least one ${what}` : `no ${what}`);
    if (!isOff(evidence, wanted[0]) && !isOff(barriers, wanted[1])) return "";
    return `A claim that is ${inWords(label)} has ${word(wanted[0], "kind of evidence")} and ${word(wanted[1], "barrier")}.`;
  }

  function changed(name, answer) {
    answers.set(claimIdOf(items[current]), name, answer);
    isSaved = false;
    progress();
    at("kept").textContent = answers.isKept ? "Kept in this browser." : "This browser keeps nothing: save the file before you close the sheet.";
  }

  function undo() {
    const last = answers.undo();
    if (!last) return;
    isSaved = false;
    const place = items.findIndex((item) => claimIdOf(item) === last.claimId);
    if (place >= 0) current = place;
    show();
    const question = asked.find(({ name }) => name === last.field);
    question?.focus();
    say(`Taken back: ${inWords(last.field)} of claim ${current + 1}.`);
  }

  function nextQuestion(name) {
    const next = asked[asked.findIndex((one) => one.name === name) + 1];
    if (next) next.focus();
    else nextClaim();
  }

  function nextClaim() {
    if (current + 1 < items.length) { go(current + 1); return; }
    const open = items.filter((item) => !isDone(item)).length;
    at("save").focus();
    say(open ? `This is the last claim; ${open} are not done.` : "All claims are done. Save the file.");
  }

  function nextOpen() {
    const order = [...items.slice(current + 1), ...items.slice(0, current + 1)];
    const open = order.find((item) => !isDone(item));
    if (open) go(items.indexOf(open));
    else { at("save").focus(); say("All claims are done. Save the file."); }
  }

  function annotator() {
    const input = at("annotator");
    if (input.value && input.checkValidity()) return input.value;
    at("choices").open = true;
    input.focus();
    say("Write your id first: lower-case letters and digits, joined by single hyphens.");
    return null;
  }

  function save(documentId = null) {
    const name = annotator();
    if (!name) return;
    const rows = answers.written(name, (claimId) => !documentId || claimId.startsWith(`${documentId}-c`));
    if (!rows.length) { say("Nothing is labelled yet."); return; }
    saveFile(`${name}.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    answers.keep(settings());
    if (!documentId) isSaved = true;
    say(`Saved ${name}.jsonl with ${grouped(rows.length)} ${rows.length === 1 ? "claim" : "claims"}.`);
    offerDocuments(name);
  }

  // A records folder has a file per document.
  function offerDocuments(name) {
    const given = new Set(answers.written(name).map((row) => row.claim_id.slice(0, row.claim_id.lastIndexOf("-c"))));
    at("per-document").hidden = given.size < 2;
    at("parts").replaceChildren(...[...given].map((id) => {
      const button = make("button", { type: "button" }, id);
      button.addEventListener("click", () => save(id));
      return make("li", {}, button);
    }));
  }

  async function resume(file) {
    try {
      at("annotator").value = answers.load(await file.text());
    } catch (error) {
      say(`${file.name}: ${error.message}. Nothing was read.`);
      return;
    }
    const known = new Set(claims.map(claimIdOf));
    const others = [...answers.rows.keys()].filter((id) => !known.has(id)).length;
    say(`${file.name}: ${grouped(answers.rows.size)} claims read.${others ? ` ${grouped(others)} of them are not in this sheet; they stay in the file that you save.` : ""}`);
    if (!at("work").hidden) show();
  }

  const ACTIONS = {
    n: nextClaim,
    p: () => go(current - 1),
    o: nextOpen,
    u: undo,
    c: () => { isWhole = !isWhole; show(); },
    s: () => save(),
  };

  function pressed(event) {
    lastInput = Date.now();
    const target = event.target;
    const question = questions.find(({ element }) => element.contains(target));
    const isText = target.matches("input[type=text]");
    if (question && event.key === "Enter" && target.matches("input, select")) {
      event.preventDefault();
      nextQuestion(question.name);
      return;
    }
    if (question && isText && event.key === "Escape") { question.cannot.focus(); return; }
    if (isText || target.matches("select") || event.ctrlKey || event.altKey || event.metaKey || !at("keys-on").checked) return;
    if (question) {
      const isAnswer = question.press(event.key);
      if (isAnswer !== null) { event.preventDefault(); if (isAnswer) nextQuestion(question.name); return; }
      if (event.key === "x") { event.preventDefault(); question.toggleCannot(); return; }
      if (event.key === "?" && question.details) { event.preventDefault(); question.details.open = !question.details.open; return; }
    }
    if (ACTIONS[event.key]) { event.preventDefault(); ACTIONS[event.key](); }
  }

  for (const [id, key] of Object.entries({ next: "n", previous: "p", "next-open": "o", undo: "u", context: "c", save: "s" })) {
    at(id).addEventListener("click", ACTIONS[key]);
  }
  at("work").addEventListener("keydown", pressed);
  document.addEventListener("pointerdown", () => { lastInput = Date.now(); });
  setup.addEventListener("input", choose);
  setup.addEventListener("submit", (event) => { event.preventDefault(); start(); });
  at("resume").addEventListener("change", (event) => { if (event.target.files[0]) resume(event.target.files[0]); });
  at("forget").addEventListener("click", () => {
    if (!confirm("Delete all answers that this browser keeps for this sheet?")) return;
    answers.forget();
    at("kept").textContent = "";
    if (!at("work").hidden) show();
    say("All answers of this sheet are deleted.");
  });
  addEventListener("beforeunload", (event) => { if (!isSaved && !answers.isKept) event.preventDefault(); });
  // A pause does not count as work.
  setInterval(() => {
    if (at("work").hidden || document.hidden || Date.now() - lastInput > IDLE) return;
    answers.addSecond(claimIdOf(items[current]));
  }, 1000);
  addEventListener("visibilitychange", () => answers.keep());

  const kept = answers.restore();
  if (kept) {
    putSettings(kept);
    const done = [...answers.rows.keys()].length;
    if (done) say(`Continued: ${grouped(done)} claims have answers in this browser.`);
  }
  choose();
}
