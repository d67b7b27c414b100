"use strict";
// The board polls: a list of runs every second or so, and a ticked run again whenever the list says that it has more points or epochs.
const Interval = 1000;
const Light = ["#0b5cad", "#b3400e", "#1a7332", "#8a2f9c", "#7a5c00", "#0a6f78", "#a01f4a", "#4b5563"];
const Dark = ["#6cb2ff", "#ffa36b", "#6fd88a", "#dda0f0", "#e0c050", "#5fd0dc", "#ff8fb0", "#b4bfcc"];
const $ = id => document.getElementById(id);
const state = { list: [], chosen: new Set(), runs: new Map(), colors: new Map(), touched: false, drawn: "" };

function element(name, attributes = {}, ...children) {
  const svg = ["svg", "path", "line", "text", "rect", "circle", "g", "title"].includes(name) && attributes.ns !== "html";
  const e = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (key !== "ns") e.setAttribute(key, value);
  e.append(...children);
  return e;
}

const isDark = () => document.documentElement.dataset.theme === "dark";
function colorOf(name) {
  if (!state.colors.has(name)) state.colors.set(name, state.colors.size);
  const palette = isDark() ? Dark : Light;
  return palette[state.colors.get(name) % palette.length];
}
const short = v => v == null ? "" : Math.abs(v) >= 1e5 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(2) : String(+v.toPrecision(4));
const percent = v => v == null ? "" : (100 * v).toFixed(1) + " %";
const measure = (name, v) => name.endsWith("accuracy") ? percent(v) : short(v);
const words = name => name.replaceAll("_", " ");

function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = theme === "dark" ? "Light" : "Dark";
  $("theme").setAttribute("aria-pressed", String(theme === "dark"));
}

function smoothed(points, weight) {
  let mean = null;
  return points.map(([x, y]) => {
    if (y == null) return [x, y];
    mean = mean == null ? y : weight * mean + (1 - weight) * y;
    return [x, mean];
  });
}

// Round steps: 1, 2 or 5 times a power of ten.
function ticks(low, high, count) {
  if (!(high > low)) return [low];
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(m => m * power >= rough);
  const found = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) found.push(Math.abs(t) < step * 1e-9 ? 0 : t);
  return found;
}

