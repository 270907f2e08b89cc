// The segments as a picture: one cell each, oldest first, and behind them those that are spare.

import { bytes, count, drawn, element, paragraph, plural, table } from './dom.js';

const CELLS = 240;

const KINDS = {
  writing: 'written to',
  recovery: 'needed by recovery',
  fallback: 'kept for the snapshots before the last',
  consumer: 'kept for consumers only',
  nobody: 'not needed, dropped by the next checkpoint',
  spare: 'spare: empty, to be written next',
};

function kindOf(segment, isLast) {
  if (isLast) {
    return 'writing';
  }
  if (segment.neededByRecovery) {
    return 'recovery';
  }
  if (segment.neededByFallback) {
    return 'fallback';
  }
  return segment.consumers.length > 0 ? 'consumer' : 'nobody';
}

function filled(segment, position) {
  return Math.max(0, Math.min(100, Math.round(((position - segment.position) / segment.size) * 100)));
}

function cell(kind, label, inside) {
  return element('li', { class: `cell ${kind}`, title: label }, element('span', { class: 'hidden' }, label), inside);
}

/** How far a segment is filled, as a drawing: a style of its own would be against the policy of the page. */
function level(percent) {
  return drawn('svg', { viewBox: '0 0 10 100', preserveAspectRatio: 'none', 'aria-hidden': true },
    drawn('rect', { width: 10, height: percent, y: 100 - percent }));
}

function keptFor(segment) {
  return [
    segment.neededByRecovery ? 'recovery' : null,
    segment.neededByFallback && !segment.neededByRecovery ? 'snapshots before the last' : null,
    ...segment.consumers.map((id) => `consumer ${id}`),
  ].filter((one) => one).join(', ') || 'nobody';
}

function legend(counts) {
  return element('ul', { class: 'legend' }, ...Object.entries(counts).filter(([, number]) => number > 0).map(([kind, number]) =>
    element('li', {}, element('span', { class: `cell ${kind}`, 'aria-hidden': true }), `${count(number)} ${KINDS[kind]}`)));
}

function heldBack(segments) {
  const byConsumer = new Map();
  segments.slice(0, -1).filter((segment) => !segment.neededByFallback).forEach((segment) => segment.consumers.forEach((id) =>
    byConsumer.set(id, (byConsumer.get(id) ?? 0) + segment.size)));
  return [...byConsumer].map(([id, size]) =>
    paragraph(`${bytes(size)} of the log are kept for consumer ${id} alone: it has not acknowledged them.`, 'quiet'));
}

/** What the endpoint of the log says of its segments. */
export function picture(wal) {
  const segments = wal.segmentList;
  const last = segments.at(-1);
  const kinds = segments.map((segment) => kindOf(segment, segment === last));
  const spare = last && wal.disk.spareBytes > 0 ? Math.max(1, Math.round(wal.disk.spareBytes / last.size)) : 0;
  const counts = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, kinds.filter((one) => one === kind).length]));
  counts.spare = spare;

  const hidden = Math.max(0, segments.length - CELLS);
  const cells = segments.slice(hidden).map((segment, i) => {
    const kind = kinds[hidden + i];
    const full = segment === last ? filled(segment, wal.position) : 100;
    const label = `Segment ${segment.number}, ${bytes(segment.size)}, ${kind === 'writing' ? `written to, ${full} % full` : KINDS[kind]}`;
    return cell(kind, label, kind === 'writing' ? level(full) : null);
  });
  for (let i = 0; i < Math.min(spare, CELLS); i++) {
    cells.push(cell('spare', 'Spare segment'));
  }
  const rows = segments.slice().reverse().slice(0, CELLS).map((segment) => [
    count(segment.number), count(segment.position), bytes(segment.size), keptFor(segment)]);

  return [
    paragraph(`${plural(segments.length, 'segment')}, ${bytes(wal.bytes)}, and ${bytes(wal.disk.spareBytes)} spare.`
      + (wal.disk.limit ? ` ${bytes(wal.disk.bytes)} of ${bytes(wal.disk.limit)} are used, snapshots included.` : ''), 'lead'),
    hidden > 0 ? paragraph(`${plural(hidden, 'older segment')} not drawn.`, 'quiet') : null,
    element('ol', { class: 'cells', 'aria-label': 'Segments, oldest first' }, ...cells),
    legend(counts),
    ...heldBack(segments),
    element('details', {}, element('summary', {}, 'The same as a table'),
      table('Segments, newest first', ['Segment', 'Position', 'Size', 'Kept for'], rows, [0, 1, 2])),
  ].filter((one) => one);
}
