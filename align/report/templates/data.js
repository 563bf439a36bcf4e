// The data in the page: JSON blocks, parsed when they are first wanted.

/** The kinds of bead, which have a colour each, in the order of the legend. */
const KINDS = [
  { name: "one", label: "1-1" },
  { name: "split", label: "1-n" },
  { name: "merge", label: "n-1" },
  { name: "many", label: "n-m" },
  { name: "source", label: "source only" },
  { name: "target", label: "target only" },
];

const SOURCE_ONLY = 4;
const TARGET_ONLY = 5;

/** The number in KINDS of a bead type such as `1-2`. */
function kindOf(type) {
  const [src, tgt] = type.split("-").map(Number);
  if (!tgt) return SOURCE_ONLY;
  if (!src) return TARGET_ONLY;
  if (src === 1) return tgt === 1 ? 0 : 1;
  return tgt === 1 ? 2 : 3;
}

function block(id) {
  const node = byId(id);
  return node ? JSON.parse(node.textContent) : null;
}

/** Text as it is searched: full width and half width, upper and lower case are alike. */
const fold = (text) => text.normalize("NFKC").toLowerCase();

/** One document's rows and figures. Rows go by number, from 0; row r of the page is row r of the file. */
class AlignedDocument {
  constructor(data) {
    Object.assign(this, data.summary, data);
    this.length = data.columns.bead.length;
    this.kinds = data.types.map(kindOf);
    const { src_ids, tgt_ids } = data.columns;
    this.src = ranges(src_ids);
    this.tgt = ranges(tgt_ids);
    this.rowFlags = new Map();
    for (const [flag, rows] of Object.entries(data.flags)) {
      for (const row of rows) {
        if (this.rowFlags.has(row)) this.rowFlags.get(row).push(flag);
        else this.rowFlags.set(row, [flag]);
      }
    }
    this.byKind = KINDS.map(() => []);
    for (let row = 0; row < this.length; row++) this.byKind[this.kind(row)].push(row);
    this.foldedRows = new Array(this.length);
  }

  kind(row) {
    return this.kinds[this.columns.type[row]];
  }

  type(row) {
    return this.types[this.columns.type[row]];
  }

  isNull(row) {
    return this.kind(row) >= SOURCE_ONLY;
  }

  flagsOf(row) {
    return this.rowFlags.get(row) ?? [];
  }

  /** 2 for a row that gold has, 1 for one that shares a sentence pair with it, 0 for a wrong one; null without gold. */
  grade(row) {
    return this.gold ? this.gold.rows[row] : null;
  }

  /** How many times longer the target is than is usual in this document; null for rows with one side. */
  stretch(row) {
    const { src, tgt } = this.columns;
    if (!src[row] || !tgt[row]) return null;
    return Math.exp(Math.log(tgt[row].length / src[row].length) - (this.fit?.centre ?? 0));
  }

  folded(row) {
    return (this.foldedRows[row] ??= `${fold(this.columns.src[row])}\n${fold(this.columns.tgt[row])}`);
  }

  /** The row as it stands in a TSV. */
  tsv(row) {
    const { columns } = this;
    const cell = {
      doc: () => this.name,
      type: () => this.type(row),
      flags: () => this.flagsOf(row).join(","),
      confidence: () => columns.confidence[row].toFixed(4),
      similarity: () => columns.similarity[row].toFixed(4),
    };
    return this.header.map((name) => (cell[name] ? cell[name]() : String(columns[name][row]))).join("\t");
  }
}

/** First and last sentence number of each row; -1 for none. Ids may stand out of order. */
function ranges(ids) {
  const first = new Int32Array(ids.length).fill(-1);
  const last = new Int32Array(ids.length).fill(-1);
  let end = 0;
  ids.forEach((list, row) => {
    if (!list) return;
    if (list.includes(",")) {
      const numbers = list.split(",").map(Number);
      first[row] = Math.min(...numbers);
      last[row] = Math.max(...numbers);
    } else {
      first[row] = last[row] = Number(list);
    }
    end = Math.max(end, last[row] + 1);
  });
  return { first, last, count: end };
}
