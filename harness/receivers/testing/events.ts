import { met, notYet, until } from '../../../core/poll.ts';
import type { ReceivedPage } from '../pages.ts';

/** A reader of an event stream of pages, until it is disposed. */
export interface EventReader extends AsyncDisposable {
  /** Waits for this many pages. @returns all so far. */
  until(pages: number): Promise<readonly ReceivedPage[]>;
}

export async function eventsOf(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  if (response.status !== 200 || !response.body) throw new Error(`status ${response.status}`);
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) text += `\n\n(the stream broke: ${error})`;
  });
  const pages = (): ReceivedPage[] =>
    text
      .split('\n\n')
      .slice(0, -1)
      .flatMap((event) => /^id: (\d+)\nevent: page\ndata: (.*)$/.exec(event)?.[2] ?? [])
      .map((data) => JSON.parse(data) as ReceivedPage);
  return {
    until: (count) =>
      until(`${count} pages`, () => (pages().length >= count ? met(pages()) : notYet(text)), {
        where: url,
        withinMs: 30_000,
        everyMs: 5,
        signal: new AbortController().signal,
      }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}
