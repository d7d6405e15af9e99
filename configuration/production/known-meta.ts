/*
 * Labels of service discovery (`__meta_…`) of which a drill knows the value, because it follows from the service and the
 * instance: https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */

/** A target of a drill. */
export interface Target {
  readonly service: string;
  readonly pod: string;
  readonly port: number;
  readonly namespace: string | undefined;
}

const known: readonly (readonly [label: RegExp, value: (target: Target) => string | undefined])[] = [
  [/^__meta_kubernetes_namespace$/, ({ namespace }) => namespace],
  [/^__meta_kubernetes_pod_(name|ip|uid)$/, ({ pod }) => pod],
  [
    /^__meta_kubernetes_(service|endpoints|endpointslice|pod_container|pod_controller)_name$/,
    ({ service }) => service,
  ],
  [
    /^__meta_kubernetes_(service|pod|endpoints|endpointslice)_label_(app|name|k8s_app|service|app_kubernetes_io_(name|instance))$/,
    ({ service }) => service,
  ],
  [/^__meta_kubernetes_(pod_container|endpointslice|service)_port(_number)?$/, ({ port }) => String(port)],
  [
    /^__meta_kubernetes_(pod|endpoint)_ready$|^__meta_kubernetes_endpointslice_endpoint_conditions_ready$/,
    () => 'true',
  ],
  [/^__meta_kubernetes_pod_phase$/, () => 'Running'],
  [/^__meta_(consul|nomad)_service$/, ({ service }) => service],
  [/^__meta_consul_(service_id|node)$|^__meta_nomad_service_id$/, ({ pod }) => pod],
  [
    /^__meta_(docker_container_label_com_docker_compose_service|dockerswarm_service_name)$/,
    ({ service }) => service,
  ],
  [/^__meta_docker_container_name$/, ({ pod }) => `/${pod}`],
  [/^__meta_dns_name$/, ({ pod }) => pod],
  [
    /^__meta_(ec2_tag_Name|ec2_instance_id|gce_instance_name|azure_machine_name|openstack_instance_name)$/,
    ({ pod }) => pod,
  ],
];

/** The value of a label of service discovery for a target. `undefined` if a drill does not know it. */
export function metaValue(label: string, target: Target): string | undefined {
  return known.find(([pattern]) => pattern.test(label))?.[1](target);
}
