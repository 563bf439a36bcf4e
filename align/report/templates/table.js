// The rows: a page of them at a time, with both sides next to each other.

const PAGE = 100;

const HEADS = [
  ["row", "Row", "In the order of the document"],
  [null, "Type", "Source and target sentences in the row"],
  ["confidence", "Conf.", "Probability that exactly this row is right; click for the least sure first"],
  ["similarity", "Sim.", "Cosine of the two sides; click for the least alike first"],
  ["length", "Length", "Target length against what is usual for its source; click for the oddest first"],
];

class RowTable {
  /** `change(state)` is asked for whenever the reader wants something else shown. */
  constructor(doc, change) {
    this.doc = doc;
    this.change = change;
    this.rows = [];
    this.asked = 0;
    this.search = el("input", {
      type: "search",
      placeholder: "Search both sides",
      "aria-label": "Search both sides",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.set({ q: this.search.value }),
    });
    this.low = this.limit("min", "Least confidence");
    this.high = this.limit("max", "Greatest confidence");
    this.tabs = el(
      "div",
      { class: "tabs", role: "group", "aria-label": "Rows to show" },
      this.views().map((view) =>
        el(
          "button",
          { type: "button", "data-view": view, onclick: () => this.set({ view, sort: VIEWS[view].sort }) },
          VIEWS[view].label,
          " ",
          el("span", { class: "n" }, count(this.total(view))),
        ),
      ),
    );
    this.found = el("span", { class: "found" });
    this.clear = el(
      "button",
      { type: "button", onclick: () => this.change({ ...unfiltered(this.state), row: null }) },
      "Clear filters",
    );
    this.save = el(
      "button",
      { type: "button", onclick: () => this.download(), title: "The rows listed, as a TSV file" },
      "Save as TSV",
    );
    this.body = el("tbody");
    this.head = el("tr");
    this.pagers = [this.pager(), this.pager()];
    const bar = el(
      "div",
      { class: "toolbar" },
      this.tabs,
      el(
        "div",
        { class: "filters" },
        this.search,
        el("span", { class: "limits" }, "confidence ", this.low, " to ", this.high),
        this.clear,
      ),
      el("div", { class: "status" }, this.found, el("span", { class: "grow" }), this.save, this.pagers[0]),
    );
    const table = el("table", { class: "rows" }, el("thead", {}, this.head), this.body);
    this.node = el("section", { id: "rows", tabindex: "-1", "aria-label": "Rows" }, bar, table, this.pagers[1]);
    this.body.addEventListener("click", (event) => this.clicked(event));
  }

  limit(name, label) {
    const fallback = name === "min" ? 0 : 1;
    return el("input", {
      type: "number",
      min: 0,
      max: 1,
      step: 0.05,
      "aria-label": label,
      onchange: (event) => {
        const value = Number.parseFloat(event.target.value);
        this.set({ [name]: Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : fallback });
      },
    });
  }

  views() {
    return Object.keys(VIEWS).filter((view) => view === "all" || this.total(view));
  }

  total(view) {
    const { figures, gold } = this.doc;
    return {
      all: this.doc.length,
      pairs: figures.pairs,
      nulls: figures.src_only + figures.tgt_only,
      flagged: figures.flagged,
      wrong: gold?.wrong ?? 0,
    }[view];
  }

  /** Ask for another state, from its first page on. */
  set(changes) {
    this.change({ ...this.state, row: null, page: 1, ...changes });
  }

  /** Show a state. */
  async show(state) {
    const same = this.state && JSON.stringify(this.filterOf(state)) === JSON.stringify(this.filterOf(this.state));
    this.state = state;
    this.showControls();
    const asked = ++this.asked;
    if (!same) {
      this.found.textContent = "Searching …";
      const rows = await selectRows(this.doc, state, () => asked !== this.asked);
      if (rows === null) return;
      this.rows = rows;
    }
    const at = state.row === null ? -1 : this.rows.indexOf(state.row);
    this.page = Math.min(at < 0 ? state.page : Math.floor(at / PAGE) + 1, this.pages);
    this.selected = at < 0 ? null : state.row;
    this.showRows();
  }

  filterOf({ view, sort, q, types, flags, min, max }) {
    return [view, sort, q, [...types], [...flags], min, max];
  }

  get pages() {
    return Math.max(1, Math.ceil(this.rows.length / PAGE));
  }

