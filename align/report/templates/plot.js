// The alignment as a plot: source sentences across, target sentences down, a box for every row with two sides, and
// rows with one side as ticks on the edge of that side.

const PLOT = { left: 52, top: 34, right: 10, bottom: 10, edge: 9 };

/** `open(row)` shows a row in the table; `most` is the height in pixels that the plot may have. */
class AlignmentPlot {
  constructor(doc, open, most) {
    this.doc = doc;
    this.open = open;
    this.selected = null;
    this.drag = null;
    this.straight = false;
    this.before = lastBefore(doc.src.last);
    this.slope = doc.tgt.count / Math.max(1, doc.src.count);
    this.whole = this.window = this.fullWindow();
    const { src_only, tgt_only } = doc.figures;
    this.canvas = new Canvas(
      `Alignment of ${counted(doc.src.count, "source sentence")} with ${counted(doc.tgt.count, "target sentence")}: ` +
        `${counted(doc.figures.pairs, "row")} with two sides, ${count(src_only)} with the source only, ` +
        `${count(tgt_only)} with the target only. The table below holds every row.`,
      0.9,
      most,
      (...how) => this.draw(...how),
      (context) => this.drawOver(context),
    );
    this.listen();
    this.back = el("button", { type: "button", onclick: () => this.show(this.whole), hidden: true }, "Whole document");
    this.node = el("figure", { class: "plot" }, this.caption(), this.canvas.node, this.legend());
  }

  caption() {
    const straighten = el("input", {
      type: "checkbox",
      onchange: (event) => {
        this.straight = event.target.checked;
        this.whole = this.fullWindow();
        this.show(this.whole);
      },
    });
    const hint = "Take the overall slope away, so that what shifts against it shows in a long document";
    return el(
      "figcaption",
      {},
      el("h2", {}, "Alignment"),
      el("span", { class: "hint" }, "drag to zoom, click a row to read it"),
      el("span", { class: "grow" }),
      this.back,
      el("label", { title: hint }, straighten, " off the diagonal"),
    );
  }

  legend() {
    const found = new Set(this.doc.kinds);
    const shown = KINDS.filter((_, number) => found.has(number));
    return el(
      "ul",
      { class: "legend" },
      shown.map(({ name, label }) => el("li", { class: `kind ${name}` }, label)),
    );
  }

  /** The part of the plot that is shown, in sentences: x0 to x1 across, y0 to y1 down. */
  fullWindow() {
    const { src, tgt } = this.doc;
    if (!this.straight) return { x0: 0, x1: Math.max(1, src.count), y0: 0, y1: Math.max(1, tgt.count) };
    let [low, high] = [-1, 1];
    for (let row = 0; row < this.doc.length; row++) {
      if (this.doc.isNull(row)) continue;
      const [, y, , h] = this.box(row);
      [low, high] = [Math.min(low, y), Math.max(high, y + h)];
    }
    return { x0: 0, x1: Math.max(1, src.count), y0: low, y1: high };
  }

  /** A row's x, y, width and height in sentences. */
  box(row) {
    const { src, tgt } = this.doc;
    const [x, w] = [src.first[row], src.last[row] - src.first[row] + 1];
    const [y, h] = [tgt.first[row], tgt.last[row] - tgt.first[row] + 1];
    return this.straight ? [x, y - (x + w / 2) * this.slope + (this.slope * w) / 2, w, h] : [x, y, w, h];
  }

  scales(width, height) {
    const { x0, x1, y0, y1 } = this.window;
    const [left, top] = [PLOT.left, PLOT.top];
    const across = (width - left - PLOT.right) / (x1 - x0);
    const down = (height - top - PLOT.bottom) / (y1 - y0);
    return {
      across,
      down,
      x: (value) => left + (value - x0) * across,
      y: (value) => top + (value - y0) * down,
      fromX: (pixel) => x0 + (pixel - left) / across,
      fromY: (pixel) => y0 + (pixel - top) / down,
    };
  }

