/*
 * The environment variables that the OpenTelemetry SDK of the services reads, in the version that is pinned. It passes
 * over every other one without a word.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and
 * https://opentelemetry.io/docs/languages/js/configuration/
 */

const each = (prefix: string, ...ends: readonly string[]): string[] => ends.map((end) => `${prefix}${end}`);

const ofExporter = ['ENDPOINT', 'HEADERS', 'PROTOCOL', 'TIMEOUT', 'COMPRESSION'];
const certificates = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'];
const ofBatch = ['SCHEDULE_DELAY', 'EXPORT_TIMEOUT', 'MAX_QUEUE_SIZE', 'MAX_EXPORT_BATCH_SIZE'];

export const knownVariables: readonly string[] = [
  ...each('OTEL_', 'SDK_DISABLED', 'LOG_LEVEL', 'PROPAGATORS', 'SEMCONV_STABILITY_OPT_IN'),
  ...each('OTEL_', 'RESOURCE_ATTRIBUTES', 'SERVICE_NAME', 'TRACES_SAMPLER', 'TRACES_SAMPLER_ARG'),
  ...each('OTEL_', 'METRICS_EXPORTER', 'TRACES_EXPORTER', 'LOGS_EXPORTER'),
  ...each('OTEL_METRIC_EXPORT_', 'INTERVAL', 'TIMEOUT'),
  ...each('OTEL_BSP_', ...ofBatch),
  ...each('OTEL_BLRP_', ...ofBatch),
  ...['', 'TRACES_', 'METRICS_', 'LOGS_'].flatMap((signal) =>
    each(`OTEL_EXPORTER_OTLP_${signal}`, ...ofExporter, ...certificates),
  ),
  ...each('OTEL_EXPORTER_OTLP_', 'INSECURE', 'METRICS_TEMPORALITY_PREFERENCE'),
  'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
  ...each('OTEL_EXPORTER_', 'PROMETHEUS_HOST', 'PROMETHEUS_PORT', 'ZIPKIN_ENDPOINT'),
  ...each('OTEL_', 'ATTRIBUTE_COUNT_LIMIT', 'ATTRIBUTE_VALUE_LENGTH_LIMIT'),
  ...each('OTEL_SPAN_', 'ATTRIBUTE_COUNT_LIMIT', 'ATTRIBUTE_VALUE_LENGTH_LIMIT'),
  ...each('OTEL_SPAN_', 'EVENT_COUNT_LIMIT', 'LINK_COUNT_LIMIT'),
  ...each('OTEL_', 'EVENT_ATTRIBUTE_COUNT_LIMIT', 'LINK_ATTRIBUTE_COUNT_LIMIT'),
  ...each('OTEL_LOGRECORD_', 'ATTRIBUTE_COUNT_LIMIT', 'ATTRIBUTE_VALUE_LENGTH_LIMIT'),
  ...each('OTEL_NODE_', 'RESOURCE_DETECTORS'),
  'OTEL_NODE_EXPERIMENTAL_SDK_METRICS',
  'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS',
];
