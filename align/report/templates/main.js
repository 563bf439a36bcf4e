// Which page the address asks for, keys, and the theme.

const corpus = block("corpus");
let shown = null; // the page on the screen, and the name of its document

/** Show what the address says; a row that a link leads to comes into sight. */
async function route() {
  const state = readState();
  const at =
    corpus && !byId("document-0") ? -1 : corpus ? corpus.documents.findIndex((entry) => entry.name === state.doc) : 0;
  if (at < 0) state.doc = null;
  const name = at < 0 ? null : `document-${at}`;
  const isNew = !shown || shown.name !== name;
  if (isNew) {
    const page = name === null ? new CorpusPage(corpus) : new DocumentPage(new AlignedDocument(block(name)), go);
    shown = { name, page };
    byId("main").replaceChildren(page.node);
    document.title = page.doc ? page.doc.name : corpus.title;
    showTrail(page);
    scrollTo(0, 0);
  }
  hideTip();
  await shown.page.show(state);
  if (isNew && state.row !== null) shown.page.reveal("center");
}

/** Put a state into the address and show it; `isPlace` makes the browser's back button return here. */
async function go(state, isPlace = false) {
  const hash = hashOf(state);
  if (hash !== location.hash)
    history[isPlace ? "pushState" : "replaceState"](null, "", hash === "#" ? location.pathname : hash);
  await route();
}

function showTrail(page) {
  const home = page.doc ? (corpus ? "#" : page.doc.home) : null;
  byId("trail").replaceChildren(
    ...[
      el("span", { class: "brand" }, "対訳"),
      home && el("a", { href: home }, corpus ? corpus.title : "All documents"),
      el("span", { "aria-current": "page" }, page.doc ? page.doc.name : corpus.title),
    ].filter(Boolean),
  );
}

// Light or dark: what the system has, until the reader chooses.

function applyTheme(theme) {
  document.documentElement.dataset.theme = theme ?? "";
  redrawAll();
}

function toggleTheme() {
  const isDark = getComputedStyle(document.documentElement).getPropertyValue("--is-dark").trim() === "1";
  const theme = isDark ? "light" : "dark";
  try {
    localStorage.setItem("taiyaku-theme", theme);
  } catch {
    // Some browsers keep nothing for pages opened from a disk; the choice then lasts as long as the page.
  }
  applyTheme(theme);
}

function storedTheme() {
  try {
    return localStorage.getItem("taiyaku-theme");
  } catch {
    return null;
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  const isTyping = event.target.matches("input, textarea, select");
  if (isTyping) {
    if (event.key === "Escape" || (event.key === "Enter" && event.target === shown.page.searching)) event.target.blur();
    return;
  }
  if (event.target.closest("button, a, summary") && ["Enter", " "].includes(event.key)) return;
  const actions = { "/": () => shown.page.focusSearch(), "?": () => byId("keys").showModal(), t: toggleTheme };
  if (Object.hasOwn(actions, event.key)) actions[event.key]();
  else if (!shown.page.key(event)) return;
  event.preventDefault();
}

// The address after the # is the state of the page, so this link may not go there.
function skip(event) {
  event.preventDefault();
  byId("rows").focus();
}

applyTheme(storedTheme());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
addEventListener("hashchange", route);
addEventListener("popstate", route);
addEventListener("keydown", pressed);
byId("skip").addEventListener("click", skip);
byId("theme").addEventListener("click", toggleTheme);
byId("help").addEventListener("click", () => byId("keys").showModal());
route();
