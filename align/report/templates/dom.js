// Making elements, and writing numbers.

const byId = (id) => document.getElementById(id);

/** An element; attributes that are functions, `onclick` and the like, become listeners, and null ones are left out. */
function el(name, attributes = {}, ...children) {
  return furnished(document.createElement(name), attributes, children);
}

/** The same for SVG. */
function svg(name, attributes = {}, ...children) {
  return furnished(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function furnished(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const count = (n) => n.toLocaleString("en");
const counted = (n, noun) => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
const share = (x, digits = 0) => `${(100 * x).toFixed(digits)}%`;
const clip = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** A probability to three digits, rounded down: only what is certain reads as 1. */
const probability = (p) => (Math.floor(p * 1000 + 1e-6) / 1000).toFixed(3);

const LANGUAGE_NAMES = new Intl.DisplayNames(["en"], { type: "language" });

function languageName(code) {
  return code === "und" ? "language unknown" : LANGUAGE_NAMES.of(code);
}

/** Tell those who hear the page what has changed. */
function say(text) {
  byId("said").textContent = text;
}

// The tip that follows the pointer over a chart.

function showTip(event, ...lines) {
  const tip = byId("tip");
  tip.replaceChildren(...lines.filter(Boolean));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = Math.min(event.clientX + 14, innerWidth - box.width - 8);
  const below = event.clientY + 18;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${below + box.height > innerHeight ? event.clientY - box.height - 12 : below}px`;
}

function hideTip() {
  byId("tip").hidden = true;
}