function chart(title, series, log) {
  const W = 460, H = 260, left = 52, right = 10, top = 10, bottom = 30;
  const all = series.flatMap(s => s.points).filter(p => p[1] != null && (!log || p[1] > 0));
  const figure = element("figure", { "data-chart": title });
  figure.append(element("figcaption", {}, title));
  if (!all.length) { figure.append(element("p", {}, "Nothing measured yet.")); return figure; }
  const f = v => log ? Math.log10(v) : v;
  const xs = all.map(p => p[0]), ys = all.map(p => f(p[1]));
  let [x0, x1, y0, y1] = [Math.min(0, ...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  if (x1 <= x0) x1 = x0 + 1;
  if (y1 <= y0) { y0 -= .5; y1 += .5; }
  const pad = (y1 - y0) * .05; y0 -= pad; y1 += pad;
  const X = x => left + (x - x0) / (x1 - x0) * (W - left - right), Y = y => H - bottom - (f(y) - y0) / (y1 - y0) * (H - top - bottom);
  const last = series.filter(s => s.points.length).map(s => `${s.name} ${measure(title, s.points[s.points.length - 1][1])}`).join(", ");
  const svg = element("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", tabindex: "0", "aria-label": `${title} against epochs. Latest: ${last}. Arrow keys read values.` });
  for (const t of ticks(y0, y1, 5)) {
    const y = H - bottom - (t - y0) / (y1 - y0) * (H - top - bottom);
    svg.append(element("line", { class: "grid", x1: left, x2: W - right, y1: y, y2: y }), element("text", { x: left - 5, y: y + 4, "text-anchor": "end" }, short(log ? 10 ** t : t)));
  }
  for (const t of ticks(x0, x1, 6)) svg.append(element("text", { x: X(t), y: H - 10, "text-anchor": "middle" }, short(t)));
  for (const s of series) {
    let d = "", pen = false;
    for (const [x, y] of s.points) {
      if (y == null || (log && y <= 0)) { pen = false; continue; }
      d += `${pen ? "L" : "M"}${X(x).toFixed(1)} ${Y(y).toFixed(1)}`; pen = true;
    }
    const path = element("path", { class: "curve", d, stroke: s.color, "data-points": s.points.length });
    if (s.dashed) path.setAttribute("stroke-dasharray", "6 4");
    svg.append(path);
    if (s.points.length === 1 && s.points[0][1] != null) svg.append(element("circle", { cx: X(s.points[0][0]), cy: Y(s.points[0][1]), r: 3, fill: s.color }));
  }
  hover(figure, svg, series, title, { X, left, right, W, H, top, bottom, x0, x1 });
  figure.append(svg, legend(series));
  return figure;
}

function legend(series) {
  const p = element("p", { class: "legend" });
  for (const s of series) {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = s.color;
    if (s.dashed) swatch.style.opacity = ".55";
    p.append(swatch, element("span", {}, s.name + "  "));
  }
  return p;
}

function hover(figure, svg, series, title, g) {
  const tip = element("div", { class: "tip", role: "status", hidden: "" });
  const line = element("line", { class: "cursor", y1: g.top, y2: g.H - g.bottom, visibility: "hidden" });
  svg.append(line);
  figure.append(tip);
  const places = [...new Set(series.flatMap(s => s.points.map(p => p[0])))].sort((a, b) => a - b);
  let at = places.length - 1;
  const show = x => {
    const near = places.reduce((a, b) => Math.abs(b - x) < Math.abs(a - x) ? b : a);
    at = places.indexOf(near);
    line.setAttribute("x1", g.X(near)); line.setAttribute("x2", g.X(near)); line.setAttribute("visibility", "visible");
    const values = series.map(s => {
      const p = s.points.length ? s.points.reduce((a, b) => Math.abs(b[0] - near) < Math.abs(a[0] - near) ? b : a) : null;
      return p && p[1] != null ? `${s.name}: ${measure(title, p[1])}` : null;
    }).filter(v => v);
    tip.textContent = `epoch ${short(near)} · ${values.join(" · ")}`;
    tip.hidden = false;
    tip.style.left = Math.min(60, 100 * g.X(near) / g.W) + "%";
    tip.style.top = "2rem";
  };
  const hide = () => { tip.hidden = true; line.setAttribute("visibility", "hidden"); };
  svg.addEventListener("pointermove", e => {
    const box = svg.getBoundingClientRect();
    show(g.x0 + ((e.clientX - box.left) / box.width * g.W - g.left) / (g.W - g.left - g.right) * (g.x1 - g.x0));
  });
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", e => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -places.length, End: places.length }[e.key];
    if (step === undefined) { if (e.key === "Escape") hide(); return; }
    e.preventDefault();
    show(places[Math.max(0, Math.min(places.length - 1, at + step))]);
  });
}

const chosenRuns = () => state.list.filter(r => state.chosen.has(r.name)).map(r => state.runs.get(r.name)).filter(r => r);

function drawCharts() {
  const runs = chosenRuns(), weight = +$("smooth").value, log = $("log").checked, many = runs.length > 1;
  const names = [...new Set(runs.flatMap(r => r.metrics.flatMap(m => Object.keys(m))))].filter(n => n.startsWith("val_"));
  const charts = [];
  const loss = [];
  for (const r of runs) {
    loss.push({ name: many ? `${r.name} training` : "training", points: smoothed(r.curve, weight), color: colorOf(r.name) });
    const points = r.metrics.filter(m => "val_loss" in m).map(m => [m.epoch, m.val_loss]);
    if (points.length) loss.push({ name: many ? `${r.name} validation` : "validation", points, color: colorOf(r.name), dashed: true });
  }
  if (runs.length) charts.push(chart("loss", loss, log));
  for (const n of names.filter(n => n !== "val_loss"))
    charts.push(chart(words(n), runs.map(r => ({ name: many ? r.name : words(n), points: r.metrics.filter(m => n in m).map(m => [m.epoch, m[n]]), color: colorOf(r.name) })), log));
  $("charts").replaceChildren(...charts);
  if (!runs.length) $("charts").append(element("p", {}, "No run is chosen."));
}

