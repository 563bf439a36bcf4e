// The verdict, the key figures, and the small charts, which are SVG and HTML.

/** The class, and so the colour, of a verdict. */
function toneOf(verdict) {
  if (verdict === "parallel") return "good";
  if (verdict === "no verdict") return "faint";
  return ["partly parallel", "reordered"].includes(verdict) ? "fair" : "poor";
}

function verdictLine(summary) {
  const { verdict, aligned, moved, foreign, src_lang, tgt_lang } = summary;
  const [side, code] = foreign[0] >= foreign[1] ? ["source", src_lang] : ["target", tgt_lang];
  const text = new Map([
    ["no verdict", `for want of similarities; ${share(aligned)} of the text is in rows with two sides`],
    ["reordered", `${share(aligned)} of the text is aligned in order, ${share(moved)} in other places`],
    ["wrong language", `${share(Math.max(...foreign))} of the ${side} does not look like ${languageName(code)}`],
  ]);
  const line = text.get(verdict) ?? `${share(aligned)} of the text is aligned`;
  return el("p", { class: `verdict ${toneOf(verdict)}` }, el("strong", {}, verdict), ` ${line}`);
}

/** Figures in a row: [label, value, explanation]. */
function keyFigures(figures) {
  return el(
    "dl",
    { class: "key" },
    figures
      .filter(Boolean)
      .map(([label, value, title]) => el("div", { title }, el("dt", {}, label), el("dd", {}, value))),
  );
}

function figure(title, hint, ...content) {
  return el(
    "figure",
    {},
    el("figcaption", {}, el("h2", {}, title), hint && el("span", { class: "hint" }, hint)),
    ...content,
  );
}

