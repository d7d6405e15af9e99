import type { Problem } from '../../core/errors.ts';

/*
 * Files of other tools that hold a component's configuration, and are none: what they are is of more use than what does
 * not parse in them.
 */

const ofKind: Readonly<Record<string, string>> = {
  PrometheusRule: 'write what is below spec: into the file, so that it begins with groups: (yq .spec FILE)',
  AlertmanagerConfig:
    "write it in Alertmanager's own form: route: and receivers:, with other keys than the operator's",
  PrometheusServiceLevel:
    'write it in the form prometheus/v1: version: prometheus/v1 at its top, and keys such as error_query and page_alert',
  ConfigMap: 'write each entry below data: into a file of its name',
  Secret: 'write each entry below data: into a file of its name, decoded (base64 --decode)',
};

/**
 * What a file is instead of configuration.
 *
 * @param path of the configuration, e.g. `prometheus/rules/checkout.yml`.
 * @param file the same for a person.
 */
export function foreignForm(path: string, text: string, file = path): Problem | undefined {
  const kind = /^(?:kind:|\s*"kind"\s*:)\s*["']?([A-Z]\w+)/m.exec(text)?.[1];
  // Grafana's files have a number there.
  const isResource = /^(?:apiVersion:|\s*"apiVersion"\s*:)\s*["']?[a-z]/m.test(text);
  if (kind !== undefined && isResource) {
    return {
      where: file,
      message: `is a Kubernetes resource (${kind}), which an operator or a mount turns into configuration; the component itself does not read it`,
      hint: ofKind[kind] ?? "write the component's own configuration into the file",
    };
  }
  const statement = statementLine(text);
  if (statement !== undefined)
    return {
      where: `${file}:${statement}`,
      message: 'is a template: this line decides which lines the file has',
      hint: 'write what production makes of it',
    };
  const line = helmLine(text, path.startsWith('grafana/'));
  if (line === undefined) return undefined;
  return {
    where: `${file}:${line}`,
    message: 'is a template of Helm, which is no configuration before Helm has filled it in',
    hint: 'write what it becomes: helm template CHART --show-only templates/FILE',
  };
}

/** The first line that is a statement of Jinja or ERB by itself. */
function statementLine(text: string): number | undefined {
  const index = text.split('\n').findIndex((line) => /^\s*(?:\{%(?!-?\s*(?:end)?raw\b)|<%)/.test(line));
  return index === -1 ? undefined : index + 1;
}

/** Objects and functions that Helm's templates have, and none of the components'. */
const helm =
  /\{\{-?[^{}]*?(?:(?<![\w.)])\.(?:Values|Release|Chart|Capabilities)\.\w|\binclude\s+"|\btoYaml\b)/;
/** An action that writes an action, so that a chart can hold the templates of alerts. */
const escaped = /\{\{-?\s*(?:`\{\{|"\{\{")/;

function helmLine(text: string, isGrafana: boolean): number | undefined {
  const lines = text.split('\n');
  // Grafana's own templates have .Values, of a rule's expressions.
  const found = lines.findIndex((line) => {
    const plain = isGrafana ? line.replace(/\.Values\./g, '') : line;
    return helm.test(plain) || (!isGrafana && escaped.test(line));
  });
  return found < 0 ? undefined : found + 1;
}
