/*
 * The keys that this version of Grafana reads in its provisioning files. It silently ignores all others.
 * https://grafana.com/docs/grafana/v10.0/alerting/set-up/provision-alerting-resources/file-provisioning/ and
 * …/administration/provisioning/; the structures are those of pkg/services/provisioning in the pinned version.
 */

/** The keys that a map may have. `true`: the value is not checked. For a list, the keys of each entry. */
export interface Keys {
  readonly [key: string]: Keys | true;
}

const named = (...keys: readonly string[]): Keys =>
  Object.fromEntries(keys.map((key) => [key, true as const]));

const ofRoute = named(
  ...['receiver', 'group_by', 'match', 'match_re', 'matchers', 'object_matchers', 'mute_time_intervals'],
  ...['continue', 'group_wait', 'group_interval', 'repeat_interval', 'provenance'],
);
const route: { [key: string]: Keys | true } = { ...ofRoute };
route.routes = route;

const query: Keys = {
  ...named('refId', 'queryType', 'datasourceUid', 'model'),
  relativeTimeRange: named('from', 'to'),
};

const alerting: Keys = {
  apiVersion: true,
  groups: {
    ...named('orgId', 'name', 'folder', 'interval'),
    rules: {
      ...named('uid', 'title', 'condition', 'dashboardUid', 'panelId', 'noDataState', 'execErrState', 'for'),
      ...named('annotations', 'labels', 'isPaused'),
      data: query,
    },
  },
  deleteRules: named('uid', 'orgId'),
  contactPoints: {
    ...named('orgId', 'name'),
    receivers: named('uid', 'type', 'settings', 'disableResolveMessage'),
  },
  deleteContactPoints: named('uid', 'orgId'),
  policies: { orgId: true, ...route },
  resetPolicies: true,
  muteTimes: {
    ...named('orgId', 'name', 'provenance'),
    time_intervals: named('times', 'weekdays', 'days_of_month', 'months', 'years', 'location'),
  },
  deleteMuteTimes: named('orgId', 'name'),
  templates: named('orgId', 'name', 'template', 'provenance'),
  deleteTemplates: named('orgId', 'name'),
};

const datasources: Keys = {
  apiVersion: true,
  datasources: named(
    ...[
      'orgId',
      'version',
      'name',
      'type',
      'access',
      'url',
      'user',
      'database',
      'basicAuth',
      'basicAuthUser',
    ],
    ...['withCredentials', 'isDefault', 'correlations', 'jsonData', 'secureJsonData', 'editable', 'uid'],
  ),
  deleteDatasources: named('orgId', 'name'),
};

const dashboards: Keys = {
  apiVersion: true,
  providers: {
    ...named('name', 'type', 'orgId', 'folder', 'folderUid', 'editable', 'disableDeletion'),
    ...named('updateIntervalSeconds', 'allowUiUpdates'),
    options: named('path', 'folder', 'foldersFromFilesStructure'),
  },
};

/** The keys by provisioning folder. */
export const knownKeys: Readonly<Record<string, Keys>> = { alerting, datasources, dashboards };

/** What happens in this version of Grafana, which ignores this key of newer versions. */
export const consequences: Readonly<Record<string, string>> = {
  notification_settings: 'its pages would go by the notification policies instead',
  keepFiringFor: 'the alert would end with the first evaluation that does not hold',
  keep_firing_for: 'the alert would end with the first evaluation that does not hold',
  missingSeriesEvalsToResolve: 'a series that is gone would be resolved after two evaluations',
  missing_series_evals_to_resolve: 'a series that is gone would be resolved after two evaluations',
  record: 'the rule would be evaluated as an alert',
  active_time_intervals: 'the route would be in force at all times',
  unloadEvaluator: 'the alert would end at the threshold at which it began',
  message_thread_id: 'the message would go to no thread of the chat',
  protect_content: 'the message could be passed on',
  prune: 'data sources that are no longer named would stay',
};
