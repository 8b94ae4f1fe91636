import * as vscode from 'vscode';
import type { RunRef, VersionRef } from '../../model/artifact';
import type { Change } from '../../model/change';
import { isAbort, isArtifactError } from '../../model/errors';
import { oneLine } from '../../model/line';
import { formatReference } from '../../model/reference';
import type { Failure, FromWebview, PanelState, PanelTab, PanelVerb, RunView, ToWebview, VersionView } from '../../protocol';
import { isFromWebview } from '../../protocol/gate';
import type { Provider } from '../../providers/provider';
import { asksToSignIn, sentenceOf } from '../messages';
import type { OpenPage, PageServices, PartHost } from './panelPart';
import { panelStrings } from './panelStrings';
import { PanelVerbs } from './panelVerbs';
import { PageWire } from '../pageWire';

export type Intent = Exclude<FromWebview, { readonly kind: 'ready' }>;

/**
 * A details page, whatever it is about: reads its subject in steps, shows what was read, and says it where the subject is gone or could
 * not be read. `T` is what is read of it. A subclass calls `load` when it is made.
 */
export abstract class SubjectPage<T> implements PartHost, OpenPage {
  protected inspected: T | undefined;
  protected readonly verbs: PanelVerbs;
  private readonly wire: PageWire<ToWebview, FromWebview>;
  private readonly strings = panelStrings();
  private page: PanelState['page'] = { status: 'loading' };
  private loading = new AbortController();

  constructor(readonly panel: vscode.WebviewPanel, readonly about: VersionRef | RunRef, readonly ref: VersionRef, protected readonly services: PageServices) {
    this.verbs = new PanelVerbs(ref, services);
    this.wire = new PageWire<ToWebview, FromWebview>(panel, services.extension, { kind: 'details', isIntent: isFromWebview }, {
      ready: () => this.postState(),
      answer: (intent) => this.answer(intent),
      nonsense: () => services.log.warn('a details page said something that is not in the protocol'),
    });
  }

  abstract changed(change: Change): void;
  abstract reconnected(): void;
  /** Does what the page asks for. */
  protected abstract answer(intent: Intent): void;
  /** Reads the subject anew and shows each step of it. */
  protected abstract read(provider: Provider, signal: AbortSignal, show: (inspected: T) => void): Promise<void>;
  /** What the page shows of it; the tab follows. */
  protected abstract view(inspected: T): VersionView | RunView;
  /** How people know the subject. */
  protected abstract name(): string;
  /** Reads everything of the page anew that a person may have asked for. */
  protected abstract reloadAll(): void;

  show(tab: PanelTab | undefined): void {
    this.wire.postSoon(tab && { kind: 'tab', tab });
  }

  trusted(): void {
    this.showInspected();
  }

  dispose(): void {
    this.loading.abort();
  }

  provider(): Promise<Provider> {
    return this.services.connections.get(this.about.connection);
  }

  post(message: ToWebview): void {
    this.wire.post(message);
  }

  failure(error: unknown): Failure {
    this.services.log.error(`details of ${formatReference(this.ref)}`, error);
    return { status: 'failed', sentence: oneLine(sentenceOf(error)), signIn: asksToSignIn(error) };
  }

  /** Resolves when all of it is read; to false where that went wrong. */
  protected async load(): Promise<boolean> {
    this.loading.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    try {
      await this.read(await this.provider(), signal, (inspected) => {
        signal.throwIfAborted();
        this.inspected = inspected;
        this.showInspected();
      });
      return true;
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) {
        this.showFailure(error);
      }
      return false;
    }
  }

  /** Does what a button of the page is for. */
  protected press(verb: PanelVerb): void {
    switch (verb) {
      case 'retry':
      case 'refresh':
        return this.again();
      case 'signIn':
        return this.verbs.signIn(() => this.again());
      default:
        this.verbs.run(verb);
    }
  }

  /** A person asks for it again. */
  private again(): void {
    if (this.page.status !== 'shown') {
      this.page = { status: 'loading' };
      this.postState();
    }
    this.reloadAll();
  }

  private showFailure(error: unknown): void {
    if (isArtifactError(error, 'notFound') && this.services.connections.all.some(({ name }) => name === this.about.connection)) {
      this.page = { status: 'gone', sentence: vscode.l10n.t('{0} is not there any more.', oneLine(this.name())) };
      this.inspected = undefined;
    } else if (this.inspected !== undefined && this.page.status === 'shown') {
      // What is shown was true a moment ago; the log says what failed since.
      this.failure(error);
      return;
    } else {
      this.page = this.failure(error);
    }
    this.postState();
  }

  /** Says anew what was read, where more is known of it. */
  protected showInspected(): void {
    if (this.inspected !== undefined) {
      this.page = { status: 'shown', value: this.view(this.inspected) };
      this.postState();
    }
  }

  private postState(): void {
    this.post({ kind: 'state', state: { strings: this.strings, locale: vscode.env.language, ref: this.about, page: this.page } });
  }
}
