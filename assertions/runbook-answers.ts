import type { Runbook, Unjudged } from '../core/record.ts';

/** What opening a runbook link came to. */
export interface Opened {
  readonly url: string;
  readonly held: boolean;
  /** Its status, or why it is no runbook. */
  readonly said: string;
}

/** Whether a link opens and leads to a page that may be a runbook. */
export function opened({ runbooks }: Pick<Unjudged, 'runbooks'>, url: string): Opened {
  const answers = runbooks.filter((answer) => answer.url === url);
  const answer = answers.find(({ status }) => status === 200) ?? answers[0];
  if (!answer) return { url, held: false, said: 'was not opened' };
  if (answer.status !== 200) {
    return { url, held: false, said: `${answer.status ?? answer.problem ?? 'no answer'}${led(answer)}` };
  }
  const flaw = flawOf(answer);
  return flaw === undefined
    ? { url, held: true, said: `200${led(answer)}` }
    : { url, held: false, said: `${flaw}${led(answer)}` };
}

const led = ({ redirects = [] }: Runbook): string =>
  redirects.length > 0 ? `, redirected to ${redirects.join(' and ')}` : '';

function flawOf({ url, redirects = [], page }: Runbook): string | undefined {
  const end = redirects.at(-1);
  const isShort = !page || page.text < short;
  if (page?.asksPassword || (end !== undefined && isLogin(url, end, isShort)))
    return 'it ends at a login page';
  const heading = page?.headings.find((one) => isErrorPage(one, isShort));
  if (heading !== undefined) return `its page says ${JSON.stringify(heading)}, with status 200`;
  if (end !== undefined && page?.headings.some((one) => parts(one).some((part) => signIn.test(part)))) {
    return 'it ends at a login page';
  }
  if (end !== undefined && isRoot(end) && !isRoot(url)) return "it ends at the site's root";
  if (page && page.text === 0 && !page.scripts) return 'its page is empty';
  if (page?.anchor === 'missing') return `its page has no place ${URL.parse(url)?.hash}`;
  return undefined;
}

/** Characters: a runbook says more, a page that only tells of an error or asks for a name does not. */
const short = 1500;

const loginHost =
  /^(?:login|signin|sso|auth|accounts?|idp?|identity|oauth|keycloak)\.|\b(?:okta|auth0|onelogin|microsoftonline|duosecurity|pingidentity)\.com$/i;
const loginPath =
  /(?:^|[/_-])(?:log-?_?in|sign-?_?in|logon|sso|oauth2?|oidc|saml2?|openid-connect|authori[sz]e|authenticate|auth|cas)(?=[/.;]|$)/i;
const signIn = /^(?:please )?(?:sign|log) ?[io]n(?: (?:to|with|required)\b.*)?$/i;

/** Where a redirect leads to an identity provider; what the link itself says already is no sign of it. */
function isLogin(from: string, to: string, isShort: boolean): boolean {
  const [start, end] = [URL.parse(from), URL.parse(to)];
  if (!start || !end) return false;
  const asks = ['SAMLRequest', 'response_type'].some((name) => end.searchParams.has(name));
  const path = loginPath.exec(end.pathname)?.[0];
  const isNew = path !== undefined && !start.pathname.includes(path);
  const isElsewhere = start.host !== end.host;
  // A runbook may be about logins, and be called so.
  return asks || (isNew && (isElsewhere || isShort)) || (isElsewhere && loginHost.test(end.hostname));
}

/** Whether a link leads to the start of a site, in some language, and says nothing of a page. */
function isRoot(link: string): boolean {
  const { pathname = '', hash = '', searchParams = new URLSearchParams() } = URL.parse(link) ?? {};
  const isBare = [...searchParams.keys()].every((name) =>
    /^(?:next|from|return\w*|redirect\w*|error|msg)$/i.test(name),
  );
  return isBare && hash.length < 2 && /^\/(?:index\.\w+|home|[a-z]{2}(?:-[a-z]{2})?)?\/?$/i.test(pathname);
}

const parts = (heading: string): string[] =>
  heading.split(/\s+[-|·•–—:]+\s+|:\s+/).map((part) => part.trim());

const things = 'page|document|file|article|content|space|resource|runbook|repository|site|url|link';
const opening = '(?:(?:oops|whoops|sorry|uh[- ]oh|hmm+)[,.!… ]*)?(?:(?:looks like|it looks like|it seems) )?';
const closing = '[.!]*(?: ?[-–—(]? ?(?:error )?[45]\\d\\d\\)?)?[.!]*';
const negated = "(?:can|could|does|did|is|was|has|are)(?:n['’]?t|['’]t)|cannot";
const errorPages = [
  // 404, Error 404, 404 Not Found, HTTP 403 Forbidden
  /^(?:http )?(?:error )?(?:status )?[45]\d\d(?: ?[-–—:.]? ?(?:error|page not found|not found|forbidden|unauthorized|access denied|gone|bad gateway|service unavailable|internal server error|gateway time-?out)| \(.*\))?[.!]*$/i,
  // The page you requested could not be found, this page isn't available (404)
  new RegExp(
    `^${opening}(?:(?:the|this|that|your) )?(?:requested )?(?:${things})?(?: you .{0,40}?)?(?: ?(?:was|is|could|can|were|has|does|did|${negated}))*(?: ?(?:be|been|not|no longer))* ?(?:found|exist|exists|available|unavailable|deleted|removed|moved|missing|gone)${closing}$`,
    'i',
  ),
];

/** May also be what a runbook is about. */
const otherErrors = [
  /^(?:access denied|permission denied|forbidden|unauthori[sz]ed|not authori[sz]ed|you need (?:access|permission).*|request access|bad gateway|service unavailable|internal server error|something went wrong)[.!]*$/i,
  // We can't find the page you're looking for, unable to find that document, no such page
  new RegExp(
    `^${opening}(?:(?:we|i) )?(?:(?:are |were )?unable to|could not|${negated})(?: seem to)? (?:find|locate) (?:(?:the|that|this|your|any) )?(?:requested )?(?:${things}|what you)(?: (?:you|that|at|with) ?.{0,40})?${closing}$`,
    'i',
  ),
  new RegExp(`^no such (?:${things})${closing}$`, 'i'),
  /^you (?:don['’]t|do not) have (?:access|permission)\b.*$/i,
];

/** Whether a title or heading is that of an error page; a runbook about 404s says more than that. */
export const isErrorPage = (heading: string, isShort: boolean): boolean =>
  parts(heading).some((part) =>
    [...errorPages, ...(isShort ? otherErrors : [])].some((pattern) => pattern.test(part)),
  );
