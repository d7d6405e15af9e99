import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { badInput, broken, type Problem } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';

/** Below Linux's range for outgoing connections (32768–60999), so that none of them takes a reserved port. */
const lowest = 18_000;
const highest = 32_000;

/**
 * Reserves distinct free TCP ports on 127.0.0.1 until the scope closes.
 *
 * A component binds its port only some time after the reservation, and until then another harness would find it free.
 * So the UDP port of the same number is bound as a lock; the stack does not use it, and the system frees it if the
 * harness is killed.
 *
 * @param wanted a fixed port, or `undefined` for any, by key.
 * @throws FiredrillError `bad-input` with every fixed port that is taken.
 */
export async function reservePorts(
  wanted: ReadonlyMap<string, number | undefined>,
  scope: Scope,
): Promise<Map<string, number>> {
  const marks: Socket[] = [];
  scope.defer('release ports', () => {
    for (const mark of marks) mark.close();
  });
  const found = new Map<string, number>();
  const taken: Problem[] = [];
  // Fixed ports first: the others are chosen around them.
  const byNeed = [...wanted].sort(([, a], [, b]) => Number(a === undefined) - Number(b === undefined));
  for (const [key, fixed] of byNeed) {
    const reserved = fixed === undefined ? await reserveAny() : await reserve(fixed);
    if (reserved) {
      marks.push(reserved.mark);
      found.set(key, reserved.port);
    } else {
      taken.push({
        where: `port ${fixed}`,
        message: `asked for ${key}, but another process uses 127.0.0.1:${fixed}`,
        hint: `free it (ss -lntup 'sport = :${fixed}' shows the process) or choose another`,
      });
    }
  }
  if (taken.length > 0) throw badInput(...taken);
  return found;
}

interface Reserved {
  readonly port: number;
  readonly mark: Socket;
}

async function reserveAny(): Promise<Reserved> {
  for (let tries = 0; tries < 200; tries++) {
    const reserved = await reserve(randomInt(lowest, highest));
    if (reserved) return reserved;
  }
  throw broken('ports', `no free port found on 127.0.0.1 between ${lowest} and ${highest} in 200 tries`);
}

async function reserve(port: number): Promise<Reserved | undefined> {
  const mark = createSocket('udp4').unref();
  try {
    mark.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(mark, 'listening');
    const probe = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
    await once(probe, 'listening');
    probe.close();
    await once(probe, 'close');
    return { port, mark };
  } catch {
    mark.close();
    return undefined;
  }
}
