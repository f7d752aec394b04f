"use strict";
// What leaves the sheet and what comes back: files that the browser saves, files that the reader opens, and what
// the browser keeps in between. A page opened from disk may have no storage.
const storage = {
  read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
  remove(key) { try { localStorage.removeItem(key); } catch { /* there is none */ } },
};

function saveFile(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// One line of prose, as the schemas have it: no controls, no line breaks, single spaces.
function asProse(text) {
  return text.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}]/gu, " ").replace(/\s+/gu, " ").trim();
}

// The same as a whole sentence: reasons are prose, and a text without an end was most likely cut short.
function asSentence(text) {
  return !text || /[.!?…。！？؟।][\p{Pe}\p{Pf}"'’”]*$/u.test(text) ? text : `${text}.`;
}

// The objects of a file of JSON Lines. Throws Error with the line.
function parseLines(text) {
  const rows = [];
  text.replace(/^\ufeff/, "").split("\n").forEach((line, index) => {
    if (!line.trim()) return;
    let row;
    try { row = JSON.parse(line); } catch { throw new Error(`line ${index + 1} is not JSON`); }
    if (row === null || typeof row !== "object" || Array.isArray(row)) throw new Error(`line ${index + 1} is not an object`);
    rows.push([index + 1, row]);
  });
  if (!rows.length) throw new Error("the file has no lines");
  return rows;
}
