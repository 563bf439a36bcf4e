// What is shown, as it stands in the address after the #: `#doc=news&q=tax&sort=confidence&row=12`.

const VIEWS = {
  all: { label: "All", sort: "row" },
  pairs: { label: "Least sure", sort: "confidence" },
  nulls: { label: "One side empty", sort: "row" },
  flagged: { label: "Flagged", sort: "row" },
  wrong: { label: "Not as gold", sort: "row" },
};

function readState() {
  const given = new URLSearchParams(location.hash.slice(1));
  const number = (name, fallback) => {
    const value = Number.parseFloat(given.get(name) ?? "");
    return Number.isFinite(value) ? value : fallback;
  };
  const known = (table, name, fallback) => (Object.hasOwn(table, given.get(name)) ? given.get(name) : fallback);
  const view = known(VIEWS, "view", "all");
  return {
    doc: given.get("doc"),
    view,
    sort: known(SORTS, "sort", VIEWS[view].sort),
    q: given.get("q") ?? "",
    types: new Set(given.getAll("type")),
    flags: new Set(given.getAll("flag")),
    min: number("min", 0),
    max: number("max", 1),
    page: Math.max(1, Math.round(number("page", 1))),
    row: given.has("row") ? Math.round(number("row", 0)) : null,
  };
}

/** The hash of a state, with only what differs from the defaults. */
function hashOf(state) {
  const parts = new URLSearchParams();
  if (state.doc !== null) parts.set("doc", state.doc);
  if (state.view !== "all") parts.set("view", state.view);
  if (state.sort !== VIEWS[state.view].sort) parts.set("sort", state.sort);
  if (state.q) parts.set("q", state.q);
  for (const type of state.types) parts.append("type", type);
  for (const flag of state.flags) parts.append("flag", flag);
  if (state.min > 0) parts.set("min", state.min);
  if (state.max < 1) parts.set("max", state.max);
  if (state.page > 1) parts.set("page", state.page);
  if (state.row !== null) parts.set("row", state.row);
  return `#${parts}`;
}

/** Whether anything but the order keeps rows out. */
function isFiltered(state) {
  return Boolean(state.q || state.types.size || state.flags.size || state.min > 0 || state.max < 1);
}

function unfiltered(state) {
  return { ...state, q: "", types: new Set(), flags: new Set(), min: 0, max: 1, page: 1 };
}

/** All rows in the order of the document. */
const inOrder = (state) => ({ ...unfiltered(state), view: "all", sort: "row" });
