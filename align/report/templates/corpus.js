// The page of a corpus: totals, and every document with a link to its page.

const DOCUMENT_COLUMNS = [
  ["name", "Document", 1],
  ["verdict", "Verdict", 1],
  ["aligned", "Aligned", 1],
  ["rows", "Rows", -1],
  ["src_only", "Source only", -1],
  ["tgt_only", "Target only", -1],
  ["confidence", "Mean conf.", 1],
  ["flagged", "Flagged", -1],
  ["f1", "Strict F1", 1],
];

class CorpusPage {
  constructor(corpus) {
    this.corpus = corpus;
    this.sort = null;
    this.page = 1;
    this.verdict = null;
    const { figures, documents, failures, gold } = corpus;
    this.columns = DOCUMENT_COLUMNS.filter(
      ([name]) => (name !== "f1" || gold) && (name !== "flagged" || figures.flagged),
    );
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
    this.verdicts = this.verdictBars();
    this.node = el(
      "div",
      {},
      el(
        "section",
        { class: "heading" },
        el("h1", {}, corpus.title),
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
        el("div", { class: "stack" }, this.verdicts, confidenceHistogram(figures)),
        el("div", { class: "stack" }, thresholdTable(figures, gold)),
        el("div", { class: "stack" }, typeBars(figures), flagBars(figures, corpus.flag_rules)),
        gold && el("div", { class: "stack" }, reliability(gold)),
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

  verdictBars() {
    const counts = {};
    for (const { verdict } of this.corpus.documents) counts[verdict] = (counts[verdict] ?? 0) + 1;
    return figure(
      "Verdicts",
      "click to filter",
      countBars(counts, {
        kind: toneOf,
        toggle: (name) => {
          this.verdict = this.verdict === name ? null : name;
          this.refresh();
        },
      }),
    );
  }

  refresh(page = 1) {
    const terms = termsOf(this.search.value);
    const rows = this.corpus.documents
      .map((entry, at) => at)
      .filter((at) => {
        const entry = this.corpus.documents[at];
        return (
          (!this.verdict || entry.verdict === this.verdict) && terms.every((term) => fold(entry.name).includes(term))
        );
      });
    if (this.sort) rows.sort((a, b) => this.compare(a, b));
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    this.page = Math.min(page, pages);
    for (const button of this.verdicts.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.name === this.verdict));
    this.head.replaceChildren(
      ...this.columns.map(([name, label, direction]) => {
        const sorted = this.sort === name ? (direction > 0 ? "ascending" : "descending") : null;
        return el(
          "th",
          { scope: "col", "aria-sort": sorted },
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
          { class: ["name", "verdict"].includes(name) ? null : "number" },
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
