// The page of one document.

class DocumentPage {
  /** `go(state, isPlace)` puts a state into the address; a place is one to come back to. */
  constructor(doc, go) {
    this.doc = doc;
    const open = async (row) => {
      // A row the filters hide is shown among all rows instead.
      const isShown = this.table.rows.includes(row);
      await go({ ...(isShown ? this.table.state : inOrder(this.table.state)), row }, true);
      this.reveal("center");
    };
    this.table = new RowTable(doc, go);
    this.plot = doc.length ? new AlignmentPlot(doc, open, this.plotHeight()) : null;
    const pick = (min, max) => this.table.set({ min, max });
    const toggle = (field) => (name) => {
      const chosen = new Set(this.table.state[field]);
      if (!chosen.delete(name)) chosen.add(name);
      this.table.set({ [field]: chosen });
    };
    this.types = typeBars(doc.figures, toggle("types"));
    this.flags = flagBars(doc.figures, doc.flag_rules, toggle("flags"));
    this.node = el(
      "div",
      {},
      this.heading(),
      doc.length ? this.figures(pick, open) : null,
      this.table.node,
      madeBy(doc.made),
    );
  }

  figures(pick, open) {
    const { doc } = this;
    const scatter = new LengthScatter(doc, open).node;
    const more = [doc.gold && reliability(doc.gold), doc.heat && new HeatMap(doc, open).node].filter(Boolean);
    return el(
      "div",
      { class: "figures" },
      this.plot.node,
      el("div", { class: "stack" }, confidenceHistogram(doc.figures, pick), this.types, more.length ? null : this.flags),
      el("div", { class: "stack" }, thresholdTable(doc.figures, doc.gold, pick), more.length ? this.flags : scatter),
      more.length ? el("div", { class: "strip" }, scatter, more) : null,
    );
  }

  /** Pixels that the plot may be high, so that it ends where the charts beside it do. */
  plotHeight() {
    const { gold, heat, figures } = this.doc;
    if (!gold && !heat) return 620;
    return figures.flagged ? 530 : 400;
  }

  heading() {
    const { doc } = this;
    const { figures } = doc;
    const sure = figures.thresholds.find((row) => row.threshold === 0.9);
    return el(
      "section",
      { class: "heading" },
      el("h1", {}, doc.name),
      el("p", { class: "languages" }, `${languageName(doc.src_lang)} → ${languageName(doc.tgt_lang)}`),
      verdictLine(doc),
      keyFigures([
        ["rows", count(figures.rows)],
        ["with two sides", count(figures.pairs)],
        ["source only", count(figures.src_only), "Rows whose source has no counterpart"],
        ["target only", count(figures.tgt_only), "Rows whose target has no counterpart"],
        ["mean confidence", figures.mean_confidence.toFixed(2)],
        sure.rows && ["sure (0.9 or more)", share(sure.rows / figures.pairs), "Of the rows with two sides"],
        figures.flagged && ["flagged", count(figures.flagged)],
        doc.gold && ["strict F1", doc.gold.strict.f1.toFixed(3), "Against gold"],
      ]),
    );
  }

  async show(state) {
    this.plot?.select(state.row);
    for (const [bars, chosen] of [
      [this.types, state.types],
      [this.flags, state.flags],
    ]) {
      for (const button of bars?.querySelectorAll("button") ?? [])
        button.setAttribute("aria-pressed", String(chosen.has(button.dataset.name)));
    }
    await this.table.show(state);
  }

  reveal(place) {
    this.table.reveal(place);
  }

  key(event) {
    return this.table.key(event);
  }

  focusSearch() {
    this.table.search.focus();
    this.table.search.select();
  }

  get searching() {
    return this.table.search;
  }
}
