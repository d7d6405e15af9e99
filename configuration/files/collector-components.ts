/** The parts of a Collector's file that hold components. */
export const collectorParts = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'] as const;

/** Kinds of components by part. */
export type CollectorComponents = Readonly<Record<(typeof collectorParts)[number], readonly string[]>>;

/**
 * Components of a Collector of which is known what they connect to: nothing, or what `endpoint` names. The distribution
 * with all of them has hundreds of others, which find their back ends in ways of their own.
 */
export const knownComponents: CollectorComponents = {
  receivers: ['otlp', 'nop', 'prometheus', 'jaeger', 'zipkin', 'httpcheck', 'file_log', 'filelog'],
  processors: [
    ...[
      'attributes',
      'batch',
      'cumulativetodelta',
      'deltatocumulative',
      'deltatorate',
      'filter',
      'groupbyattrs',
    ],
    ...['groupbytrace', 'interval', 'logdedup', 'memory_limiter', 'metricsgeneration', 'metricstransform'],
    ...[
      'metricstarttime',
      'probabilistic_sampler',
      'redaction',
      'resource',
      'span',
      'sumologic',
      'tail_sampling',
    ],
    ...['transform', 'unroll', 'isolationforest'],
  ],
  exporters: [
    ...['debug', 'nop', 'otlp', 'otlp_grpc', 'otlphttp', 'otlp_http', 'prometheus', 'prometheusremotewrite'],
    'zipkin',
  ],
  connectors: [
    ...[
      'count',
      'exceptions',
      'failover',
      'forward',
      'roundrobin',
      'routing',
      'servicegraph',
      'signaltometrics',
    ],
    ...['spanmetrics', 'sum'],
  ],
  extensions: [
    ...['basicauth', 'bearertokenauth', 'headers_setter', 'health_check', 'healthcheckv2', 'memory_limiter'],
    ...['oauth2client', 'pprof', 'zpages'],
  ],
};

/** Components of the Collector that firedrill builds: `stacks/toolchain/recipes/collector/manifest.yaml`. */
export const builtComponents: CollectorComponents = {
  receivers: ['otlp', 'file_log', 'filelog'],
  processors: ['attributes', 'batch', 'filter', 'memory_limiter', 'resource', 'tail_sampling', 'transform'],
  exporters: ['debug', 'otlp', 'otlp_grpc', 'otlphttp', 'otlp_http', 'prometheus', 'prometheusremotewrite'],
  connectors: ['spanmetrics'],
  extensions: ['health_check'],
};