function table(headings, rows) {
  const head = element("thead", {}, element("tr", {}, ...headings.map(h => element("th", { scope: "col" }, h))));
  const body = element("tbody", {}, ...rows.map(r => element("tr", {}, ...r.map((c, i) => element(i ? "td" : "th", i ? {} : { scope: "row" }, c == null ? "" : String(c))))));
  return element("table", {}, head, body);
}

function drawTables() {
  const runs = chosenRuns(), many = runs.length > 1;
  const metrics = [...new Set(runs.flatMap(r => r.metrics.flatMap(m => Object.keys(m))))].filter(n => !["epoch", "step"].includes(n) && (!many || n.startsWith("val")));
  const rows = Math.max(0, ...runs.map(r => r.metrics.length));
  $("epochs").replaceChildren(table(["epoch", ...runs.flatMap(r => metrics.map(m => many ? `${r.name} ${words(m)}` : words(m)))],
    [...Array(rows).keys()].map(i => [i + 1, ...runs.flatMap(r => metrics.map(m => r.metrics[i] ? measure(m, r.metrics[i][m]) : ""))])));
  const keys = [...new Set(runs.flatMap(r => Object.keys(r.config)))];
  const text = v => Array.isArray(v) ? v.join(", ") : v == null ? "" : String(v);
  const differs = k => new Set(runs.map(r => text(r.config[k]))).size > 1;
  $("settings").replaceChildren(table(["setting", ...runs.map(r => r.name)], keys.filter(k => !many || differs(k)).map(k => [words(k), ...runs.map(r => text(r.config[k]))])));
}

function drawInsight() {
  const runs = chosenRuns(), run = runs.length === 1 ? runs[0] : null, insight = run && run.insight;
  $("confusion-s").hidden = !(insight && insight.confusion);
  $("samples-s").hidden = !(insight && insight.samples);
  $("layers-s").hidden = !(run && run.layers);
  $("histograms-s").hidden = !(insight && insight.parameters);
  if (run && run.layers) $("layers").replaceChildren(table(["layer", "kind", "output", "parameters"], run.layers.layers.map(l => [l.name || run.model, l.type, l.output.join(" × "), l.parameters.toLocaleString("en")])));
  if (!insight) return;
  const classes = run.config.classes;
  if (insight.confusion) {
    const n = classes.length, t = table(["true \\ taken for", ...classes], classes.map((c, i) => [c, ...classes.map((_, j) => insight.confusion[i * n + j])]));
    t.querySelectorAll("tbody tr").forEach((row, i) => {
      const sum = insight.confusion.slice(i * n, i * n + n).reduce((a, b) => a + b, 0) || 1;
      row.querySelectorAll("td").forEach((cell, j) => { cell.style.background = `rgba(var(--hit), ${(.45 * insight.confusion[i * n + j] / sum).toFixed(3)})`; });
    });
    $("confusion").replaceChildren(t);
  }
  if (insight.samples) $("samples").replaceChildren(...insight.samples.map(s => {
    const right = s.truth === s.taken, text = right ? classes[s.truth] : `${classes[s.truth]} taken for ${classes[s.taken]}`;
    const image = element("img", { src: "data:image/png;base64," + s.png, alt: `Test image ${s.index}: ${text}`, width: "96" });
    return element("li", {}, image, element("span", right ? {} : { class: "wrong" }, `${right ? "✓" : "✗"} ${text} `), element("span", {}, percent(s.probability)));
  }));
  if (insight.parameters) $("histograms").replaceChildren(...insight.parameters.flatMap(p => ["weights", "gradients"].filter(k => p[k] && p[k].counts).map(k => bars(p.name, k, p[k]))));
}

