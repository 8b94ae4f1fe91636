export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** What metadata is: an object, never a bare value. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
