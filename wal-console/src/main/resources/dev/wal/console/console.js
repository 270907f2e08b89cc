// Asks the endpoints once a second, and shows what they answer.

import { get, isWritable, post } from './actuator.js';
import * as charts from './charts.js';
import { element, paragraph, show } from './dom.js';
import { gap, sample } from './meters.js';
import * as panels from './panels.js';
import { picture } from './segments.js';

const INTERVAL_MILLIS = 1000;

const state = document.getElementById('state');
const notice = document.getElementById('notice');
const pause = document.getElementById('pause');
let paused = false;
let lost = null;
let known = false;
let writable = { walcheckpoint: false, wallisteners: false };

function say(text) {
  if (notice.textContent !== text) {
    notice.textContent = text;
    notice.hidden = text === '';
  }
}

function badge(text, kind) {
  state.textContent = text;
  state.className = `badge ${kind}`;
}

function showLog(answer) {
  if (answer.body) {
    badge(answer.body.state.toLowerCase(), answer.body.state === 'OPEN' ? 'running' : 'failed');
    document.getElementById('directory').textContent = answer.body.directory;
    show('now', ...panels.now(answer.body));
    show('partitions', ...panels.partitions(answer.body));
    show('segments', ...picture(answer.body));
  } else {
    badge('not shown', 'paused');
    ['now', 'partitions', 'segments'].forEach((id) => show(id, ...panels.missing(answer.reason)));
  }
}

function showOr(id, answer, panel) {
  show(id, ...(answer.body ? panel(answer.body) : panels.missing(answer.reason)));
}

/** What does not change while the application runs: what the last start found, and what may be written. */
async function learn() {
  const [recovery, checkpoints, listeners] = await Promise.all(
    [get('walrecovery'), isWritable('walcheckpoint'), isWritable('wallisteners', '/any/pause')]);
  if (recovery.status === 0) {
    return;
  }
  writable = { walcheckpoint: checkpoints, wallisteners: listeners };
  showOr('recovery', recovery, panels.recovery);
  known = true;
}

function showCheckpoints(answer) {
  showOr('checkpoints', answer, panels.checkpoints);
  show('checkpoint-control', ...(!answer.body ? [] : writable.walcheckpoint
    ? [element('button', { type: 'button', id: 'checkpoint', class: 'primary' }, 'Take a checkpoint')]
    : [paragraph('Checkpoints may be read only: set management.endpoint.walcheckpoint.access to unrestricted to take one here.', 'quiet')]));
}

function loseTouch(reason) {
  lost ??= new Date();
  known = false;
  gap();
  charts.update();
  badge('no answer', 'failed');
  say(`${reason} No answer since ${lost.toLocaleTimeString([], { hour12: false })}; asking again each second. What is shown is from before.`);
}

async function ask() {
  const wal = await get('wal');
  if (wal.status === 0) {
    loseTouch(wal.reason);
    return;
  }
  if (!known) {
    await learn();
  }
  if (lost) {
    say(`The application answers again since ${new Date().toLocaleTimeString([], { hour12: false })}. What its last start found is at the end of this page.`);
    lost = null;
  }
  showLog(wal);
  const [unmeasured, checkpoints, listeners] = await Promise.all([sample(), get('walcheckpoint'), get('wallisteners')]);
  charts.update();
  show('unmeasured', ...(unmeasured ? panels.missing(unmeasured) : []));
  showCheckpoints(checkpoints);
  showOr('listeners', listeners, (body) => panels.listeners(body, writable.wallisteners));
}

async function poll() {
  if (!paused && !document.hidden) {
    await ask();
  }
  setTimeout(poll, INTERVAL_MILLIS);
}

pause.addEventListener('click', () => {
  paused = !paused;
  pause.setAttribute('aria-pressed', String(paused));
  pause.textContent = paused ? 'Go on' : 'Pause';
  gap();
});

async function takeCheckpoint(button) {
  button.disabled = true;
  show('checkpoint-result', 'Taking a checkpoint …');
  const answer = await post('walcheckpoint');
  show('checkpoint-result', answer.body ? panels.checkpointReport(answer.body) : answer.reason);
  button.disabled = false;
}

async function control(button) {
  const { listener, action } = button.dataset;
  const answer = await post('wallisteners', `/${encodeURIComponent(listener)}/${action}`);
  show('listeners-result', answer.body ? `${listener}: ${answer.body.state.toLowerCase().replace('_', ' ')}.` : answer.reason);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.id === 'checkpoint') {
    takeCheckpoint(button);
  } else if (button?.dataset.listener) {
    control(button);
  }
});

charts.make();
poll();
