interface Login {
  host: string;
  user: string;
  password: string;
}

/** Settings that keep repository content from running code, whatever the machine's own git configuration says. */
const safeSettings: Record<string, string> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'submodule.recurse': 'false',
  'protocol.ext.allow': 'never',
  // A host that redirects could lead into a private network, and a login to somebody else.
  'http.followRedirects': 'false',
  'safe.directory': '*',
  'gc.auto': '0',
  'advice.detachedHead': 'false',
};

/** Transport of a url in git's words: `file` for a path. */
function protocolOf(url: string): string {
  if (/^[\w.-]+@[\w.-]+:/.test(url)) return 'ssh';
  return /^([a-z]+):\/\//.exec(url)?.[1] ?? 'file';
}

/**
 * The whole environment of a git process. Only the registered url's own transport is allowed, and the login
 * is scoped by git itself to the host it is registered for (http.<url>.extraHeader). Redirects are not followed.
 */
export function gitEnvironment(path: string, url?: string, login?: Login): Record<string, string> {
  const settings = { ...safeSettings };
  // Addresses of ssh, such as git@host:path, take no header.
  const web = url !== undefined && /^https?:/.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (login && web?.host === login.host) {
    const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
    settings[`http.${web.origin}/.extraHeader`] = `Authorization: Basic ${basic}`;
  }
  const entries = Object.entries(settings);
  return {
    PATH: path,
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: url ? protocolOf(url) : 'file',
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, key],
        [`GIT_CONFIG_VALUE_${at}`, value],
      ]),
    ),
  };
}