/** Rows by confidence; clicking a bar narrows the table to it with `pick(low, high)`. */
function confidenceHistogram(figures, pick) {
  const [pairs, nulls] = figures.histogram;
  const bins = pairs.length;
  const most = Math.max(1, ...pairs.map((n, at) => n + nulls[at]));
  const [width, height, foot] = [320, 120, 16];
  const each = width / bins;
  // Most rows are sure: on a plain scale the others, which matter, would not show.
  const tall = (n) => (n ? 3 + (height - 3) * Math.sqrt(n / most) : 0);
  const bars = pairs.map((n, at) => {
    const [low, high] = [at / bins, (at + 1) / bins];
    const whole = tall(n + nulls[at]);
    const single = nulls[at] ? whole * (nulls[at] / (n + nulls[at])) : 0;
    const range = `Confidence ${low.toFixed(2)} to ${high.toFixed(2)}`;
    const text = `${range}: ${count(n)} with two sides, ${count(nulls[at])} with one`;
    return svg(
      "g",
      {
        class: "bar-hit",
        onclick: () => pick?.(low, high),
        onpointermove: (event) => showTip(event, el("p", {}, text)),
        onpointerleave: hideTip,
      },
      svg("rect", { class: "hit", x: at * each, y: 0, width: each, height }),
      svg("rect", { class: "nulls", x: at * each + 1, y: height - whole, width: each - 2, height: single }),
      svg("rect", {
        class: "pairs",
        x: at * each + 1,
        y: height - whole + single,
        width: each - 2,
        height: whole - single,
      }),
    );
  });
  const marks = [0, 0.25, 0.5, 0.75, 1].map((at) =>
    svg(
      "text",
      { x: at * width, y: height + 13, "text-anchor": at === 0 ? "start" : at === 1 ? "end" : "middle" },
      String(at),
    ),
  );
  const sure = pairs
    .slice(-2)
    .concat(nulls.slice(-2))
    .reduce((a, b) => a + b, 0);
  const label = `Rows by confidence: ${count(sure)} of ${count(figures.rows)} have 0.9 or more.`;
  const chart = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height + foot}`, role: "img", "aria-label": label, class: "histogram" },
    bars,
    marks,
  );
  const legend = el(
    "ul",
    { class: "legend" },
    el("li", { class: "kind plain" }, "two sides"),
    el("li", { class: "kind faint" }, "one side"),
    el("li", { class: "note" }, "square-root scale"),
  );
  return figure("Confidence", pick && "click a bar to see its rows", chart, legend);
}

/** What a threshold on confidence keeps, and how much of that is right. */
function thresholdTable(figures, gold, pick) {
  const measured = figures.thresholds.some((row) => row.measured !== null);
  const percent = (value) => (value === null ? "–" : share(value, value < 1 ? 1 : 0));
  const head = ["confidence at least", "rows kept", "expected right", ...(measured ? ["right by gold"] : [])];
  const body = figures.thresholds.map(({ threshold, rows, expected, measured: found }) => {
    const label = threshold ? String(threshold) : "any";
    const button = pick
      ? el("button", { type: "button", onclick: () => pick(threshold, 1), title: "See these rows" }, label)
      : label;
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, button),
      el("td", {}, count(rows)),
      el("td", {}, percent(expected)),
      measured && el("td", {}, percent(found)),
    );
  });
  const table = el(
    "table",
    { class: "small" },
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        head.map((text) => el("th", { scope: "col" }, text)),
      ),
    ),
    el("tbody", {}, body),
  );
  const hint = gold ? "of rows with two sides" : "of rows with two sides, by their mean confidence";
  return figure("Precision by threshold", hint, precisionCurve(figures), table);
}

/** Mean confidence of the surest rows against the share of rows kept. */
function precisionCurve(figures) {
  const points = figures.curve;
  if (points.length < 2) return null;
  const [width, height, left, foot] = [320, 76, 34, 16];
  const values = [
    ...points.map(([, y]) => y),
    ...figures.thresholds.map((row) => row.measured).filter((value) => value !== null),
  ];
  const low = Math.min(0.95, Math.floor(20 * Math.min(...values)) / 20);
  const x = (value) => left + value * (width - left - 4);
  const y = (value) => 4 + (1 - (value - low) / (1 - low)) * (height - 8);
  const line = points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ");
  const dots = figures.thresholds
    .filter((row) => row.measured !== null)
    .map((row) =>
      svg("circle", { class: "measured", cx: x(row.rows / Math.max(1, figures.pairs)), cy: y(row.measured), r: 3.5 }),
    );
  const [, all] = points.at(-1);
  return svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${height + foot}`,
      role: "img",
      class: "curve",
      "aria-label": `Expected precision falls from ${share(points[0][1], 1)} to ${share(all, 1)} as all rows are kept.`,
    },
    svg("rect", { class: "ground", x: left, y: 4, width: width - left - 4, height: height - 8 }),
    svg("polyline", { points: line }),
    dots,
    [low, 1].map((value) => svg("text", { x: left - 4, y: y(value) + 4, "text-anchor": "end" }, share(value))),
    [0, 0.5, 1].map((value) =>
      svg(
        "text",
        { x: x(value), y: height + 12, "text-anchor": value === 1 ? "end" : "middle" },
        value === 1 ? "100% kept" : share(value),
      ),
    ),
  );
}

