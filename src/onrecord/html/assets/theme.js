"use strict";
// The theme: the system's, or the one that the reader chose. Runs before the first paint, so that nothing flashes.
document.documentElement.classList.add("js");
{
  const THEMES = ["system", "light", "dark"];
  const KEY = "onrecord-theme";
  const root = document.documentElement;

  // A page opened from disk may have no storage.
  const kept = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem(KEY, theme); } catch { /* not kept, then */ } };

  let theme = THEMES.includes(kept()) ? kept() : THEMES[0];
  const apply = () => {
    if (theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
  };
  apply();

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const name = button.querySelector("span");
    name.textContent = theme;
    button.addEventListener("click", () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      name.textContent = theme;
      keep(theme);
      apply();
    });
  });
}
