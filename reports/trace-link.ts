import { z } from 'zod';

const explored = z.object({
  queries: z.array(z.object({ queryType: z.string().optional(), query: z.string().optional() })),
});

/** The TraceQL query of a Grafana link in the page, if any: the URL contains it in `left`. */
export function traceQueryOf(links: readonly string[]): string | undefined {
  for (const link of links) {
    const left = URL.canParse(link) ? new URL(link).searchParams.get('left') : null;
    const asked = parsed(left ?? '')?.queries.find(({ queryType }) => queryType === 'traceql');
    if (asked?.query) return asked.query;
  }
  return undefined;
}

function parsed(text: string): z.output<typeof explored> | undefined {
  try {
    return explored.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
