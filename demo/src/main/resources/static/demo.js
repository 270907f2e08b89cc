// The page of the ledger. It knows HTTP and nothing of a log; only what the last start did, it asks the actuator.

const NOT_THERE = 999999999;
const LOAD = 200000;
const OF_THE_LOAD = 'Load ';
const OWNERS = { Ada: 100000, Bob: 50000, Cleo: 25000, Dan: 12500, Eve: 0 };
const INTERVAL_MILLIS = 1000;

const byId = (id) => document.getElementById(id);
const money = new Intl.NumberFormat('en', { minimumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en');
const plural = (number, one) => `${whole.format(number)} ${one}${number === 1 ? '' : 's'}`;
const inUnits = (amount) => money.format(amount / 100);

let accounts = [];
let down = false;
let crashed = false;

async function ask(path, body) {
  const response = await fetch(path, body === undefined ? { cache: 'no-store' } : {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  const text = await response.text();
  return { ok: response.ok, status: response.status, body: text ? JSON.parse(text) : null };
}

function say(id, text, kind = '') {
  const place = byId(id);
  place.textContent = text;
  place.className = `result ${kind}`;
}

function tell(id, text) {
  byId(id).textContent = text;
  byId(id).hidden = text === '';
}

function option(account) {
  return new Option(`${account.owner} (${account.id})`, account.id);
}

function showAccounts(next) {
  const before = new Map(accounts.map((account) => [account.id, account.balance]));
  const shown = next.filter((account) => !account.owner.startsWith(OF_THE_LOAD));
  const others = shown.length !== accounts.length;
  accounts = shown;
  byId('empty').hidden = accounts.length > 0;
  byId('balances').replaceChildren(...accounts.map((account) => {
    const item = document.createElement('li');
    const owner = document.createElement('span');
    owner.textContent = account.owner;
    const balance = document.createElement('strong');
    balance.textContent = inUnits(account.balance);
    balance.dataset.account = account.id;
    if (before.has(account.id) && before.get(account.id) !== account.balance) {
      item.className = 'changed';
    }
    item.append(owner, balance);
    return item;
  }));
  if (others) {
    byId('from').replaceChildren(...accounts.map(option));
    byId('to').replaceChildren(...accounts.map(option));
    byId('to').selectedIndex = Math.min(1, accounts.length - 1);
  }
  byId('rollback').disabled = accounts.length === 0;
  byId('crash').disabled = false;
}

/** What was acknowledged to this page, kept by the browser across the crash. */
function remember(totals) {
  sessionStorage.setItem('before', JSON.stringify({ balance: totals.balance, transfers: totals.transfers }));
}

async function refresh() {
  const [list, total, load] = await Promise.all([ask('accounts'), ask('total'), ask('demo/load')]);
  if (![list, total, load].every((answer) => answer.ok)) {
    throw new Error('The application answers, but not with the accounts');
  }
  if (down) {
    await back(total.body);
  }
  showAccounts(list.body);
  const others = list.body.length - accounts.length;
  byId('total').textContent = list.body.length === 0 ? ''
    : `${inUnits(total.body.balance)} in all${others > 0 ? `, with ${others} accounts of the load` : ''}, after ${plural(total.body.transfers, 'transfer')}.`;
  remember(total.body);
  showLoad(load.body);
}

let loading = false;

function showLoad(load) {
  // The result is read aloud: it tells the start and the end, and the figure beside it is silent.
  byId('load-count').textContent = load.running ? `${whole.format(load.booked)} booked since the start.` : '';
  if (load.running) {
    if (!byId('load-result').textContent.startsWith('Running')) {
      say('load-result', 'Running.');
    }
  } else if (loading) {
    say('load-result', `Done: ${whole.format(load.booked)} booked since the start.`, 'good');
  }
  loading = load.running;
  byId('load').disabled = load.running;
}

/** The application answers again: what is left, and what its start did. */
async function back(total) {
  const before = JSON.parse(sessionStorage.getItem('before') ?? 'null');
  const recovery = (await ask('actuator/walrecovery')).body;
  down = false;
  crashed = false;
  tell('outage', '');
  const verdict = { CLEAN: 'the log ended cleanly', TORN: 'the last write was torn, and was cut off' }[recovery.verdict] ?? recovery.verdict;
  const kept = !before || (total.transfers >= before.transfers && Number(total.balance) >= Number(before.balance));
  tell('recovered', `Back. ${plural(recovery.transactions, 'transaction')} recovered in ${Math.round(recovery.seconds * 1000)} ms; ${verdict}. `
    + (before ? `Before: at least ${plural(before.transfers, 'transfer')}, ${inUnits(before.balance)} in all. Now: ${plural(total.transfers, 'transfer')}, ${inUnits(total.balance)} in all. ` : '')
    + (kept ? 'Nothing that was acknowledged is lost.' : 'Something is lost, which must not be.'));
  byId('recovered').classList.toggle('bad', !kept);
  say('crash-result', '');
  loading = false;
  say('load-result', '');
}

function lose() {
  down = true;
  loading = false;
  byId('load-count').textContent = '';
  tell('recovered', '');
  tell('outage', crashed
    ? 'The process is gone. Start it again by the command that you started it with; this page waits for it.'
    : 'The application does not answer. This page waits for it.');
  ['rollback', 'load', 'crash'].forEach((id) => { byId(id).disabled = true; });
}

async function poll() {
  try {
    await refresh();
  } catch {
    lose();
  }
  setTimeout(poll, INTERVAL_MILLIS);
}

/** What a button does, unless the application is gone. */
function on(id, event, action) {
  byId(id).addEventListener(event, async (fired) => {
    fired.preventDefault();
    try {
      await action();
      await refresh();
    } catch {
      lose();
    }
  });
}

on('open', 'click', async () => {
  for (const [owner, balance] of Object.entries(OWNERS)) {
    await ask('accounts', { owner, balance });
  }
});

on('transfer', 'submit', async () => {
  const amount = Math.round(Number(byId('amount').value) * 100);
  const answer = await ask('transfers', {
    from: Number(byId('from').value), to: Number(byId('to').value), amount, reference: crypto.randomUUID?.() ?? String(Math.random()),
  });
  if (answer.ok) {
    say('transfer-result', `Transfer ${answer.body.id} of ${inUnits(answer.body.amount)} is booked, and durable.`, 'good');
  } else {
    say('transfer-result', `${answer.body.title}: ${answer.body.detail}. Nothing has changed.`, 'bad');
  }
});

on('rollback', 'click', async () => {
  const balanceOf = (id, list) => list.body.find((account) => account.id === id).balance;
  const { id, owner } = accounts[0];
  const before = balanceOf(id, await ask('accounts'));
  const answer = await ask('transfers', { from: id, to: NOT_THERE, amount: 1000 });
  const after = balanceOf(id, await ask('accounts'));
  const refused = `${answer.body.title}: ${answer.body.detail}.`;
  if (answer.status !== 404) {
    say('rollback-result', refused, 'bad');
  } else if (before !== after) {
    say('rollback-result', `${refused} ${owner} had ${inUnits(before)} and has ${inUnits(after)}: somebody else moved money meanwhile, or it was not rolled back.`, 'bad');
  } else {
    say('rollback-result', `${refused} Rolled back: ${owner} has ${inUnits(after)}, as before.`, 'good');
  }
});

on('load', 'click', async () => {
  const answer = await ask('demo/load', { transfers: LOAD });
  loading = answer.ok;
});

on('crash', 'click', async () => {
  say('crash-result', '');
  crashed = true;
  const answer = await ask('demo/crash', {});
  crashed = false;
  say('crash-result', { 403: 'Only this machine may ask for it.', 404: 'It is switched off: demo.crash.enabled is false.' }[answer.status]
    ?? `The application answered with status ${answer.status}.`, 'bad');
});

poll();
