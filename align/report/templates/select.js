// Which rows are shown, and in which order. Long documents are gone through in slices, so that typing stays smooth.

const SLICE = 12; // milliseconds of work between two looks at what the reader does

const SORTS = {
  row: (doc) => (row) => row,
  confidence: (doc) => (row) => doc.columns.confidence[row],
  similarity: (doc) => (row) => (doc.isNull(row) ? Infinity : doc.columns.similarity[row]),
  length: (doc) => (row) => {
    const stretch = doc.stretch(row);
    return stretch === null ? Infinity : -Math.abs(Math.log(stretch));
  },
};

/** What a row must hold: words, and phrases in quotation marks, of which the last need not be closed yet. */
const termsOf = (query) => [...fold(query).matchAll(/"([^"]+)"?|\S+/g)].map(([word, phrase]) => phrase ?? word);

/** Whether a row is in the view and passes the filters, the search apart. */
function passes(doc, state, row) {
  const { confidence } = doc.columns;
  if (confidence[row] < state.min || confidence[row] > state.max) return false;
  if (state.types.size && !state.types.has(doc.type(row))) return false;
  if (state.flags.size && !doc.flagsOf(row).some((flag) => state.flags.has(flag))) return false;
  if (state.view === "pairs") return !doc.isNull(row);
  if (state.view === "nulls") return doc.isNull(row);
  if (state.view === "flagged") return doc.rowFlags.has(row);
  if (state.view === "wrong") return doc.gold ? doc.gold.rows[row] < 2 : false;
  return true;
}

/** The rows of a state, sorted; null if `isStale()` became true on the way. Every search term must be in the row. */
async function selectRows(doc, state, isStale) {
  const terms = termsOf(state.q);
  const rows = [];
  let paused = performance.now();
  for (let row = 0; row < doc.length; row++) {
    if (passes(doc, state, row) && terms.every((term) => doc.folded(row).includes(term))) rows.push(row);
    if (row % 256 === 255 && performance.now() - paused > SLICE) {
      await new Promise((resume) => setTimeout(resume));
      if (isStale()) return null;
      paused = performance.now();
    }
  }
  const key = SORTS[state.sort](doc);
  if (state.sort !== "row") {
    const keys = new Float64Array(doc.length);
    for (const row of rows) keys[row] = key(row);
    rows.sort((a, b) => keys[a] - keys[b] || a - b);
  }
  return rows;
}

/** The text with what the search found marked: pieces to put into an element. */
function marked(text, terms) {
  if (!terms.length) return [text];
  // Folding changes lengths (㍿ becomes 株式会社): fold letter by letter, and keep where each one came from.
  let folded = "";
  const origin = [];
  for (const { 0: letter, index } of text.matchAll(/[^][\p{M}ﾞﾟ]*/gu)) {
    const piece = fold(letter);
    for (let i = 0; i < piece.length; i++) origin.push([index, index + letter.length]);
    folded += piece;
  }
  const spans = [];
  for (const term of terms) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
      spans.push([origin[at][0], origin[at + term.length - 1][1]]);
    }
  }
  spans.sort((a, b) => a[0] - b[0]);
  const pieces = [];
  let end = 0;
  for (const [from, to] of spans) {
    if (to <= end) continue;
    const start = Math.max(from, end);
    pieces.push(text.slice(end, start), el("mark", {}, text.slice(start, to)));
    end = to;
  }
  return [...pieces, text.slice(end)];
}
