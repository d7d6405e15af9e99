import { broken, type FiredrillError, messageOf } from '../../core/errors.ts';
import { imageSigns, type Progress, splitReference } from './image-signs.ts';
import type { FoundImage, ImageStore } from './image-store.ts';

export interface OfficialOptions {
  readonly store: ImageStore;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Longest time without progress of a pull, in milliseconds: a registry behind a firewall never responds. */
  readonly silenceMs: number;
}

/** Time limit of one pull, in milliseconds. */
const pullMs = 900_000;

/** The official images, smallest first, so that an unreachable registry is noticed early. */
const smallestFirst = [
  ...['pause', 'toxiproxy', 'alertmanager', 'loki', 'tempo', 'node', 'opentelemetry-collector-contrib'],
  ...['grafana', 'prometheus', 'postgres'],
];

/**
 * Pulls missing official images one after the other, until one is not available.
 *
 * @throws FiredrillError `broken` with the image, the daemon's message and a hint.
 */
export async function ensureOfficial(
  references: readonly string[],
  options: OfficialOptions,
): Promise<ReadonlyMap<string, FoundImage>> {
  const { store, signal } = options;
  const found = new Map<string, FoundImage>();
  for (const reference of [...new Set(references)].sort((a, b) => rankOf(a) - rankOf(b))) {
    const image = (await store.find(reference, signal)) ?? (await pull(reference, options));
    found.set(reference, image);
  }
  return found;
}

const rankOf = (reference: string): number => {
  const rank = smallestFirst.indexOf(splitReference(reference)[0].split('/').at(-1) ?? '');
  return rank < 0 ? smallestFirst.length : rank;
};

async function pull(reference: string, options: OfficialOptions): Promise<FoundImage> {
  const { store, signal, progress, silenceMs } = options;
  const signs = imageSigns(reference, progress);
  const limit = new AbortController();
  const abortPull = (message: string) => () => limit.abort(new Error(message));
  const silenceTimer = setTimeout(abortPull(`nothing was heard of it for ${silenceMs / 1000} s`), silenceMs);
  const limitTimer = setTimeout(abortPull(`it was not pulled within ${pullMs / 60_000} min`), pullMs);
  try {
    await signs.during('pull', (onStep) =>
      store.pull(reference, {
        signal: AbortSignal.any([signal, limit.signal]),
        onStep(words) {
          silenceTimer.refresh();
          onStep(words);
        },
      }),
    );
    const image = await store.find(reference, signal);
    if (!image) throw new Error('the daemon does not have it after the pull');
    signs.tell('ready', 'pulled');
    return image;
  } catch (error) {
    signal.throwIfAborted();
    throw pullError(reference, limit.signal.aborted ? limit.signal.reason : error);
  } finally {
    clearTimeout(silenceTimer);
    clearTimeout(limitTimer);
  }
}

const reasons: readonly { said: RegExp; means: string; hint: string }[] = [
  {
    said: /unauthorized|denied|toomanyrequests|authentication required/i,
    means: 'the registry refuses it',
    hint: 'log in to the registry (docker login), wait if it limits pulls, or use --images local',
  },
  {
    said: /manifest unknown|not found|no matching manifest/i,
    means: 'the registry has no such image for this daemon',
    hint: 'correct the tag in stacks/components/, or use --images local',
  },
  {
    said: /no such host|dial tcp|timeout|refused|unreachable|tls|x509|proxyconnect|EOF|nothing was heard/i,
    means: 'its registry cannot be reached',
    hint: 'the daemon needs a way to the registry (its network, proxy or mirror: docker info); without one use --images local',
  },
];

function pullError(reference: string, error: unknown): FiredrillError {
  const said = messageOf(error).trim();
  const reason = reasons.find((each) => each.said.test(said));
  return broken(
    `image ${reference}`,
    `${reason?.means ?? 'it cannot be pulled'}; the daemon says: ${said}`,
    reason?.hint ?? `\`docker pull ${reference}\` must work; or use --images local`,
    error,
  );
}
