"use strict";
// The reading view: it follows the filters, adds the details of a claim that is opened, and marks the words that a
// claim rests on where the text is there.
{
  const view = document.getElementById("reading");
  const unfold = document.getElementById("unfold");
  const rowOfItem = (item) => rowOf(item.id);
  const plain = new WeakMap();
  let marked = [];

  function unmark() {
    for (const source of marked) source.replaceChildren(plain.get(source));
    marked = [];
  }

  function mark(item) {
    unmark();
    const spans = new Map();
    for (const { segment_id: id, start, end } of claims.value("anchors", rowOfItem(item))) spans.set(id, [...(spans.get(id) ?? []), [start, end]]);
    for (const [id, own] of spans) {
      const source = document.getElementById(id)?.querySelector(".source");
      if (!source) continue;
      if (!plain.has(source)) plain.set(source, source.textContent);
      const first = segments.value("start", segments.columns.get("segment_id").values.indexOf(id));
      source.replaceChildren(...markedSentence(plain.get(source), own.map(([start, end]) => [start - first, end - first])));
      marked.push(source);
    }
  }

  const itemAt = (event) => event.target.closest?.(".claim");
  view.addEventListener("pointerover", (event) => { const item = itemAt(event); if (item) mark(item); });
  view.addEventListener("focusin", (event) => { const item = itemAt(event); if (item) mark(item); });

  // `toggle` does not bubble, so it is caught on its way down.
  view.addEventListener("toggle", (event) => {
    const item = event.target.parentElement;
    if (!item?.classList.contains("claim") || !event.target.open || event.target.childElementCount > 1) return;
    event.target.append(...detailsOf(rowOfItem(item)));
    mark(item);
  }, true);

  function number(paragraph, shown) {
    const all = paragraph.querySelectorAll(".claim").length;
    const text = `${all} ${all === 1 ? "claim" : "claims"}`;
    paragraph.querySelector(".n").textContent = shown === null || shown === all ? text : `${shown} of ${text}`;
  }

  function show({ rows, isFiltered, documentId }) {
    const passing = new Set(rows.map((row) => claims.value("claim_id", row)));
    // The choice of a document is no filter of its claims: it is read whole.
    const isWhole = !isFiltered || rows.length === claims.n;
    for (const place of view.querySelectorAll(".document")) {
      let isIn = false;
      for (const paragraph of place.querySelectorAll(".paragraph")) {
        let shown = 0;
        for (const segment of paragraph.querySelectorAll(".segment")) {
          const items = [...segment.querySelectorAll(".claim")];
          for (const item of items) item.hidden = !passing.has(item.id);
          const own = items.filter((item) => !item.hidden).length;
          segment.hidden = !isWhole && !own;
          shown += own;
        }
        paragraph.hidden = !isWhole && !shown;
        number(paragraph, isWhole ? null : shown);
        isIn ||= shown > 0;
      }
      place.hidden = documentId ? place.dataset.document !== documentId : !isWhole && !isIn;
      if (documentId && !place.hidden) place.open = true;
    }
    // What a few filters leave is short enough to be read at once.
    if (!isWhole && rows.length <= 200) open(true);
  }

  function open(isOpen) {
    for (const box of view.querySelectorAll(isOpen ? ".document:not([hidden]), .paragraph:not([hidden])" : ".paragraph")) box.open = isOpen;
    unfold.setAttribute("aria-pressed", String(isOpen));
  }

  unfold.addEventListener("click", () => open(unfold.getAttribute("aria-pressed") !== "true"));
  document.addEventListener("onrecord:found", (event) => show(event.detail));
}
