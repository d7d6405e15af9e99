import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';

/** What a headless browser found in a page. */
export interface Look {
  /** Violations of accessibility rules: the rule, and one of the elements. */
  readonly violations: readonly string[];
  /** Width of the page's content in CSS pixels. */
  readonly contentWidth: number;
  /** Elements that reach beyond the window. */
  readonly tooWide: readonly string[];
  readonly prefersDark: boolean;
}

/** Returns the path of an installed Chromium; `undefined` if there is none. */
export async function chromium(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  for (const path of paths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
}

/**
 * Opens pages in a headless browser without network, and checks each with axe.
 *
 * @param width of the window in CSS pixels.
 * @returns what was found, in the order of the pages.
 */
export async function lookAt(
  browser: string,
  pages: readonly string[],
  { width, dark }: { readonly width: number; readonly dark: boolean },
): Promise<Look[]> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-page-'));
  try {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    for (const [i, html] of pages.entries())
      await writeFile(join(folder, `${i}.html`), `${withoutPolicy(html)}<script>${axe}</script>`);
    // Frames, because a headless window is never narrower than 500 pixels.
    const frames = pages.map(
      (_, i) => `<iframe src="${i}.html" style="width:${width}px;height:900px"></iframe>`,
    );
    const file = join(folder, 'frames.html');
    await writeFile(file, `${frames.join('')}${look}`);
    const { stdout } = await execa(
      browser,
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--allow-file-access-from-files'],
        ...['--host-resolver-rules=MAP * ~NOTFOUND', `--user-data-dir=${join(folder, 'profile')}`],
        `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
        ...['--window-size=1400,1000', '--virtual-time-budget=60000', '--dump-dom'],
        pathToFileURL(file).href,
      ],
      { timeout: 100_000, stderr: 'ignore' },
    );
    const found = /<pre id="found">([^<]*)<\/pre>/.exec(stdout)?.[1];
    if (found === undefined) throw new Error(`the browser found nothing: ${stdout.slice(-500)}`);
    return JSON.parse(decodeURIComponent(found));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The page forbids scripts, and axe is one. */
const withoutPolicy = (html: string): string =>
  html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');

const look = `<script>
addEventListener('load', async () => {
  const found = [];
  for (const { contentWindow: framed, contentDocument: page } of document.querySelectorAll('iframe')) {
    const { violations } = await framed.axe.run(page);
    found.push({
      violations: violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)),
      contentWidth: page.documentElement.scrollWidth,
      tooWide: [...page.querySelectorAll('body *')]
        .filter((one) => !one.closest('.scroll') && one.getBoundingClientRect().right > framed.innerWidth + 1)
        .map((one) => one.cloneNode().outerHTML.slice(0, 200)),
      prefersDark: framed.matchMedia('(prefers-color-scheme: dark)').matches,
    });
  }
  document.body.innerHTML = '<pre id="found">' + encodeURIComponent(JSON.stringify(found)) + '</pre>';
});
</script>`;
