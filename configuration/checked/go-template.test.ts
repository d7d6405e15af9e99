import { expect } from 'chai';
import { readTemplate } from './go-template.ts';

const faultsOf = (text: string) =>
  readTemplate(text).faults.map(({ line, message }) => `${line}: ${message}`);

describe('readTemplate', () => {
  it('takes what Go takes', () => {
    const text = `{{- /* a comment with }} and {{ end }} */ -}}
{{ define "a" -}}
{{ range $i, $alert := .Alerts.Firing }}{{ if and (gt (len .Labels) 0) (eq .Status "firing") }}{{ .Labels.x | toUpper | printf "%q }}" }}
{{- else if $.ExternalURL }}{{ with .Annotations.summary }}{{ . | html }}{{ end }}{{ else }}{{ "{{" }}{{ \`}}\` }}{{ end }}{{ end }}
{{- end }}{{ block "b" . }}x{{ end }}{{ template "a" . }} }} {`;
    expect(readTemplate(text)).to.deep.equal({
      faults: [],
      defines: ['a', 'b'],
      uses: [
        { name: 'b', line: 5 },
        { name: 'a', line: 5 },
      ],
    });
  });

  const refused = {
    'an action that is not closed': ['a\n{{ .x }\n{{ end }}', '2: {{ is not closed by }}'],
    'a block without its end': ['{{ define "a" }}\n{{ if .x }}{{ end }}', '1: {{ define }} has no {{ end }}'],
    'an end too many': ['{{ if .x }}{{ end }}{{ end }}', '1: {{ end }} without anything to end'],
    'an else of nothing': [
      '{{ define "a" }}{{ else }}{{ end }}',
      '1: {{ else }} outside of {{ if }}, {{ range }} or {{ with }}',
    ],
    'a function that there is not': ['{{ .x | upper }}', '1: there is no function "upper"'],
  } as const;
  for (const [what, [text, fault]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      expect(faultsOf(text)).to.deep.equal([fault]);
    });
  }

  it('does not judge the functions of a rule’s templates', () => {
    expect(readTemplate('{{ humanize $values.A.Value }}', false).faults).to.deep.equal([]);
  });
});