  showControls() {
    const { state } = this;
    if (document.activeElement !== this.search) this.search.value = state.q;
    this.low.value = state.min;
    this.high.value = state.max;
    this.clear.hidden = !isFiltered(state);
    for (const tab of this.tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.view === state.view));
    this.head.replaceChildren(
      ...HEADS.map(([sort, label, title]) =>
        sort
          ? el(
              "th",
              { scope: "col", "aria-sort": state.sort === sort ? "ascending" : null },
              el("button", { type: "button", title, onclick: () => this.set({ sort }) }, label),
            )
          : el("th", { scope: "col", title }, label),
      ),
      el("th", { scope: "col", class: "text" }, `Source · ${languageName(this.doc.src_lang)}`),
      el("th", { scope: "col", class: "text" }, `Target · ${languageName(this.doc.tgt_lang)}`),
    );
  }

  showRows() {
    const terms = termsOf(this.state.q);
    const from = (this.page - 1) * PAGE;
    const shown = this.rows.slice(from, from + PAGE);
    this.body.replaceChildren(...shown.flatMap((row) => this.lines(row, terms)));
    if (!shown.length)
      this.body.append(
        el(
          "tr",
          {},
          el(
            "td",
            { colspan: COLUMNS, class: "none" },
            this.doc.length ? "No row fits. Clear the filters, or search for less." : "The alignment has no rows.",
          ),
        ),
      );
    const text =
      this.rows.length === this.doc.length
        ? counted(this.doc.length, "row")
        : `${count(this.rows.length)} of ${counted(this.doc.length, "row")}`;
    this.found.textContent = text;
    this.save.hidden = !this.rows.length;
    say(text);
    for (const pager of this.pagers) this.fillPager(pager);
  }

  lines(row, terms) {
    const isSelected = row === this.selected;
    const place = hashOf({ ...inOrder(this.state), row });
    const line = rowLine(this.doc, row, { terms, isSelected, place });
    if (!isSelected) return [line];
    const button = (label, action) => el("button", { type: "button", onclick: action }, label);
    const buttons = [button("Copy as TSV", () => this.copy()), button("Show in its place", () => this.inPlace())];
    return [line, rowDetail(this.doc, row, buttons)];
  }

  pager() {
    return el("nav", { class: "pager", "aria-label": "Pages of rows" });
  }

  fillPager(pager) {
    pager.hidden = this.pages < 2;
    const turn = (label, name, by) =>
      el(
        "button",
        {
          type: "button",
          "aria-label": name,
          disabled: this.page + by < 1 || this.page + by > this.pages,
          onclick: () => this.turn(by),
        },
        label,
      );
    const number = el("input", {
      type: "number",
      min: 1,
      max: this.pages,
      value: this.page,
      "aria-label": "Page",
      onchange: (event) => this.turn(Math.round(event.target.valueAsNumber || 1) - this.page),
    });
    pager.replaceChildren(
      turn("‹", "Page before", -1),
      number,
      el("span", {}, `of ${count(this.pages)}`),
      turn("›", "Next page", 1),
    );
  }

  /** Turn to another page and show its first row. */
  turn(by) {
    const page = Math.min(Math.max(this.page + by, 1), this.pages);
    if (page === this.page) return;
    this.change({ ...this.state, page, row: null });
    this.node.scrollIntoView({ block: "start" });
  }

  clicked(event) {
    if (event.target.closest("a, button") || String(getSelection())) return;
    const row = event.target.closest("tr[data-row]")?.dataset.row;
    if (row !== undefined) this.select(Number(row) === this.selected ? null : Number(row));
  }

  select(row) {
    return this.change({ ...this.state, row, page: this.page });
  }

  /** Select the next row (`by` 1) or the one before (-1), and bring it into sight. */
  async step(by) {
    const from =
      this.selected === null ? (this.page - 1) * PAGE + (by > 0 ? -1 : PAGE) : this.rows.indexOf(this.selected);
    const row = this.rows[Math.min(Math.max(from + by, 0), this.rows.length - 1)];
    if (row !== undefined) await this.select(row);
    this.reveal();
  }

  reveal(place = "nearest") {
    const line = this.body.querySelector("tr.selected");
    line?.focus({ preventScroll: true });
    line?.scrollIntoView({ block: place });
  }

  async inPlace() {
    if (this.selected === null) return;
    await this.change({ ...inOrder(this.state), row: this.selected }, true);
    this.reveal("center");
  }

  async copy() {
    if (this.selected === null) return;
    const text = this.doc.tsv(this.selected);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages opened from a disk may not reach the clipboard that way.
      const area = el("textarea", { class: "unseen" });
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    this.found.textContent = `Row ${count(this.selected)} copied`;
    say(this.found.textContent);
  }

  download() {
    const lines = [this.doc.header.join("\t"), ...this.rows.map((row) => this.doc.tsv(row))];
    const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/tab-separated-values" }));
    el("a", { href: url, download: `${this.doc.name.replaceAll("/", "-")}.tsv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  /** Do what a key asks for; gives whether it did. */
  key(event) {
    // The arrows scroll the page, as ever, until a row is selected.
    const arrows = this.selected === null ? {} : { ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1) };
    const actions = {
      ...arrows,
      j: () => this.step(1),
      k: () => this.step(-1),
      n: () => this.turn(1),
      ArrowRight: () => this.turn(1),
      p: () => this.turn(-1),
      ArrowLeft: () => this.turn(-1),
      Enter: () => this.inPlace(),
      c: () => this.copy(),
      w: () => this.set({ view: "pairs", sort: "confidence" }),
      a: () => this.set({ view: "all", sort: "row" }),
      Escape: () => this.change({ ...unfiltered(this.state), row: null }),
    };
    if (!Object.hasOwn(actions, event.key)) return false;
    actions[event.key]();
    return true;
  }
}
