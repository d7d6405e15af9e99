import { expect } from 'chai';
import { definitionsIn, mustPrint } from './template-prints.ts';

const file = `{{ define "sure" }}{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}{{ end }}
{{ define "maybe" -}} {{ if .CommonLabels.team }}for {{ .CommonLabels.team }}{{ end }} {{- end }}
{{ define "outer" }}{{ template "maybe" . }}{{ template "sure" . }}{{ end }}
{{ define "round" }}{{ template "round" . }}{{ end }}`;
const defined = new Map(definitionsIn(file));
const prints = (template: string, status: 'firing' | 'resolved' = 'firing') =>
  mustPrint(template, { status, defined });

describe('what a template prints whatever its alerts say', () => {
  it('is a value or words, also of each alert, or of another template', () => {
    for (const template of [
      '{{ .CommonAnnotations.summary }}',
      'It broke',
      '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}',
      '{{ range $i, $alert := .Alerts.Firing }}{{ $alert.Annotations.description }}{{ end }}',
      '{{ if .CommonLabels.team }}{{ end }}{{ .CommonAnnotations.summary }}',
      '{{ template "sure" . }}',
      '{{- template "outer" . -}}',
      '{{ if eq .Status "firing" }}{{ .CommonAnnotations.summary }}{{ end }}',
      '{{ if gt (len .Alerts.Firing) 0 }}{{ .CommonAnnotations.summary }}{{ end }}',
      '{{ with .Alerts }}{{ range . }}{{ end }}{{ .X }}{{ end }}',
      '{{ block "own" . }}{{ .CommonAnnotations.summary }}{{ end }}',
      '{{ $a := .Alerts }}{{ $a }}',
    ]) {
      expect(prints(template), template).to.equal(true);
    }
  });

  it('is nothing of what stands under a condition, or is of alerts of another status', () => {
    for (const template of [
      '',
      ' \n',
      '{{ if .CommonLabels.team }}{{ .CommonLabels.team }}{{ end }}',
      '{{ with .CommonAnnotations.description }}{{ . }}{{ end }}',
      '{{ if eq .Status "resolved" }}{{ .CommonAnnotations.summary }}{{ end }}',
      '{{ if eq .Status "firing" }}{{ else }}{{ .CommonAnnotations.summary }}{{ end }}',
      '{{ range .Alerts.Resolved }}{{ .Annotations.summary }}{{ end }}',
      '{{ template "maybe" . }}',
      '{{ template "slack.default.text" . }}',
      '{{ template "round" . }}',
      '{{ $a := .Alerts }}{{/* nothing */}}',
      '{{ range .Alerts }}{{ if .Annotations.x }}{{ .Annotations.x }}{{ end }}{{ end }}',
    ]) {
      expect(prints(template), template).to.equal(false);
    }
    expect(prints('{{ range .Alerts.Resolved }}{{ .Annotations.summary }}{{ end }}', 'resolved')).to.equal(
      true,
    );
    expect(prints('{{ if eq .Status "firing" }}{{ .X }}{{ end }}', 'resolved')).to.equal(false);
  });
});
