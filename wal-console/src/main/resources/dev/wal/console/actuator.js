// Asks the endpoints of the actuator, and says in words why one does not answer.

const addresses = new Map(
  [...document.querySelectorAll('link[rel="wal-endpoint"]')].map((link) => [link.title, link.href]));

/** What an endpoint answers: a status, and either a body or a reason. Status 0: the application does not answer at all. */
async function send(endpoint, path, options) {
  const address = addresses.get(endpoint);
  if (!address) {
    return { status: 404, reason: `The endpoint ${endpoint} is not exposed. Add it to management.endpoints.web.exposure.include.` };
  }
  try {
    const response = await fetch(address + path, {
      headers: { Accept: 'application/json' }, cache: 'no-store', redirect: 'manual', ...options,
    });
    const text = await response.text();
    const body = response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : null;
    const status = response.type === 'opaqueredirect' ? 401 : response.status;
    return response.ok
      ? { status, body, allow: response.headers.get('Allow') }
      : { status, reason: reason(endpoint, path, status, body) };
  } catch (e) {
    const foreign = new URL(address).origin !== location.origin;
    return {
      status: 0,
      reason: 'The application does not answer.' + (foreign
        ? ` The actuator is at ${new URL(address).origin}: set management.endpoints.web.cors.allowed-origins to ${location.origin}, if it is not that.` : ''),
    };
  }
}

function reason(endpoint, path, status, body) {
  if (body?.error && body.status === undefined) {
    return body.error;
  }
  switch (status) {
    case 401:
      return `The endpoint ${endpoint} is for those who are logged in. Log in to the application, and load this page again.`;
    case 403:
      return `You may not ask this of the endpoint ${endpoint}: your role does not allow it, or the CSRF token is missing.`;
    case 404:
      return endpoint === 'metrics' && path
        ? `There is no meter ${path.slice(1).split('?')[0]}: the application has no MeterRegistry, or it denies this meter.`
        : `The endpoint ${endpoint} is not there.`;
    case 405:
      return `The endpoint ${endpoint} may be read only.`;
    default:
      return `The endpoint ${endpoint} answered with status ${status}.`;
  }
}

export function get(endpoint, path = '') {
  return send(endpoint, path, {});
}

/** Asks for something to be done, with the token that Spring Security keeps in a cookie, if it does. */
export function post(endpoint, path = '') {
  const token = document.cookie.split('; ').find((cookie) => cookie.startsWith('XSRF-TOKEN='));
  const headers = { Accept: 'application/json' };
  if (token) {
    headers['X-XSRF-TOKEN'] = decodeURIComponent(token.slice('XSRF-TOKEN='.length));
  }
  return send(endpoint, path, { method: 'POST', headers });
}

/** Whether an endpoint takes more than reading. Where that cannot be found out, trying will tell. */
export async function isWritable(endpoint, path = '') {
  const answer = await send(endpoint, path, { method: 'OPTIONS' });
  return answer.allow ? answer.allow.includes('POST') : answer.status !== 404 && answer.status !== 405;
}
