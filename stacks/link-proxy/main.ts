/*
 * The proxies on the links of a user's system, through which a fault can hit a share of the requests. Arguments:
 *
 *   --admin HOST:PORT               GET /health; PUT and DELETE /links/NAME/fault; GET /links/NAME
 *   --link NAME,HOST:PORT,HOST:PORT a link: its name, where it listens, and where it leads; may be repeated
 */
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { seededLinkFault } from '../../core/link-fault.ts';
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

const admin = createServer(async (request, response) => {
  const told = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
  if (request.url === '/health') return told(200, {});
  const [, name = '', part] = /^\/links\/([^/]+)(\/fault)?$/.exec(request.url ?? '') ?? [];
  const link = links.get(name);
  if (!link) return told(404, { error: `there is no link ${name}` });
  if (part === undefined) return told(200, { connections: link.connections() });
  if (request.method === 'DELETE') {
    link.setFault(undefined);
    return told(200, {});
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const read = seededLinkFault.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  if (!read.success) return told(400, { error: read.error.message });
  link.setFault(read.data);
  told(200, {});
});
const [host = '', port = ''] = (values.admin ?? '').split(':');
admin.listen(Number(port), host);
process.on('SIGTERM', () => process.exit(0));
