import { scrypt, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { isSeed, randomSeed, seedCount, seededRandom } from '../../../../core/seeded-random.ts';
import { parseSettings } from '../shared/admin-settings.ts';
import type { Database } from '../shared/database.ts';
import { failShare } from '../shared/fail-share.ts';
import { HttpFailure } from '../shared/failure.ts';

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
  const fails = registerAdmin(app);

  app.post<{ Body: { email: string; password: string } }>(
    '/logins',
    { schema: { body } },
    async (request) => {
      if (fails()) {
        request.log.warn('authentication back end unavailable');
        throw new HttpFailure(503, 'auth_unavailable');
      }
      const { email, password } = request.body;
      const [user] = await database.rows<User>(
        'SELECT password_salt, password_hash FROM users WHERE email = $1',
        [email],
      );
      if (!user || !(await matches(password, user))) throw new HttpFailure(401, 'invalid_credentials');
      return { email };
    },
  );
}

/**
 * GET and PUT /admin/logins: the share of logins, 0 to 1, that fail as if the authentication back end were unavailable;
 * here it is simulated, and the passwords are in the database. With the same `seed`, the same logins fail.
 */
function registerAdmin(app: FastifyInstance): () => boolean {
  let settings: { failShare: number; seed?: number } = { failShare: 0 };
  let fails = () => false;
  app.get('/admin/logins', async () => settings);
  app.put('/admin/logins', async (request, reply) => {
    const { seed, ...rest } = isObject(request.body) ? request.body : {};
    const wanted = parseSettings(isObject(request.body) ? rest : request.body, { failShare: 1 });
    const faults = [
      ...('faults' in wanted ? wanted.faults : []),
      ...(seed === undefined || isSeed(seed)
        ? []
        : [`seed: expected a whole number from 0 to ${seedCount - 1}`]),
    ];
    if ('faults' in wanted || faults.length > 0)
      return reply.code(400).send({ error: 'bad_request', faults });
    settings = { ...wanted, ...(isSeed(seed) ? { seed } : {}) };
    fails = failShare(settings.failShare, seededRandom(settings.seed ?? randomSeed(), 'fail'));
    return settings;
  });
  return () => fails();
}

const isObject = (body: unknown): body is Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null && !Array.isArray(body);

/** The cost is far below a real shop's, so that under load the database is the bottleneck. */
function matches(password: string, user: User): Promise<boolean> {
  const expected = Buffer.from(user.password_hash, 'hex');
  return new Promise((resolve, reject) => {
    scrypt(password, user.password_salt, expected.length, { N: 1024 }, (error, actual) =>
      error ? reject(error) : resolve(timingSafeEqual(actual, expected)),
    );
  });
}