function bars(name, kind, h) {
  const W = 220, H = 90, most = Math.max(...h.counts, 1), step = W / h.counts.length;
  const strange = h.not_finite ? `; ${h.not_finite} not finite` : "";
  const svg = element("svg", { viewBox: `0 0 ${W} ${H + 14}`, role: "img", "aria-label": `Histogram of ${kind} of ${name}, from ${short(h.low)} to ${short(h.high)}${strange}` });
  h.counts.forEach((c, i) => svg.append(element("rect", { class: kind === "weights" ? "bar" : "bar gradient", x: i * step + .5, width: step - 1, y: H - c / most * H, height: c / most * H })));
  svg.append(element("text", { x: 0, y: H + 12 }, short(h.low)), element("text", { x: W, y: H + 12, "text-anchor": "end" }, short(h.high)));
  return element("figure", {}, element("figcaption", {}, `${name} (${kind})${strange}`), svg);
}

function drawList() {
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.run : null;
  $("runs").replaceChildren(...state.list.map(r => {
    const box = element("input", { type: "checkbox", "data-run": r.name });
    box.checked = state.chosen.has(r.name);
    box.addEventListener("change", () => { state.touched = true; box.checked ? state.chosen.add(r.name) : state.chosen.delete(r.name); refresh(); });
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = colorOf(r.name);
    const best = r.best == null ? "" : `, best ${measure(r.monitor, r.best)}`;
    return element("li", {}, element("label", {}, box, element("span", {}, swatch, r.name), element("small", {}, `${r.model} on ${r.data}, ${r.status}, ${r.done}/${r.epochs} epochs${best}`)));
  }));
  if (focused) document.querySelector(`input[data-run="${CSS.escape(focused)}"]`)?.focus();
}

function draw() {
  drawCharts();
  drawTables();
  drawInsight();
}

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

const markOf = r => `${r.name} ${r.status} ${r.points} ${r.done}`;

async function refresh() {
  try {
    const answer = await get("api/runs");
    state.list = answer.runs;
    if (!state.touched) state.chosen = new Set(state.list.slice(0, 1).map(r => r.name));
    const fresh = state.list.map(r => markOf(r)).join("\n") + "|" + [...state.chosen].join("\n");
    if (fresh !== state.drawn) {
      for (const r of state.list.filter(r => state.chosen.has(r.name)))
        if (!state.runs.has(r.name) || markOf(state.runs.get(r.name)) !== markOf(r)) state.runs.set(r.name, await get("api/runs/" + encodeURIComponent(r.name)));
      drawList();
      if (!document.querySelector("svg:focus")) draw();          // who reads values by keys is not interrupted
      state.drawn = fresh;
    }
    const running = state.list.filter(r => r.status === "running").length;
    const said = !answer.exists ? `There is no folder ${answer.folder} yet.` : `${state.list.length} ${state.list.length === 1 ? "run" : "runs"}, ${running} running${answer.damaged.length ? `, ${answer.damaged.length} damaged` : ""}`;
    if ($("status").textContent !== said) $("status").textContent = said;
  } catch (e) {
    $("status").textContent = "The board does not answer: " + e.message;
  }
}

let theme = null;
try { theme = localStorage.getItem("theme"); } catch { }
applyTheme(theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
$("theme").addEventListener("click", () => {
  applyTheme(isDark() ? "light" : "dark");
  try { localStorage.setItem("theme", document.documentElement.dataset.theme); } catch { }
  drawList();
  draw();
});
$("smooth").addEventListener("input", () => { $("smooth-value").textContent = $("smooth").value; drawCharts(); });
$("log").addEventListener("change", drawCharts);

(async function follow() {
  for (;;) {
    if (!document.hidden || !state.drawn) await refresh();
    await new Promise(done => setTimeout(done, Interval));
  }
})();