  draw(context, width, height) {
    const { doc } = this;
    const scale = this.scales(width, height);
    this.axes(context, scale, width, height);
    const colours = kindColours();
    context.save();
    context.beginPath();
    context.rect(
      PLOT.left - PLOT.edge - 2,
      PLOT.top - PLOT.edge - 2,
      width,
      height - PLOT.top + PLOT.edge + 2 - PLOT.bottom,
    );
    context.clip();
    for (let row = 0; row < doc.length; row++) {
      if (doc.isNull(row)) continue;
      context.fillStyle = colours[doc.kind(row)];
      context.globalAlpha = 0.35 + 0.65 * doc.columns.confidence[row];
      context.fillRect(...this.mark(row, scale));
    }
    this.edge(context, doc.byKind[SOURCE_ONLY], colours[SOURCE_ONLY], scale, scale.across, 0);
    this.edge(context, doc.byKind[TARGET_ONLY], colours[TARGET_ONLY], scale, scale.down, 1);
    context.restore();
  }

  /** Rows with one side, along an edge; where many fall on a pixel, how strong the colour is tells how many. */
  edge(context, rows, fill, scale, each, axis) {
    const marks = rows.map((row) => this.mark(row, scale));
    const place = (mark) => Math.round(mark[axis]);
    const density = new Map();
    if (each < 1) for (const mark of marks) density.set(place(mark), (density.get(place(mark)) ?? 0) + 1);
    const most = Math.max(1, ...density.values());
    context.fillStyle = fill;
    const drawn = new Set();
    marks.forEach((mark, at) => {
      if (each >= 1) context.globalAlpha = 0.35 + 0.65 * this.doc.columns.confidence[rows[at]];
      else if (drawn.has(place(mark))) return;
      else {
        drawn.add(place(mark));
        context.globalAlpha = 0.1 + 0.9 * (density.get(place(mark)) / most);
        mark[axis] = place(mark);
        mark[axis + 2] = 1;
      }
      context.fillRect(...mark);
    });
  }

  /** The selected row, and the frame of a zoom on its way. */
  drawOver(context) {
    if (this.selected !== null && this.selected < this.doc.length) {
      const [x, y, w, h] = this.mark(this.selected, this.scales(this.canvas.width, this.canvas.height));
      context.strokeStyle = colour("--ink");
      context.lineWidth = 2;
      context.strokeRect(x - 3, y - 3, w + 6, h + 6);
    }
    if (this.drag?.to) {
      const [[ax, ay], [bx, by]] = [this.drag.from, this.drag.to];
      context.strokeStyle = colour("--accent");
      context.strokeRect(ax, ay, bx - ax, by - ay);
    }
  }

  /** A row's x, y, width and height in pixels; at least two pixels, so that long documents show. */
  mark(row, { x, y, across, down }) {
    const { src, tgt } = this.doc;
    const size = (sentences, each) => Math.max(2, sentences * each - (each > 5 ? 1 : 0));
    if (tgt.first[row] < 0) {
      const width = size(src.last[row] - src.first[row] + 1, across);
      return [x(src.first[row]), PLOT.top - PLOT.edge - 1, width, PLOT.edge - 2];
    }
    if (src.first[row] < 0) {
      if (this.straight)
        return [PLOT.left - PLOT.edge - 1, y(tgt.first[row] - this.before[row] * this.slope), PLOT.edge - 2, 2];
      return [
        PLOT.left - PLOT.edge - 1,
        y(tgt.first[row]),
        PLOT.edge - 2,
        size(tgt.last[row] - tgt.first[row] + 1, down),
      ];
    }
    const [bx, by, w, h] = this.box(row);
    return [x(bx), y(by), size(w, across), size(h, down)];
  }

