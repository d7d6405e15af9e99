import type { ComponentSpec } from '../component.ts';

/** The user whose password is the run's secret. */
export const grafanaUser = 'admin';

/**
 * Grafana, configured by environment variables and provisioned from files. It reaches the vendors' hosts by the run's
 * proxy, trusts only the run's authority, and does not check for updates.
 */
export const grafana: ComponentSpec = {
  name: 'grafana',
  pod: 'grafana',
  program: { kind: 'binary', binary: 'grafana' },
  config: 'grafana',
  args: ['server', '--homepath', '{home:grafana}'],
  env: {
    HOME: '{data}',
    HTTP_PROXY: '{proxy}',
    HTTPS_PROXY: '{proxy}',
    NO_PROXY: '{direct}',
    SSL_CERT_FILE: '{ca}',

    GF_SERVER_HTTP_ADDR: '{host}',
    GF_SERVER_HTTP_PORT: '{port:3000}',
    GF_SERVER_ROOT_URL: 'http://grafana:3000/',
    GF_PATHS_DATA: '{data}',
    GF_PATHS_LOGS: '{data}/log',
    GF_PATHS_PLUGINS: '{data}/plugins',
    GF_PATHS_PROVISIONING: '{config}/provisioning',
    GF_DATABASE_WAL: 'true',
    GF_LOG_MODE: 'console',
    GF_LOG_CONSOLE_FORMAT: 'json',

    GF_SECURITY_ADMIN_USER: grafanaUser,
    GF_SECURITY_ADMIN_PASSWORD: '{secret}',
    GF_SECURITY_SECRET_KEY: '{secret}',
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
    GF_AUTH_ANONYMOUS_ENABLED: 'false',
    GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',

    GF_SMTP_ENABLED: 'true',
    GF_SMTP_HOST: '{mail}',
    // The server's certificate is made for the run.
    GF_SMTP_SKIP_VERIFY: 'true',
    GF_SMTP_FROM_ADDRESS: 'grafana@firedrill.internal',

    GF_UNIFIED_ALERTING_ENABLED: 'true',
    GF_ALERTING_ENABLED: 'false',
    // The scheduler's tick; no group is evaluated more often.
    GF_UNIFIED_ALERTING_MIN_INTERVAL: '10s',
    // By default it takes up to a minute after the start until the provisioned policy is active.
    GF_UNIFIED_ALERTING_ADMIN_CONFIG_POLL_INTERVAL: '2s',
    GF_UNIFIED_ALERTING_ALERTMANAGER_CONFIG_POLL_INTERVAL: '2s',

    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_PLUGINS_PLUGIN_ADMIN_ENABLED: 'false',
    GF_LIVE_MAX_CONNECTIONS: '0',
    GF_QUERY_HISTORY_ENABLED: 'false',
    GF_SUPPORT_BUNDLES_ENABLED: 'false',
    GF_METRICS_DISABLE_TOTAL_STATS: 'true',
  },
  image: {
    reference: 'grafana/grafana:10.0.0',
    // Not the image's /run.sh, which adds arguments that override the environment.
    entrypoint: ['/usr/share/grafana/bin/grafana'],
    user: '472',
    config: '/etc/grafana',
    data: '/var/lib/grafana',
    home: '/usr/share/grafana',
  },
  ports: [3000],
  ready: { kind: 'http', port: 3000, path: '/api/health' },
  // A race condition in its first start, fixed in a later commit: https://github.com/grafana/grafana/pull/68644.
  retryStartOn: 'failed to create default organization: UNIQUE constraint failed',
  // A rule whose data source does not respond yet would send an alert about it.
  after: ['prometheus', 'loki'],
};
