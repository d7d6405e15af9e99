import { yamlOf } from './parse-yaml.ts';
import { Place } from './place.ts';
import type { Yaml } from './yaml.ts';

/** Texts of a configuration by path. */
export abstract class Files extends Map<string, string> {
  /** Tells the two kinds apart, so that none is taken for the other. */
  abstract readonly state: 'written' | 'used';

  /** What a file says; nothing where it is not there. */
  yaml(path: string): Yaml {
    return yamlOf(this.get(path));
  }
}

/** Configuration as it is written, by its folder, e.g. `collector/sidecar.yaml`. */
export class WrittenFiles extends Files {
  readonly state = 'written';
  /** Where each file is for a person, e.g. `mine/collector/sidecar.yaml`; one that is not here is where its path says. */
  readonly names: ReadonlyMap<string, string>;

  constructor(
    texts: Iterable<readonly [path: string, text: string]> = [],
    names: ReadonlyMap<string, string> = new Map(),
  ) {
    super(texts);
    this.names = names;
  }

  /** Returns the location of a file, for messages. */
  place(path: string): Place {
    return new Place(this.names.get(path) ?? path, this.get(path) ?? '');
  }
}

/** Configuration as the run uses it, by component, e.g. `storefront-sidecar/sidecar.yaml`. */
export class UsedFiles extends Files {
  readonly state = 'used';
}
