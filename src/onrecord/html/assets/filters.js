"use strict";
// The table of claims: the rows that pass the filters, a hundred at a time. The address holds the filters.
{
  const PAGE = 100;
  const PREFIX = "claims?";
  const form = document.getElementById("filters");
  const body = document.getElementById("rows");
  const count = document.getElementById("count");
  const more = document.getElementById("more");
  const choices = [...form.querySelectorAll("select:not([name=when])")];
  let found = [];
  let shown = 0;

  const nameOf = (field, value) => (field === "speaker_id" ? data.speakers[value] : field === "document_id" ? value : inWords(value));

  function fill(select) {
    const field = select.name;
    const counts = new Map();
    for (let row = 0; row < claims.n; row++) {
      for (const value of [claims.value(field, row)].flat()) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const order = [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
    select.append(make("option", { value: "" }, "any"));
    for (const [value, n] of order) select.append(make("option", { value }, `${nameOf(field, value)} (${grouped(n)})`));
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
    for (const { name } of choices) {
      const value = wanted.get(name);
      if (value) all.push(claims.passing(name, (cell) => (Array.isArray(cell) ? cell.includes(value) : cell === value)));
    }
    const [from, until] = [wanted.get("from"), wanted.get("until")];
    if (from || until) {
      const when = wanted.get("when") === "about" ? "about" : "stated";
      const field = when === "about" ? "about_time" : "stated_on";
      // A time passes if it may lie in the given span; ISO dates compare as text, null is an open end.
      all.push(claims.passing(field, (edtf) => edtf !== null));
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
    body.replaceChildren();
    shown = 0;
    showMore();
  }

  function showMore() {
    body.append(...found.slice(shown, shown + PAGE).map(rowElement));
    shown = Math.min(shown + PAGE, found.length);
    more.hidden = shown >= found.length;
    more.textContent = `Show ${grouped(Math.min(PAGE, found.length - shown))} more`;
  }

  function rowElement(row) {
    const id = claims.value("claim_id", row);
    const label = claims.value("verifiability", row);
    const text = claims.value("text", row);
    const button = make("button", { type: "button", "aria-expanded": "false", "aria-label": `All fields: ${text}` }, "All fields");
    const cell = (...children) => make("td", { role: "cell" }, ...children);
    const line = make(
      "tr", { role: "row", "data-row": row, class: `is-${label}` },
      cell(make("a", { href: `#${id}`, dir: "auto" }, text)),
      cell(claims.value("speaker", row)),
      cell(inWords(claims.value("kind", row))),
      cell(makeSign(label), inWords(label)),
      cell(timeInWords(claims.value("stated_on", row))),
      cell(button),
    );
    button.addEventListener("click", () => toggle(line, row, button));
    return line;
  }

  function toggle(line, row, button) {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) line.nextElementSibling.remove();
    else line.after(recordElement(row));
  }

  function recordElement(row) {
    const id = claims.value("claim_id", row);
    const list = make("dl", {});
    const put = (name, ...value) => list.append(make("div", {}, make("dt", {}, name), make("dd", { dir: "auto" }, ...value)));
    const gloss = segments.columns.get("segment_id").values.indexOf(claims.value("segment_id", row));
    if (gloss >= 0) put("sentence", segments.value("gloss", gloss) ?? "");
    for (const [field, value] of Object.entries(claims.record(row))) put(inWords(field), shownValue(value));
    for (let link = 0; link < relations.n; link++) {
      const [source, target] = [relations.value("source_id", link), relations.value("target_id", link)];
      if (source !== id && target !== id) continue;
      const other = source === id ? target : source;
      const type = inWords(relations.value("type", link));
      put(source === id ? type : `${type} (by)`, make("a", { href: `#${other}` }, claims.value("text", rowOf(other))));
    }
    const copy = make("button", { type: "button", "data-copy": id }, "Copy as JSON");
    return make("tr", { role: "row", class: "record" }, make("td", { role: "cell", colspan: "6" }, list, make("p", { class: "tools" }, copy)));
  }

  function shownValue(value) {
    if (value === null) return "none";
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (!Array.isArray(value)) return String(value);
    return value.map((item) => (typeof item === "object" ? JSON.stringify(item) : inWords(item))).join(", ") || "none";
  }

  function toAddress() {
    const set = [...new FormData(form)].filter(([name, value]) => value && !(name === "when" && value === "stated"));
    const address = set.length ? `${PREFIX}${new URLSearchParams(set)}` : "claims";
    history.replaceState(null, "", `#${address}`);
  }

  // Not `form.reset()`: the button does that, and it starts a search.
  function clear() {
    for (const field of form.elements) if (field.name) field.value = field.options ? field.options[0].value : "";
  }

  function fromAddress(address) {
    clear();
    for (const [name, value] of new URLSearchParams(address.slice(PREFIX.length))) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
    search();
    document.getElementById("claims").scrollIntoView();
  }

  // A claim that is not in the reading view: alone in the table, with all its fields.
  function seek(address) {
    if (address.startsWith(PREFIX)) return fromAddress(address);
    const row = rowOf(decodeURIComponent(address));
    if (row < 0) return;
    clear();
    found = [row];
    count.textContent = `1 of ${grouped(claims.n)} claims: ${claims.value("claim_id", row)}`;
    body.replaceChildren();
    shown = 0;
    showMore();
    const button = body.querySelector("button");
    button.click();
    body.firstElementChild.scrollIntoView({ block: "center" });
    button.focus({ preventScroll: true });
  }

  let waiting = 0;
  choices.forEach(fill);
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { search(); toAddress(); }, 150);
  });
  form.addEventListener("reset", () => setTimeout(() => { search(); toAddress(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    const first = shown;
    showMore();
    body.querySelector(`[data-row="${found[first]}"] a`)?.focus();
  });
  document.addEventListener("onrecord:seek", (event) => seek(event.detail));
  search();
}
