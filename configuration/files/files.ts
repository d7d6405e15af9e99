import type { Problem } from '../../core/errors.ts';
import type { Replacement } from '../../core/record.ts';
import { yamlOf } from './parse-yaml.ts';
import { Place, type WrittenPart } from './place.ts';
import type { Yaml } from './yaml.ts';

/** The folder of a configuration in which a file is: `prometheus/rules/a.yml` → `prometheus`. */
export const folderOf = (path: string): string => path.split('/')[0] ?? '';

/** Texts of a configuration by path. */
export abstract class Files extends Map<string, string> {
  /** Tells the two kinds apart, so that none is taken for the other. */
  abstract readonly state: 'written' | 'used';

  /** What a file says; nothing where it is not there. */
  yaml(path: string): Yaml {
    return yamlOf(this.get(path));
  }
}

/** What was made of the user's files, so that a drill can use them. */
export interface Adoption {
  readonly replacements: readonly Replacement[];
  /** What cannot be decided, such as which of two files of one name production reads. */
  readonly problems: readonly Problem[];
  /** Of each file that was made or changed: where its parts are written. */
  readonly parts: ReadonlyMap<string, readonly WrittenPart[]>;
  /** The user's files before, by path. */
  readonly originals: ReadonlyMap<string, string>;
  /** Rules that a drill cannot judge and leaves out, by the names of their alerts. */
  readonly leftOutRules: ReadonlyMap<string, LeftOutRule>;
}

export interface LeftOutRule {
  /** File and line. */
  readonly line: string;
  readonly why: string;
}

const nothingAdopted: Adoption = {
  replacements: [],
  problems: [],
  parts: new Map(),
  originals: new Map(),
  leftOutRules: new Map(),
};

/** Configuration as it is written, by its folder, e.g. `collector/sidecar.yaml`. */
export class WrittenFiles extends Files {
  readonly state = 'written';
  /** Where each file is for a person, e.g. `mine/collector/sidecar.yaml`; one that is not here is where its path says. */
  readonly names: ReadonlyMap<string, string>;
  readonly adoption: Adoption;

  constructor(
    texts: Iterable<readonly [path: string, text: string]> = [],
    names: ReadonlyMap<string, string> = new Map(),
    adoption: Adoption = nothingAdopted,
  ) {
    super(texts);
    this.names = names;
    this.adoption = adoption;
  }

  /** The same files with other texts, or some of them. */
  withTexts(texts: Iterable<readonly [path: string, text: string]>): WrittenFiles {
    return new WrittenFiles(texts, this.names, this.adoption);
  }

  /** Returns the location of a file, for messages. */
  place(path: string): Place {
    return new Place(
      this.names.get(path) ?? path,
      this.get(path) ?? '',
      [],
      this.adoption.parts.get(path) ?? [],
    );
  }
}

/** Configuration as the run uses it, by component, e.g. `storefront-sidecar/sidecar.yaml`. */
export class UsedFiles extends Files {
  readonly state = 'used';
}
