// The page of a corpus: totals, and every document with a link to its page.

const DOCUMENT_COLUMNS = [
  ["name", "Document", 1],
  ["languages", "Languages", 1],
  ["verdict", "Verdict", 1],
  ["aligned", "Aligned", 1],
  ["rows", "Rows", -1],
  ["src_only", "Source only", -1],
  ["tgt_only", "Target only", -1],
  ["confidence", "Mean conf.", 1],
  ["flagged", "Flagged", -1],
  ["f1", "Strict F1", 1],
];
const WORDS = ["name", "languages", "verdict"]; // the columns that are no figures

class CorpusPage {
  constructor(corpus) {
    this.corpus = corpus;
    this.sort = null;
    this.page = 1;
    this.chosen = { verdict: null, languages: null };
    const { figures, documents, failures, gold } = corpus;
    for (const entry of documents) entry.languages = `${languageName(entry.src_lang)} → ${languageName(entry.tgt_lang)}`;
    const isMixed = new Set(documents.map((entry) => entry.languages)).size > 1;
    const isShown = { f1: Boolean(gold), flagged: figures.flagged > 0, languages: isMixed };
    this.columns = DOCUMENT_COLUMNS.filter(([name]) => isShown[name] ?? true);
    this.search = el("input", {
      type: "search",
      placeholder: "Find a document",
      "aria-label": "Find a document",
      autocomplete: "off",
      oninput: () => this.refresh(),
    });
    this.found = el("span", { class: "found" });
    this.head = el("tr");
    this.body = el("tbody");
    this.pager = el("nav", { class: "pager", "aria-label": "Pages of documents" });
    this.bars = [
      this.documentBars("Verdicts", "verdict", toneOf),
      isMixed && this.documentBars("Languages", "languages"),
    ].filter(Boolean);
    this.node = el(
      "div",
      {},
      el(
        "section",
        { class: "heading" },
        el("h1", {}, corpus.title),
        !isMixed && documents.length > 0 && el("p", { class: "languages" }, documents[0].languages),
        keyFigures([
          ["documents", count(documents.length)],
          failures.length && ["failed", count(failures.length)],
          ["rows", count(figures.rows)],
          ["with two sides", count(figures.pairs)],
          ["source only", count(figures.src_only)],
          ["target only", count(figures.tgt_only)],
          ["text aligned", share(corpus.aligned), "Of all characters, as the documents' verdicts have it"],
          ["mean confidence", figures.mean_confidence.toFixed(2)],
          figures.flagged && ["flagged rows", count(figures.flagged)],
          gold && ["strict F1", gold.strict.f1.toFixed(3), `Against gold, ${counted(gold.documents, "document")}`],
        ]),
      ),
      el(
        "div",
        { class: "figures corpus" },
        this.bars,
        confidenceHistogram(figures),
        thresholdTable(figures, gold),
        typeBars(figures),
        flagBars(figures, corpus.flag_rules),
        gold && reliability(gold),
      ),
      el(
        "section",
        { id: "rows", tabindex: "-1", "aria-label": "Documents" },
        el(
          "div",
          { class: "toolbar" },
          el("h2", {}, "Documents"),
          el("div", { class: "filters" }, this.search),
          el("div", { class: "status" }, this.found, el("span", { class: "grow" }), this.pager),
        ),
        el("div", { class: "wide" }, el("table", { class: "documents" }, el("thead", {}, this.head), this.body)),
      ),
      this.worst(),
      this.failures(),
      madeBy(corpus.made),
    );
    this.refresh();
  }

  /** Documents by what a field of theirs says; clicking a bar lists those. */
  documentBars(title, field, kind) {
    const counts = {};
    for (const entry of this.corpus.documents) counts[entry[field]] = (counts[entry[field]] ?? 0) + 1;
    const sorted = Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
    const toggle = (name) => {
      this.chosen[field] = this.chosen[field] === name ? null : name;
      this.refresh();
    };
    const bars = figure(title, "click to filter", countBars(sorted, { kind, toggle }));
    bars.dataset.field = field;
    return bars;
  }

