import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openRunbooks, type RunbookServer } from './runbooks.ts';

/** Without fetch, which tidies `..` out of a path. */
const get = (url: string, path: string, method = 'GET') =>
  new Promise<{ status: number; body: string; type: string }>((resolve, reject) => {
    const call = request(url, { path, method }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, type: response.headers['content-type'] ?? '' }),
      );
    });
    call.on('error', reject).end();
  });

describe('runbook server', () => {
  let root: string;
  let server: RunbookServer;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'firedrill-runbooks-'));
    await mkdir(join(root, 'books', 'payments'), { recursive: true });
    await writeFile(join(root, 'books', 'payments', 'checkout-errors.md'), '# Checkout errors\n');
    await writeFile(join(root, 'secret.md'), 'secret');
    await symlink(join(root, 'secret.md'), join(root, 'books', 'payments', 'linked.md'));
    server = await openRunbooks({ dir: join(root, 'books') });
  });
  after(async () => {
    await server.close();
    await rm(root, { recursive: true });
  });

  it('serves a runbook, with or without its ending', async () => {
    const expected = { status: 200, body: '# Checkout errors\n', type: 'text/markdown; charset=utf-8' };
    expect(await get(server.url, '/runbooks/payments/checkout-errors')).to.deep.equal(expected);
    expect(await get(server.url, '/runbooks/payments/checkout-errors.md?from=page')).to.deep.equal(expected);
    expect(await get(server.url, '/runbooks/payments/checkout-errors', 'HEAD')).to.include({
      status: 200,
      body: '',
    });
  });

  const unknown = [
    '/',
    '/runbooks/payments',
    '/runbooks/payments/none',
    '/runbooks/../secret',
    '/runbooks/payments/../../secret',
    '/runbooks/%2e%2e/secret',
    '/runbooks/payments/..%2f..%2fsecret',
    '/runbooks/payments/linked',
  ];
  for (const path of unknown) {
    it(`knows nothing at ${path}`, async () => {
      expect(await get(server.url, path)).to.include({ status: 404, body: 'no such runbook\n' });
    });
  }

  it('answers to reading only', async () => {
    expect(await get(server.url, '/runbooks/payments/checkout-errors', 'DELETE')).to.include({ status: 405 });
  });
});
