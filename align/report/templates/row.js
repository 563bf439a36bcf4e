// A row of the table: its figures, both sides, its flags, and more about it when it is selected.

const COLUMNS = 7;
const SURE = 0.9;
const DOUBTFUL = 0.5; // below, the row is more likely wrong than right

/** The line of a row; `look` has the search terms to mark, whether it is selected, and the address of its place. */
function rowLine(doc, row, { terms, isSelected, place }) {
  const { confidence, similarity, src, tgt } = doc.columns;
  const stretch = doc.stretch(row);
  const source = sideCell(src[row], doc.src_lang, terms);
  const target = sideCell(tgt[row], doc.tgt_lang, terms);
  const flags = flagLabels(doc, row);
  if (flags.length) (src[row] ? source : target).append(el("div", { class: "flags" }, flags));
  const attributes = {
    "data-row": row,
    tabindex: "-1",
    class: [doc.isNull(row) && "null", isSelected && "selected"].filter(Boolean).join(" ") || null,
    "aria-current": isSelected ? "true" : null,
  };
  return el(
    "tr",
    attributes,
    el("td", { class: "number" }, el("a", { href: place, title: "The row in its place" }, count(row))),
    el("td", {}, el("span", { class: `kind ${KINDS[doc.kind(row)].name}` }, doc.type(row))),
    confidenceCell(confidence[row]),
    el("td", { class: "number" }, doc.isNull(row) ? "" : similarity[row].toFixed(2)),
    el("td", { class: "number" }, stretch === null ? "" : `×${stretch.toFixed(stretch < 9.95 ? 1 : 0)}`),
    source,
    target,
  );
}

function confidenceCell(confidence) {
  const tone = confidence < DOUBTFUL ? "poor" : confidence < SURE ? "fair" : "good";
  const bar = el("i", { class: tone, style: `--p:${confidence}` });
  return el("td", { class: "number conf" }, probability(confidence), bar);
}

function sideCell(text, code, terms) {
  if (!text) return el("td", { class: "text empty" }, "no counterpart");
  return el("td", { class: "text", lang: code, dir: "auto" }, marked(text, terms));
}

function flagLabels(doc, row) {
  const grade = doc.grade(row);
  const labels = doc.flagsOf(row).map((flag) => el("span", { class: "flag", title: doc.flag_rules[flag] }, flag));
  if (grade === null || grade === 2) return labels;
  return [el("span", { class: "flag poor" }, grade ? "partly as gold" : "not as gold"), ...labels];
}

/** What else there is to say of a row, with buttons. */
function rowDetail(doc, row, buttons) {
  const { src_ids, tgt_ids, src_span, tgt_span, bead, src, tgt, confidence } = doc.columns;
  const facts = [
    ["Bead", count(bead[row])],
    ["Confidence", confidence[row].toFixed(4)],
    ["Source", sideFacts(src_ids[row], src_span[row], src[row])],
    ["Target", sideFacts(tgt_ids[row], tgt_span[row], tgt[row])],
  ];
  for (const flag of doc.flagsOf(row)) if (doc.flag_rules[flag]) facts.push([flag, doc.flag_rules[flag]]);
  const instead = doc.gold?.instead[row];
  if (instead !== undefined) facts.push(["Gold has", instead || "none of these sentences"]);
  const list = facts.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value)));
  return el("tr", { class: "detail" }, el("td", { colspan: COLUMNS }, el("dl", {}, list), buttons));
}

function sideFacts(ids, span, text) {
  if (!ids) return "nothing";
  const sentences = `${ids.includes(",") ? "sentences" : "sentence"} ${ids.replaceAll(",", ", ")}`;
  const place = span && `characters ${span.replace(":", " to ")}`;
  return [sentences, place, `${count(text.length)} long`].filter(Boolean).join(", ");
}
