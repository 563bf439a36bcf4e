// The similarity of every source row to every target row, with the rows that the alignment pairs outlined.

class HeatMap {
  constructor(doc, open) {
    this.doc = doc;
    this.map = doc.heat;
    this.cells = Uint8Array.from(atob(this.map.cells), (char) => char.charCodeAt(0));
    const { rows, columns, encoder } = this.map;
    const size = `${counted(rows.length, "source row")} to ${counted(columns.length, "target row")}`;
    const label = `Similarity of ${size}, from light for unlike to dark for alike.`;
    this.canvas = new Canvas(label, 1, 310, (...how) => this.draw(...how));
    const { node } = this.canvas;
    node.addEventListener("pointermove", (event) => this.point(event));
    node.addEventListener("pointerleave", hideTip);
    node.addEventListener("click", (event) => {
      const cell = this.cell(event);
      if (cell) open(this.map.rows[cell.row]);
    });
    const caption = el(
      "figcaption",
      {},
      el("h2", {}, "Similarity"),
      el("span", { class: "hint" }, `source down, target across; ${encoder}`),
    );
    this.node = el("figure", {}, caption, node, this.scale());
  }

  scale() {
    const { low, high } = this.map;
    return el(
      "div",
      { class: "heat-scale" },
      el("span", {}, low.toFixed(2)),
      el("i", {}),
      el("span", {}, high.toFixed(2)),
      el("span", { class: "heat-path" }, "paired"),
    );
  }

  draw(context, width, height) {
    const { rows, columns } = this.map;
    const image = new ImageData(columns.length, rows.length);
    const ramp = this.ramp();
    this.cells.forEach((value, at) => image.data.set(ramp[value], at * 4));
    const small = el("canvas", { width: columns.length, height: rows.length });
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, width, height);
    const [w, h] = [width / columns.length, height / rows.length];
    const column = new Map(columns.map((row, at) => [row, at]));
    context.strokeStyle = colour("--heat-path");
    context.lineWidth = Math.min(1.5, w / 5);
    rows.forEach((row, at) => {
      if (column.has(row)) context.strokeRect(column.get(row) * w, at * h, w, h);
    });
  }

  /** 256 colours as [red, green, blue, alpha], between those that the style names. */
  ramp() {
    const stops = ["--heat-0", "--heat-1", "--heat-2"].map((name) =>
      colour(name)
        .match(/[\d.]+/g)
        .slice(0, 3)
        .map(Number),
    );
    return Array.from({ length: 256 }, (_, value) => {
      const at = (value / 255) ** 1.4 * (stops.length - 1);
      const i = Math.min(Math.floor(at), stops.length - 2);
      return [...stops[i].map((from, c) => Math.round(from + (stops[i + 1][c] - from) * (at - i))), 255];
    });
  }

  cell(event) {
    const [x, y] = this.canvas.place(event);
    const row = Math.floor((y / this.canvas.height) * this.map.rows.length);
    const column = Math.floor((x / this.canvas.width) * this.map.columns.length);
    return this.map.rows[row] === undefined || this.map.columns[column] === undefined ? null : { row, column };
  }

  point(event) {
    const cell = this.cell(event);
    if (!cell) return hideTip();
    const { rows, columns, low, high } = this.map;
    const [src, tgt] = [rows[cell.row], columns[cell.column]];
    const value = this.cells[cell.row * columns.length + cell.column];
    const similarity = (low + (value / 255) * (high - low)).toFixed(2);
    const text = value ? similarity : `${low.toFixed(2)} or less`;
    showTip(
      event,
      el(
        "p",
        { class: "tip-head" },
        `${src === tgt ? `Row ${count(src)}, paired` : `Rows ${count(src)} and ${count(tgt)}`} · similarity ${text}`,
      ),
      el("p", { lang: this.doc.src_lang, dir: "auto" }, clip(this.doc.columns.src[src], 140)),
      el("p", { lang: this.doc.tgt_lang, dir: "auto" }, clip(this.doc.columns.tgt[tgt], 140)),
    );
  }
}
