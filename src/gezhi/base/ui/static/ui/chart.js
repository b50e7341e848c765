// Draw a figure's own table as a chart; without this script the table is what one sees.
let library;

function echarts(address) {
  library ??= new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: address });
    script.addEventListener("load", () => done(window.echarts));
    script.addEventListener("error", failed);
    document.head.append(script);
  });
  return library;
}

const numbers = (cell) => Number(cell.dataset.value ?? cell.textContent.replaceAll(",", ""));

function option(figure) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const table = figure.querySelector("table");
  const heads = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.children]);
  const names = rows.map((row) => row[0].textContent.trim());
  const kind = figure.dataset.chart;
  const text = { color: colour("--ink-soft") };
  const palette = ["--accent", "--good", "--warn", "--bad", "--busy", "--ink-soft"].map(colour);
  const common = { color: palette, textStyle: { fontFamily: "inherit" }, animation: false };
  const tooltip = { renderMode: "richText", trigger: kind === "pie" ? "item" : "axis" };
  if (kind === "pie") {
    const data = rows.map((row, at) => ({ name: names[at], value: numbers(row[1]) }));
    const label = { color: colour("--ink") };
    return { ...common, tooltip, series: [{ type: "pie", radius: ["45%", "70%"], data, label }] };
  }
  const lines = { lineStyle: { color: colour("--line") } };
  return {
    ...common,
    tooltip,
    legend: heads.length > 2 ? { textStyle: text, bottom: 0 } : undefined,
    grid: { left: 8, right: 16, top: 16, bottom: heads.length > 2 ? 32 : 8, containLabel: true },
    xAxis: { type: "category", data: names, axisLabel: text, axisLine: lines },
    yAxis: { type: "value", axisLabel: text, splitLine: lines },
    series: heads.slice(1).map((name, at) => ({
      name,
      type: kind,
      barMaxWidth: 28,
      data: rows.map((row) => numbers(row[at + 1])),
    })),
  };
}

export async function draw(root) {
  for (const figure of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
    figure.dataset.drawn = "";
    const library = await echarts(figure.dataset.echarts);
    const canvas = figure.querySelector(".chart-canvas");
    canvas.hidden = false;
    figure.querySelector("details").open = false;
    const chart = library.init(canvas, null, { renderer: "svg" });
    chart.setOption(option(figure));
    new ResizeObserver(() => chart.resize()).observe(canvas);
    new MutationObserver(() => chart.setOption(option(figure), true)).observe(
      document.documentElement,
      { attributeFilter: ["data-bs-theme"] },
    );
  }
}
