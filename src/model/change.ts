/** What may have changed on a connection; what is absent may all have. Plain data: workers and watchers send it. */
export interface Change {
  readonly connection: string;
  readonly workspace?: string | undefined;
  readonly artifact?: string | undefined;
}
