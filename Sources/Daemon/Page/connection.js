/** The way to the daemon: requests, the session, and the stream that comes back by itself. */

/** What the daemon refused, or that it did not answer (status 0). */
export class RequestProblem extends Error {
  constructor(status, said = {}, retryAfter = null) {
    const { code = 'unreachable', message, hint } = said;
    super(message ?? 'The daemon does not answer.');
    Object.assign(this, { status, code, hint: hint ?? '', retryAfter, said });
  }

  /** Whether the same request may succeed later. */
  get mayPass() { return this.status === 0 || this.status >= 500 || this.status === 429; }

  /** All of it on one line. */
  get words() { return [this.message, this.hint].filter(Boolean).join(' '); }
}

const requestMilliseconds = 10_000;
const longestSilence = 15_000;
const longestWait = 5000;

let csrf = null;

/** Asks the daemon; answers with what its JSON says, or throws a RequestProblem. */
export async function ask(method, path, body, milliseconds = requestMilliseconds) {
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrf) headers['X-Roast-CSRF'] = csrf;
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store', signal: AbortSignal.timeout(milliseconds),
    });
    const text = await response.text();
    answer = text ? JSON.parse(text) : null;
  } catch {
    if (!response || response.ok) throw new RequestProblem(0);
    answer = null;
  }
  if (!response.ok) {
    const seconds = Number(response.headers.get('Retry-After'));
    const said = answer ?? { message: `The daemon answered ${response.status}.` };
    throw new RequestProblem(response.status, said, seconds > 0 ? seconds : null);
  }
  return answer;
}

/** Exchanges a one-time code for a session. */
export async function logIn(code) {
  const session = await ask('POST', '/v1/session', { code });
  csrf = session.csrf;
  return session;
}

/** Fetches the session's value anew, which another run of the daemon has changed. */
export async function renewSession() {
  try {
    csrf = (await ask('GET', '/v1/session')).csrf ?? null;
  } catch (problem) { if (!(problem instanceof RequestProblem)) throw problem; }
}

/** Ends the session. */
export async function logOut() {
  await ask('DELETE', '/v1/session');
  csrf = null;
}

/** Keeps a LiveState true: the stream, what came before it, and everything anew after a gap. */
export class Connection {
  #state;
  #run = null;
  #lastID = null;
  #isRefreshing = false;
  #mustRefresh = false;
  #wake = () => {};
  #endStream = () => {};
  /** Called when the daemon is there (again). */
  onLive = () => {};

  constructor(state) { this.#state = state; }

  /** Connects, and connects again, for as long as the page is open. */
  async run() {
    let wait = 250;
    for (;;) {
      try {
        const session = await ask('GET', '/v1/session');
        csrf = session.csrf ?? null;
        this.#state.caller = { role: session.role, name: session.name };
        await this.#stream(() => { wait = 250; });
        this.#state.connect('lost', null);
      } catch (problem) {
        if (problem.status === 401) {
          this.#state.connect('login', problem);
          await new Promise((resolve) => { this.#wake = resolve; });
          continue;
        }
        if (!(problem instanceof RequestProblem)) console.error(problem);
        this.#state.connect('lost', problem instanceof RequestProblem ? problem : null);
        wait = Math.max(wait, (problem.retryAfter ?? 0) * 1000);
      }
      await this.#pause(wait);
      wait = Math.min(wait * 2, longestWait);
    }
  }

  /** Tries now: someone logged in, the network came back, the phone was taken up. */
  tryNow() { this.#wake(); }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  /** Reads the stream until it ends or falls silent. */
  async #stream(onFirst) {
    const end = new AbortController();
    this.#endStream = () => end.abort();
    let silence = setTimeout(() => end.abort(), longestSilence);
    try {
      const response = await fetch('/v1/stream', {
        headers: { Accept: 'text/event-stream', ...(this.#lastID && { 'Last-Event-ID': this.#lastID }) },
        cache: 'no-store', signal: end.signal,
      }).catch(() => { throw new RequestProblem(0); });
      if (!response.ok) throw new RequestProblem(response.status, await response.json().catch(() => ({})));
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read().catch(() => ({ done: true }));
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(() => end.abort(), longestSilence);
        const messages = (rest + value).split('\n\n');
        rest = messages.pop();
        for (const message of messages) this.#receive(message);
        onFirst();
      }
    } finally {
      clearTimeout(silence);
      end.abort();
    }
  }

  /** One message of the stream: lines of `id`, `event` and `data`. */
  #receive(message) {
    const fields = { id: null, event: 'message', data: [] };
    for (const line of message.split('\n')) {
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (name === 'data') fields.data.push(value); else if (name) fields[name] = value;
    }
    if (fields.id) this.#lastID = fields.id;
    if (fields.event === 'reset') { this.#refresh(); return; }
    if (!fields.data.length) return;
    const data = JSON.parse(fields.data.join('\n'));
    this.#state.receive(fields.event, data);
    if (fields.event === 'hello') this.#greet(data);
  }

  /** The daemon is there. If it is another run, or the first, everything is asked for anew. */
  #greet(hello) {
    if (this.#run !== hello.run) {
      this.#run = hello.run;
      this.#refresh();
    } else if (!this.#isRefreshing) {
      this.#live();
    }
  }

  #live() {
    this.#state.connect('live');
    this.onLive();
  }

  /** Asks for everything that the stream does not repeat; once more if it was called meanwhile. */
  async #refresh() {
    this.#mustRefresh = true;
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    let wait = 250;
    while (this.#mustRefresh) {
      this.#mustRefresh = false;
      try {
        this.#state.load(await everything());
        this.#live();
      } catch (problem) {
        if (!(problem instanceof RequestProblem)) throw problem;
        if (!problem.mayPass) {
          this.#run = null;
          this.#endStream();
          break;
        }
        this.#mustRefresh = true;
        await new Promise((resolve) => { setTimeout(resolve, wait); });
        wait = Math.min(wait * 2, longestWait);
      }
    }
    this.#isRefreshing = false;
  }
}

/** The status, and the curve and the events of the roast that goes on, if one does. */
async function everything() {
  const status = await ask('GET', '/v1/status');
  const roast = status.roast?.id;
  const pilot = (await orNothing(ask('GET', '/v1/pilot')))?.pilot ?? null;
  if (roast == null) {
    return { status, pilot, history: await ask('GET', '/v1/telemetry'), events: [], outlook: null };
  }
  const [history, details, ahead] = await Promise.all([
    orNothing(ask('GET', `/v1/telemetry?roast=${roast}`)),
    orNothing(ask('GET', `/v1/roasts/${roast}`)),
    orNothing(ask('GET', '/v1/outlook')),
  ]);
  return { status, pilot, history, events: details?.events ?? [], outlook: ahead?.outlook ?? null };
}

/** Nothing when the disk does not have it (yet). */
async function orNothing(asked) {
  try {
    return await asked;
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}