  refresh(page = 1) {
    const terms = termsOf(this.search.value);
    const rows = this.corpus.documents
      .map((entry, at) => at)
      .filter((at) => {
        const entry = this.corpus.documents[at];
        const isChosen = Object.entries(this.chosen).every(([field, name]) => name === null || entry[field] === name);
        return isChosen && terms.every((term) => fold(entry.name).includes(term));
      });
    if (this.sort) rows.sort((a, b) => this.compare(a, b));
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    this.page = Math.min(page, pages);
    for (const bars of this.bars)
      for (const button of bars.querySelectorAll("button"))
        button.setAttribute("aria-pressed", String(button.dataset.name === this.chosen[bars.dataset.field]));
    this.head.replaceChildren(
      ...this.columns.map(([name, label, direction]) => {
        const sorted = this.sort === name ? (direction > 0 ? "ascending" : "descending") : null;
        return el(
          "th",
          { scope: "col", "aria-sort": sorted, class: WORDS.includes(name) ? null : "number" },
          el("button", { type: "button", onclick: () => this.sortBy(name) }, label),
        );
      }),
    );
    this.body.replaceChildren(...rows.slice((this.page - 1) * PAGE, this.page * PAGE).map((at) => this.row(at)));
    const all = this.corpus.documents.length;
    this.found.textContent =
      rows.length === all ? counted(all, "document") : `${count(rows.length)} of ${counted(all, "document")}`;
    say(this.found.textContent);
    this.pager.hidden = pages < 2;
    const turn = (label, name, by) =>
      el(
        "button",
        {
          type: "button",
          "aria-label": name,
          disabled: this.page + by < 1 || this.page + by > pages,
          onclick: () => this.refresh(this.page + by),
        },
        label,
      );
    this.pager.replaceChildren(
      turn("‹", "Page before", -1),
      el("span", {}, `${count(this.page)} of ${count(pages)}`),
      turn("›", "Next page", 1),
    );
  }

  sortBy(name) {
    this.sort = this.sort === name ? null : name;
    this.refresh();
  }

  compare(a, b) {
    const direction = this.columns.find(([name]) => name === this.sort)[2];
    const field = this.sort === "verdict" ? "aligned" : this.sort; // the worst verdict first, not the first letter
    const [x, y] = [this.corpus.documents[a][field], this.corpus.documents[b][field]];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    const order = typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y;
    return direction * order || a - b;
  }

  row(at) {
    const entry = this.corpus.documents[at];
    const show = {
      name: () => el("a", { href: documentLink(entry) }, entry.name),
      languages: () => entry.languages,
      verdict: () => el("span", { class: `verdict ${toneOf(entry.verdict)}` }, entry.verdict),
      aligned: () => share(entry.aligned),
      confidence: () => entry.confidence.toFixed(3),
      f1: () => (entry.f1 === null ? "–" : entry.f1.toFixed(3)),
    };
    return el(
      "tr",
      {},
      this.columns.map(([name]) =>
        el(
          "td",
          { class: WORDS.includes(name) ? null : "number" },
          show[name] ? show[name]() : count(entry[name]),
        ),
      ),
    );
  }

  worst() {
    const { worst, documents } = this.corpus;
    if (!worst.length) return null;
    const line = ({ document: at, row, type, confidence, flags, src, tgt }) =>
      el(
        "tr",
        {},
        el(
          "td",
          {},
          el("a", { href: documentLink(documents[at], row) }, `${clip(documents[at].name, 40)} ${count(row)}`),
        ),
        el("td", {}, el("span", { class: `kind ${KINDS[kindOf(type)].name}` }, type)),
        el("td", { class: "number" }, probability(confidence)),
        el(
          "td",
          { class: "text", lang: documents[at].src_lang, dir: "auto" },
          src,
          flags.length
            ? el(
                "div",
                { class: "flags" },
                flags.map((flag) => el("span", { class: "flag" }, flag)),
              )
            : null,
        ),
        el("td", { class: "text", lang: documents[at].tgt_lang, dir: "auto" }, tgt),
      );
    const head = ["Row", "Type", "Conf.", "Source", "Target"].map((label) => el("th", { scope: "col" }, label));
    return el(
      "section",
      { class: "worst" },
      el("h2", {}, "Least sure rows"),
      el("table", { class: "rows short" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, worst.map(line))),
    );
  }

  failures() {
    const { failures } = this.corpus;
    if (!failures.length) return null;
    return el(
      "section",
      { class: "failures" },
      el("h2", {}, `Failed: ${counted(failures.length, "document")}`),
      el(
        "dl",
        {},
        failures.map(({ name, reason }) => [el("dt", {}, name), el("dd", {}, reason)]),
      ),
    );
  }

  async show() {}

  reveal() {}

  key() {
    return false;
  }

  focusSearch() {
    this.search.focus();
  }

  get searching() {
    return this.search;
  }
}

/** The address of a document's page, and of a row on it. */
function documentLink(entry, row = null) {
  const hash = hashOf({ ...inOrder(readState()), doc: entry.page ? null : entry.name, row });
  return entry.page ? entry.page + (row === null ? "" : hash) : hash;
}
