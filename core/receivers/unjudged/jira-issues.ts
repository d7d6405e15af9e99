import { type IncomingRequest, jsonResponse, parseObject, type ReceiverResponse } from '../protocol.ts';
import { fieldsOf } from '../reading/fields.ts';

/**
 * The issues of a Jira, as far as Alertmanager asks for them: it searches for the one with the label of the alert group,
 * then creates or updates it. An issue is told without a status, so no transition is asked for, whose name only the
 * configuration knows. https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/
 */
export class JiraIssues {
  readonly #keys = new Map<string, string>();

  answer({ path, method, contentType, body }: IncomingRequest): ReceiverResponse {
    const search = parseObject(body)?.jql;
    if (typeof search === 'string') {
      const key = this.#keys.get(labelIn(search) ?? '');
      const issues = key === undefined ? [] : [{ id: key, key, fields: {} }];
      return jsonResponse(200, { total: issues.length, issues });
    }
    if (method !== 'POST') return { status: 204, contentType: 'application/json', body: '' };
    const key = `DRILL-${this.#keys.size + 1}`;
    for (const [, value] of fieldsOf({ path, contentType, body })) {
      const label = labelIn(value);
      if (label !== undefined) this.#keys.set(label, key);
    }
    return jsonResponse(201, { id: key, key });
  }
}

/** The label that Alertmanager gives to the issues of an alert group. */
const labelIn = (text: string): string | undefined => /ALERT\{[0-9a-f]+\}/.exec(text)?.[0];
