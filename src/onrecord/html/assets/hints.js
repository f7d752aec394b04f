"use strict";
// Shows the definition of a label that is hovered or has the focus. Without scripts, labels link to the same text.
{
  const hint = document.getElementById("hint");
  let shownFor = null;
  let leaving = 0;

  // In the line below a claim, kind and verifiability are known by their elements.
  const IN_LINE = { I: "kind", EM: "verifiability" };
  const idOf = (element) => {
    if (element.dataset.label) return `label-${element.dataset.label}`;
    if (element.tagName in IN_LINE) return `label-claims-${IN_LINE[element.tagName]}-${element.textContent.replaceAll(" ", "_")}`;
    return element.hash.slice(1);
  };

  const definitionOf = (element) => {
    const id = idOf(element);
    const entry = document.getElementById(id);
    return entry && [entry.querySelector("dt").textContent, entry.querySelector(".definition").textContent];
  };

  const hide = () => {
    hint.hidden = true;
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
  };

  const show = (element) => {
    clearTimeout(leaving);
    if (element === shownFor) return;
    hide();
    const found = definitionOf(element);
    if (!found) return;
    hint.replaceChildren(make("strong", {}, found[0]), found[1]);
    hint.hidden = false;
    const box = element.getBoundingClientRect();
    const room = document.documentElement.clientWidth - hint.offsetWidth - 16;
    const below = box.bottom + hint.offsetHeight + 8 < innerHeight;
    hint.style.left = `${Math.max(16, Math.min(box.left, room)) + scrollX}px`;
    hint.style.top = `${(below ? box.bottom + 6 : box.top - hint.offsetHeight - 6) + scrollY}px`;
    element.setAttribute("aria-describedby", "hint");
    shownFor = element;
  };

  const hidesSoon = () => { clearTimeout(leaving); leaving = setTimeout(hide, 200); };
  const labelAt = (event) => event.target.closest?.(".term, [data-label], .claim summary > i, .claim summary > em");

  document.addEventListener("pointerover", (event) => {
    const label = labelAt(event);
    if (label) show(label);
    else if (event.target.closest?.("#hint")) clearTimeout(leaving);
    else if (shownFor && shownFor !== document.activeElement) hidesSoon();
  });
  document.addEventListener("focusin", (event) => { const label = labelAt(event); label ? show(label) : hide(); });
  document.addEventListener("focusout", hidesSoon);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}
