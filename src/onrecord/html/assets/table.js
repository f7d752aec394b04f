"use strict";
// The table of claims: those that pass the filters, a hundred at a time, in an order that the reader chooses.
{
  const PAGE = 100;
  const body = document.getElementById("rows");
  const moreRows = document.getElementById("more");
  const headings = document.getElementById("headings");
  let rows = [];
  let order = { field: null, isDown: false };
  let shown = 0;

  const keyOf = (field, row) => (field === "speaker_id" ? speakerName(claims.value(field, row)) : claims.value(field, row));
  const collator = new Intl.Collator("en", { numeric: true });

  function sorted(found) {
    if (!order.field) return found;
    const keyed = found.map((row) => [String(keyOf(order.field, row)), row]);
    keyed.sort((one, other) => collator.compare(one[0], other[0]) || one[1] - other[1]);
    if (order.isDown) keyed.reverse();
    return keyed.map(([, row]) => row);
  }

  function showAll(found) {
    rows = sorted(found);
    body.replaceChildren();
    shown = 0;
    showMore();
  }

  function showMore() {
    body.append(...rows.slice(shown, shown + PAGE).map(rowElement));
    shown = Math.min(shown + PAGE, rows.length);
    moreRows.hidden = shown >= rows.length;
    moreRows.textContent = `Show ${grouped(Math.min(PAGE, rows.length - shown))} more`;
  }

  function rowElement(row) {
    const id = claims.value("claim_id", row);
    const label = claims.value("verifiability", row);
    const text = claims.value("text", row);
    const button = make("button", { type: "button", "aria-expanded": "false", "aria-label": `All about: ${text}` }, "More");
    const cell = (...children) => make("td", { role: "cell" }, ...children);
    const line = make(
      "tr", { role: "row", "data-row": row, class: `is-${label}` },
      cell(make("a", { href: `#${id}`, dir: "auto" }, text)),
      cell(speakerName(claims.value("speaker_id", row))),
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
    else line.after(make("tr", { role: "row", class: "record" }, make("td", { role: "cell", colspan: "6" }, ...detailsOf(row))));
  }

  // A claim that is not in the reading view: alone in the table, with all that is known of it.
  function seek(address) {
    if (filters.isAddress(address)) { filters.fromAddress(address); return; }
    const row = rowOf(decodeURIComponent(address));
    if (row < 0) return;
    filters.only(row);
    const button = body.querySelector("button");
    button.click();
    body.firstElementChild.scrollIntoView({ block: "center" });
    button.focus({ preventScroll: true });
  }

  headings.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sort]");
    if (!button) return;
    order = { field: button.dataset.sort, isDown: order.field === button.dataset.sort && !order.isDown };
    for (const heading of headings.children) heading.removeAttribute("aria-sort");
    button.parentElement.setAttribute("aria-sort", order.isDown ? "descending" : "ascending");
    showAll(rows);
  });
  moreRows.addEventListener("click", () => {
    const first = shown;
    showMore();
    body.querySelector(`[data-row="${rows[first]}"] a`)?.focus();
  });
  document.addEventListener("onrecord:found", (event) => showAll(event.detail.rows));
  document.addEventListener("onrecord:seek", (event) => seek(event.detail));
  filters.search();
}
