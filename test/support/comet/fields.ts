import { Breach } from './refusal';

/** Whether a value is what a field takes. */
export interface Field {
  readonly required: boolean;
  readonly takes: (value: unknown) => boolean;
}

/** The fields of a query or of a body, all of them. */
export type Fields = Readonly<Record<string, Field>>;

const field = (takes: Field['takes']): Field => ({ required: true, takes });

export const optional = (inner: Field): Field => ({ ...inner, required: false });
/** Null says the same as absent. */
export const nullable = (inner: Field): Field => ({ required: false, takes: (value) => value === null || inner.takes(value) });

export const text = field((value) => typeof value === 'string' && value !== '');
/** May be empty. */
export const anyText = field((value) => typeof value === 'string');
export const flag = field((value) => typeof value === 'boolean');
export const number = field((value) => typeof value === 'number');
export const texts = field((value) => Array.isArray(value) && value.every((each) => typeof each === 'string'));
export const anything = field(() => true);
export const object = field((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
export const objects = field((value) => Array.isArray(value) && value.every(object.takes));
export const oneOf = (...words: readonly string[]): Field => field((value) => typeof value === 'string' && words.includes(value));
/** A boolean in a query; Python writes it with a capital. */
export const queryFlag = oneOf('true', 'false', 'True', 'False');
export const digits = field((value) => typeof value === 'string' && /^\d+$/u.test(value));
/** A JSON object as text. */
export const jsonText = field((value) => {
  try {
    return typeof value === 'string' && object.takes(JSON.parse(value));
  } catch {
    return false;
  }
});
/** A key that a client makes up: 32 to 50 letters and digits. */
export const newExperimentKey = field((value) => typeof value === 'string' && /^[A-Za-z0-9]{32,50}$/u.test(value));

/** Refuses what is unknown, missing or of another kind. */
export function checkFields(what: string, values: Readonly<Record<string, unknown>>, fields: Fields): void {
  for (const [name, value] of Object.entries(values)) {
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (known === undefined) {
      throw new Breach(`unknown field ${name} in its ${what}`);
    }
    if (!known.takes(value)) {
      throw new Breach(`field ${name} in its ${what} is ${JSON.stringify(value).slice(0, 100)}`);
    }
  }
  for (const [name, known] of Object.entries(fields)) {
    if (known.required && !Object.hasOwn(values, name)) {
      throw new Breach(`no field ${name} in its ${what}`);
    }
  }
}
