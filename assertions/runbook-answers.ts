import type { Runbook, Unjudged } from '../core/record.ts';

/** Result of opening a runbook link. */
export interface RunbookAnswer {
  readonly url: string;
  readonly held: boolean;
  /** The HTTP status, or why the page is not a runbook. */
  readonly said: string;
}

/** Returns whether a link opens and leads to a page that may be a runbook. */
export function runbookAnswer({ runbooks }: Pick<Unjudged, 'runbooks'>, url: string): RunbookAnswer {
  const answers = runbooks.filter((answer) => answer.url === url);
  const answer = answers.find(({ status }) => status === 200) ?? answers[0];
  if (!answer) return { url, held: false, said: 'was not opened' };
  if (answer.status !== 200) {
    return {
      url,
      held: false,
      said: `${answer.status ?? answer.problem ?? 'no answer'}${redirectText(answer)}`,
    };
  }
  const flaw = whyNoRunbook(answer);
  return flaw === undefined
    ? { url, held: true, said: `200${redirectText(answer)}` }
    : { url, held: false, said: `${flaw}${redirectText(answer)}` };
}

const redirectText = ({ redirects = [] }: Runbook): string =>
  redirects.length > 0 ? `, redirected to ${redirects.join(' and ')}` : '';

function whyNoRunbook({ url, redirects = [], page }: Runbook): string | undefined {
  const end = redirects.at(-1);
  const isShort = !page || page.text < shortPageLength;
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

/** A page with fewer characters may be an error or login page. A runbook is usually longer. */
const shortPageLength = 1500;

const loginHost =
  /^(?:login|signin|sso|auth|accounts?|idp?|identity|oauth|keycloak)\.|\b(?:okta|auth0|onelogin|microsoftonline|duosecurity|pingidentity)\.com$/i;
const loginPath =
  /(?:^|[/_-])(?:log-?_?in|sign-?_?in|logon|sso|oauth2?|oidc|saml2?|openid-connect|authori[sz]e|authenticate|auth|cas)(?=[/.;]|$)/i;
const signIn = /^(?:please )?(?:sign|log) ?[io]n(?: (?:to|with|required)\b.*)?$/i;

/** Whether a redirect leads to a login page. Words that the original link contains already are not a sign of one. */
function isLogin(from: string, to: string, isShort: boolean): boolean {
  const [start, end] = [URL.parse(from), URL.parse(to)];
  if (!start || !end) return false;
  const asks = ['SAMLRequest', 'response_type'].some((name) => end.searchParams.has(name));
  const path = loginPath.exec(end.pathname)?.[0];
  const isNew = path !== undefined && !start.pathname.includes(path);
  const isElsewhere = start.host !== end.host;
  // A login path on the same host may be a runbook about logins, unless the page is short.
  return asks || (isNew && (isElsewhere || isShort)) || (isElsewhere && loginHost.test(end.hostname));
}

/** Whether a link leads to the start page of a site, also in a certain language, and not to a page below it. */
function isRoot(link: string): boolean {
  const { pathname = '', hash = '', searchParams = new URLSearchParams() } = URL.parse(link) ?? {};
  const isBare = [...searchParams.keys()].every((name) =>
    /^(?:next|from|return\w*|redirect\w*|error|msg)$/i.test(name),
  );
  return isBare && hash.length < 2 && /^\/(?:index\.\w+|home|[a-z]{2}(?:-[a-z]{2})?)?\/?$/i.test(pathname);
}

const parts = (heading: string): string[] =>
  heading.split(/\s+[-|·•–—:]+\s+|:\s+/).map((part) => part.trim());

const pageNouns = 'page|document|file|article|content|space|resource|runbook|repository|site|url|link';
const opening = '(?:(?:oops|whoops|sorry|uh[- ]oh|hmm+)[,.!… ]*)?(?:(?:looks like|it looks like|it seems) )?';
const closing = '[.!]*(?: ?[-–—(]? ?(?:error )?[45]\\d\\d\\)?)?[.!]*';
const negated = "(?:can|could|does|did|is|was|has|are)(?:n['’]?t|['’]t)|cannot";
const errorPages = [
  // 404, Error 404, 404 Not Found, HTTP 403 Forbidden
  /^(?:http )?(?:error )?(?:status )?[45]\d\d(?: ?[-–—:.]? ?(?:error|page not found|not found|forbidden|unauthorized|access denied|gone|bad gateway|service unavailable|internal server error|gateway time-?out)| \(.*\))?[.!]*$/i,
  // The page you requested could not be found, this page isn't available (404)
  new RegExp(
    `^${opening}(?:(?:the|this|that|your) )?(?:requested )?(?:${pageNouns})?(?: you .{0,40}?)?(?: ?(?:was|is|could|can|were|has|does|did|${negated}))*(?: ?(?:be|been|not|no longer))* ?(?:found|exist|exists|available|unavailable|deleted|removed|moved|missing|gone)${closing}$`,
    'i',
  ),
];

/** Headings of error pages that may also be the subject of a runbook. They count only on short pages. */
const otherErrors = [
  /^(?:access denied|permission denied|forbidden|unauthori[sz]ed|not authori[sz]ed|you need (?:access|permission).*|request access|bad gateway|service unavailable|internal server error|something went wrong)[.!]*$/i,
  // We can't find the page you're looking for, unable to find that document, no such page
  new RegExp(
    `^${opening}(?:(?:we|i) )?(?:(?:are |were )?unable to|could not|${negated})(?: seem to)? (?:find|locate) (?:(?:the|that|this|your|any) )?(?:requested )?(?:${pageNouns}|what you)(?: (?:you|that|at|with) ?.{0,40})?${closing}$`,
    'i',
  ),
  new RegExp(`^no such (?:${pageNouns})${closing}$`, 'i'),
  /^you (?:don['’]t|do not) have (?:access|permission)\b.*$/i,
];

/** Whether a title or heading is that of an error page. The heading of a runbook about 404s has more words. */
const isErrorPage = (heading: string, isShort: boolean): boolean =>
  parts(heading).some((part) =>
    [...errorPages, ...(isShort ? otherErrors : [])].some((pattern) => pattern.test(part)),
  );
