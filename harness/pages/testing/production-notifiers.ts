/** Entries of Alertmanager's receivers as they are written in production, by the key of their list: two or more of each. */
export const productionNotifiers: Readonly<Record<string, readonly [object, object, ...object[]]>> = {
  slack_configs: [
    {
      api_url: 'https://hooks.slack.com/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7',
      channel: '#one',
    },
    {
      api_url: 'https://hooks.slack.com/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7',
      channel: '#two',
    },
    {
      api_url: 'https://slack.com/api/chat.postMessage',
      channel: '#one',
      http_config: { authorization: { credentials: 'xoxb-123456789012-zK8fQ2wL5nR7tY1u' } },
    },
  ],
  pagerduty_configs: [
    { routing_key: '0123456789abcdef0123456789abcdef' },
    { service_key: 'fedcba9876543210fedcba9876543210' },
  ],
  email_configs: [
    {
      to: 'Team One <one@corp.example>',
      from: 'alerts@corp.example',
      smarthost: 'smtp.corp.example:587',
      auth_username: 'alerts',
      auth_password: 'pQ7xW2mK9vT4',
    },
    {
      to: 'two@corp.example, ops@corp.example',
      from: 'alerts@corp.example',
      smarthost: 'smtp.corp.example:465',
    },
  ],
  telegram_configs: [
    { bot_token: '8012345678:AAGfirstdrillfirstdrillfirstdrill-1', chat_id: -1001234567890 },
    { bot_token: '8012345678:AAGfirstdrillfirstdrillfirstdrill-1', chat_id: -1009999999999 },
  ],
  discord_configs: [
    { webhook_url: 'https://discord.com/api/webhooks/123456789012345678/ymZkq3oPQx7uGvL2' },
    { webhook_url: 'https://discord.com/api/webhooks/876543210987654321/Wn8cTr5eYb1dJf6s' },
  ],
  msteams_configs: [
    {
      webhook_url:
        'https://corp.webhook.office.com/webhookb2/11111111-aaaa/IncomingWebhook/0f3e5a7c9b1d2f4e/one',
    },
    {
      webhook_url:
        'https://corp.webhook.office.com/webhookb2/22222222-bbbb/IncomingWebhook/8c6a4e2f0d1b3957/two',
    },
  ],
  msteamsv2_configs: [
    {
      webhook_url:
        'https://prod-1.westeurope.logic.azure.com/workflows/aa/triggers/manual/paths/invoke?sig=bV4nM7kQ',
    },
    {
      webhook_url:
        'https://prod-1.westeurope.logic.azure.com/workflows/bb/triggers/manual/paths/invoke?sig=hT9wE2zL',
    },
  ],
  opsgenie_configs: [
    { api_key: '3f2b8c1e-7a4d-4b6e-9f05-d1c2a3b4e5f6' },
    { api_key: '9d8c7b6a-5e4f-4c3d-8b2a-1f0e9d8c7b6a', api_url: 'https://api.eu.opsgenie.com/' },
  ],
  webhook_configs: [
    { url: 'https://one.corp.example/alerts' },
    { url: 'https://two.corp.example/hook?team=b' },
  ],
  victorops_configs: [
    { api_key: '01234567-89ab-cdef-0123-456789abcdef', routing_key: 'one' },
    {
      api_key: '01234567-89ab-cdef-0123-456789abcdef',
      routing_key: 'two',
      api_url: 'https://oncall.corp.example/alert/',
    },
  ],
  pushover_configs: [
    { token: 'azGDORePK8gMaC0QOYAMyEEuzJnyUi', user_key: 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG' },
    { token: 'azGDORePK8gMaC0QOYAMyEEuzJnyUi', user_key: 'gznej3rKEVAvPUxu9vvNnqpmZpokzF' },
  ],
  wechat_configs: [
    { corp_id: 'wwcorp', api_secret: 'hF2oVZq8J7sB4nK1', to_user: 'one' },
    { corp_id: 'wwcorp', api_secret: 'hF2oVZq8J7sB4nK1', to_user: 'two', message_type: 'markdown' },
  ],
  sns_configs: [
    { topic_arn: 'arn:aws:sns:eu-west-1:123456789012:one', sigv4: { region: 'eu-west-1' } },
    {
      topic_arn: 'arn:aws:sns:eu-west-1:123456789012:two',
      api_url: 'https://sns.eu-west-1.amazonaws.com',
      sigv4: { region: 'eu-west-1', role_arn: 'arn:aws:iam::123456789012:role/alerts' },
    },
  ],
  webex_configs: [
    {
      room_id: 'Y2lzY29zcGFyazovL29uZQ',
      http_config: { authorization: { credentials: 'NjM4ZTQyYzQtZmEx' } },
    },
    {
      room_id: 'Y2lzY29zcGFyazovL3R3bw',
      http_config: { authorization: { credentials: 'NjM4ZTQyYzQtZmEx' } },
    },
  ],
  jira_configs: [
    { api_url: 'https://corp.atlassian.net/rest/api/2', project: 'ONE', issue_type: 'Bug' },
    { api_url: 'https://corp.atlassian.net/rest/api/2', project: 'TWO', issue_type: 'Incident' },
  ],
  rocketchat_configs: [
    {
      api_url: 'https://chat.corp.example/',
      channel: '#one',
      token: 'x9KfPq2LmZ7vR4tB',
      token_id: 'rT5yHn8Jk3',
    },
    { channel: '#two', token: 'x9KfPq2LmZ7vR4tB', token_id: 'rT5yHn8Jk3' },
  ],
};
