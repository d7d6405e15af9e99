import { posix } from 'node:path';
import { receiverKinds, receiverNames } from '../../core/receivers/receivers.ts';
import type { ComponentSpec } from '../../stacks/component.ts';
import type { ReadFiles } from './folder-readers.ts';
import { grafanaFiles } from './grafana-folders.ts';
import { metaPair, plainFolder } from './pairs.ts';
import { orEmpty } from './parse-yaml.ts';
import { eachValue } from './walk-yaml.ts';
import { list } from './yaml.ts';

/** Whether a file is one of SLOs. Rules are made of it, and no component reads it. */
export const isSloFile = (path: string): boolean => /^slos\/[^/]+\.ya?ml$/.test(path);

/** The settings of the dead-man's switch, which the harness reads. */
export const switchFile = 'receivers/dead-mans-switch.yml';

/**
 * Which files the components read, by folder. It follows from their descriptions, and from the files that name others.
 *
 * @param files texts by path, the user's laid over the project's.
 */
export function readFilesOf(
  components: readonly Pick<ComponentSpec, 'config'>[],
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadFiles> {
  const folders = new Map<string, ReadFiles>();
  const configs = [...new Set(components.map(({ config }) => config))].filter(
    (config) => config !== undefined,
  );
  for (const config of configs) {
    const [folder = '', file] = config.split('/');
    const kind = kinds[plainFolder(folder)];
    const found =
      file === undefined
        ? kind?.(files, folder)
        : onlyThese(folder, ...configs.filter((c) => c.startsWith(`${folder}/`)));
    if (found) folders.set(folder, found);
  }
  if (folders.has('prometheus')) {
    folders.set('slos', { reads: isSloFile, told: 'the SLOs are the files slos/*.yaml and slos/*.yml' });
  }
  const known = receiverNames.filter((name) => receiverKinds[name].credentials !== undefined);
  const hasSwitch = folders.has(metaPair.prometheus);
  const ofHarness = [...known.map((name) => `receivers/${name}.yml`), ...(hasSwitch ? [switchFile] : [])];
  folders.set('receivers', {
    reads: (path) => ofHarness.includes(path),
    told: `the emulated receivers read receivers/NAME.yml, where NAME is ${known.slice(0, -1).join(', ')} or ${known.at(-1)}${hasSwitch ? `; the dead-man's switch reads ${switchFile}` : ''}`,
  });
  return folders;
}

const kinds: Readonly<Record<string, (files: ReadonlyMap<string, string>, folder: string) => ReadFiles>> = {
  prometheus: (files, folder) => byPatterns('Prometheus', `${folder}/prometheus.yml`, 'rule_files', files),
  alertmanager: (files, folder) =>
    byPatterns('Alertmanager', `${folder}/alertmanager.yml`, 'templates', files),
  loki: () => named('Loki', 'loki/loki.yaml'),
  tempo: () => named('Tempo', 'tempo/tempo.yaml'),
  toxiproxy: () => named('toxiproxy', 'toxiproxy/proxies.json'),
  app: () => ({ reads: (path) => path.endsWith('.env'), told: 'the services read files that end in .env' }),
  grafana: grafanaFiles,
};

const named = (who: string, main: string): ReadFiles => ({
  main,
  reads: (path) => path === main,
  told: `${who} reads ${main}`,
});

function onlyThese(folder: string, ...paths: readonly string[]): ReadFiles {
  return {
    reads: (path) => paths.includes(path),
    told: `on this stack and topology ${paths.join(' and ')} ${paths.length > 1 ? 'are' : 'is'} all that is read of ${folder}/`,
  };
}

/** A component that reads one file, and others by what this one says. */
function byPatterns(who: string, main: string, key: string, files: ReadonlyMap<string, string>): ReadFiles {
  const config = orEmpty(files.get(main));
  const folder = posix.dirname(main);
  // Prometheus and Alertmanager take relative paths from where their own file is.
  const inFolder = (path: string) => posix.join(folder, path);
  const patterns = list(config[key]).filter((pattern) => typeof pattern === 'string');
  const matchers = patterns
    .filter((pattern) => !leadsOut(pattern))
    .map((pattern) => goGlob(inFolder(pattern)));
  // Certificates and the like.
  const others = new Set(
    eachValue(config).flatMap(({ key: name, value }) =>
      /_file$/.test(name) && typeof value === 'string' ? [inFolder(value)] : [],
    ),
  );
  return {
    main,
    patterns: { key, of: patterns },
    reads: (path) => path === main || others.has(path) || matchers.some((matcher) => matcher.test(path)),
    told: `${who} reads ${main} and what its ${key} match (${patterns.join(', ') || 'there are none'})`,
  };
}

/** Whether a path is none of the configuration's own folder. */
export const leadsOut = (path: string): boolean =>
  path.startsWith('/') || posix.normalize(path).startsWith('..');

/** https://pkg.go.dev/path/filepath#Match */
export function goGlob(pattern: string): RegExp {
  const source = pattern.replace(
    /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|[*?]|[.+^${}()|[\]\\]/g,
    (part, escaped, not, set) => {
      if (escaped !== undefined) return `\\${escaped}`;
      if (set !== undefined) return `[${not}${set}]`;
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : `\\${part}`;
    },
  );
  return new RegExp(`^${source}$`);
}
