"use strict";
// All that is known of a claim, as elements, made when somebody asks for it.
const detailsOf = (() => {
  const termOf = (field, label) => make("a", { class: "term", href: `#label-claims-${field}-${label}` }, inWords(label));

  function terms(field, labels) {
    return labels.flatMap((label, at) => (at ? [", ", termOf(field, label)] : [termOf(field, label)]));
  }

  function linksOf(id) {
    const found = [];
    for (let link = 0; link < relations.n; link++) {
      const [source, target] = [relations.value("source_id", link), relations.value("target_id", link)];
      if (source !== id && target !== id) continue;
      const type = relations.value("type", link);
      const other = source === id ? target : source;
      found.push([source === id ? inWords(type) : data.converse[type], other, claims.value("text", rowOf(other))]);
    }
    return found;
  }

  let annotationRows = null;
  function annotationsOf(id) {
    if (!annotationRows) {
      annotationRows = new Map();
      for (let row = 0; row < annotations.n; row++) {
        const claimId = annotations.value("claim_id", row);
        annotationRows.set(claimId, [...(annotationRows.get(claimId) ?? []), row]);
      }
    }
    return annotationRows.get(id) ?? [];
  }

  // The annotators next to each other, with the label that the claim has.
  function opinions(id, row) {
    const given = annotationsOf(id);
    if (!given.length) return [];
    const differs = new Set(more.value("differs", row));
    const head = make("tr", {}, make("th", { scope: "col" }, "label"), ...given.map((one) => make("th", { scope: "col" }, annotations.value("annotator_id", one))), make("th", { scope: "col" }, "settled"));
    const said = (field, one) => {
      const why = annotations.value("undecided", one)?.[field];
      if (why) return `cannot decide: ${why}`;
      return annotations.value("labelled", one).includes(field) ? shownLabel(field, annotations.value(field, one)) : "–";
    };
    const asked = data.annotated.filter((field) => given.some((one) => annotations.value("labelled", one).includes(field) || annotations.value("undecided", one)?.[field]));
    const lines = asked.map((field) => make(
      "tr", differs.has(field) ? { class: "differs" } : {},
      make("th", { scope: "row" }, inWords(field.replace(/_id$/, ""))),
      ...given.map((one) => make("td", {}, said(field, one))),
      make("td", {}, shownLabel(field, claims.value(field, row))),
    ));
    const table = make("table", { class: "opinions" }, make("thead", {}, head), make("tbody", {}, ...lines));
    return [make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `What the annotators said of ${id}` }, table)];
  }

  return (row) => {
    const record = claims.record(row);
    const id = record.claim_id;
    const list = make("dl", {});
    const put = (name, ...value) => list.append(make("div", {}, make("dt", {}, name), make("dd", { dir: "auto" }, ...value)));
    const [name, description] = data.speakers[record.speaker_id] ?? [record.speaker, ""];
    const via = record.via.length ? `, passed on by ${record.via.map(speakerName).join(", then ")}` : "";
    put("Put forward by", `${name}${via}. ${description}`);
    put("Said", `${timeInWords(record.stated_on)} (`, termOf("stated_on_basis", record.stated_on_basis), "), ", termOf("mode", record.mode), ", setting: ", termOf("setting", record.setting));
    put("About", timeInWords(record.about_time));
    put("Layer", termOf("layer", record.layer));
    put("Kind", termOf("kind", record.kind));
    const agreement = record.agreement === null ? "" : `; ${Math.round(100 * record.agreement)}% of the annotators say so`;
    put("Verifiability", termOf("verifiability", record.verifiability), agreement);
    if (record.evidence.length) put("To settle it", ...terms("evidence", record.evidence));
    if (record.barriers.length) put("In the way", ...terms("barriers", record.barriers));
    put("Worth a check", record.check_worthy ? "yes" : "no");
    if (record.flags.length) put("Flags", ...terms("flags", record.flags));
    if (record.phenomena.length) put("Phenomena", ...terms("phenomena", record.phenomena));
    if (record.note) put("Note", record.note);
    for (const [phrase, other, text] of linksOf(id)) put(phrase[0].toUpperCase() + phrase.slice(1), make("a", { href: `#${other}` }, text));
    const copy = make("button", { type: "button", "data-copy": id }, "Copy as JSON", make("span", { class: "visually-hidden" }, `: ${record.text}`));
    return [list, ...opinions(id, row), make("p", { class: "tools" }, make("a", { href: `#${id}` }, `#${id}`), " ", copy)];
  };
})();
