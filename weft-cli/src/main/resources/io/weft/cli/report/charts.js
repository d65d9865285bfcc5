'use strict';

// What the charts of all reports have in common.

const report = JSON.parse(document.getElementById('figures').textContent);
const charts = [];

const whole = number => Math.round(number).toLocaleString('en');

function duration(nanos) {
  const units = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']];
  const [size, unit] = units.find(([least]) => nanos >= least) ?? [1, 'ns'];
  return `${Number((nanos / size).toPrecision(3))} ${unit}`;
}

/** Powers of ten only, so that a logarithmic axis stays quiet. */
const isPowerOfTen = number => Math.abs(Math.log10(number) % 1) < 1e-9;

function colors() {
  const style = getComputedStyle(document.documentElement);
  const color = name => style.getPropertyValue(name).trim();
  return {
    text: color('--text'), muted: color('--muted'), line: color('--line'),
    surface: color('--surface'),
    series: [1, 2, 3, 4].map(i => color(`--c${i}`)),
    steps: [1, 2, 3, 4, 5].map(i => color(`--s${i}`)),
  };
}

const axis = (c, title, more = {}) => ({
  title: { display: Boolean(title), text: title, color: c.muted },
  ticks: { color: c.muted, ...more.ticks },
  grid: { color: c.line, ...more.grid },
  border: { display: false },
  ...Object.fromEntries(Object.entries(more).filter(([key]) => !['ticks', 'grid'].includes(key))),
});

const byConnections = c => axis(c, 'connections', { grid: { display: false } });

const durationAxis = c => axis(c, '', {
  type: 'logarithmic',
  ticks: { callback: value => isPowerOfTen(value) ? duration(value) : null },
});

const bar = color => ({
  backgroundColor: color, borderRadius: 4, maxBarThickness: 46, categoryPercentage: 0.72,
});

const line = color => ({
  borderColor: color, backgroundColor: color, borderWidth: 2, pointRadius: 4, tension: 0,
});

function draw(id, config, c, label, legend = true) {
  const chart = new Chart(document.getElementById(id), {
    ...config,
    options: {
      responsive: true, maintainAspectRatio: false, animation: false,
      interaction: { mode: 'index', intersect: false },
      ...config.options,
      plugins: {
        legend: {
          display: legend, position: 'top', align: 'start',
          labels: { color: c.text, boxWidth: 10, boxHeight: 10, usePointStyle: true,
                    pointStyle: 'rectRounded' },
        },
        tooltip: { callbacks: { label } },
        ...config.options?.plugins,
      },
    },
  });
  charts.push(chart);
}

/** The shares of messages that took no longer; a curve is a label and a latency. */
function drawDistribution(id, c, curves) {
  // The further right, the rarer: x is how many messages there are for one that takes longer.
  const last = 1e5;
  const share = x => `${Number((100 - 100 / x).toPrecision(6))} %`;
  draw(id, {
    type: 'line',
    data: { datasets: curves.map(({ label, latency }, i) => ({
      label,
      data: latency.curve
        .map(point => ({ x: 100 / (100 - Math.min(point.percentile, 100 - 1e-9)), y: point.nanos }))
        .filter(point => point.x <= last && point.y > 0),
      ...line(c.steps[Math.min(i, c.steps.length - 1)]), pointRadius: 0, pointHitRadius: 8,
    })) },
    options: {
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      plugins: { tooltip: { callbacks: {
        title: items => items.length ? share(items[0].parsed.x) : '',
        label: item => ` ${item.dataset.label}: ${duration(item.parsed.y)}`,
      } }, legend: { position: 'top', align: 'start', labels: { color: c.text, boxWidth: 10,
        boxHeight: 10, usePointStyle: true, pointStyle: 'rectRounded' } } },
      scales: {
        x: axis(c, 'share of messages', { type: 'logarithmic', min: 1, max: last,
          ticks: { callback: value => isPowerOfTen(value) ? share(value) : null },
          grid: { color: ctx => isPowerOfTen(ctx.tick?.value ?? 0) ? c.line : 'transparent' } }),
        y: durationAxis(c),
      },
    },
  }, c);
}

/** Draws now, and anew when the colours change. */
function drawAll(drawCharts) {
  const again = () => {
    charts.splice(0).forEach(chart => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    drawCharts(colors());
  };
  again();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
}
