"use strict";
// The tables of numbers: a click on a heading sorts the rows by that column, and a second one the other way round.
{
  const collator = new Intl.Collator("en", { numeric: true });
  const numberOf = (text) => (/^-?[\d,]+(\.\d+)?/.test(text) ? Number.parseFloat(text.replaceAll(",", "")) : null);

  function compare(one, other) {
    const [first, second] = [numberOf(one), numberOf(other)];
    return first !== null && second !== null ? first - second : collator.compare(one, other);
  }

  function sort(table, at, heading) {
    const isDown = heading.getAttribute("aria-sort") === "ascending";
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((one, other) => compare(one.cells[at].textContent, other.cells[at].textContent));
    if (isDown) rows.reverse();
    body.append(...rows);
    for (const other of heading.parentElement.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
  }

  for (const table of document.querySelectorAll("main table:not(.claims)")) {
    [...table.tHead.rows[0].cells].forEach((heading, at) => {
      const button = make("button", { type: "button", class: "sort" }, ...heading.childNodes);
      heading.replaceChildren(button);
      button.addEventListener("click", () => sort(table, at, heading));
    });
  }
}
