// What the other endpoints say, in words and tables.

import { bytes, count, element, facts, paragraph, plural, seconds, table, time, unavailable } from './dom.js';

/** Why something cannot be shown. */
export function missing(reason) {
  return [paragraph(reason, 'missing')];
}

export function now(wal) {
  const problems = [wal.failure && `The log has ended: ${wal.failure}`, wal.disk.failure, wal.disk.refusing && 'Commits are refused for want of space.'];
  return [
    ...problems.filter((problem) => problem).map((problem) => paragraph(problem, 'problem')),
    facts([
      ['Position', count(wal.position), 'bytes ever appended'],
      ['Not forced yet', bytes(wal.position - wal.durableMark), 'behind the durable mark'],
      ['On disk', bytes(wal.disk.bytes), 'segments and snapshots'],
      ['Durability', wal.durability],
    ]),
  ];
}

export function partitions(wal) {
  return [table('LSNs by partition', ['Partition', 'Appended LSN', 'Durable LSN', 'Checkpoint LSN', 'Records since'],
    wal.partitions.map((partition) => [
      String(partition.partition), count(partition.appendedLsn), count(partition.durableLsn), count(partition.checkpointLsn),
      count(partition.appendedLsn + 1 - Math.max(0, partition.checkpointLsn)),
    ]), [1, 2, 3, 4])];
}

export function checkpoints(answer) {
  const automatic = answer.automatic;
  const due = automatic.bytesBetween == null
    ? bytes(automatic.bytesSince)
    : `${bytes(automatic.bytesSince)} of ${bytes(automatic.bytesBetween)}`;
  const rows = answer.partitions.map((checkpoint) => [
    String(checkpoint.partition), count(checkpoint.lsn), time(checkpoint.time), checkpoint.snapshot || 'none']);
  return [
    facts([
      ['Taken by themselves', automatic.running ? due : 'no',
        automatic.running ? `written since the last${automatic.interval ? `, and every ${automatic.interval}` : ''}` : null],
      ['Last of these', automatic.lastSuccess ? time(automatic.lastSuccess.time) : 'none yet',
        automatic.lastSuccess ? `took ${seconds(automatic.lastSuccess.seconds)}` : null],
      ['When the application stops', automatic.onShutdown ? 'yes' : 'no', 'if anything has changed'],
    ]),
    ...(automatic.lastFailure ? [paragraph(
      `The last that failed: ${time(automatic.lastFailure.time)}, ${automatic.lastFailure.error}. ${automatic.lastFailure.message ?? ''}`,
      automatic.failuresInARow > 0 ? 'problem' : 'quiet')] : []),
    rows.length > 0
      ? table('Last checkpoint of each partition', ['Partition', 'LSN', 'Taken', 'Snapshot'], rows, [1])
      : paragraph('No partition has a checkpoint yet.', 'quiet'),
  ];
}

/** What a checkpoint by hand did. */
export function checkpointReport(report) {
  return `Checkpoint of ${plural(report.partitions.length, 'partition')} taken in ${seconds(report.seconds)}; ${plural(report.segmentsDropped, 'segment')} dropped.`;
}

/** Each has a place of its own, so that none appears under the pointer where another was. */
const ACTIONS = ['start', 'pause', 'resume', 'skip', 'stop'];
const ALLOWED = {
  RUNNING: ['pause', 'stop'],
  PAUSED: ['resume', 'stop'],
  BACKING_OFF: ['pause', 'skip', 'stop'],
  STOPPED: ['start'],
  FAILED: ['start', 'skip'],
};

function controls(listener) {
  return element('div', { class: 'buttons' }, ...ACTIONS.map((action) =>
    element('button', {
      type: 'button', 'data-key': action, 'data-listener': listener.id, 'data-action': action, 'aria-label': `${action} ${listener.id}`,
      ...unavailable(!(ALLOWED[listener.state] ?? []).includes(action)),
    }, action)));
}

export function listeners(answer, writable) {
  if (answer.listeners.length === 0) {
    return [paragraph('There is no listener.', 'quiet')];
  }
  const headings = ['Listener', 'State', 'Lag', 'Handed over', 'Skipped', 'Last failure'];
  const rows = answer.listeners.map((listener) => [
    listener.id, element('span', { class: `badge ${listener.state.toLowerCase()}` }, listener.state.toLowerCase().replace('_', ' ')),
    bytes(listener.lagBytes), count(listener.handedOver), count(listener.skipped),
    listener.lastFailure ? `${listener.lastFailure.error}, ${time(listener.lastFailure.time)}` : 'none',
    ...(writable ? [controls(listener)] : []),
  ]);
  return [
    table('Listeners', writable ? [...headings, 'Control'] : headings, rows, [2, 3, 4],
      answer.listeners.map((listener) => listener.id)),
    ...(writable ? [] : [paragraph('Listeners may be read only: set management.endpoint.wallisteners.access to unrestricted to control them here.', 'quiet')]),
  ];
}

const VERDICTS = {
  CLEAN: 'The log ended where its last batch ends.',
  TORN: 'The last write was torn: it was never acknowledged, and was cut off.',
  CORRUPT: 'The log was damaged, and was cut there.',
};

export function recovery(report) {
  if (report.created) {
    return [paragraph('The log was new: there was nothing to recover.', 'lead')];
  }
  return [
    paragraph(VERDICTS[report.verdict] ?? report.verdict, report.verdict === 'CORRUPT' ? 'problem' : 'lead'),
    facts([
      ['Transactions recovered', count(report.transactions)],
      ['Took', seconds(report.seconds)],
      ['Read', bytes(report.bytesRead)],
      ['Cut off', bytes(report.bytesCut), report.keptAside.length > 0 ? `kept in ${report.keptAside.join(', ')}` : null],
    ]),
    ...report.snapshotFallbacks.map((fallback) => paragraph(
      `The snapshot ${fallback.damaged} of partition ${fallback.partition} is damaged; ${fallback.used} was used instead.`, 'problem')),
    ...(report.partitionsAhead.length > 0 ? [paragraph(
      `Snapshots are newer than what was left of the log in partitions ${report.partitionsAhead.join(', ')}.`, 'problem')] : []),
  ];
}
