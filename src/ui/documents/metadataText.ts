import * as vscode from 'vscode';
import type { JsonObject, JsonValue } from '../../model/json';

export type ReadMetadata = { readonly kind: 'metadata'; readonly metadata: JsonObject } | { readonly kind: 'problem'; readonly sentence: string };

/** Reads what somebody typed as metadata, or says in one sentence why it cannot be. */
export function readMetadata(text: string): ReadMetadata {
  if (text.trim() === '') {
    return { kind: 'problem', sentence: vscode.l10n.t('The document is empty. Write {0} for no metadata.', '{}') };
  }
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === 'object' && value !== null && !isList(value)
      ? { kind: 'metadata', metadata: value }
      : { kind: 'problem', sentence: vscode.l10n.t('Metadata is a JSON object such as {0}, not {1}.', '{"rows": 120}', kindOf(value)) };
  } catch (error) {
    return { kind: 'problem', sentence: vscode.l10n.t('This is not valid JSON: {0}.', error instanceof Error ? error.message.replace(/ (?:is not valid|in) JSON\b/u, '') : String(error)) };
  }
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

function kindOf(value: JsonValue): string {
  if (value === null) {
    return 'null';
  }
  switch (typeof value) {
    case 'string':
      return vscode.l10n.t('a text');
    case 'number':
      return vscode.l10n.t('a number');
    case 'boolean':
      return vscode.l10n.t('true or false');
    default:
      return vscode.l10n.t('a list');
  }
}
