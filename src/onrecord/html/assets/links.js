"use strict";
// Opens what an address names (#claim, #claims?filters), and copies. `filters.js` handles the filters.
{
  const MANY = "claims?";

  const open = (element) => {
    for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    // Whatever the filters hide, an address leads to it.
    for (let box = element; box; box = box.parentElement) box.hidden = false;
    const own = element.querySelector(":scope > details");
    if (own && element.classList.contains("claim")) own.open = true;
    element.tabIndex = -1;
    element.scrollIntoView({ block: "start" });
    element.focus({ preventScroll: true });
  };

  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (!id) return;
    const element = id.startsWith(MANY) ? null : document.getElementById(id);
    if (element?.matches(".claim, .segment, .field-labels div")) open(element);
    else if (!element) document.dispatchEvent(new CustomEvent("onrecord:seek", { detail: location.hash.slice(1) }));
  };

  const copied = (button) => {
    const label = button.firstChild;
    const before = label.textContent;
    if (button.dataset.busy) return;
    button.dataset.busy = "yes";
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = before; delete button.dataset.busy; }, 1500);
  };

  const offer = (text) => {
    const dialog = document.getElementById("copy");
    const area = dialog.querySelector("textarea");
    area.value = text;
    dialog.showModal();
    area.focus();
    area.select();
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    const text = button.dataset.copy
      ? JSON.stringify(claims.record(rowOf(button.dataset.copy)), null, 2)
      : document.getElementById(button.dataset.copyFrom).textContent;
    try {
      await navigator.clipboard.writeText(text);
      copied(button);
    } catch {
      // Not granted, or there is no clipboard for pages from disk.
      offer(text);
    }
  });

  // The symbols at a glance are one picture; a click on one opens its claim.
  document.querySelector(".glance")?.addEventListener("click", (event) => {
    const symbol = event.target.closest("[data-claim]");
    if (symbol) location.hash = symbol.dataset.claim;
  });

  // A click on the current address does not change the hash.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) follow();
  });
  addEventListener("hashchange", follow);
  // Once everything is laid out, and once the filters listen.
  addEventListener("load", follow);

  for (const cell of document.querySelectorAll("[data-filter]")) {
    if (cell.textContent === "0") continue;
    cell.replaceChildren(make("a", { href: `#${MANY}${cell.dataset.filter}` }, cell.textContent));
  }
}