/** Confidence against the share that is right by gold: on the diagonal, confidence tells the truth. */
function reliability(gold) {
  const size = 190;
  const [left, foot] = [30, 26];
  const at = (value) => left + value * size;
  const down = (value) => 4 + (1 - value) * size;
  const bins = gold.calibration?.bins.filter((bin) => bin.count) ?? [];
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const dots = bins.map((bin) => {
    const range = `Confidence ${bin.low.toFixed(1)} to ${bin.high.toFixed(1)}`;
    const mean = `mean ${bin.confidence.toFixed(3)}, right ${share(bin.accuracy, 1)}`;
    const text = `${range}: ${counted(bin.count, "row")}, ${mean}`;
    return svg("circle", {
      class: "measured",
      cx: at(bin.confidence),
      cy: down(bin.accuracy),
      r: 3 + 7 * Math.sqrt(bin.count / most),
      onpointermove: (event) => showTip(event, el("p", {}, text)),
      onpointerleave: hideTip,
    });
  });
  const score = (name) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      ...["precision", "recall", "f1"].map((part) => el("td", {}, gold[name][part].toFixed(3))),
    );
  const table = el(
    "table",
    { class: "small" },
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        ["", "precision", "recall", "F1"].map((text) => el("th", { scope: "col" }, text)),
      ),
    ),
    el("tbody", {}, score("strict"), score("lax")),
  );
  if (!bins.length) return figure("Against gold", "rows have no confidence to compare", table);
  const error = gold.calibration.error.toFixed(3);
  const label = `Share of rows that are right against their confidence; calibration error ${error}.`;
  const chart = svg(
    "svg",
    { viewBox: `0 0 ${left + size + 14} ${size + foot + 4}`, role: "img", "aria-label": label, class: "reliability" },
    svg("rect", { class: "ground", x: left, y: 4, width: size, height: size }),
    svg("line", { x1: at(0), y1: down(0), x2: at(1), y2: down(1) }),
    dots,
    [0, 0.5, 1].map((value) => svg("text", { x: at(value), y: size + 16, "text-anchor": "middle" }, String(value))),
    [0, 0.5, 1].map((value) => svg("text", { x: left - 5, y: down(value) + 4, "text-anchor": "end" }, String(value))),
    svg("text", { x: at(0.5), y: size + foot + 2, "text-anchor": "middle" }, "confidence"),
  );
  return figure("Reliability", `share right by gold; error ${error}`, chart, table);
}

/** Bars of counts. Each is a button that switches a filter where `toggle(name)` is given; `active()` names those on. */
function countBars(counts, { kind, title, toggle }) {
  const most = Math.max(1, ...Object.values(counts));
  return el(
    "ul",
    { class: "bars" },
    Object.entries(counts).map(([name, n]) => {
      const content = [
        el("span", { class: "name" }, name),
        el(
          "span",
          { class: "track" },
          el("i", { class: kind?.(name) ?? "plain", style: `width:${Math.max(1, (100 * n) / most)}%` }),
        ),
        el("span", { class: "n" }, count(n)),
      ];
      const attributes = { title: title?.(name), "data-name": name };
      return el(
        "li",
        {},
        toggle
          ? el(
              "button",
              { type: "button", "aria-pressed": "false", onclick: () => toggle(name), ...attributes },
              content,
            )
          : el("div", attributes, content),
      );
    }),
  );
}

function typeBars(figures, toggle) {
  return figure(
    "Bead types",
    toggle && "click to filter",
    countBars(figures.types, { kind: (type) => KINDS[kindOf(type)].name, toggle }),
  );
}

function flagBars(figures, rules, toggle) {
  if (!figures.flagged) return null;
  const hint = `on ${counted(figures.flagged, "row")}${toggle ? "; click to filter" : ""}`;
  return figure("Flags", hint, countBars(figures.flags, { title: (flag) => rules[flag], toggle }));
}

/** Where the rows stand, and how they were made, as the sidecar tells. */
function madeBy(made) {
  const size = (n, noun) => counted(n ?? 0, noun);
  const file = (side) =>
    side?.language &&
    `${side.path ?? "text"}: ${languageName(side.language)}, ` +
      `${size(side.sentences, "sentence")} in ${size(side.paragraphs, "paragraph")}`;
  const facts = [
    ["Rows from", made.file],
    ["Source", file(made.src)],
    ["Target", file(made.tgt)],
    ["Command", made.command],
    ["Signature", made.signature],
    ["Settings", made.settings && Object.keys(made.settings).length ? JSON.stringify(made.settings) : null],
  ].filter(([, value]) => value);
  return el(
    "details",
    { class: "made" },
    el("summary", {}, "How it was made"),
    el(
      "dl",
      {},
      facts.map(([label, value]) => [el("dt", {}, label), el("dd", {}, String(value))]),
    ),
  );
}
