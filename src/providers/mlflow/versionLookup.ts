import { unlessMissing } from '../../model/errors';
import type { Call } from '../../model/call';
import type { ModelVersion, RegisteredModel } from './calls/answers';
import type { RegistryCalls } from './calls/registryCalls';
import { foreignVersion, type NumberedVersion, ownNumber } from './mapping/modelView';

export interface LookupBounds {
  /** What the registry calls the version that was made last. */
  readonly newest: string;
  /** Whether any version is ours: the numbers of others depend on those alone. */
  readonly hasOurs: boolean;
}

/** The versions with a number, which are on their way. */
export interface Guessed {
  readonly number: string;
  readonly found: Promise<readonly ModelVersion[]>;
}

/** Finds single versions of a registered model, each by a few small requests, with the number that it has among all of them. */
export class VersionLookup {
  constructor(
    private readonly registry: RegistryCalls,
    private readonly model: RegisteredModel,
    private readonly bounds: LookupBounds,
    private readonly call?: Call,
    private readonly guessed?: Guessed,
  ) {}

  /** The one with this number. */
  async at(number: string): Promise<NumberedVersion | undefined> {
    const entry = await this.own(number);
    if (entry !== undefined) {
      return { number, own: true, entry };
    }
    // A version of another tool begins with the integer that the registry gave.
    const [, integer] = /^([1-9]\d*)\.0\.\d+$/u.exec(number) ?? [];
    const found = integer === undefined || Number(integer) > Number(this.bounds.newest) ? undefined : await this.registered(integer);
    return found?.number === number ? found : undefined;
  }

  /** The one that the registry calls so, or who has its number: of two that claim one, the first. */
  async registered(integer: string): Promise<NumberedVersion | undefined> {
    const entry = await unlessMissing(this.registry.version(this.model.name, integer, this.call));
    return entry && await this.of(entry);
  }

  /** The same for what the registry has told already. */
  async of(entry: ModelVersion): Promise<NumberedVersion | undefined> {
    const number = ownNumber(entry);
    if (number !== undefined) {
      const first = await this.own(number);
      return first && { number, own: true, entry: first };
    }
    const beside = this.bounds.hasOurs ? await this.registry.numberedLike(this.model.name, `${entry.version}.0.`, this.call) : [];
    const taken = new Set(beside.map(ownNumber));
    return foreignVersion(this.model, entry, (each) => taken.has(each));
  }

  private async own(number: string): Promise<ModelVersion | undefined> {
    if (!this.bounds.hasOurs) {
      return undefined;
    }
    const found = await (this.guessed?.number === number ? this.guessed.found : this.registry.numbered(this.model.name, number, this.call));
    return found.find((each) => ownNumber(each) === number);
  }
}
