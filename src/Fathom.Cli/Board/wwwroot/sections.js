// The parts of the page, each drawn again only when what it shows has changed.
import { element, short, percent, measure, words, smoothed, chart, bars, table } from "./charts.js";

const Light = ["#0b5cad", "#b3400e", "#1a7332", "#8a2f9c", "#7a5c00", "#0a6f78", "#a01f4a", "#4b5563"];
const Dark = ["#6cb2ff", "#ffa36b", "#6fd88a", "#dda0f0", "#e0c050", "#5fd0dc", "#ff8fb0", "#b4bfcc"];
const $ = id => document.getElementById(id);
const InsightPause = 5000;                      // histograms and pictures do not change much from second to second
let insightDrawn = 0;
const colors = new Map(), drawn = new Map();

export const isDark = () => document.documentElement.dataset.theme === "dark";

function colorOf(name) {
  if (!colors.has(name)) colors.set(name, colors.size);
  const palette = isDark() ? Dark : Light;
  return palette[colors.get(name) % palette.length];
}

function ifNew(part, key, draw) {
  if (drawn.get(part) === key) return;
  drawn.set(part, key);
  draw();
}

/// All of it; "runs" are those chosen.
export function drawRuns(runs) {
  const names = runs.map(r => r.name).join("\n"), versions = runs.map(r => r.mark.split("-")[0]).join(" "), marks = runs.map(r => r.mark).join(" ");
  const settings = `${isDark()} ${$("log").checked} ${$("smooth").value}`;
  if (!document.querySelector("svg:focus") || drawn.get("chosen") !== names)                    // who reads values by keys is not interrupted
    ifNew("charts", `${names}|${marks}|${settings}`, () => drawCharts(runs));
  drawn.set("chosen", names);
  drawEpochs(runs, `${names}|${versions}`);
  ifNew("settings", `${names}|${versions}`, () => drawSettings(runs));
  const run = runs.length === 1 ? runs[0] : null;
  if (run && drawn.get("insight-run") === run.name && performance.now() - insightDrawn < InsightPause) return;
  drawn.set("insight-run", run ? run.name : "");
  insightDrawn = performance.now();
  ifNew("insight", run ? `${names}|${versions}|${run.insightMark}` : "", () => drawInsight(run));
}

export function drawCharts(runs) {
  const weight = +$("smooth").value, log = $("log").checked, many = runs.length > 1;
  const names = [...new Set(runs.flatMap(r => r.measured))].filter(n => n.startsWith("val_"));
  const charts = [], loss = [];
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

const listed = (runs, many) => [...new Set(runs.flatMap(r => r.measured))].filter(n => !["epoch", "step"].includes(n) && (!many || n.startsWith("val")));
const row = (runs, metrics, i) => [i + 1, ...runs.flatMap(r => metrics.map(m => r.metrics[i] ? measure(m, r.metrics[i][m]) : ""))];

// A table that only grows gets its new rows; everything else is a new table.
function drawEpochs(runs, key) {
  const many = runs.length > 1, metrics = listed(runs, many), rows = Math.max(0, ...runs.map(r => r.metrics.length));
  const headings = ["epoch", ...runs.flatMap(r => metrics.map(m => many ? `${r.name} ${words(m)}` : words(m)))];
  const all = `${key}|${headings.join("|")}`, body = $("epochs").querySelector("tbody");
  if (!many && drawn.get("epochs") === all && body) {
    if (body.rows.length < rows) body.append(...table([], [...Array(rows - body.rows.length).keys()].map(i => row(runs, metrics, body.rows.length + i))).querySelectorAll("tbody tr"));
    return;
  }
  if (many) ifNew("epochs", `${all}|${runs.map(r => r.metrics.length)}`, whole);
  else ifNew("epochs", all, whole);
  function whole() { $("epochs").replaceChildren(table(headings, [...Array(rows).keys()].map(i => row(runs, metrics, i)))); }
}

function drawSettings(runs) {
  const many = runs.length > 1, keys = [...new Set(runs.flatMap(r => Object.keys(r.config)))];
  const text = v => Array.isArray(v) ? v.join(", ") : v == null ? "" : String(v);
  const differs = k => new Set(runs.map(r => text(r.config[k]))).size > 1;
  $("settings").replaceChildren(table(["setting", ...runs.map(r => r.name)], keys.filter(k => !many || differs(k)).map(k => [words(k), ...runs.map(r => text(r.config[k]))])));
}

function drawInsight(run) {
  const insight = run && run.insight;
  $("confusion-s").hidden = !(insight && insight.confusion);
  $("samples-s").hidden = !(insight && insight.samples);
  $("layers-s").hidden = !(run && run.layers);
  $("histograms-s").hidden = !(insight && insight.parameters);
  if (run && run.layers) $("layers").replaceChildren(table(["layer", "kind", "output", "parameters"], run.layers.layers.map(l => [l.name || run.model, l.type, l.output.join(" × "), l.parameters.toLocaleString("en")])));
  if (!insight) return;
  if (insight.confusion) drawConfusion(insight.confusion, run.config.classes);
  if (insight.samples) $("samples").replaceChildren(...insight.samples.map(s => sample(s, run.config.classes)));
  if (insight.parameters) $("histograms").replaceChildren(...insight.parameters.flatMap(p => ["weights", "gradients"].filter(k => p[k] && p[k].counts).map(k => bars(p.name, k, p[k]))));
}

function drawConfusion(counts, classes) {
  const n = classes.length, t = table(["true \\ taken for", ...classes], classes.map((c, i) => [c, ...classes.map((_, j) => counts[i * n + j])]));
  t.querySelectorAll("tbody tr").forEach((row, i) => {
    const sum = counts.slice(i * n, i * n + n).reduce((a, b) => a + b, 0) || 1;
    row.querySelectorAll("td").forEach((cell, j) => { cell.style.background = `rgba(var(--hit), ${(.45 * counts[i * n + j] / sum).toFixed(3)})`; });
  });
  $("confusion").replaceChildren(t);
}

function sample(s, classes) {
  const right = s.truth === s.taken, text = right ? classes[s.truth] : `${classes[s.truth]} taken for ${classes[s.taken]}`;
  const image = element("img", { src: "data:image/png;base64," + s.png, alt: `Test image ${s.index}: ${text}`, width: "96" });
  return element("li", {}, image, element("span", right ? {} : { class: "wrong" }, `${right ? "✓" : "✗"} ${text} `), element("span", {}, percent(s.probability)));
}

/// The runs to tick. Entries stay where they are as long as the same runs are there, so that neither focus nor pointer loses them.
export function drawList(list, chosen, toggled) {
  ifNew("list", list.map(r => r.name).join("\n"), () => $("runs").replaceChildren(...list.map(r => {
    const box = element("input", { type: "checkbox", "data-run": r.name });
    box.addEventListener("change", () => toggled(r.name, box.checked));
    return element("li", {}, element("label", {}, box, element("span", {}, element("span", { class: "swatch" }), r.name), element("small")));
  })));
  [...$("runs").children].forEach((entry, i) => {
    const r = list[i], best = r.best == null ? "" : `, best ${measure(r.monitor, r.best)}`;
    const said = `${r.model} on ${r.data}, ${r.status}, ${r.done}/${r.epochs} epochs${best}`, small = entry.querySelector("small");
    entry.querySelector("input").checked = chosen.has(r.name);
    entry.querySelector(".swatch").style.background = colorOf(r.name);
    if (small.textContent !== said) small.textContent = said;
  });
}
