// Length against length, both in characters on logarithmic scales: rows far from the line are odd.

const SCATTER = { left: 44, top: 10, right: 10, bottom: 34 };
const FAR = 3; // standard deviations from the line to the edge of the band

class LengthScatter {
  constructor(doc, open) {
    this.doc = doc;
    this.open = open;
    const { src, tgt } = doc.columns;
    this.rows = doc.byKind.flat().filter((row) => src[row] && tgt[row]);
    this.src = Float32Array.from(this.rows, (row) => Math.log(src[row].length));
    this.tgt = Float32Array.from(this.rows, (row) => Math.log(tgt[row].length));
    let longest = Math.log(10);
    for (const lengths of [this.src, this.tgt]) for (const length of lengths) longest = Math.max(longest, length);
    this.longest = longest + 0.2; // like all lengths here, a logarithm
    const ratio = doc.fit ? Math.exp(doc.fit.centre).toFixed(2) : "unknown";
    const rows = counted(this.rows.length, "row");
    const label = `Target length against source length of ${rows}. The usual ratio is ${ratio}.`;
    this.canvas = new Canvas(label, 0.82, 310, (...how) => this.draw(...how));
    this.canvas.node.addEventListener("pointermove", (event) => {
      const row = this.nearest(this.canvas.place(event));
      this.canvas.node.style.cursor = row === null ? "default" : "pointer";
      if (row === null) hideTip();
      else
        showTip(
          event,
          ...rowTip(doc, row, el("p", { class: "tip-head" }, `${src[row].length} and ${tgt[row].length} characters`)),
        );
    });
    this.canvas.node.addEventListener("pointerleave", hideTip);
    this.canvas.node.addEventListener("click", (event) => {
      const row = this.nearest(this.canvas.place(event));
      if (row !== null) this.open(row);
    });
    const hint = doc.fit ? `target is usually ${ratio} times as long` : "too few rows for a line";
    this.node = el(
      "figure",
      {},
      el("figcaption", {}, el("h2", {}, "Lengths"), el("span", { class: "hint" }, hint)),
      this.canvas.node,
    );
  }

  /** Pixels from the left, and from the top, of the logarithm of a length. */
  x(length) {
    return SCATTER.left + (length / this.longest) * (this.canvas.width - SCATTER.left - SCATTER.right);
  }

  y(length) {
    return SCATTER.top + (1 - length / this.longest) * (this.canvas.height - SCATTER.top - SCATTER.bottom);
  }

  draw(context, width, height) {
    const [right, bottom] = [width - SCATTER.right, height - SCATTER.bottom];
    context.fillStyle = colour("--sunken");
    context.fillRect(SCATTER.left, SCATTER.top, right - SCATTER.left, bottom - SCATTER.top);
    this.axes(context, right, bottom);
    context.save();
    context.beginPath();
    context.rect(SCATTER.left, SCATTER.top, right - SCATTER.left, bottom - SCATTER.top);
    context.clip();
    this.band(context);
    const colours = kindColours();
    const size = this.rows.length > 5000 ? 2 : 4;
    context.globalAlpha = this.rows.length > 5000 ? 0.4 : 0.75;
    let kind = null;
    this.rows.forEach((row, at) => {
      if (kind !== this.doc.kind(row)) {
        kind = this.doc.kind(row);
        context.fillStyle = colours[kind];
      }
      context.fillRect(this.x(this.src[at]) - size / 2, this.y(this.tgt[at]) - size / 2, size, size);
    });
    context.restore();
  }

  axes(context, right, bottom) {
    context.strokeStyle = colour("--line");
    context.fillStyle = colour("--muted");
    context.beginPath();
    for (let length = 1; Math.log(length) <= this.longest; length *= 10) {
      const [x, y] = [this.x(Math.log(length)), this.y(Math.log(length))];
      context.moveTo(x, SCATTER.top);
      context.lineTo(x, bottom);
      context.moveTo(SCATTER.left, y);
      context.lineTo(right, y);
      context.textAlign = "center";
      context.fillText(count(length), x, bottom + 14);
      context.textAlign = "right";
      context.fillText(count(length), SCATTER.left - 5, y + 4);
    }
    context.stroke();
    context.textAlign = "center";
    context.fillText("source characters", (SCATTER.left + right) / 2, bottom + 29);
    context.save();
    context.translate(11, (SCATTER.top + bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.fillText("target characters", 0, 0);
    context.restore();
  }

  /** The usual ratio, and FAR standard deviations around it. */
  band(context) {
    if (!this.doc.fit) return;
    const { centre, spread } = this.doc.fit;
    const at = (length, off) => [this.x(length), this.y(length + centre + off * spread)];
    context.fillStyle = colour("--band");
    context.beginPath();
    for (const [length, off] of [
      [0, FAR],
      [this.longest, FAR],
      [this.longest, -FAR],
      [0, -FAR],
    ])
      context.lineTo(...at(length, off));
    context.fill();
    context.strokeStyle = colour("--muted");
    context.beginPath();
    context.moveTo(...at(0, 0));
    context.lineTo(...at(this.longest, 0));
    context.stroke();
  }

  nearest([px, py]) {
    let [best, distance] = [null, 7];
    for (let at = 0; at < this.rows.length; at++) {
      const away = Math.hypot(this.x(this.src[at]) - px, this.y(this.tgt[at]) - py);
      if (away < distance) [best, distance] = [this.rows[at], away];
    }
    return best;
  }
}
