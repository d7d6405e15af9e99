import type { Path } from '../../core/path.ts';
import { tryParse } from '../files/parse-yaml.ts';
import { list, maps, texts, type Yaml } from '../files/yaml.ts';
import { matchingFiles } from './matching-files.ts';
import type { ScrapedService } from './scraped-services.ts';

/** A target as a job names it. */
export interface WrittenTarget {
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Path in the job. */
  readonly at: Path;
  /** Whether it is of the system. */
  readonly isOwn: boolean;
}

/** The port of Prometheus itself, which it may scrape as `localhost`. */
const ownPort = '9090';

/** Whether an address is of the system: of one of its pods, at whatever port, or of Prometheus itself. */
export function isOwn(services: readonly ScrapedService[], address: string): boolean {
  const [, host = '', port] = /^(?:https?:\/\/)?([^/:?#]+)(?::(\d+))?(?=$|[/?#])/.exec(address) ?? [];
  if (/^(localhost|127\.0\.0\.1)$/.test(host)) return port === ownPort;
  return port !== undefined && services.some(({ pods }) => pods.includes(host));
}

/**
 * The targets that a job names itself, or in files.
 *
 * @param folder of the file of Prometheus.
 * @param files all files.
 */
export function writtenTargets(
  job: Yaml,
  services: readonly ScrapedService[],
  folder: string,
  files: ReadonlyMap<string, string>,
): { readonly targets: readonly WrittenTarget[]; readonly files: readonly string[] } {
  const ofGroup = (group: Yaml, at: Path, isListed: boolean) =>
    list(group.targets).map((target, n) => ({
      address: String(target),
      labels: texts(group.labels),
      at: isListed ? [...at, 'targets', n] : at,
      isOwn: isOwn(services, String(target)),
    }));
  const own = maps(job.static_configs).flatMap((group, i) => ofGroup(group, ['static_configs', i], true));
  const used: string[] = [];
  const inFiles = maps(job.file_sd_configs).flatMap((config, i) =>
    list(config.files).flatMap((pattern, n) => {
      const paths = matchingFiles(String(pattern), folder, files.keys())?.paths ?? [];
      used.push(...paths);
      return paths.flatMap((path) =>
        maps(tryParse(files.get(path))).flatMap((group) =>
          ofGroup(group, ['file_sd_configs', i, 'files', n], false),
        ),
      );
    }),
  );
  return { targets: [...own, ...inFiles], files: used };
}
