// The charts, and the same figures as a table for those who read them.

import { decimal, element, show, table } from './dom.js';
import { history } from './meters.js';

const HEIGHT = 132;
const ROWS = 8;
const CHARTS = [
  { key: 'commits', title: 'Commits per second', unit: '/s', color: '--series-1' },
  { key: 'force', title: 'Time of a force', unit: ' ms', color: '--series-2' },
  { key: 'group', title: 'Commits that share a force', unit: '', color: '--series-3' },
];

const plots = new Map();

function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options(chart, width) {
  const quiet = style('--quiet');
  const axis = { stroke: quiet, grid: { stroke: style('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    padding: [8, 8, 0, 0],
    scales: { y: { range: (plot, min, max) => [0, max > 0 ? max * 1.15 : 1] } },
    axes: [
      { ...axis, space: 90, size: 26, grid: { show: false },
        values: (plot, ticks) => ticks.map((tick) => new Date(tick * 1000).toLocaleTimeString([], { hour12: false })) },
      { ...axis, space: 34, size: 46, values: (plot, ticks) => ticks.map(decimal) },
    ],
    series: [{}, { stroke: style(chart.color), width: 2, fill: style(`${chart.color}-fill`), points: { show: false } }],
  };
}

function data(chart) {
  return [history.time, history[chart.key]];
}

/** Makes the charts, and follows their width and the colors that the reader asks for. */
export function make() {
  const place = document.getElementById('rates');
  const row = element('div', { class: 'charts' });
  for (const chart of CHARTS) {
    const value = element('span', { id: `${chart.key}-now`, class: 'value' }, '–');
    const canvas = element('div', { class: 'chart', 'aria-hidden': true });
    row.append(element('figure', { class: 'card' },
      element('figcaption', {}, chart.title, ' ', value), canvas));
    plots.set(chart, { canvas, value, plot: null });
  }
  place.replaceChildren(row, element('details', {}, element('summary', {}, 'The same as figures'), element('div', { id: 'figures' })));
  const again = () => plots.forEach((drawn, chart) => draw(chart, drawn));
  new ResizeObserver(again).observe(row);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
}

function draw(chart, drawn) {
  drawn.plot?.destroy();
  drawn.plot = new uPlot(options(chart, drawn.canvas.clientWidth), data(chart), drawn.canvas);
}

/** Shows what is known by now. */
export function update() {
  plots.forEach((drawn, chart) => {
    drawn.plot?.setData(data(chart));
    const value = history[chart.key].at(-1);
    drawn.value.textContent = value === null || value === undefined ? '–' : decimal(value) + chart.unit;
    drawn.canvas.dataset.samples = history.time.length;
  });
  const rows = history.time.map((at, i) => [
    new Date(at * 1000).toLocaleTimeString([], { hour12: false }), decimal(history.commits[i]), decimal(history.force[i]), decimal(history.group[i]),
  ]);
  show('figures', table('Commits and forces, newest first',
    ['Time', 'Commits per second', 'Time of a force in ms', 'Commits that share a force'], rows.slice(-ROWS).reverse(), [1, 2, 3]));
}
