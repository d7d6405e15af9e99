import { scrypt, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { failShare } from '../shared/fail-share.ts';
import { Failure } from '../shared/failure.ts';
import { parseSettings } from '../shared/lever.ts';
import type { Database } from './database.ts';

interface User {
  readonly password_salt: string;
  readonly password_hash: string;
}

const body = {
  type: 'object',
  required: ['email', 'password'],
  properties: { email: { type: 'string' }, password: { type: 'string' } },
};

export function registerLogins(app: FastifyInstance, database: Database): void {
  const fails = registerLever(app);

  app.post<{ Body: { email: string; password: string } }>(
    '/logins',
    { schema: { body } },
    async (request) => {
      if (fails()) {
        request.log.warn('authentication back end unavailable');
        throw new Failure(503, 'auth_unavailable');
      }
      const { email, password } = request.body;
      const [user] = await database.rows<User>(
        'SELECT password_salt, password_hash FROM users WHERE email = $1',
        [email],
      );
      if (!user || !(await matches(password, user))) throw new Failure(401, 'invalid_credentials');
      return { email };
    },
  );
}

/**
 * GET and PUT /admin/logins: the share of logins, 0 to 1, that fail as they would without the back end that knows the
 * users' passwords, which is only pretended to be apart from the database here.
 */
function registerLever(app: FastifyInstance): () => boolean {
  let settings = { failShare: 0 };
  let fails = failShare(settings.failShare);
  app.get('/admin/logins', async () => settings);
  app.put('/admin/logins', async (request, reply) => {
    const wanted = parseSettings(request.body, { failShare: 1 });
    if ('faults' in wanted) return reply.code(400).send({ error: 'bad_request', faults: wanted.faults });
    settings = wanted;
    fails = failShare(settings.failShare);
    return settings;
  });
  return () => fails();
}

/** The cost is far below what a real shop would take: under load the database is to be the limit, not this. */
function matches(password: string, user: User): Promise<boolean> {
  const expected = Buffer.from(user.password_hash, 'hex');
  return new Promise((resolve, reject) => {
    scrypt(password, user.password_salt, expected.length, { N: 1024 }, (error, actual) =>
      error ? reject(error) : resolve(timingSafeEqual(actual, expected)),
    );
  });
}
