import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { confineCollector } from '../confined/confine-collector.ts';
import { builtComponents, knownComponents } from '../files/collector-components.ts';
import { list, map } from '../files/yaml.ts';
import { adopt } from './adopt.ts';
import { agent } from './testing/samples.ts';

const hub = 'collector/hub.yaml';

function read(text: string, path = hub, pods: readonly string[] = [], hasOwn = false) {
  const components = pods.map((pod) => ({ name: pod, pod, config: pod }));
  const adopted = adopt(new Map([[path, text]]), new Map(), [path], components, { hasOwnCollector: hasOwn });
  return {
    config: adopted.yaml(path),
    pipelines: map(map(adopted.yaml(path).service).pipelines),
    listed: adopted.adoption.replacements.map(({ line, path: at, what }) => `${line} ${at}: ${what}`),
  };
}

describe('adoptCollectors', () => {
  it('knows the components that firedrill builds', async () => {
    const manifest = map(
      parse(
        await readFile(
          new URL('../../stacks/toolchain/recipes/collector/manifest.yaml', import.meta.url),
          'utf8',
        ),
      ),
    );
    const modules = (part: string) =>
      list(manifest[part]).map(
        (one) =>
          /\/(\w+?)(?:receiver|processor|exporter|connector|extension) v/.exec(String(map(one).gomod))?.[1] ??
          '',
      );
    const plain = (names: readonly string[]) =>
      new Set(names.map((name) => name.replaceAll('_', '').replace('otlpgrpc', 'otlp')));
    for (const [part, names] of Object.entries(builtComponents)) {
      expect(plain(names), part).to.deep.equal(new Set(modules(part)));
      expect(knownComponents[part as keyof typeof knownComponents]).to.include.members([...names]);
    }
  });

  it('takes out what the Collector has not, leads exporters to back ends or a sink, and fills in variables', () => {
    const { config, pipelines, listed } = read(agent);
    expect(map(map(config.receivers).otlp).protocols).to.deep.equal({
      grpc: { endpoint: '0.0.0.0:4317' },
      http: { endpoint: '0.0.0.0:4318' },
    });
    expect(pipelines).to.deep.equal({
      traces: {
        ...{ receivers: ['otlp'], processors: ['memory_limiter', 'batch'] },
        exporters: ['otlp_grpc/firedrill', 'spanmetrics'],
      },
      metrics: {
        ...{ receivers: ['otlp', 'spanmetrics'], processors: ['resource'] },
        exporters: ['prometheusremotewrite/firedrill'],
      },
      'metrics/other': { receivers: ['otlp'], exporters: ['debug/firedrill'] },
      logs: { receivers: ['otlp'], exporters: ['otlp_http/firedrill', 'debug'] },
    });
    expect(Object.keys(map(config.exporters)).toSorted()).to.deep.equal([
      ...[
        'debug',
        'debug/firedrill',
        'otlp_grpc/firedrill',
        'otlp_http/firedrill',
        'prometheusremotewrite/firedrill',
      ],
    ]);
    expect(config.extensions).to.deep.equal({ health_check: { endpoint: '0.0.0.0:13133' } });
    expect(map(map(config.processors).memory_limiter).limit_mib).to.equal(200);
    expect(map(config.service).extensions).to.deep.equal(['health_check']);
    expect(map(map(config.service).telemetry).metrics).to.deep.equal({ level: 'none' });
    expect(JSON.stringify(config)).to.not.contain('${');
    expect(listed).to.include('6 receivers.hostmetrics: taken out of the pipelines');
    expect(listed).to.include('10 processors.k8sattributes: taken out of the pipelines');
    expect(listed).to.include('14 exporters.otlp/vendor: leads traces to Tempo, logs to Loki');
    expect(listed).to.include('15 exporters.otlphttp/mimir: leads metrics to Prometheus, by remote write');
    expect(listed).to.include('16 exporters.datadog: leads traces to Tempo, metrics to a sink that counts');
    expect(listed).to.include('30 service.pipelines.metrics/host: left out');
    expect(listed).to.include('31 service.pipelines.metrics/graph: left out');
  });

  it('leads metrics to a sink where they are scraped too, and everything where there is no back end', () => {
    const text = `receivers: { otlp: { protocols: { grpc: } } }
exporters: { prometheus: { endpoint: "0.0.0.0:8889" }, otlphttp: { endpoint: "https://a.example" } }
service:
  pipelines:
    metrics: { receivers: [otlp], exporters: [prometheus, otlphttp] }
    traces: { receivers: [otlp], exporters: [otlphttp] }
`;
    const { pipelines, config } = read(text, hub, ['prometheus']);
    expect(pipelines).to.deep.equal({
      metrics: { receivers: ['otlp'], exporters: ['prometheus', 'debug/firedrill'] },
      traces: { receivers: ['otlp'], exporters: ['debug/firedrill'] },
    });
    expect(map(map(config.receivers).otlp).protocols).to.deep.equal({ grpc: { endpoint: '0.0.0.0:4317' } });
  });

  it('changes nothing of a file for the drill, and keeps what a Collector of the user has', () => {
    const ours = `receivers: { otlp: { protocols: { grpc: { endpoint: localhost:4317 } } } }
exporters: { otlp_grpc: { endpoint: "tempo:4317" } } # ours
service: { pipelines: { traces: { receivers: [otlp], exporters: [otlp_grpc] } } }
`;
    expect(adopt(new Map([[hub, ours]]), new Map(), [hub]).get(hub)).to.equal(ours);
    const more = ours.replace('exporters:', 'processors: { span: {}, k8sattributes: {} }\nexporters:');
    const own = read(more, hub, ['tempo'], true);
    expect(own.config.processors).to.deep.equal({ span: {} });
    expect(
      confineCollector(adopt(new Map(), new Map(), []).place(hub), { processors: own.config.processors }),
    ).to.deep.equal([]);
  });

  it('opens a ConfigMap and an OpenTelemetryCollector, and adds what a drill asks sidecars for', () => {
    const manifest = `apiVersion: v1
kind: ConfigMap
metadata: { name: agent }
data:
  relay: |
    receivers: { otlp: { protocols: { grpc: {} } } }
    exporters: { debug: {} }
    service: { pipelines: { traces: { receivers: [otlp], exporters: [debug] } } }
`;
    const { config } = read(manifest, 'collector/sidecar.yaml');
    expect(map(config.extensions)).to.deep.equal({
      'health_check/firedrill': { endpoint: 'localhost:13133' },
    });
    expect(map(config.service).extensions).to.deep.equal(['health_check/firedrill']);
    const resource = `apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: { name: agent }
spec:
  config:
    receivers: { otlp: { protocols: { grpc: {} } }, filelog: { include: [a] } }
    exporters: { debug: {} }
    service: { pipelines: { traces: { receivers: [otlp], exporters: [debug] } } }
`;
    expect(Object.keys(map(read(resource).config.receivers))).to.deep.equal(['otlp', 'filelog']);
  });

  it('refuses two configurations in one file', () => {
    const resource = (name: string, exporter: string) => `apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: { name: ${name} }
spec:
  config:
    exporters: { ${exporter}: {} }
    service: { pipelines: {} }
`;
    const problems = (second: string) => {
      const files = new Map([['collector/sidecar.yaml', [resource('one', 'a'), second].join('---\n')]]);
      return adopt(files, new Map(), files.keys()).adoption.problems.map(({ message }) => message);
    };
    expect(problems(resource('two', 'b'))).to.deep.equal([
      'OpenTelemetryCollector default/two and OpenTelemetryCollector default/one both hold a configuration of a Collector, and a file is that of one',
    ]);
    expect(problems('apiVersion: v1\nkind: Service\nmetadata: { name: web }\n')).to.deep.equal([]);
  });
});
