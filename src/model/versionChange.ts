/** What a version changed against the one before it. */
export interface VersionChange {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Bytes of the added and the changed assets, remote ones aside. */
  readonly bytes: number;
}
