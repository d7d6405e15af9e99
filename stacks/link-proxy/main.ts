/*
 * The proxies on the links of a user's system, through which a fault can hit a share of the requests. Arguments:
 *
 *   --admin HOST:PORT               GET /health; PUT and DELETE /links/NAME/fault; GET /links/NAME
 *   --link NAME,HOST:PORT,HOST:PORT a link: its name, where it listens, and where it leads; may be repeated
 */
import { createServer, type IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';
import { type Link, type OpenLink, openLink } from './open-link.ts';

const { values } = parseArgs({
  options: { admin: { type: 'string' }, link: { type: 'string', multiple: true } },
});

const links = new Map<string, OpenLink>();
for (const text of values.link ?? []) {
  const [name = '', listen = '', upstream = ''] = text.split(',');
  const link: Link = { name, listen, upstream };
  links.set(name, await openLink(link));
}

const admin = createServer((request, response) => {
  answer(request).then(
    ([status, body]) => response.writeHead(status).end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(400).end(JSON.stringify({ error: String(error) })),
  );
});

async function answer(request: IncomingMessage): Promise<readonly [status: number, body: unknown]> {
  if (request.url === '/health') return [200, {}];
  const [, name = '', part] = /^\/links\/([^/]+)(\/fault)?$/.exec(request.url ?? '') ?? [];
  const link = links.get(name);
  if (!link) return [404, { error: `there is no link ${name}` }];
  if (part === undefined) return [200, { connections: link.connections() }];
  if (request.method === 'DELETE') {
    link.setFault(undefined);
    return [200, {}];
  }
  // Services wait for this program, so what only a fault needs is loaded with the first one.
  const { seededLinkFault } = await import('../../core/link-fault.ts');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  link.setFault(seededLinkFault.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
  return [200, {}];
}

const [host = '', port = ''] = (values.admin ?? '').split(':');
admin.listen(Number(port), host);
process.on('SIGTERM', () => process.exit(0));
