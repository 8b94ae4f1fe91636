/**
 * A text as a literal of MLflow's search grammar, or nothing for a text that holds both kinds of quotes: the grammar has no escape,
 * and whoever searches for it has to look through the answers.
 */
export function quoted(text: string): string | undefined {
  if (!text.includes("'")) {
    return `'${text}'`;
  }
  return text.includes('"') ? undefined : `"${text}"`;
}

/** `field OP 'text'`, or nothing where the text cannot be said: `ILIKE` for what is somewhere in it in any case, `LIKE` for how it begins. */
export function clause(field: string, operator: '=' | 'ILIKE' | 'LIKE', text: string): string | undefined {
  const pattern = operator === '=' ? text : operator === 'LIKE' ? `${text}%` : `%${text}%`;
  return quoted(pattern)?.replace(/^/u, `${field} ${operator} `);
}

/** All of them; what cannot be said is left out. */
export const allOf = (...clauses: readonly (string | undefined)[]): string | undefined => {
  const said = clauses.filter((each) => each !== undefined);
  return said.length === 0 ? undefined : said.join(' AND ');
};

/**
 * Whether somebody wrote a clause of the search grammar, or began to: `metrics.loss < 0.1`, `status = 'FAILED'`. Whatever else is typed is
 * part of a name.
 */
export const looksLikeExpression = (text: string): boolean =>
  /^\s*(?:metrics|params|parameters|tags|attributes)\s*\.\s*\S/iu.test(text) || CLAUSE.test(text);

/** What might be a name, `model.large` or `status`, as long as nothing is compared with it. */
const CLAUSE = /^\s*(?:(?:metric|param|tag|attr|attribute|run|datasets?|models?)\s*\.\s*(?:`[^`]+`|"[^"]+"|[^\s=<>!]+)|run_id|run_name|status|start_time|end_time|user_id|artifact_uri|created)\s*(?:[=<>!]|i?like\b|in\s*\(|is\b)/iu;