  axes(context, { x, y }, width, height) {
    const { x0, x1, y0, y1 } = this.window;
    const [right, bottom] = [width - PLOT.right, height - PLOT.bottom];
    context.fillStyle = colour("--sunken");
    context.fillRect(PLOT.left, PLOT.top, right - PLOT.left, bottom - PLOT.top);
    context.strokeStyle = colour("--line");
    context.fillStyle = colour("--muted");
    context.beginPath();
    context.textAlign = "center";
    for (const at of ticks(x0, x1, Math.max(2, (right - PLOT.left) / 90))) {
      context.moveTo(Math.round(x(at)) + 0.5, PLOT.top);
      context.lineTo(Math.round(x(at)) + 0.5, bottom);
      context.fillText(count(at), x(at), 11);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const at of ticks(y0, y1, Math.max(2, (bottom - PLOT.top) / 50))) {
      context.moveTo(PLOT.left, Math.round(y(at)) + 0.5);
      context.lineTo(right, Math.round(y(at)) + 0.5);
      context.fillText(count(at), PLOT.left - PLOT.edge - 6, y(at));
    }
    context.stroke();
    context.textBaseline = "alphabetic";
  }

  listen() {
    const { node } = this.canvas;
    node.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button) return;
      this.drag = { from: this.canvas.place(event), to: null };
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      const at = this.canvas.place(event);
      if (this.drag && (this.drag.to || Math.hypot(at[0] - this.drag.from[0], at[1] - this.drag.from[1]) > 6)) {
        this.drag.to = at;
        hideTip();
        this.canvas.redrawOver();
        return;
      }
      const row = this.nearest(at);
      node.style.cursor = row === null ? "crosshair" : "pointer";
      if (row === null) hideTip();
      else showTip(event, ...rowTip(this.doc, row));
    });
    node.addEventListener("pointerup", () => {
      const drag = this.drag;
      this.drag = null;
      if (drag?.to) this.zoom(drag.from, drag.to);
    });
    node.addEventListener("click", (event) => {
      if (this.zoomed) {
        this.zoomed = false; // the click that ends a drag
        return;
      }
      const row = this.nearest(this.canvas.place(event));
      if (row !== null) this.open(row);
    });
    node.addEventListener("dblclick", () => this.show(this.whole));
    node.addEventListener("pointerleave", hideTip);
  }

  zoom([ax, ay], [bx, by]) {
    this.zoomed = true;
    const scale = this.scales(this.canvas.width, this.canvas.height);
    const between = (value, low, high) => Math.min(Math.max(value, low), high);
    const { x0, x1, y0, y1 } = this.window;
    const xs = [scale.fromX(Math.min(ax, bx)), scale.fromX(Math.max(ax, bx))].map((v) => between(v, x0, x1));
    const ys = [scale.fromY(Math.min(ay, by)), scale.fromY(Math.max(ay, by))].map((v) => between(v, y0, y1));
    this.show({ x0: xs[0], x1: Math.max(xs[1], xs[0] + 2), y0: ys[0], y1: Math.max(ys[1], ys[0] + 2) });
  }

  show(part) {
    this.window = part;
    this.back.hidden = part === this.whole;
    this.canvas.redraw();
  }

  select(row) {
    if (row === this.selected) return;
    this.selected = row;
    this.canvas.redrawOver();
  }

  /** The row under a point, or within six pixels of it. */
  nearest([px, py]) {
    if (!this.canvas.width) return null;
    const scale = this.scales(this.canvas.width, this.canvas.height);
    const { src } = this.doc;
    const [low, high] = [scale.fromX(px - 8), scale.fromX(px + 8)];
    let [best, distance] = [null, 6];
    for (let row = 0; row < this.doc.length; row++) {
      if (src.first[row] >= 0 ? src.first[row] > high || src.last[row] + 1 < low : px > PLOT.left + 8) continue;
      const [x, y, w, h] = this.mark(row, scale);
      const away = Math.hypot(Math.max(x - px, 0, px - x - w), Math.max(y - py, 0, py - y - h));
      if (away < distance) [best, distance] = [row, away];
    }
    return best;
  }
}

/** For each row, the last number of all rows up to it; 0 before the first. */
function lastBefore(last) {
  const before = new Int32Array(last.length);
  let latest = 0;
  last.forEach((number, row) => {
    if (number >= 0) latest = number;
    before[row] = latest;
  });
  return before;
}
