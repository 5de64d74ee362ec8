// Trend and classes: the figures come once, and fill the charts and the tables beside them.
import { fill, link, read } from "./table.js";

const CLASSES_SHOWN = 12;
const COLOURS = {
  reported: "#1d4ed8",
  closed: "#15803d",
  forced: "#b91c1c",
  deferred: "#6b7280",
  open: "#b45309",
  overdue: "#b91c1c",
};
const place = document.getElementById("charts");
const words = place.dataset;
const status = document.getElementById("trend-status");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

function begin(id) {
  const chart = window.echarts.init(document.getElementById(id));
  addEventListener("resize", () => chart.resize());
  return chart;
}

function options(more) {
  return {
    animation: !still,
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    legend: { top: 0 },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    ...more,
  };
}

function lead(chart, rows, names) {
  chart.on("click", (event) => {
    location.href = rows[event.dataIndex].links[names[event.seriesIndex]];
  });
}

function trend(days) {
  const names = ["reported", "closed", "forced", "deferred"];
  // colour never alone
  const dashes = { reported: "solid", closed: "dashed", forced: "dotted", deferred: [8, 3, 2, 3] };
  const marks = { reported: "circle", closed: "rect", forced: "triangle", deferred: "diamond" };
  const chart = begin("trend");
  chart.setOption(
    options({
      xAxis: { type: "category", data: days.map((one) => one.day.slice(5)) },
      yAxis: { type: "value", minInterval: 1 },
      series: names.map((name) => ({
        name: words[name],
        type: "line",
        symbol: marks[name],
        symbolSize: 7,
        color: COLOURS[name],
        lineStyle: { type: dashes[name], width: 2 },
        data: days.map((one) => one[name]),
      })),
    }),
  );
  lead(chart, days, names);
  const rows = [...days].reverse().map((one) => [one.day, ...names.map((name) => link(one[name], one.links[name]))]);
  fill(document.getElementById("trend-table"), rows);
}

function classes(counts) {
  const names = ["reported", "open", "overdue", "deferred"];
  const largest = counts.slice(0, CLASSES_SHOWN);
  const chart = begin("classes");
  chart.setOption(
    options({
      xAxis: { type: "value", minInterval: 1 },
      yAxis: { type: "category", inverse: true, data: largest.map((one) => one.name) },
      series: names.map((name, number) => ({
        name: words[name],
        type: "bar",
        color: COLOURS[name],
        itemStyle: number === 2 ? { decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3] } } : {},
        label: { show: true, position: "right", formatter: ({ value }) => (value ? String(value) : "") },
        data: largest.map((one) => one[name]),
      })),
    }),
  );
  lead(chart, largest, names);
  const rows = counts.map((one) => [one.name, ...names.map((name) => link(one[name], one.links[name]))]);
  fill(document.getElementById("classes-table"), rows);
}

try {
  const figures = await read(words.figures);
  trend(figures.days);
  classes(figures.classes);
  status.textContent = figures.classes.length ? "" : words.none;
} catch {
  status.textContent = words.failed;
}
place.dataset.ready = "yes";
