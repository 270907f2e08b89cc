// Turns meters, which only grow, into what happened between two questions.

import { get } from './actuator.js';

const KEPT = 120;

/** Samples, oldest first: parallel lists, as the charts take them. A value that is not known is null. */
export const history = { time: [], commits: [], force: [], group: [] };

let before = null;

function values(answer) {
  return Object.fromEntries(answer.body.measurements.map((measurement) => [measurement.statistic, measurement.value]));
}

function ratio(total, number) {
  return number > 0 ? total / number : null;
}

/** Asks the meters once. Returns why there are none, or null. */
export async function sample() {
  const answers = await Promise.all([
    get('metrics', '/wal.commit?tag=outcome:committed'), get('metrics', '/wal.force'), get('metrics', '/wal.force.commits'),
  ]);
  const failed = answers.find((answer) => !answer.body);
  if (failed) {
    before = null;
    return failed.reason;
  }
  const [commit, force, group] = answers.map(values);
  const now = {
    at: performance.now() / 1000, commits: commit.COUNT, forces: force.COUNT, forceTime: force.TOTAL_TIME,
    groups: group.COUNT, grouped: group.TOTAL,
  };
  // Fewer than before: the application was started again, and nothing can be said of the time between.
  if (before && now.commits >= before.commits && now.forces >= before.forces) {
    add((now.commits - before.commits) / (now.at - before.at),
      ratio((now.forceTime - before.forceTime) * 1000, now.forces - before.forces),
      ratio(now.grouped - before.grouped, now.groups - before.groups));
  } else {
    gap();
  }
  before = now;
  return null;
}

/** Nothing is known of now. */
export function gap() {
  before = null;
  if (history.time.length > 0) {
    add(null, null, null);
  }
}

function add(commits, force, group) {
  const values = { time: Date.now() / 1000, commits, force, group };
  for (const [name, value] of Object.entries(values)) {
    history[name].push(value);
    if (history[name].length > KEPT) {
      history[name].shift();
    }
  }
}
