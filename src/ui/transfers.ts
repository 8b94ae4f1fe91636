import * as vscode from 'vscode';
import type { Call, Progress } from '../model/call';
import { invalid } from '../model/errors';
import { formatBytes, formatCount } from '../model/format';
import type { ContextKeys } from './contextKeys';
import { shortened } from '../model/line';
import { escapeIcons } from './foreignText';
import { withoutLinks } from './messages';
import { Rate } from './rate';
import type { RunningTransfer, Transfers } from './services';

const PATIENCE_MS = 500;
const REPORT_MS = 150;

export interface EndingTransfers extends Transfers, vscode.Disposable {
  /** The window closes: what is under way stops, not as if it were cancelled but so that the next window can go on with it. Resolves when all is at rest. */
  end(): Promise<void>;
}

export function createTransfers(keys: ContextKeys): EndingTransfers {
  return new TransfersInFlight(keys);
}

class TransfersInFlight implements EndingTransfers {
  private readonly transfers = new Map<Transfer, Promise<unknown> | undefined>();
  private item: vscode.StatusBarItem | undefined;

  constructor(private readonly keys: ContextKeys) {}

  get running(): readonly RunningTransfer[] {
    return [...this.transfers.keys()];
  }

  async run<T>(title: string, work: (call: Call) => Promise<T>): Promise<T> {
    const transfer = new Transfer(title, () => this.show());
    this.transfers.set(transfer, undefined);
    this.show();
    const result = work({ signal: transfer.signal, onProgress: (progress) => transfer.heard(progress) });
    this.transfers.set(transfer, result);
    const patience = setTimeout(() => void transfer.notify(result), PATIENCE_MS);
    try {
      return await result;
    } finally {
      clearTimeout(patience);
      this.transfers.delete(transfer);
      this.show();
    }
  }

  async end(): Promise<void> {
    const results = [...this.transfers.values()].filter((result) => result !== undefined);
    for (const transfer of this.transfers.keys()) {
      transfer.interrupt();
    }
    await Promise.allSettled(results);
  }

  dispose(): void {
    for (const transfer of this.transfers.keys()) {
      transfer.cancel();
    }
    this.item?.dispose();
  }

  private show(): void {
    const count = this.transfers.size;
    this.keys.set('artifacts.transferring', count > 0);
    if (count === 0) {
      this.item?.dispose();
      this.item = undefined;
      return;
    }
    if (this.item === undefined) {
      this.item = vscode.window.createStatusBarItem('artifacts.transfers', vscode.StatusBarAlignment.Left, 0);
      this.item.name = vscode.l10n.t('Artifact Transfers');
      this.item.command = 'artifacts.showTransfers';
      this.item.show();
    }
    const [only] = this.transfers.keys();
    const label = count === 1 && only !== undefined ? `${only.title}${only.percent}` : vscode.l10n.t('{0} transfers', count);
    this.item.text = `$(sync~spin) ${escapeIcons(shortened(label, 60))}`;
    this.item.tooltip = Array.from(this.transfers.keys(), (transfer) => `${transfer.title}: ${transfer.state}`).join('\n');
    this.item.accessibilityInformation = { label: vscode.l10n.t('Transferring: {0}', label) };
  }
}

class Transfer implements RunningTransfer {
  private readonly controller = new AbortController();
  private readonly rate = new Rate();
  private progress: Progress = { bytes: 0 };
  private toldAt = 0;
  private toldPercent = 0;
  private notification: vscode.Progress<{ message: string; increment?: number }> | undefined;

  constructor(readonly title: string, private readonly onChange: () => void) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get percent(): string {
    const { bytes, totalBytes = 0 } = this.progress;
    return totalBytes > 0 ? ` ${new Intl.NumberFormat(vscode.env.language, { style: 'percent' }).format(Math.min(1, bytes / totalBytes))}` : '';
  }

  get state(): string {
    return describeProgress(this.progress, this.rate.bytesPerSecond, vscode.env.language);
  }

  cancel(): void {
    this.controller.abort();
  }

  /** An abort that is no AbortError leaves parts of files where they are. */
  interrupt(): void {
    this.controller.abort(invalid('The window was closed.'));
  }

  heard(progress: Progress): void {
    this.progress = progress;
    const now = Date.now();
    // The window draws a few times a second; every file of 100,000 would drown it.
    if (now - this.toldAt >= REPORT_MS) {
      this.toldAt = now;
      this.rate.add(progress.bytes, now);
      this.report();
      this.onChange();
    }
  }

  /** Stays until the work has come to rest, so that *Cancel* is seen to be followed. */
  async notify(work: Promise<unknown>): Promise<void> {
    const options = { location: vscode.ProgressLocation.Notification, title: withoutLinks(this.title), cancellable: true };
    await vscode.window.withProgress(options, async (notification, token) => {
      this.notification = notification;
      const subscription = token.onCancellationRequested(() => this.cancel());
      this.report();
      await work.catch(() => undefined);
      subscription.dispose();
    });
  }

  private report(): void {
    const { bytes, totalBytes = 0, current } = this.progress;
    const percent = totalBytes > 0 ? Math.min(100, (100 * bytes) / totalBytes) : 0;
    const file = current === undefined ? '' : ` · ${shortened(current, 60)}`;
    this.notification?.report({ message: withoutLinks(this.state + file), increment: Math.max(0, percent - this.toldPercent) });
    if (this.notification !== undefined) {
      this.toldPercent = Math.max(this.toldPercent, percent);
    }
  }
}

/** `12.3 MB of 48.2 MB · 8.1 MB/s · 4 s left`. */
export function describeProgress(progress: Progress, bytesPerSecond: number | undefined, locale: string): string {
  const { bytes, totalBytes, files, totalFiles } = progress;
  const parts = totalBytes === undefined
    ? [bytes === 0 ? vscode.l10n.t('Preparing…') : formatBytes(bytes, locale)]
    : [vscode.l10n.t('{0} of {1}', formatBytes(bytes, locale), formatBytes(totalBytes, locale))];
  if (files !== undefined && totalFiles !== undefined && totalFiles > 1) {
    parts.push(vscode.l10n.t('{0} of {1} files', formatCount(files, locale), formatCount(totalFiles, locale)));
  }
  if (bytesPerSecond !== undefined) {
    parts.push(vscode.l10n.t('{0}/s', formatBytes(bytesPerSecond, locale)));
    if (totalBytes !== undefined && totalBytes > bytes) {
      parts.push(vscode.l10n.t('{0} left', timeLeft((totalBytes - bytes) / bytesPerSecond, locale)));
    }
  }
  return parts.join(' · ');
}

function timeLeft(seconds: number, locale: string): string {
  const [value, unit] = seconds < 60 ? [seconds, 'second'] : seconds < 3600 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: 0 }).format(Math.max(1, value));
}
