// A canvas as wide as its place, sharp on every screen, in the colours of the theme.

const canvases = new Set();

/** The CSS variable's colour under the theme in force. */
function colour(name) {
  const probe = byId("main");
  const before = probe.style.outlineColor;
  probe.style.outlineColor = `var(${name})`;
  const value = getComputedStyle(probe).outlineColor;
  probe.style.outlineColor = before;
  return value;
}

const kindColours = () => KINDS.map((kind) => colour(`--${kind.name}`));

/**
 * A chart on a canvas: `draw(context, width, height)`, in CSS pixels, is called when the size or the theme changes and
 * by `redraw()`. `ratio` is the height by the width, up to `most` pixels. What `over(context)` draws lies above it and
 * may change by itself, by `redrawOver()`: a hundred thousand rows are not drawn again because one is selected.
 */
class Canvas {
  constructor(label, ratio, most, draw, over = null) {
    this.node = el("canvas", { role: "img", "aria-label": label });
    this.draw = draw;
    this.over = over;
    this.below = el("canvas"); // what `draw` drew last
    this.width = this.height = 0;
    this.frame = 0;
    new ResizeObserver(() => this.resize(ratio, most)).observe(this.node);
    canvases.add(this);
  }

  resize(ratio, most) {
    const width = this.node.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.height = Math.round(Math.min(width * ratio, most));
    this.node.style.height = `${this.height}px`;
    this.redraw();
  }

  redraw() {
    this.isStale = true;
    this.redrawOver();
  }

  redrawOver() {
    if (!this.width) return;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    if (this.isStale) this.draw(this.context(this.below), this.width, this.height);
    this.isStale = false;
    const context = this.context(this.node);
    context.drawImage(this.below, 0, 0, this.width, this.height);
    this.over?.(context);
  }

  /** A cleared context that measures in CSS pixels. */
  context(canvas) {
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(this.width * scale);
    canvas.height = Math.round(this.height * scale);
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    context.lineWidth = 1;
    return context;
  }

  /** Where an event happened, in CSS pixels from the corner. */
  place(event) {
    const box = this.node.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

/** Draw everything again, in the colours of another theme, and forget charts that left the page. */
function redrawAll() {
  for (const canvas of canvases) {
    if (canvas.node.isConnected) canvas.redraw();
    else canvases.delete(canvas);
  }
}

/** At most about `most` round numbers from `low` to `high`. */
function ticks(low, high, most) {
  const rough = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const width = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
  const found = [];
  for (let at = Math.ceil(low / width) * width; at <= high + width * 1e-6; at += width) found.push(at);
  return found;
}

/** What a tip says of a row. */
function rowTip(doc, row, ...more) {
  const { confidence, src, tgt } = doc.columns;
  const text = (side, code) => el("p", { lang: code, dir: "auto" }, side ? clip(side, 140) : "—");
  const head = `Row ${count(row)} · ${doc.type(row)} · confidence ${probability(confidence[row])}`;
  return [el("p", { class: "tip-head" }, head), text(src[row], doc.src_lang), text(tgt[row], doc.tgt_lang), ...more];
}
