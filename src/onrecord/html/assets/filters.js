"use strict";
// The filters: which claims pass them. The address holds them; an event informs the reading view and the table.
const filters = (() => {
  const PREFIX = "claims?";
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const PICKS = ["layer", "check_worthy", "verifiability", "mode", "kind", "speaker_id", "evidence", "barriers", "flags", "split", "differs"];
  const TITLES = { check_worthy: "Worth a check", speaker_id: "Speaker", barriers: "Barrier", flags: "Flag", differs: "Annotators differ on" };
  const OF_LISTS = new Set(["evidence", "barriers", "flags", "differs"]);
  const NONE = "none";
  const tableOf = (field) => (more.columns.has(field) ? more : claims);
  const keysOf = (cell) => (Array.isArray(cell) ? (cell.length ? cell : [NONE]) : [String(cell)]);
  const titleOf = (field) => TITLES[field] ?? inWords(field[0].toUpperCase() + field.slice(1));
  let found = [];

  function shownKey(field, key) {
    if (key === NONE && OF_LISTS.has(field)) return field === "differs" ? "nothing" : "none";
    if (key === "true" || key === "false") return key === "true" ? "yes" : "no";
    return field === "speaker_id" ? speakerName(key) : inWords(key.replace(/_id$/, ""));
  }

  // A list of boxes for each field: several values of one field are alternatives.
  function pick(field) {
    const counts = new Map();
    for (let row = 0; row < claims.n; row++) {
      for (const key of keysOf(tableOf(field).value(field, row))) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    if (counts.size < 2) return null;
    const order = [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
    const boxes = order.map(([key, n]) => make(
      "label", {}, make("input", { type: "checkbox", name: field, value: key }), ` ${shownKey(field, key)} `, make("span", { class: "quiet" }, grouped(n)),
    ));
    const chosen = make("span", { class: "chosen" });
    return make("details", { class: "pick", "data-field": field }, make("summary", {}, titleOf(field), chosen), make("div", {}, ...boxes));
  }

  let searched = null;
  function words(row) {
    searched ??= new Array(claims.n);
    searched[row] ??= `${claims.value("text", row)} ${claims.value("note", row) ?? ""} ${claims.value("claim_id", row)}`.toLowerCase();
    return searched[row];
  }

  // Each filter as a test of one row.
  function tests() {
    const wanted = new FormData(form);
    const all = [];
    for (const field of PICKS) {
      const keys = new Set(wanted.getAll(field));
      if (keys.size) all.push(tableOf(field).passing(field, (cell) => keysOf(cell).some((key) => keys.has(key))));
    }
    const documentId = wanted.get("document_id");
    if (documentId) all.push(claims.passing("document_id", (cell) => cell === documentId));
    const [from, until] = [wanted.get("from"), wanted.get("until")];
    if (from || until) {
      const when = wanted.get("when") === "about" ? "about" : "stated";
      // A time passes if it may lie in the given span; ISO dates compare as text, null is an open end.
      all.push(claims.passing(when === "about" ? "about_time" : "stated_on", (edtf) => edtf !== null));
      if (from) all.push(claims.passing(`${when}_until`, (day) => day === null || day >= from));
      if (until) all.push(claims.passing(`${when}_from`, (day) => day === null || day <= until));
    }
    const text = wanted.get("text").trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (text.length) all.push((row) => text.every((word) => words(row).includes(word)));
    return all;
  }

  function search() {
    const all = tests();
    found = [];
    for (let row = 0; row < claims.n; row++) if (all.every((test) => test(row))) found.push(row);
    count.textContent = `${grouped(found.length)} of ${grouped(claims.n)} claims`;
    for (const box of form.querySelectorAll(".pick")) {
      const chosen = [...box.querySelectorAll(":checked")].map((input) => shownKey(box.dataset.field, input.value));
      box.querySelector(".chosen").textContent = chosen.length ? `: ${chosen.join(" or ")}` : "";
    }
    announce(all.length > 0);
  }

  function announce(isFiltered) {
    const documentId = new FormData(form).get("document_id") ?? "";
    document.dispatchEvent(new CustomEvent("onrecord:found", { detail: { rows: found, isFiltered, documentId } }));
  }

  function toAddress() {
    const set = [...new FormData(form)].filter(([name, value]) => value && !(name === "when" && value === "stated"));
    history.replaceState(null, "", set.length ? `#${PREFIX}${new URLSearchParams(set)}` : "#claims");
  }

  // Not `form.reset()`: the button does that, and it starts a search.
  function clear() {
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = false;
      else if (field.name) field.value = field.options ? field.options[0].value : "";
    }
  }

  function fromAddress(address) {
    clear();
    for (const [name, value] of new URLSearchParams(address.slice(PREFIX.length))) {
      for (const field of form.elements) {
        if (field.name !== name) continue;
        if (field.type !== "checkbox") field.value = value;
        else if (field.value === value) field.checked = true;
      }
    }
    search();
    document.getElementById("reading").scrollIntoView();
  }

  // One claim alone, whatever the filters are.
  function only(row) {
    clear();
    found = [row];
    count.textContent = `1 of ${grouped(claims.n)} claims: ${claims.value("claim_id", row)}`;
    announce(true);
  }

  const csvCell = (value) => {
    const text = value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const asCsv = () => [claims.fields, ...found.map((row) => claims.fields.map((field) => claims.value(field, row)))]
    .map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
  const asJsonLines = () => found.map((row) => `${JSON.stringify(claims.record(row))}\n`).join("");

  document.getElementById("picks").append(...PICKS.map(pick).filter(Boolean));
  document.getElementById("as-csv").addEventListener("click", () => saveFile("claims.csv", asCsv()));
  document.getElementById("as-jsonl").addEventListener("click", () => saveFile("claims.jsonl", asJsonLines()));
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { search(); toAddress(); }, 150);
  });
  form.addEventListener("reset", () => close());
  form.addEventListener("reset", () => setTimeout(() => { search(); toAddress(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  // One list is open at a time, and none once the focus or a click is elsewhere.
  function close(kept) { for (const box of form.querySelectorAll(".pick[open]")) if (box !== kept) box.open = false; }
  document.addEventListener("pointerdown", (event) => close(event.target.closest?.(".pick")));
  document.addEventListener("focusin", (event) => close(event.target.closest?.(".pick")));
  form.addEventListener("keydown", (event) => {
    const box = event.target.closest(".pick[open]");
    if (event.key === "Escape" && box) { box.open = false; box.querySelector("summary").focus(); }
  });
  return { search, only, fromAddress, isAddress: (text) => text.startsWith(PREFIX) };
})();
